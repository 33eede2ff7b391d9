"""Which of the changes that help may be offered to a patient, and what stands against the others.

The list names the danger and the change the review found best. A benzodiazepine or Z-drug is only ever offered to be
lowered where the assessment before a taper lets a plan be proposed, and never to a patient with a reason on record not
to taper. Nothing is offered to meet a measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from benzosafe.errors import BenzosafeError
from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.condition import Condition, compile_condition
from benzosafe.review.evaluate import SEVERITY_OF_RANK, row_facts
from benzosafe.review.review import Review, TriedChange
from benzosafe.taper.assess import Assessment, assess

MOST_OFFERED = 3
_GRADUAL = "taper"
_ENDING = ("taper", "stop", "withhold")
_COMFORT_DECIDES = "palliative"
_LEAVE_IT = "Leave it as it is until the team that treats this wants a change. It must not be stopped at once."


@dataclass(frozen=True)
class Offer:
    """A change that helps and may be offered: what it takes away and brings, what it costs, what comes before it."""

    action: str
    ingredient: str
    to: str | None
    words: str
    how: str
    cost: str
    takes_away: int
    worst_severity_after: str | None
    removes_or_lowers: tuple[str, ...]
    brings: tuple[str, ...]
    before: tuple[str, ...]


@dataclass(frozen=True)
class NotOffered:
    """A medicine of which the lowering would help and is not offered: why, and what to do instead."""

    ingredient: str
    why: tuple[str, ...]
    instead: str


@dataclass(frozen=True)
class Offers:
    """What may be offered, best first, and what is not."""

    offered: tuple[Offer, ...] = ()
    not_offered: tuple[NotOffered, ...] = ()


def offers_of(review: Review, do_not_taper: Sequence[str]) -> Offers:
    """The changes of a review that help, sorted into those that may be offered and those that may not."""
    offered: list[Offer] = []
    refused: dict[str, NotOffered] = {}
    against = _Against(review, tuple(do_not_taper))
    for tried in review.changes:
        reason = against.change(tried)
        if reason is not None:
            refused.setdefault(tried.change.ingredient, reason)
        elif len(offered) < MOST_OFFERED:
            offered.append(_offer(tried, against.before(tried)))
    return Offers(tuple(offered), tuple(refused.values()))


class _Against:
    """What stands against changes of one patient; a medicine is assessed once and only if it matters."""

    def __init__(self, review: Review, do_not_taper: tuple[str, ...]) -> None:
        self._review, self._do_not_taper = review, do_not_taper
        self._classes_of = catalog_of(review.knowledge).classes_of
        self._comfort = _comfort_decides(review)
        self._assessed: dict[str, Assessment | str] = {}

    def change(self, tried: TriedChange) -> NotOffered | None:
        """Why a change is not offered; None when it is."""
        change = tried.change
        if self._is_bzra(change.ingredient):
            return self._lowering(change.ingredient)
        if change.action == "avoid" or change.how != _GRADUAL:
            return None
        if self._comfort or (self._do_not_taper and change.action in _ENDING):
            return NotOffered(change.ingredient, self._do_not_taper or (self._comfort,), self._comfort_words())
        return None

    def before(self, tried: TriedChange) -> tuple[str, ...]:
        """What is to be settled before a benzodiazepine or Z-drug is lowered."""
        if not self._is_bzra(tried.change.ingredient):
            return ()
        assessment = self._assessment(tried.change.ingredient)
        assert not isinstance(assessment, str)
        found = [point.title for point in assessment.holds if point.state == "present"]
        return (*found, *(["with a specialist"] if assessment.setting == "specialist" else []))

    def _lowering(self, drug: str) -> NotOffered | None:
        assessment = self._assessment(drug)
        if isinstance(assessment, str):
            return NotOffered(drug, (*self._do_not_taper, assessment), _LEAVE_IT)
        points = (*assessment.refusals, *assessment.blocks)
        why = dict.fromkeys((*self._do_not_taper, *(point.title for point in points)))
        if not why:
            return None
        held = (*points, *(point for point in assessment.holds if point.state == "present"))
        return NotOffered(drug, tuple(why), next((point.instead for point in held if point.instead), _LEAVE_IT))

    def _assessment(self, drug: str) -> Assessment | str:
        """What is to be weighed before a taper, or why there is no saying."""
        if drug not in self._assessed:
            review = self._review
            try:
                self._assessed[drug] = assess(review.knowledge, review.record, drug, review.on)
            except BenzosafeError as error:
                self._assessed[drug] = error.what
        return self._assessed[drug]

    def _is_bzra(self, ingredient: str) -> bool:
        return "bzra" in self._classes_of(ingredient)

    def _comfort_words(self) -> str:
        if not self._comfort:
            return _LEAVE_IT
        return " ".join(self._review.knowledge.taper_advice[_COMFORT_DECIDES].instead.split())


def _comfort_decides(review: Review) -> str:
    """The title of what holds in palliative, hospice and end-of-life care, where comfort decides; else empty."""
    condition = _comfort_condition(review.knowledge)
    row = len(review.scenarios) - 1
    holds = condition.test(row_facts(review.frame)).value(row) is True
    return review.knowledge.taper_advice[_COMFORT_DECIDES].title if holds else ""


@lru_cache(maxsize=4)
def _comfort_condition(knowledge: Knowledge) -> Condition:
    limits = {name: number.lowest for name, number in knowledge.parameters.items()}
    return compile_condition(knowledge.taper_advice[_COMFORT_DECIDES].when or "", limits)


def _offer(tried: TriedChange, before: tuple[str, ...]) -> Offer:
    change = tried.change
    return Offer(
        change.action, change.ingredient, change.to, change.words, change.how, change.why.rstrip("."),
        tried.burden_before - tried.burden_after, SEVERITY_OF_RANK.get(tried.worst_after),
        tuple(dict.fromkeys(finding.rule.rule.title for finding in tried.removes)),
        tuple(dict.fromkeys(finding.rule.rule.title for finding in tried.brings)), before,
    )  # fmt: skip
