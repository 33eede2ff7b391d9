"""Which of the changes that help may be offered to a patient, and what stands against the others.

The list names the danger and the change the review found best. A benzodiazepine or Z-drug is only ever offered to be
lowered where the assessment before a taper lets a plan be proposed, and never to a patient with a reason on record not
to taper. Nothing is offered to meet a measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benzosafe.errors import BenzosafeError
from benzosafe.facts.catalog import catalog_of
from benzosafe.review.evaluate import SEVERITY_OF_RANK
from benzosafe.review.review import Review, TriedChange
from benzosafe.taper.assess import Assessment, assess

MOST_OFFERED = 3
_GRADUAL = "taper"
# JUDGEMENT: these reasons not to taper are about the benzodiazepine alone, so that an opioid beside it may be lowered;
# with any other (pregnancy, suicidal thoughts, end of life) nothing that causes withdrawal is offered to be lowered.
_OF_THE_BENZODIAZEPINE = (
    "seizure_indication", "epilepsy_other_reason", "catatonia_treated", "rem_sleep", "spasticity_or_movement",
)  # fmt: skip
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
            offer = _offer(tried, against.before(tried))
            offered.append(_in_words_of_lowering(offer) if do_not_taper else offer)
    return Offers(tuple(offered), tuple(refused.values()))


class _Against:
    """What stands against changes of one patient; a medicine is assessed once and only if it matters."""

    def __init__(self, review: Review, do_not_taper: tuple[str, ...]) -> None:
        self._review, self._do_not_taper = review, do_not_taper
        self._classes_of = catalog_of(review.knowledge).classes_of
        alone = {review.knowledge.taper_advice[name].title for name in _OF_THE_BENZODIAZEPINE}
        self._of_the_person = tuple(title for title in do_not_taper if title not in alone)
        self._assessed: dict[str, Assessment | str] = {}

    def change(self, tried: TriedChange) -> NotOffered | None:
        """Why a change is not offered; None when it is."""
        change = tried.change
        if self._is_bzra(change.ingredient):
            return self._lowering(change.ingredient)
        if self._of_the_person and change.how == _GRADUAL and change.action != "avoid":
            return NotOffered(change.ingredient, self._of_the_person, self._instead())
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

    def _instead(self) -> str:
        """What the first of the reasons that concern the whole person says is to be done."""
        advice = self._review.knowledge.taper_advice.values()
        found = (one.instead for one in advice if one.title == self._of_the_person[0] and one.instead)
        return " ".join(next(found, _LEAVE_IT).split())


def _in_words_of_lowering(offer: Offer) -> Offer:
    """The same change in words that nobody takes for a taper of the benzodiazepine."""
    if offer.how != _GRADUAL:
        return offer
    if offer.action != _GRADUAL:
        return replace(offer, how="gradually")
    words = f"lower {offer.ingredient} gradually, as far as the person can"
    return replace(offer, action="lower", words=words, how="gradually")


def _offer(tried: TriedChange, before: tuple[str, ...]) -> Offer:
    change = tried.change
    return Offer(
        change.action, change.ingredient, change.to, change.words, change.how, change.why.rstrip("."),
        tried.burden_before - tried.burden_after, SEVERITY_OF_RANK.get(tried.worst_after),
        tuple(dict.fromkeys(finding.rule.rule.title for finding in tried.removes)),
        tuple(dict.fromkeys(finding.rule.rule.title for finding in tried.brings)), before,
    )  # fmt: skip
