"""What a pharmacist does: receives, checks against the same review with all fills, hands out, and hands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from benzosafe.audit.ledger import Ledger
from benzosafe.errors import UsageError
from benzosafe.identity.accounts import Account
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.advice import Advice, HandedOut, advice
from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.desk import COUNTER, Desk
from benzosafe.prescriptions.history import supplies_of
from benzosafe.prescriptions.law import Law
from benzosafe.prescriptions.lifecycle import MoveRefused, State, allowed_move
from benzosafe.prescriptions.safety import REASON, Unchecked, answer_row, check
from benzosafe.prescriptions.supply import SupplyRefused, days_of, earliest, early_days, left, refuse_more
from benzosafe.storage.rx_tables import fills, rx_answers

_SENT_TWICE = timedelta(minutes=10)


def receive(desk: Desk, who: Account, prescription: str, now: datetime, *, handwritten_seen: bool = False) -> None:
    """The pharmacy has it; where it goes on paper, only with the signature by hand in front of the pharmacist."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("receive", one.state, who.roles)
        shelf.verify_signature(ledger.connection, one)
        if not desk.law_now(one, desk.day(now)).handed_electronically and not handwritten_seen:
            raise MoveRefused(
                "the law of the place needs a certified system or a signature by hand; this system is not certified.",
                next_step="Receive it when the paper signed by hand has been seen.",
            )  # fmt: skip
        desk.to(ledger, one, made.target, "receive", {}, handwritten_seen=handwritten_seen)


def verify(desk: Desk, who: Account, prescription: str, reasons: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The pharmacist's counter-check of the next fill: signature, law, dates, and the same review with all fills.

    reasons: for each finding that stops or interrupts why it is handed out all the same.
    """
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("verify", one.state, who.roles)
        content = shelf.written(one)
        number = _next_fill(one, content, shelf.fills_of(ledger.connection, one.id))
        _refuse_by_law_and_date(desk, ledger, one, number, desk.day(now))
        found = desk.reviewed(ledger, one, who, COUNTER, number)
        _refuse_unanswered(desk, ledger, found, reasons, who)
        desk.to(ledger, one, made.target, "verify", {"fill": number}, fill=number)
    return found


def preview(desk: Desk, who: Account, prescription: str, now: datetime) -> dict[str, Any]:
    """What the counter-check of the next fill will say, so that its reasons can be given; nothing is moved by it."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        allowed_move("verify", one.state, who.roles)
        ledger.note("counter-check looked at", f"prescriptions/{one.id}")
        given = shelf.fills_of(ledger.connection, one.id)
        number = _next_fill(one, shelf.written(one), given)
        found = check(shelf.written(one), shelf.data_of(ledger.connection, one), desk.knowledge, desk.day(now), number)
        left_now = left(shelf.written(one), given, number)
    return {
        "fill": number, "could_not_run": found.could_not_run, "findings": found.findings,
        "not_checked": found.not_checked, "left": {product: f"{units:f}" for product, units in left_now.items()},
    }  # fmt: skip


@dataclass(frozen=True)
class Handover:
    """What is put into the patient's hand: units of each product, whether the medication guide went along, and whether
    it is once more the same amount of the same fill, which within ten minutes is otherwise taken for a call sent twice.
    """

    units: Mapping[str, Decimal]
    guide_given: bool
    again: bool = False

    @property
    def as_kept(self) -> dict[str, str]:
        """The units as they are written down."""
        return {product: str(amount) for product, amount in self.units.items()}


def dispense(desk: Desk, who: Account, prescription: str, given: Handover, now: datetime) -> State:
    """Hand out a fill or a part of it; never more than is left, however many ask at once. Returns the new state."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        content, number = shelf.written(one), one.row["fill"]
        allowed_move("dispense_part", one.state, who.roles)
        law = _refuse_by_law_and_date(desk, ledger, one, number, desk.day(now))
        _refuse_old_check(desk, ledger, one, desk.day(now))
        before = shelf.fills_of(ledger.connection, one.id)
        whole = refuse_more(content, before, number, given.units)
        _refuse_sent_twice(before, number, given, now)
        handing = law.rule.handing if law.rule else None
        if not whole and not (handing and handing.partial_fills):
            raise SupplyRefused("the law of the place knows no partial fills.", next_step="Hand out the whole fill.")
        if not given.guide_given and (handing is None or handing.guide_with_every_fill):
            raise MoveRefused("the medication guide goes with every fill.", next_step="Hand it out and say so.")
        made = allowed_move("dispense" if whole else "dispense_part", one.state, who.roles)
        row = {
            "id": desk.new_id(), "prescription_id": one.id, "number": number,
            "units": given.as_kept,
            "days": days_of(content, before, number, given.units), "dispensed_on": desk.day(now),
            "pharmacy": one.row["pharmacy"],
            "guide_given": given.guide_given, "made_at": now, "made_by": who.id,
        }  # fmt: skip
        ledger.insert(fills, row, "fill", fill=number, units=row["units"])
        desk.to(ledger, one, made.target, made.name, {}, fill=number)
    return made.target


def _refuse_sent_twice(before: list[dict[str, Any]], number: int, given: Handover, now: datetime) -> None:
    just_now = [row for row in before if row["number"] == number and now - row["made_at"] <= _SENT_TWICE]
    if not given.again and any(row["units"] == given.as_kept for row in just_now):
        raise SupplyRefused(
            "the same amount of this fill was handed out a moment ago.",
            next_step="Look at the fills; if it is handed out once more, say so: again.",
        )


def advised(desk: Desk, who: Account, prescription: str, now: datetime) -> Advice:
    """What is said and given with the fill that was handed out last; SupplyRefused where none was."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        rows, content = shelf.fills_of(ledger.connection, one.id), shelf.written(one)
        if not rows:
            raise SupplyRefused("nothing has been handed out yet.", next_step="Dispense first.")
        number = max(row["number"] for row in rows)
        handed = HandedOut(number, rows, supplies_of(ledger.connection, one.row["patient"], content.ingredient))
        ledger.note("advice looked at", f"prescriptions/{one.id}", fill=number)
        return advice(content, handed, desk.law(content, desk.day(now)), desk.knowledge)


def transfer(desk: Desk, who: Account, prescription: str, pharmacy: str, reason: str, now: datetime) -> None:
    """Hand what is left to another pharmacy, as often as the law of the place lets it: once, or not at all."""
    with desk.entering(who, now) as ledger:
        one = desk.held(ledger, who, prescription)
        made = allowed_move("transfer", one.state, who.roles, reason)
        shelf.verify_signature(ledger.connection, one)
        rule = desk.law_now(one, desk.day(now)).rule
        pharmacy = " ".join(pharmacy.split())
        if not pharmacy or pharmacy.casefold() == one.row["pharmacy"].casefold():
            raise UsageError("names no other pharmacy.", next_step="Name the one it goes to.")
        if one.row["transfers"] >= (rule.handing.transfers if rule else 0):
            raise MoveRefused("it may not be transferred (again).", next_step="A new prescription is needed.")
        changes = {"pharmacy": pharmacy, "transfers": one.row["transfers"] + 1, "reason": reason}
        desk.to(ledger, one, made.target, "transfer", changes, pharmacy=pharmacy, reason=reason)


def _next_fill(one: shelf.Held, content: Content, fills: Sequence[Mapping[str, Any]]) -> int:
    """The fill that is due: the last one begun, until nothing is left of it."""
    number: int = one.row["fill"]
    number += not any(units > 0 for units in left(content, fills, number).values())
    if number > len(content.fills):
        raise SupplyRefused("all its fills have been handed out.", next_step="A new prescription is needed.")
    return number


def _refuse_by_law_and_date(desk: Desk, ledger: Ledger, one: shelf.Held, number: int, on: date) -> Law:
    """Before anything is handed out: the signature fits, the law is known and not past, and it is not too early."""
    shelf.verify_signature(ledger.connection, one)
    content = shelf.written(one)
    law = desk.law(content, on)
    if law.rule is None:
        raise SupplyRefused(f"{law.refusal.what if law.refusal else 'no law'}.", next_step="Ask a pharmacist there.")
    last = law.last_day(content.written_on)
    if on > last:
        raise SupplyRefused(f"its time ended on {last}.", next_step="A new prescription is needed.")
    supplies = supplies_of(ledger.connection, one.row["patient"], content.ingredient, (one.id, number))
    allowed = early_days(desk.knowledge)
    unknown = law.supply.days_a_fill.amount
    first = earliest(content.fills[number - 1], supplies, allowed, unknown)
    if on < first:
        unsaid = sum(supply.days is None for supply in supplies)
        said = f" ({unsaid} fills that do not say their days count as {unknown} days each)" if unsaid else ""
        raise SupplyRefused(
            f"fill {number} is due from {first}: what was handed out lasts until then{said}.",
            next_step="Wait, or clarify with the prescriber.",
        )
    return law


def _refuse_old_check(desk: Desk, ledger: Ledger, one: shelf.Held, on: date) -> None:
    """What is handed out was checked today, with the same record, prescriptions and fills as there are now."""
    mark = shelf.data_of(ledger.connection, one).fingerprint(shelf.written(one), desk.knowledge, on)
    if not shelf.was_counter_checked(ledger.connection, one.id, mark):
        raise Unchecked(
            "the day, the patient's data or the knowledge is another than at the counter-check.",
            next_step="Verify it again.",
        )


def _refuse_unanswered(
    desk: Desk, ledger: Ledger, found: Mapping[str, Any], reasons: Mapping[str, str], who: Account
) -> None:
    if found["could_not_run"]:
        raise Unchecked(f"the counter-check could not run: {found['could_not_run']}.", next_step="Clarify it.")
    urgent = [item["rule"] for item in found["findings"] if item["tier"] <= 1]
    open_ones = [rule for rule in urgent if not reasons.get(rule, "").strip()]
    if open_ones:
        raise Unchecked(
            f"still needed: a reason against {', '.join(open_ones)}.", next_step="Give each, or clarify or refuse."
        )
    for rule in urgent:
        row = answer_row(
            desk.new_id(),
            who.id,
            found,
            {"rule": rule, "action": REASON, "reason": reasons[rule]},
            ledger.at,
            desk.day(ledger.at),
        )
        ledger.insert(rx_answers, row, "finding answered", rule=rule, answer=REASON)
