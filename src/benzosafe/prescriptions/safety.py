"""The safety gate: the review of exactly this draft on today's data, and what it asks for before a signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from benzosafe.audit.canonical import digest
from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.handwritten import read_handwritten, read_medicine_line
from benzosafe.patient.tables import Order, Record
from benzosafe.prescriptions.content import Content, FillPlan, drafts_of, not_understood, plain_number
from benzosafe.prescriptions.history import Handed
from benzosafe.review.review import review
from benzosafe.taper.product import LIQUIDS

CONFIRM, REASON, MONITOR = "confirm", "reason", "will_monitor"
ACTIONS = (CONFIRM, REASON, MONITOR)
_DOSE = ("dose_mg_single", "times_per_day", "dose_mg_per_day", "days_per_week", "prn", "sig", "sig_reading")
_MONTH_DAYS = 31
_INTERRUPTING = 1
_STOPPING = 0


class Unchecked(BenzosafeError):
    """It was not reviewed, or not as it is now; it stays unsigned."""

    exit_code = 4


@dataclass(frozen=True)
class GateReview:
    """What the review said; `could_not_run` says why there is none, and then nothing may be signed."""

    fingerprint: str
    findings: list[dict[str, Any]]
    not_checked: list[dict[str, Any]]
    could_not_run: str = ""


@dataclass(frozen=True)
class Data:
    """What a review is made of beside the draft: the record (text and hash), and what else is prescribed here."""

    record: tuple[str, str] | None
    beside: tuple[Content, ...] = ()
    elsewhere: tuple[Handed, ...] = ()
    """Fills from elsewhere, such as a monitoring programme's."""

    def fingerprint(self, content: Content, knowledge: Knowledge, on: date) -> str:
        """Changes with the draft, the patient's data, the knowledge and the day: then it is reviewed again."""
        sha = self.record[1] if self.record else ""
        there = [f"{one.ingredient} {one.on} {one.pharmacy} {one.units} {one.days}" for one in self.elsewhere]
        beside = [digest(one) for one in self.beside]
        return digest([digest(content), sha, beside, there, knowledge.digest, on.isoformat()])


def read_record(text: str, knowledge: Knowledge, on: date) -> Record:
    """A patient's record as it is kept: a FHIR Bundle or the short form a person writes."""
    if text.lstrip().startswith("{"):
        from benzosafe.fhir.read import read_bundle

        return read_bundle(text.encode(), "record", knowledge, on)
    return read_handwritten(text, "record", knowledge, on)


def check(content: Content, data: Data, knowledge: Knowledge, on: date, fill: int = 1) -> GateReview:
    """Review a supply of a prescription with everything else on record; without a record nothing can be judged."""
    mark = data.fingerprint(content, knowledge, on)
    if data.record is None:
        return GateReview(mark, [], [], "there is no record of this patient to review it with")
    try:
        drafts = drafts_of(content, knowledge, fill)
        unread = not_understood(drafts)
        if unread:
            return GateReview(mark, [], [], f"its directions are not understood: {'; '.join(unread)}")
        record = read_record(data.record[0], knowledge, on)
        if _born_on_another_day(record, content):
            return GateReview(mark, [], [], f"the record is of somebody born on {record.birth_on}: another person?")
        too_much = _more_than_is_taken(content.fills[fill - 1], drafts)
        if too_much:
            return GateReview(mark, [], [], too_much)
        record = _with_beside(_as_last_filled(record, content, knowledge, fill), data.beside, knowledge)
        record = _with_elsewhere(record, content, data.elsewhere, knowledge, on)
        verdict = review(record, knowledge, on, drafts).verdict
    except BenzosafeError as error:
        return GateReview(mark, [], [], error.message)
    findings = [
        {"rule": item.rule.rule.id, "tier": item.tier, "severity": item.severity, "title": item.rule.rule.title,
         "reason": item.reason, "advice": " ".join(item.rule.rule.advice.split())}
        for item in verdict.findings
    ]  # fmt: skip
    open_ones = [
        {"rule": item.rule.rule.id, "title": item.rule.rule.title, "missing": list(item.missing)}
        for item in verdict.undecided
    ]
    return GateReview(mark, findings, [*_not_known_whose(record, content), *open_ones])


def check_every_fill(content: Content, data: Data, knowledge: Knowledge, on: date) -> GateReview:
    """The review of all that is signed: of the first fill, and of each later one that is not as the one before it.

    Of a finding in several fills the gravest counts, with the number of its fill where that is not the first.
    """
    first = check(content, data, knowledge, on)
    findings = {item["rule"]: item for item in first.findings}
    open_ones = {one["rule"]: one for one in first.not_checked}
    for before, fill in pairwise(content.fills):
        if first.could_not_run or _alike(before, fill):
            continue
        found = check(content, data, knowledge, on, fill.number)
        if found.could_not_run:
            return replace(found, could_not_run=f"fill {fill.number}: {found.could_not_run}")
        for item in found.findings:
            if item["rule"] not in findings or item["tier"] < findings[item["rule"]]["tier"]:
                findings[item["rule"]] = {**item, "reason": f"fill {fill.number}: {item['reason']}"}
        open_ones |= {one["rule"]: one for one in found.not_checked if one["rule"] not in open_ones}
    return replace(first, findings=list(findings.values()), not_checked=list(open_ones.values()))


def _alike(one: FillPlan, other: FillPlan) -> bool:
    """Whether the same is taken of two fills."""
    return (one.items, one.directions, one.periods) == (other.items, other.directions, other.periods)


def _not_known_whose(record: Record, content: Content) -> list[dict[str, Any]]:
    """That it could not be checked whether the record is of the one it is for, where a birth date is missing."""
    missing = [
        name for name, known in (
            ("birth date in the record", record.birth_on is not None and record.birth_precision == "day"),
            ("birth date in the prescription", content.patient.born is not None),
        ) if not known
    ]  # fmt: skip
    title = "Is this the record of the person it is for?"
    return [{"rule": "record_of_this_person", "title": title, "missing": missing}] if missing else []


def _born_on_another_day(record: Record, content: Content) -> bool:
    born, said = record.birth_on, content.patient.born
    return born is not None and said is not None and record.birth_precision == "day" and born != said


def _as_last_filled(record: Record, content: Content, knowledge: Knowledge, fill: int) -> Record:
    """After a first fill the medicine is taken as the fill before says, whatever the record still says of its dose."""
    given = drafts_of(content, knowledge, fill - 1) if fill > 1 else []
    if len(given) != 1:
        return record
    own = [order for order in record.orders if order.ingredient == content.ingredient and order.active is not False]
    others = tuple(order for order in record.orders if order not in own)
    if own:
        now = replace(own[0], **{name: getattr(given[0], name) for name in _DOSE})
    else:
        now = replace(given[0], status="active", active=True, start_on=content.fills[0].earliest_on)
    return replace(record, orders=(*others, now))


def _with_beside(record: Record, beside: Sequence[Content], knowledge: Knowledge) -> Record:
    """The record with other live prescriptions of this system, where it does not name their medicine itself."""
    known = {order.ingredient for order in record.orders if order.active is not False}
    others = (order for content in beside for order in drafts_of(content, knowledge))
    return replace(record, orders=(*record.orders, *(order for order in others if order.ingredient not in known)))


def _with_elsewhere(
    record: Record, content: Content, elsewhere: Sequence[Handed], knowledge: Knowledge, on: date
) -> Record:
    """The record with what was handed out elsewhere and still lasts, where the record does not name that medicine.

    JUDGEMENT: a fill that does not say its days counts as a month's.
    """
    known = {order.ingredient for order in record.orders if order.active is not False} | {content.ingredient}
    found: list[Order] = []
    for number, one in enumerate(elsewhere):
        lasts = _MONTH_DAYS if one.days is None else one.days
        if one.ingredient in known or not one.on <= on < one.on + timedelta(days=lasts):
            continue
        known.add(one.ingredient)
        a_day = f" {plain_number(one.units / one.days)} tablets daily" if one.days else ""
        for line in (f"{one.medicine or one.ingredient}{a_day}", one.medicine or one.ingredient, one.ingredient):
            orders = read_medicine_line(line, knowledge, order_id=f"elsewhere-{number}", source="dispense", on=on)
            if any(order.ingredient == one.ingredient for order in orders):
                found += orders
                break
    return replace(record, orders=(*record.orders, *found))


def _more_than_is_taken(plan: FillPlan, drafts: Sequence[Order]) -> str:
    """Why a fill is more than its directions take in its days; empty where it is not.

    JUDGEMENT: a unit of each product more, or a tenth, is rounding to a pack; of a liquid a quarter stays in bottles.
    """
    given = sum(float(item.strength_mg * item.units) for item in plan.items)
    a_day = sum(order.dose_mg_per_day.high for order in drafts if order.dose_mg_per_day is not None)
    spare = 1.25 if any(item.form in LIQUIDS for item in plan.items) else 1.1
    most = max(a_day * plan.days * spare, a_day * plan.days + sum(float(item.strength_mg) for item in plan.items))
    if given <= most:
        return ""
    return (
        f"fill {plan.number} hands out {given:g} mg for {plan.days} days, and its directions take at most "
        f"{a_day * plan.days:g} mg: quantity, days or directions are wrong"
    )


def still_needed(findings: Iterable[Mapping[str, Any]], answers: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is to be done before a signature, one sentence each.

    What stops needs a confirmation of its own and a reason; what interrupts needs a reason, or a promise to monitor.
    """
    done = {(answer["rule"], answer["action"]) for answer in answers}
    needed = []
    for item in findings:
        rule = item["rule"]
        reasoned = (rule, REASON) in done or (rule, MONITOR) in done
        if item["tier"] <= _INTERRUPTING and not reasoned:
            needed.append(f"a reason against '{item['title']}' ({rule})")
        if item["tier"] == _STOPPING and (rule, CONFIRM) not in done:
            needed.append(f"a separate confirmation of '{item['title']}' ({rule})")
    return needed


def answer_row(
    new_id: str, who: str, found: Mapping[str, Any], given: Mapping[str, Any], now: datetime, today: date
) -> dict[str, Any]:
    """An answer to a finding as a row; UsageError where it answers none, says no reason, or promises no day."""
    rule, action = str(given.get("rule", "")), str(given.get("action", ""))
    if rule not in {item["rule"] for item in found["findings"]} or action not in ACTIONS:
        raise UsageError(
            f"'{action}' of '{rule}' answers no finding of this review.",
            next_step=f"Actions: {', '.join(ACTIONS)}.",
        )
    reason, due = str(given.get("reason", "")).strip(), given.get("due_on")
    if not reason:
        raise UsageError("needs a reason.", where=rule, next_step="Say why.")
    if action == MONITOR and (not isinstance(due, date) or due <= today):
        raise UsageError("a promise to monitor needs a day to come.", where=rule, next_step="Give due_on.")
    return {
        "id": new_id, "review_id": found["id"], "rule": rule, "action": action, "reason": reason,
        "due_on": due if action == MONITOR else None, "made_at": now, "made_by": who,
    }  # fmt: skip
