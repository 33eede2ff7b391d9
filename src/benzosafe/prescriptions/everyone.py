"""What needs no more than a reason, requests, records, what is seen, and what the calendar ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from benzosafe.audit.canonical import digest
from benzosafe.errors import UsageError
from benzosafe.identity.accounts import Account, NotAllowed
from benzosafe.identity.roles import Role
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.access import refuse_strangers
from benzosafe.prescriptions.desk import SYSTEM, Desk
from benzosafe.prescriptions.lifecycle import State, allowed_move
from benzosafe.prescriptions.safety import read_record
from benzosafe.storage.rx_tables import prescriptions, records

WITH_A_REASON = ("ask", "answer", "decline", "clarify", "hold", "release", "refuse", "cancel")


def keep_record(desk: Desk, who: Account, patient: str, text: str, now: datetime) -> int:
    """A patient's record for the reviews; returns its version. InputRefused where it cannot be read."""
    if not {Role.prescriber, Role.pharmacist} & who.roles:
        raise NotAllowed("records are kept by prescribers and pharmacists.", next_step="Ask one of them.")
    read_record(text, desk.knowledge, now.date())
    with desk.entering(who, now) as ledger:
        before = shelf.newest_record(ledger.connection, patient)
        version = before["version"] + 1 if before else 1
        row = {
            "id": desk.new_id(), "patient": patient, "version": version, "text": text, "sha": digest(text),
            "made_at": now, "made_by": who.id,
        }  # fmt: skip
        ledger.insert(records, row, "record kept", patient=patient, version=version)
    return version


def request(desk: Desk, who: Account, patient: str, words: str, now: datetime) -> str:
    """A patient or prescriber asks for a prescription; returns its id."""
    made = allowed_move("request", None, who.roles)
    if not words.strip():
        raise UsageError("says nothing.", where="request", next_step="Say what is asked for.")
    with desk.entering(who, now) as ledger:
        row = desk.new(patient, who, now) | {"request": words, "state": str(made.target)}
        refuse_strangers(who, row)
        ledger.insert(prescriptions, row, "request", patient=patient)
    return str(row["id"])


def move(desk: Desk, name: str, who: Account, prescription: str, reason: str, now: datetime) -> State:
    """A move that needs no more than a reason: ask, answer, decline, clarify, hold, release, refuse, cancel."""
    if name not in WITH_A_REASON:
        raise UsageError(f"'{name}' needs more than a reason.", next_step="Use the step of that name.")
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move(name, one.state, who.roles, reason)
        desk.to(ledger, one, made.target, name, {"reason": reason}, reason=reason)
    return made.target


def expire_due(desk: Desk, now: datetime) -> int:
    """End every prescription whose time has passed by the law of its place; returns how many."""
    ended = 0
    with desk.entering(SYSTEM, now) as ledger:
        for row in list(ledger.connection.execute(select(prescriptions.c.id)).scalars()):
            one = shelf.held(ledger.connection, row)
            if one.content is None or one.state not in shelf.LIVE:
                continue
            if now.date() > desk.law_now(one, one.content.written_on).last_day(one.content.written_on):
                desk.to(ledger, one, allowed_move("expire", one.state, SYSTEM.roles).target, "expire", {})
                ended += 1
    return ended


def view(desk: Desk, who: Account, prescription: str, now: datetime) -> dict[str, Any]:
    """A prescription as somebody who may see it sees it; the view is kept in the audit chain."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        ledger.note("view", f"prescriptions/{one.id}")
        connection = ledger.connection
        return {
            "id": one.id, "state": str(one.state), "patient": one.row["patient"], "content": one.row["content"],
            "request": one.row["request"], "reason": one.row["reason"], "pharmacy": one.row["pharmacy"],
            "fill": one.row["fill"], "signed_at": one.row["signed_at"], "transfers": one.row["transfers"],
            "review": shelf.review_of(connection, one.row["review_id"]),
            "answers": shelf.answers_of(connection, one.row["review_id"]),
            "fills": shelf.fills_of(connection, one.id),
        }  # fmt: skip
