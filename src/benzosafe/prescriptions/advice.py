"""What goes with a fill that is handed out: label, guide, no sudden stop, storage, leftovers, and when the next is due.

Nothing that is missing in the law of a place is taken as allowed: then it says that it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.content import Content, plain_number
from benzosafe.prescriptions.law import Law
from benzosafe.prescriptions.papers import DO_NOT_STOP
from benzosafe.prescriptions.supply import Supply, covered_until, earliest, early_days, left

Kind = Literal["label", "guide", "stopping", "storage", "leftovers", "next"]
_STORAGE = (
    "Keep it locked away, out of sight and out of reach of children and of everybody it was not prescribed for. Never "
    "pass it on to anybody."
)
_SURE = {
    "verified": "", "recalled": "recalled, not read again in its source", "derived": "worked out, not read",
    "draft": "draft, not reviewed by a lawyer or a pharmacist", "house": "a judgement of benzosafe",
    "not known": "the rule of this place is not known",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One sentence, from where it is, and how surely it is known: verified, recalled, draft, house or not known."""

    kind: Kind
    text: str
    source: str
    confidence: str

    @property
    def words(self) -> str:
        """The sentence, with how surely it is known where it is not verified."""
        sure = _SURE.get(self.confidence, self.confidence)
        return f"{self.text} ({sure})" if sure else self.text


@dataclass(frozen=True)
class Advice:
    """Everything that goes with a fill."""

    fill: int
    lines: tuple[Line, ...]
    used_up_on: date | None
    """The first day without medicine if it is taken as written; None where no fill is known."""

    next_on: date | None
    """The first day of the next fill; None where there is none, or none any more that is valid."""

    @property
    def plain(self) -> tuple[str, ...]:
        """Its sentences."""
        return tuple(line.words for line in self.lines)

    def of(self, kind: Kind) -> tuple[Line, ...]:
        """Its sentences of one kind."""
        return tuple(line for line in self.lines if line.kind == kind)


@dataclass(frozen=True)
class HandedOut:
    """A fill that was just handed out: its number, all rows of the prescription, and every supply from anywhere."""

    number: int
    fills: Sequence[Mapping[str, Any]]
    supplies: Sequence[Supply]


def advice(content: Content, handed: HandedOut, law: Law, knowledge: Knowledge) -> Advice:
    """What to say and to give with a fill; `law`: of the day on which it is handed out."""
    unknown_days = law.supply.days_a_fill.amount
    used_up = covered_until(handed.supplies, unknown_days)
    next_on = _next(content, handed, law, knowledge)
    lines = (
        *_label(law, knowledge), _guide(law), _stopping(content, knowledge),
        Line("storage", _STORAGE, "house", "house"),
        Line("leftovers", law.supply.disposal, law.supply.name, law.supply.disposal_confidence),
        *_rest(content, handed, law), *_after(content, handed.number, law, (used_up, next_on)),
    )  # fmt: skip
    return Advice(handed.number, lines, used_up, next_on)


def _label(law: Law, knowledge: Knowledge) -> Iterator[Line]:
    """What the law wants on the label in its own words."""
    name = law.supply.name
    if law.rule is None or not law.rule.label_words:
        text = f"No warning that the law of {name} wants on the label is recorded, which is not that there is none."
        yield Line("label", text, name, "not known")
        return
    status = knowledge.prescribing[law.place].status
    for words in law.rule.label_words:
        yield Line("label", f"On the label, in the words of the law: '{words}'", law.rule.id, status)


def _guide(law: Law) -> Line:
    """The guide that goes with it; where the law does not tell, it is handed out."""
    if law.rule is None:
        return Line("guide", "Hand out the medication guide or leaflet.", law.supply.name, "not known")
    said = law.rule.handing.evidence
    if law.rule.handing.guide_with_every_fill:
        text = "The medication guide or leaflet goes with every fill: hand it out with this one."
    else:
        text = "Offer the medication guide or leaflet."
    return Line("guide", text, said.source, said.confidence)


def _stopping(content: Content, knowledge: Knowledge) -> Line:
    known = knowledge.drugs.get(content.ingredient)
    if known is None or known.stopping is None or known.stopping.how == "free":
        return Line("stopping", DO_NOT_STOP, "house", "house")
    return Line("stopping", f"{DO_NOT_STOP} {known.stopping.why}", known.stopping.source, known.status)


def _next(content: Content, handed: HandedOut, law: Law, knowledge: Knowledge) -> date | None:
    """The first day of the next fill, counted from every fill from anywhere; None after the last valid day."""
    if handed.number >= len(content.fills):
        return None
    early = early_days(knowledge)
    first = earliest(content.fills[handed.number], handed.supplies, early, law.supply.days_a_fill.amount)
    return first if first <= law.last_day(content.written_on) else None


def _rest(content: Content, handed: HandedOut, law: Law) -> Iterator[Line]:
    last = law.last_day(content.written_on)
    for product, units in left(content, handed.fills, handed.number).items():
        if units > 0:
            some = f"{plain_number(units)} units of {product}"
            text = f"Of fill {handed.number}, {some} are left, to be handed out by {last}."
            yield _by_date(law, text)


def _after(content: Content, number: int, law: Law, days: tuple[date | None, date | None]) -> Iterator[Line]:
    """When the next fill is due; where there is none, that a new prescription is asked for before it runs out."""
    used_up, next_on = days
    last = law.last_day(content.written_on)
    until = f"What was handed out lasts until {used_up} if it is taken as written. " if used_up else ""
    if next_on is not None:
        text = f"{until}Fill {number + 1} may be handed out from {next_on} to {last}, and not earlier."
        yield _by_date(law, text)
        return
    if number < len(content.fills):
        why = f"The next fill would be due after {last}, when the prescription has ended."
    else:
        why = "This was the last fill."
    ask = "Ask for a new prescription well before, so that it never runs out suddenly."
    yield _by_date(law, f"{why} {until}{ask}")


def _by_date(law: Law, text: str) -> Line:
    """A sentence that rests on how long it is valid; where another place lends its limit, that is not known."""
    valid = law.supply.valid_for
    return Line("next", text, valid.source, valid.confidence if valid.own else "not known")
