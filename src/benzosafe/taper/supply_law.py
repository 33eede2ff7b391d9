"""Which limits of a place hold for supplying a drug: its own where known, else the strictest known anywhere."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from benzosafe.errors import UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.supply_model import Jurisdiction, LegalLimit, SupplyRule

Kind = Literal["days_a_fill", "refills", "valid_for"]
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("days_a_fill", "days a fill"), ("refills", "refills"), ("valid_for", "validity of a prescription"),
)  # fmt: skip
_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_UNIT_WORDS = {"d": ("day", "days"), "mo": ("month", "months"), "1": ("refill", "refills")}
# JUDGEMENT: no month is shorter; only used to say which of two limits is the stricter.
_SHORTEST_MONTH_DAYS = 28
_NO_PLACE_DISPOSAL = "Take leftovers back to a pharmacy. Do not flush them."


@dataclass(frozen=True)
class AppliedLimit:
    """One limit as it is applied: amount and unit (d, mo or 1), from where, how surely, and why in words.

    `own`: the place itself states it; otherwise it is the strictest known anywhere, because the place's is not known.
    """

    kind: Kind
    label: str
    amount: int
    unit: str
    own: bool
    place: str
    binding: str
    source: str
    at: str
    confidence: str
    why: str

    @property
    def words(self) -> str:
        """'30 days (guidance; dhsc_cd_guidance, verified)', headed by why it is not the place's own."""
        unit = _UNIT_WORDS[self.unit][self.amount != 1]
        own = "" if self.own else f"{self.why}, so the strictest known is used, that of {self.place}: "
        return f"{own}{self.amount} {unit} ({self.binding}; {self.source}, {self.confidence})"


@dataclass(frozen=True)
class SupplyLaw:
    """What holds for a drug in a place; `known` is false when nothing of the place is recorded."""

    jurisdiction: str
    name: str
    known: bool
    schedule: str
    days_a_fill: AppliedLimit
    refills: AppliedLimit
    valid_for: AppliedLimit
    quantity_in_words: bool | None
    disposal: str
    disposal_confidence: str
    notes: tuple[str, ...]

    @property
    def limits(self) -> tuple[AppliedLimit, ...]:
        """The three limits."""
        return self.days_a_fill, self.refills, self.valid_for


def law_for(knowledge: Knowledge, drug: str, jurisdiction: str, on: date) -> SupplyLaw:
    """The supply limits for a drug in a place on a date; UsageError when the place is not written as a code.

    `jurisdiction`: two letters, or with a state ('US', 'US-NY'). A place or limit that is not known gets the strictest
    limit known anywhere, and says so.
    """
    code = _code(knowledge, jurisdiction)
    places = _places(knowledge, code)
    schedule = _schedule(knowledge, drug, code)
    rules = [(name, rule) for name, place in places for rule in place.rules if _holds(rule, schedule, on)]
    found = {kind: _applied(knowledge, code, rules, (kind, label), on) for kind, label in _KINDS}
    words = [rule.quantity_in_words for _, rule in rules if rule.quantity_in_words is not None]
    disposal = [place.disposal for _, place in places if place.disposal]
    return SupplyLaw(
        code, places[0][1].name if places else code, bool(places), schedule, found["days_a_fill"], found["refills"],
        found["valid_for"], words[0] if words else None, disposal[0].words if disposal else _NO_PLACE_DISPOSAL,
        disposal[0].evidence.confidence if disposal else "not known", tuple(_notes(knowledge, code, schedule, rules)),
    )  # fmt: skip


def valid_until(issued: date, limit: AppliedLimit) -> date:
    """The last day on which a prescription issued on a date is still valid."""
    return _plus_months(issued, limit.amount) if limit.unit == "mo" else issued + timedelta(days=limit.amount)


def earliest_issue(filled: date, limit: AppliedLimit) -> date:
    """The earliest date of issue of a prescription that is still valid on the day it is filled."""
    longest = limit.amount * 31 if limit.unit == "mo" else limit.amount
    days = (filled - timedelta(days=back) for back in range(longest, -1, -1))
    return next(day for day in days if valid_until(day, limit) >= filled)


def law_data(law: SupplyLaw) -> dict[str, Any]:
    """The limits as JSON."""
    return {
        "jurisdiction": law.jurisdiction, "name": law.name, "known": law.known, "schedule": law.schedule or None,
        "limits": [
            {
                "kind": limit.kind, "label": limit.label, "amount": limit.amount, "unit": limit.unit,
                "own": limit.own, "from": limit.place, "binding": limit.binding, "source": limit.source,
                "at": limit.at, "confidence": limit.confidence, "why": limit.why, "words": limit.words,
            }
            for limit in law.limits
        ],
        "quantity_in_words_required": law.quantity_in_words, "disposal": law.disposal,
        "disposal_confidence": law.disposal_confidence, "notes": list(law.notes),
    }  # fmt: skip


def _code(knowledge: Knowledge, jurisdiction: str) -> str:
    code = jurisdiction.strip().upper() if isinstance(jurisdiction, str) else ""
    if not _CODE.fullmatch(code):
        raise UsageError(
            f"'{jurisdiction}' is not a jurisdiction.",
            next_step=f"Write two letters, with a state if need be; known: {', '.join(knowledge.jurisdictions)}.",
        )
    return next((name for name, place in knowledge.jurisdictions.items() if code in place.also), code)


def _places(knowledge: Knowledge, code: str) -> list[tuple[str, Jurisdiction]]:
    """The place and those it lies in, narrowest first; a state nobody recorded has no place, for its law may differ."""
    found: list[tuple[str, Jurisdiction]] = []
    while code in knowledge.jurisdictions and code not in {name for name, _ in found}:
        found.append((code, knowledge.jurisdictions[code]))
        code = found[-1][1].within
    return found


def _schedule(knowledge: Knowledge, drug: str, code: str) -> str:
    known = knowledge.drugs.get(drug)
    facts = known.benzodiazepine if known else None
    return facts.schedule.get(code.split("-", maxsplit=1)[0], "") if facts else ""


def _holds(rule: SupplyRule, schedule: str, on: date) -> bool:
    in_force = (rule.effective_from or on) <= on <= (rule.effective_to or on)
    named = not rule.schedules or any(schedule.startswith(name) for name in rule.schedules)
    return in_force and named


def _applied(
    knowledge: Knowledge, code: str, rules: list[tuple[str, SupplyRule]], wanted: tuple[Kind, str], on: date
) -> AppliedLimit:
    for place, rule in rules:
        stated: LegalLimit | None = getattr(rule, wanted[0])
        if stated and stated.limit:
            return _limit(stated, wanted, place, own=True)
        # JUDGEMENT: that there is no limit is relied on only when it was read in the law, never when it was recalled.
        if stated and stated.no_limit:
            why = f"NOT KNOWN for {code} (that there is none is only recalled)"
            return _strictest(knowledge, wanted, on, why)
    return _strictest(knowledge, wanted, on, f"NOT KNOWN for {code}")


def _strictest(knowledge: Knowledge, wanted: tuple[Kind, str], on: date, why: str) -> AppliedLimit:
    known = [
        _limit(stated, wanted, name, own=False, why=why)
        for name, place in knowledge.jurisdictions.items() for rule in place.rules
        if _holds(rule, rule.schedules[0] if rule.schedules else "", on)
        and (stated := getattr(rule, wanted[0])) and stated.limit
    ]  # fmt: skip
    if not known:
        raise UsageError(f"no {wanted[1]} is known anywhere.", next_step="Mend knowledge/jurisdictions.yaml.")
    # A limit that was read in its source goes before a recalled one that says the same.
    return min(known, key=lambda limit: (_days(limit), limit.confidence != "verified", limit.place))


def _limit(stated: LegalLimit, wanted: tuple[Kind, str], place: str, *, own: bool, why: str = "") -> AppliedLimit:
    limit = stated.limit
    assert limit is not None and limit.value is not None
    return AppliedLimit(
        wanted[0], wanted[1], int(limit.value), limit.unit, own, place, stated.binding, limit.source, limit.at,
        limit.confidence, why,
    )  # fmt: skip


def _days(limit: AppliedLimit) -> int:
    return limit.amount * (_SHORTEST_MONTH_DAYS if limit.unit == "mo" else 1)


def _notes(knowledge: Knowledge, code: str, schedule: str, rules: list[tuple[str, SupplyRule]]) -> Iterator[str]:
    place = knowledge.jurisdictions.get(code)
    if place is None:
        known = ", ".join(knowledge.jurisdictions)
        yield f"Nothing is recorded of the law in {code}; ask a pharmacist there. Recorded: {known}."
    elif not schedule:
        yield f"The schedule of this drug in {code} is not recorded."
    yield from (f"{name}: {rule.note}" for name, rule in rules if rule.note)
    if place is not None:
        yield from (f"Not known for {code}: {text}." for text in place.not_known)
        if place.note:
            yield place.note


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
