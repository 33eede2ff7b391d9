"""What a prescriber does: drafts, has it reviewed, answers, signs with two factors, and hands it to a pharmacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from benzosafe.audit.canonical import digest
from benzosafe.audit.ledger import Ledger, entering
from benzosafe.errors import UsageError
from benzosafe.identity.accounts import Account, NotAllowed
from benzosafe.identity.factors import NOBODY, Second, password_right, prove
from benzosafe.identity.passkeys import PasskeyAnswer, signing
from benzosafe.identity.roles import Role
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.desk import GATE, Desk
from benzosafe.prescriptions.fhir_request import medication_requests
from benzosafe.prescriptions.law import refuses_signing
from benzosafe.prescriptions.lifecycle import MoveRefused, NotForRole, State, allowed_move
from benzosafe.prescriptions.safety import MONITOR, Unchecked, answer_row, still_needed
from benzosafe.prescriptions.signing import sign as signature_of
from benzosafe.prescriptions.signing import signed_bytes
from benzosafe.storage.rx_tables import prescriptions, rx_answers, signing_keys
from benzosafe.taper.supply_law import law_for


def draft(desk: Desk, who: Account, content: Content, now: datetime, request: str | None = None) -> str:
    """Write a prescription, to a request or by oneself; returns its id."""
    _refuse_other_hand(desk, who, content)
    _refuse_other_place(desk, content)
    with desk.entering(who, now) as ledger:
        if request is None:
            made = allowed_move("draft", None, who.roles)
            row = desk.new(content.patient.id, who, now)
            row |= {"content": content.model_dump(mode="json"), "state": str(made.target)}
            ledger.insert(prescriptions, row, "draft", content=digest(content))
            return str(row["id"])
        one = desk.held(ledger, who, request)
        made = allowed_move("draft", one.state, who.roles)
        if one.row["patient"] != content.patient.id:
            raise UsageError("the request is of another patient.", next_step="Write it for the one who asked.")
        changes = {"content": content.model_dump(mode="json"), "made_by": who.id}
        desk.to(ledger, one, made.target, "draft", changes, content=digest(content))
        return one.id


def change(desk: Desk, who: Account, prescription: str, content: Content, now: datetime) -> None:
    """Write a draft anew; its review no longer counts."""
    _refuse_other_hand(desk, who, content)
    _refuse_other_place(desk, content)
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("change", one.state, who.roles)
        if one.row["patient"] != content.patient.id:
            raise UsageError("is of another patient.", next_step="Write a new one.")
        changes = {"content": content.model_dump(mode="json"), "review_id": None}
        desk.to(ledger, one, made.target, "change", changes, content=digest(content))


def review(desk: Desk, who: Account, prescription: str, now: datetime) -> dict[str, Any]:
    """Review the draft on today's data; returns the review with what is still needed before a signature."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("review", one.state, who.roles)
        found = desk.reviewed(ledger, one, who, GATE)
        # A review that could not run leaves the draft where it was: visibly unchecked.
        target = State.drafted if found["could_not_run"] else made.target
        desk.to(ledger, one, target, "review", {"review_id": found["id"]}, could_not_run=found["could_not_run"])
    return found | {"needed": still_needed(found["findings"], [])}


def answer(desk: Desk, who: Account, prescription: str, given: Mapping[str, Any], now: datetime) -> list[str]:
    """Answer a finding: confirm, give a reason, or promise to monitor (a dated task); returns what is still needed."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        if Role.prescriber not in who.roles:
            raise NotForRole("findings are answered by the prescriber.", next_step="Ask them.")
        if one.state is not State.reviewed:
            raise MoveRefused("findings are answered between review and signature.", next_step="Review it first.")
        found = shelf.review_of(ledger.connection, one.row["review_id"])
        assert found is not None
        row = answer_row(desk.new_id(), who.id, found, given, now, desk.day(now))
        if any((one["rule"], one["action"]) == (row["rule"], row["action"]) for one in
               shelf.answers_of(ledger.connection, found["id"])):  # fmt: skip
            raise UsageError("was answered so already.", where=row["rule"], next_step="Nothing more is needed of it.")
        ledger.insert(rx_answers, row, "finding answered", rule=row["rule"], answer=row["action"])
        if row["action"] == MONITOR:
            desk.task(ledger, one, f"Monitor: {row['rule']}. {row['reason']}", row["due_on"], who)
        return still_needed(found["findings"], shelf.answers_of(ledger.connection, found["id"]))


def sign(desk: Desk, name: str, password: str, second: Second, prescription: str, now: datetime) -> None:
    """Sign with both factors at this moment; refused unless the review is of exactly this, answered, and lawful."""
    right = password_right(desk.engine, name, password)
    with entering(desk.engine, desk.vault.chain_key, NOBODY, now) as ledger:
        who = prove(ledger, desk.vault, name, right, second)
    if who is None:
        raise NotAllowed(
            "it was not signed: password or second factor is wrong, or the account is locked.",
            next_step="Try again; after five failures the account rests for a quarter of an hour.",
        )
    if who.renew:
        raise NotAllowed("somebody else has seen the secrets of this account.", next_step="Renew them first.")
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("sign", one.state, who.roles)
        content = shelf.written(one)
        if isinstance(second, PasskeyAnswer) and second.purpose != signing(one.id, digest(content)):
            raise Unchecked("the passkey was asked about another content.", next_step="Sign what it says now.")
        _refuse_other_hand(desk, who, content)
        _refuse_unchecked(desk, ledger, one, content)
        refused = refuses_signing(content, desk.law(content, desk.day(now)))
        if refused:
            why = "; ".join(item.what for item in refused)
            raise MoveRefused(f"the law does not let it be signed: {why}.", next_step="Change it, or do not sign.")
        key = _key_of(desk, ledger, who)
        signature = signature_of(desk.vault, key, signed_bytes(one.id, content, ledger.at, key["id"]))
        changes = {"signature": signature, "signed_at": ledger.at, "key_id": key["id"]}
        desk.to(ledger, one, made.target, "sign", changes, content=digest(content), key=key["id"])


def transmit(desk: Desk, who: Account, prescription: str, pharmacy: str, now: datetime) -> str:
    """Hand it to a pharmacy; returns how: 'electronic', or 'paper' where a certified system would be needed."""
    pharmacy = " ".join(pharmacy.split())
    if not pharmacy:
        raise UsageError("names no pharmacy.", next_step="Name the pharmacy that the patient chose.")
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("transmit", one.state, who.roles)
        shelf.verify_signature(ledger.connection, one)
        how = "electronic" if desk.law_now(one, desk.day(now)).handed_electronically else "paper"
        desk.to(ledger, one, made.target, "transmit", {"pharmacy": pharmacy}, pharmacy=pharmacy, how=how)
        if how == "electronic" and desk.sender is not None:  # last: what fails takes the whole step back
            sent = replace(one, row=one.row | {"state": str(made.target), "pharmacy": pharmacy})
            desk.sender.send(one.id, pharmacy, medication_requests(sent, [], desk.knowledge))
    return how


def _refuse_other_hand(desk: Desk, who: Account, content: Content) -> None:
    if content.prescriber.account != who.name:
        raise NotAllowed("a prescription is written by its prescriber.", next_step="Write it in your own name.")
    said = {name: str(who.details.get(name, "")) for name in ("profession", "registration")}
    if who.details.get("patient") == content.patient.id:
        raise NotAllowed("nobody prescribes for themselves here.", next_step="Ask a colleague.")
    wrong = [name for name, value in said.items() if getattr(content.prescriber, name) != value]
    if wrong:
        raise NotAllowed(
            f"{' and '.join(wrong)} are not those of the account.", next_step="An administrator records them."
        )


def _refuse_other_place(desk: Desk, content: Content) -> None:
    """The law is that of the place where the practice is, not one that the prescriber picks."""
    here, said = (law_for(desk.knowledge, content.ingredient, place, content.written_on).jurisdiction
                  for place in (desk.jurisdiction or content.jurisdiction, content.jurisdiction))  # fmt: skip
    if said != here and not said.startswith(f"{here}-"):
        raise UsageError(
            f"this practice is in {here}, and the prescription says {said}.", where="jurisdiction",
            next_step=f"Write {here} (or a part of it), or set jurisdiction in the configuration.",
        )  # fmt: skip


def _refuse_unchecked(desk: Desk, ledger: Ledger, one: shelf.Held, content: Content) -> None:
    found = shelf.review_of(ledger.connection, one.row["review_id"])
    if found is None or found["could_not_run"]:
        raise Unchecked("it has not been reviewed.", next_step="Review it.")
    data = shelf.data_of(ledger.connection, one)
    if found["fingerprint"] != data.fingerprint(content, desk.knowledge, desk.day(ledger.at)):
        raise Unchecked(
            "the draft, the patient's data, the knowledge or the day is another than at its review.",
            next_step="Review it again.",
        )
    needed = still_needed(found["findings"], shelf.answers_of(ledger.connection, found["id"]))
    if needed:
        raise Unchecked(f"still needed: {'; '.join(needed)}.", next_step="Answer them.")


def _key_of(desk: Desk, ledger: Ledger, who: Account) -> dict[str, Any]:
    query = select(signing_keys).where(
        signing_keys.c.account_id == who.id, signing_keys.c.retired_at.is_(None),
        signing_keys.c.revoked_at.is_(None),
    )  # fmt: skip
    row = ledger.connection.execute(query).mappings().first()
    if row is None:
        raise MoveRefused("no signing key is in force for this account.", next_step="benzosafe keys rotate NAME")
    return dict(row)
