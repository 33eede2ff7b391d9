"""Requests, what needs no more than a reason, what is seen, and what the calendar ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from benzosafe.errors import UsageError
from benzosafe.identity.accounts import Account
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.access import refuse_strangers, visible_to
from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.desk import SYSTEM, Desk
from benzosafe.prescriptions.lifecycle import LIVE, State, allowed_move
from benzosafe.storage.rx_tables import prescriptions

WITH_A_REASON = ("ask", "answer", "decline", "clarify", "hold", "release", "refuse", "cancel")


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
    live = select(prescriptions.c.id).where(prescriptions.c.state.in_([str(state) for state in LIVE]))
    with desk.entering(SYSTEM, now) as ledger:
        for row in list(ledger.connection.execute(live).scalars()):
            one = shelf.held(ledger.connection, row)
            written_on = shelf.written(one).written_on
            if desk.day(now) > desk.law_now(one, written_on).last_day(written_on):
                desk.to(ledger, one, allowed_move("expire", one.state, SYSTEM.roles).target, "expire", {})
                ended += 1
    return ended


def listed(desk: Desk, who: Account, now: datetime) -> list[dict[str, Any]]:
    """The prescriptions of which somebody may know, newest first; that they were listed is kept in the audit chain."""
    seen = visible_to(who)
    if seen is None or who.disabled:
        return []
    with desk.entering(who, now) as ledger:
        query = select(prescriptions).where(seen).order_by(prescriptions.c.changed_at.desc(), prescriptions.c.id)
        rows = [dict(row) for row in ledger.connection.execute(query).mappings()]
        ledger.note("listed", f"accounts/{who.id}", prescriptions=len(rows))
    return [
        {
            "id": row["id"], "patient": row["patient"], "state": row["state"], "pharmacy": row["pharmacy"],
            "changed_at": row["changed_at"], "medicine": _medicine(row["content"]), "fill": row["fill"],
        }
        for row in rows
    ]  # fmt: skip


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
            "fills": shelf.fills_of(connection, one.id), "tasks": shelf.tasks_of(connection, one.id),
        }  # fmt: skip


def papers(
    desk: Desk, who: Account, prescription: str, what: str, now: datetime
) -> tuple[shelf.Held, list[dict[str, Any]]]:
    """A prescription and its fills for a form or export, once its signature is verified where it has one."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        shelf.written(one)
        if one.row["key_id"] is not None:
            shelf.verify_signature(ledger.connection, one)
        ledger.note("papers made", f"prescriptions/{one.id}", what=what)
        return one, shelf.fills_of(ledger.connection, one.id)


def _medicine(content: dict[str, Any] | None) -> str:
    return Content.model_validate(content).fills[0].items[0].product if content else ""
