"""The main job: one pass of all rules over all scenarios of one patient, and the verdict that comes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.scenario import Scenario, build_scenarios
from benzosafe.patient.tables import Order, Record
from benzosafe.review.changes import Change, change_scenarios
from benzosafe.review.evaluate import RANK, evaluate
from benzosafe.review.finding import Finding, findings_of_row
from benzosafe.review.predicted import doses_keeping_exposure
from benzosafe.review.rank import Verdict, rank

# JUDGEMENT: when changes are compared, no number of lesser findings outweighs one of the next severity.
_WEIGHT_BASE = 100


@dataclass(frozen=True)
class TriedChange:
    """A change and what the review says after it."""

    change: Change
    burden_before: int
    burden_after: int
    worst_after: int
    removes: list[Finding]
    brings: list[Finding]


@dataclass(frozen=True)
class Review:
    """The whole answer for one patient."""

    record: Record
    on: date
    knowledge: Knowledge
    scenarios: list[Scenario]
    verdicts: dict[str, Verdict]
    frame: Frame

    @property
    def main(self) -> str:
        """The scenario the findings are about: the proposed one when there is a draft."""
        return self.scenarios[-1].name

    @property
    def verdict(self) -> Verdict:
        """The verdict on the main scenario."""
        return self.verdicts[self.main]

    @cached_property
    def changes(self) -> list[TriedChange]:
        """Changes that help, best first; tried when they are asked for, and only where something is to be helped."""
        return self.changes_of(None)

    def changes_of(self, ingredients: Collection[str] | None) -> list[TriedChange]:
        """Of the changes that help those of some ingredients, best first; None means of the whole regimen."""
        return _best_first(_try_changes(self, ingredients)) if burden(self.verdict) else []


def review(record: Record, knowledge: Knowledge, on: date, drafts: Sequence[Order] = ()) -> Review:
    """Review one patient's whole regimen on a date, with any draft orders."""
    scenarios = build_scenarios(record, drafts, on)
    frame = Frame(scenarios, knowledge, on)
    outcomes = evaluate(frame)
    found = [findings_of_row(frame, outcomes, row) for row in range(len(scenarios))]
    if drafts:
        _mark_caused_by_draft(found[-1], found[0])
    verdicts = {scenario.name: rank(findings) for scenario, findings in zip(scenarios, found, strict=True)}
    return Review(record, on, knowledge, scenarios, verdicts, frame)


def _try_changes(review: Review, ingredients: Collection[str] | None) -> list[TriedChange]:
    """Every change of the main scenario or of some of its ingredients, all in one batch.

    None gives a dose of what is forbidden as it is taken.
    """
    base, forbidden = review.verdict, _forbidden(review.verdict)
    kept = doses_keeping_exposure(review.frame, len(review.scenarios) - 1)
    tried = change_scenarios(review.scenarios[-1], review.knowledge, kept, ingredients)
    frame = Frame([scenario for _, scenario in tried], review.knowledge, review.on)
    outcomes = evaluate(frame, surely=True)
    return [
        _compare(change, base, rank(findings_of_row(frame, outcomes, row, surely=True)))
        for row, (change, _) in enumerate(tried)
        if not (change.keeps_exposure and change.ingredient in forbidden)
    ]


def _mark_caused_by_draft(proposed: list[Finding], as_is: list[Finding]) -> None:
    before = {finding.key: finding for finding in as_is}
    for finding in proposed:
        old = before.get(finding.key)
        finding.caused_by_draft = finding.rank > (old.rank if old else 0)


def _forbidden(verdict: Verdict) -> set[str]:
    """Drugs with a finding that forbids them as they are taken: no dose of them is proposed."""
    worst = [finding.place for finding in verdict.findings if finding.severity == "contraindicated"]
    return {place.frame.orders[place.order].ingredient or "" for place in worst if place.order is not None}


def burden(verdict: Verdict) -> int:
    """The weight of all findings shown, such that no number of lesser ones outweighs one of the next severity."""
    return weight_of(verdict.findings)


def weight_of(findings: Iterable[Finding]) -> int:
    """The weight of some findings; information has none."""
    return sum(_WEIGHT_BASE ** (finding.rank - 1) for finding in findings if finding.rank > 1)


def _compare(change: Change, before: Verdict, after: Verdict) -> TriedChange:
    old = {finding.rule.rule.id: finding for finding in before.findings}
    new = {finding.rule.rule.id: finding for finding in after.findings}
    worst = max((finding.rank for finding in after.findings), default=0)
    removes = [f for name, f in old.items() if f.rank > 1 and (name not in new or new[name].rank < f.rank)]
    brings = [f for name, f in new.items() if f.rank > 1 and (name not in old or old[name].rank < f.rank)]
    removes.sort(key=lambda finding: -finding.rank)
    return TriedChange(change, burden(before), burden(after), worst, removes, brings)


def _best_first(changes: list[TriedChange]) -> list[TriedChange]:
    """Those that lower the burden, most first; a free stop before a taper, a taper before an exchange at equal gain."""
    helping = [item for item in changes if item.burden_after < item.burden_before and item.removes]
    ease = {"withhold": 0, "avoid": 1, "stop": 2, "reduce": 3, "exchange": 4, "taper": 5}
    return sorted(helping, key=lambda item: (item.burden_after, ease[item.change.action], item.change.name))


def worst_rank(verdict: Verdict) -> int:
    """Rank of the worst certain finding shown; 0 when there is none."""
    return max((finding.rank for finding in verdict.findings), default=0)


__all__ = ["RANK", "Review", "TriedChange", "review", "worst_rank"]
