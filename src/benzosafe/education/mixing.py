"""Which of this person's other medicines a leaflet names, and why: from the findings of the review, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benzosafe.facts.catalog import catalog_of
from benzosafe.facts.column import Number
from benzosafe.review.finding import ALCOHOL, Finding
from benzosafe.review.review import Review

_SLEEPY_TOPICS = ("respiratory", "duplication")
_LEAST_RANK = 2  # information alone is not put on a patient's paper


@dataclass(frozen=True)
class Mixing:
    """Other medicines by what they do beside the benzodiazepine or Z-drug; names as on the pack, in order of name."""

    opioids: tuple[str, ...] = ()
    sleepy: tuple[str, ...] = ()
    raisers: tuple[str, ...] = ()
    lowerers: tuple[str, ...] = ()
    changers: tuple[str, ...] = ()


def mixing_of(review: Review) -> Mixing:
    """Every medicine that is surely taken and that a certain finding names beside the drug of the leaflet.

    Alcohol is left to sentences of its own. What is suppressed because another finding says it already still counts.
    """
    catalog = catalog_of(review.knowledge)
    taken = {order.ingredient for order in review.record.orders if order.active is True and order.ingredient}
    found: dict[str, set[str]] = {name: set() for name in ("opioids", "sleepy", "raisers", "lowerers", "changers")}
    for finding in _findings(review):
        others = [
            name
            for name in finding.ingredients
            if name in taken and name != ALCOHOL and "bzra" not in catalog.classes_of(name)
        ]
        for name in others:
            found[_kind(finding, catalog.classes_of(name))].add(name)
    found["changers"] -= found["raisers"] | found["lowerers"] | found["sleepy"] | found["opioids"]
    return Mixing(**{kind: tuple(sorted(names)) for kind, names in found.items()})


def _findings(review: Review) -> Iterator[Finding]:
    topics = review.knowledge.topics
    covered = [item.finding for item in review.verdict.suppressed if not item.finding.excluded]
    for finding in (*review.verdict.findings, *covered):
        topic = topics.get(finding.rule.rule.id, "")
        if finding.rank >= _LEAST_RANK and (topic in _SLEEPY_TOPICS or topic == "metabolism"):
            yield finding


def _kind(finding: Finding, classes: frozenset[str] | set[str] | tuple[str, ...]) -> str:
    if finding.place.frame.knowledge.topics.get(finding.rule.rule.id) in _SLEEPY_TOPICS:
        # A rule of breathing may also name what only raises a level.
        return "opioids" if "opioid" in classes else "sleepy" if "cns_depressant" in classes else "changers"
    if finding.place.order is None:
        return "changers"
    ratio = finding.place.frame.column("order_exposure_ratio_typical")
    if not isinstance(ratio, Number):
        return "changers"
    low, high = float(ratio.low[finding.place.at]), float(ratio.high[finding.place.at])
    return "raisers" if low > 1 else "lowerers" if high < 1 else "changers"
