"""Whether the medicine is still right: benefit, dose and length, and the harm of stopping beside the harm of going on.

It names candidates for a slow reduction and candidates for no change; a clinician and the person decide. Going on is as
much a result as going down, and nothing here leads to a sudden stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.response import Trend
from benzosafe.monitoring.scale_change import Direction
from benzosafe.monitoring.signals_cover import is_sedative
from benzosafe.patient.tables import Order, Record
from benzosafe.review.finding import Finding
from benzosafe.taper.assess import Assessment, Point, assess

Candidate = Literal["slow reduction may be discussed", "no change", "cannot tell"]
# Rules that speak of the length of use alone.
LENGTH_RULES = (
    "use_over_four_weeks", "use_over_six_months", "insomnia_use_over_two_weeks", "panic_use_over_nine_weeks",
)  # fmt: skip
# True of everybody who takes it for weeks, so it speaks for no one to take less.
_TRUE_OF_ALL = frozenset({"continue_dependence"})


@dataclass(frozen=True)
class Judged:
    """One drug at a review: what is seen of it, what speaks for less and for no change, and what is not known."""

    drug: str
    candidate: Candidate
    because: tuple[str, ...]
    benefit: Direction
    benefit_words: str
    dose_words: str
    length: tuple[str, ...]
    harm_of_continuing: tuple[Point, ...]
    harm_of_stopping: tuple[Point, ...]
    not_known: tuple[str, ...]


def still_right(
    record: Record, knowledge: Knowledge, on: date, findings: Iterable[Finding], seen: Iterable[Trend]
) -> list[Judged]:
    """Each benzodiazepine or Z-drug that is or may be taken; findings: what the review says, seen: what changed."""
    findings, seen = list(findings), list(seen)
    taken: dict[str, list[Order]] = {}
    for order in record.orders:
        drug = order.ingredient or ""
        if is_sedative(drug, knowledge) and order.active is not False and order.source != "draft":
            taken.setdefault(drug, []).append(order)
    return [_judged(drug, orders, record, knowledge, on, (findings, seen)) for drug, orders in sorted(taken.items())]


def _judged(
    drug: str, orders: list[Order], record: Record, knowledge: Knowledge, on: date,
    said: tuple[list[Finding], list[Trend]],
) -> Judged:  # fmt: skip
    findings, seen = said
    benefit, benefit_words = _benefit(orders, seen)
    length = tuple(
        f.rule.rule.title for f in findings if f.rule.rule.id in LENGTH_RULES and f.rank and drug in f.ingredients
    )
    try:
        weighed = assess(knowledge, record, drug, on)
    except BenzosafeError as refusal:
        return Judged(
            drug, "cannot tell", (refusal.what,), benefit, benefit_words, _dose_words(orders), length, (), (), ()
        )
    candidate, because = _candidate(weighed, benefit, length)
    return Judged(
        drug, candidate, because, benefit, benefit_words, _dose_words(orders), length, weighed.harm_of_continuing,
        weighed.harm_of_stopping, tuple(label for label, _ in weighed.not_known),
    )  # fmt: skip


def _benefit(orders: list[Order], seen: list[Trend]) -> tuple[Direction, str]:
    """Whether an outcome of its own reason changed since the first measurement; no single one hides another."""
    reasons = {order.indication for order in orders if order.indication}
    own = [trend for trend in seen if reasons & set(trend.outcome_of)]
    if not reasons:
        return "cannot tell", "no reason is written with it, so nothing tells whether it helps"
    if not own:
        return "cannot tell", "no outcome of its reason was ever measured"
    told = {_told(trend) for trend in own} - {"cannot tell"}
    words = "; ".join(f"{trend.label} {trend.since_first}" for trend in own)
    if len(told) != 1:
        return "cannot tell", f"{'the outcomes disagree' if told else 'no change can be told'} ({words})"
    return told.pop(), words


def _told(trend: Trend) -> Direction:
    """Who stays well is no failure: a total that stays in the range of remission counts as better."""
    return "better" if trend.since_first == "same" and trend.in_remission else trend.since_first


def _dose_words(orders: list[Order]) -> str:
    """Whether it was ever lowered, as far as the record tells."""
    changed = [
        (order.dose_changed_on, order.previous_dose_mg_per_day, order.dose_mg_per_day)
        for order in orders
        if order.dose_changed_on and order.previous_dose_mg_per_day is not None and order.dose_mg_per_day
    ]
    if not changed:
        return "no attempt to find a lower dose that works is on record"
    on, before, now = max(changed, key=lambda item: item[0])
    way = "lower" if now.high < before else "higher" if now.low > before else "the same or different"
    return f"{way} since {on}: {before:g} mg a day before, {now.high:g} mg now"


def _candidate(weighed: Assessment, benefit: Direction, length: tuple[str, ...]) -> tuple[Candidate, tuple[str, ...]]:
    """Less is a candidate only where nothing stands against it and something speaks for it."""
    if weighed.blocks:
        return "no change", tuple(f"{point.title}: {point.words}" for point in weighed.blocks)
    if weighed.refusals:
        return "cannot tell", tuple(f"{point.title}: {point.words}" for point in weighed.refusals)
    own = [point for point in weighed.harm_of_continuing if point.name not in _TRUE_OF_ALL]
    harms = tuple(point.title for point in own if point.state == "present")
    speaks = (*harms, *length, *(("no benefit is seen",) if benefit in ("same", "worse") else ()))
    if speaks:
        return "slow reduction may be discussed", speaks
    open_harms = [point.title for point in own if point.state == "not known"]
    if benefit == "better" and not open_harms:
        return "no change", ("it helps, and nothing on record speaks for less",)
    unmeasured = ["whether it helps was not measured"] if benefit == "cannot tell" else []
    return "cannot tell", (*(f"not known: {title}" for title in open_harms), *unmeasured)
