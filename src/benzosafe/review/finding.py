"""A finding: what a rule says about one scenario, on what orders and facts it rests, and what is not known."""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import Any

import numpy as np

from benzosafe.facts.column import Column, Number, Truth, Word, is_set
from benzosafe.facts.exposure_change import orders_acting_on
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import groups_of, is_per_order
from benzosafe.patient.tables import Order
from benzosafe.review.condition import Condition, Facts, LookUp
from benzosafe.review.evaluate import (
    INGREDIENTS,
    PLACEHOLDER,
    RANK,
    SEVERITY_OF_RANK,
    CompiledRule,
    Outcome,
    order_facts,
    rank_at,
    row_facts,
)
from benzosafe.review.predicted import READS, predicted

ALCOHOL = "ethanol"
_WITH_ALCOHOL = {"alcohol", "cns_depressant", "respiratory_depressant"}


class Place:
    """Where in a batch a rule is looked at: a row, or one order of it."""

    __slots__ = ("at", "facts", "frame", "order", "row")

    def __init__(self, frame: Frame, row: int, order: int | None = None) -> None:
        self.frame, self.row, self.order = frame, row, order
        self.at = row if order is None else order
        self.facts: Facts = row_facts(frame) if order is None else order_facts(frame)


class Finding:
    """One rule's verdict on one scenario (FHIR DetectedIssue); its details are worked out when asked for."""

    def __init__(self, outcome: Outcome, place: Place) -> None:
        self.rule, self.place = outcome.rule, place
        self.rank = rank_at(outcome.certain_bits, place.at)
        self.rank_possible = rank_at(outcome.possible_bits, place.at)
        self.excluded = is_set(outcome.excluded_bits, place.at)
        self.covers: list[Finding] = []
        self.tier = 3
        self.caused_by_draft = False

    @property
    def scenario(self) -> str:
        """Name of the scenario the finding is about."""
        return self.place.frame.scenarios[self.place.row].name

    @property
    def severity(self) -> str | None:
        """The certain severity, or None when the check could not be decided."""
        return SEVERITY_OF_RANK.get(self.rank)

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What makes two findings the same across scenarios."""
        return self.rule.rule.id, tuple(self.ingredients) if self.rule.rule.per == "order" else ()

    @cached_property
    def _supporting(self) -> list[Order]:
        return [self.place.frame.orders[number] for number in supporting_orders(self.rule, self.place)]

    @property
    def orders(self) -> list[str]:
        """Ids of the orders the finding, and those it covers, rest on."""
        own = [order.order_id for order in self._supporting]
        return list(dict.fromkeys(own + [name for other in self.covers for name in other.orders]))

    @property
    def ingredients(self) -> list[str]:
        """Ingredients of those orders, in alphabetical order."""
        return sorted(self._own_ingredients.union(*(other.ingredients for other in self.covers)))

    @cached_property
    def _own_ingredients(self) -> set[str]:
        own = {order.ingredient for order in self._supporting if order.ingredient}
        return own | {ALCOHOL} if self._rests_on_alcohol else own

    @property
    def _rests_on_alcohol(self) -> bool:
        """Alcohol that is drunk but stands on no list is named all the same."""
        frame = self.place.frame
        if frame.truth("alcohol_use").value(self.place.row) is not True:
            return False
        return any(group in _WITH_ALCOHOL for name in self.rule.names for group in groups_of(frame, name))

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Every fact the rule reads, with its value here."""
        names = dict.fromkeys((*self.rule.names, *self.rule.told))
        return {name: plain(self.place.facts(name), self.place.at) for name in names}

    @property
    def missing(self) -> list[str]:
        """Facts that are not known and would settle or raise the verdict."""
        higher = [condition for severity, condition in self.rule.levels if condition and RANK[severity] > self.rank]
        names = [n for c in (self.rule.when, *higher) for n in unknown_leaves(c, self.place.facts, self.place.at)]
        return list(dict.fromkeys(names))

    @property
    def exclusions_unknown(self) -> list[str]:
        """Documented exclusions of which it is not known whether they hold."""
        return [name for name in self.rule.rule.not_when if self.facts[name] is None]

    @property
    def excluded_by(self) -> list[str]:
        """Documented exclusions that hold."""
        return [name for name in self.rule.rule.not_when if self.facts[name] is True]

    @property
    def reason(self) -> str:
        """The rule's reason with its facts written out."""
        return fill(self.rule.rule.reason, self.facts, self.ingredients)

    @property
    def _reads_exposure(self) -> bool:
        """Whether this finding, or one it covers, rests on the predicted exposure."""
        return reads_exposure(self.rule) or any(other._reads_exposure for other in self.covers)

    @cached_property
    def predicted(self) -> dict[str, Any] | None:
        """The predicted change of exposure; no dose is named where the medicines must not meet at all."""
        if self.place.order is None or not self._reads_exposure:
            return None
        return predicted(self.place.frame, self.place.order, dose_advice=self.severity != "contraindicated")


def reads_exposure(rule: CompiledRule) -> bool:
    """Whether a rule reads the predicted change of exposure."""
    return not READS.isdisjoint(rule.names)


def findings_of_row(frame: Frame, outcomes: list[Outcome], row: int, *, surely: bool = False) -> list[Finding]:
    """Everything the rules say (surely: without what they only could say) about one row."""
    whole = Place(frame, row)
    orders = [Place(frame, row, order) for order in frame.orders_of_row(row)]
    found: list[Finding] = []
    for outcome in outcomes:
        rows = outcome.rows(surely=surely)
        if rows:
            places = [whole] if outcome.rule.rule.per == "patient" else orders
            found += [Finding(outcome, place) for place in places if is_set(rows, place.at)]
    return found


def unknown_leaves(condition: Condition, facts: Facts | LookUp, at: int) -> list[str]:
    """Names in the parts of a condition that are neither true nor false."""
    if condition.test(facts).value(at) is not None:
        return []
    if not condition.parts:
        return list(condition.names)
    return [name for part in condition.parts for name in unknown_leaves(part, facts, at)]


def supporting_orders(rule: CompiledRule, place: Place) -> list[int]:
    """Numbers of the orders a finding rests on."""
    frame, order = place.frame, place.order
    numbers = frame.orders_of_row(place.row)
    read = _orders_read(rule, frame)
    chosen = {number for number in numbers if read[number]}
    if order is not None:
        if reads_exposure(rule):
            chosen.update(orders_acting_on(frame, order))
        bzra, ingredient = frame.member("bzra"), frame.ingredient
        if bzra[order]:
            # A finding on one benzodiazepine names its co-medicines, not its fellow victims.
            chosen = {number for number in chosen if not bzra[number] or ingredient[number] == ingredient[order]}
        chosen.add(order)
    return sorted(chosen)


def _orders_read(rule: CompiledRule, frame: Frame) -> list[bool]:
    """Of each order of the batch whether the rule's facts rest on it."""
    key = f"orders read by {rule.rule.id}"
    if key not in frame.kept:
        found = np.zeros(len(frame.orders), bool)
        for name in rule.names:
            if name in rule.rule.not_when or is_per_order(name):
                continue
            stopped = name.endswith("_stopped_days_ago")
            taken = frame.systemic & ~frame.possibly_active if stopped else frame.possibly_active
            for group in groups_of(frame, name):
                found |= frame.member(group) & taken
        frame.kept[key] = found.tolist()
    read: list[bool] = frame.kept[key]
    return read


def plain(column: Column, at: int) -> Any:
    """A fact's value for people and JSON: None is unknown, an open end is None inside a pair."""
    if isinstance(column, Truth | Word):
        return column.value(at)
    assert isinstance(column, Number)
    value = column.value(at)
    if value is None or isinstance(value, tuple):
        return None if value is None else [_finite(value[0]), _finite(value[1])]
    return _finite(value)


def _finite(number: float) -> float | None:
    return round(number, 6) if math.isfinite(number) else None


def fill(template: str, values: dict[str, Any], ingredients: list[str]) -> str:
    """A reason with its {facts} written out."""

    def word(match: re.Match[str]) -> str:
        name = match[1]
        return ", ".join(ingredients).replace(ALCOHOL, "alcohol") if name == INGREDIENTS else say(values.get(name))

    return " ".join(PLACEHOLDER.sub(word, template).split())


def say(value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return " or ".join(value)
    if isinstance(value, list):
        low, high = value
        if low is None or high is None:
            return f"at least {say(low)}" if high is None and low is not None else f"at most {say(high)}"
        return f"{say(low)} to {say(high)}"
    return "not known" if value is None else str(value)
