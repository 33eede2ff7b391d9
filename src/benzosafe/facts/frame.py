"""The batch: patients' scenarios as arrays, and the look-up that turns a fact's name into a column."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from benzosafe.facts.catalog import NON_SYSTEMIC_ROUTES, catalog_of
from benzosafe.facts.column import Bools, Column, Floats, Ints, Number, Truth, Word
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Bounds, Condition, Observation, Order, Record

Kind = TypeVar("Kind", Truth, Number, Word)


def _expect(column: Column, kind: type[Kind], name: str) -> Kind:
    if not isinstance(column, kind):
        raise TypeError(f"fact '{name}' is a {type(column).__name__}, not a {kind.__name__}")
    return column


def _bounds(found: list[Bounds | None]) -> Number:
    """From 0 to unlimited where a quantity is not known."""
    low = np.array([0.0 if b is None else b.low for b in found])
    return Number(low, np.array([np.inf if b is None else b.high for b in found]))


def _is_relevant(order: Order, relevant: frozenset[str]) -> bool:
    """Medicines that resolve to a bystander change no fact, unless their text and code disagree."""
    disagree = order.text_ingredient is not None and order.text_ingredient != order.code_ingredient
    return order.ingredient is None or order.ingredient in relevant or disagree or bool(order.conflicts)


class Frame:
    """Rows (patient x scenario) with their orders; `column(name)` computes a fact once and keeps it."""

    def __init__(self, scenarios: Sequence[Scenario], knowledge: Knowledge, on: date) -> None:
        self.scenarios, self.knowledge, self.on = list(scenarios), knowledge, on
        self.catalog = catalog_of(knowledge)
        self.size = len(self.scenarios)
        places: dict[int, int] = {}
        self.records: list[Record] = []
        patient_of_row = np.empty(self.size, np.int64)
        for row, scenario in enumerate(self.scenarios):
            place = places.setdefault(id(scenario.record), len(places))
            if place == len(self.records):
                self.records.append(scenario.record)
            patient_of_row[row] = place
        self.patient_of_row = patient_of_row
        names = self.catalog.relevant
        relevant = [[o for o in scenario.orders if _is_relevant(o, names)] for scenario in self.scenarios]
        self.orders: list[Order] = [order for orders in relevant for order in orders]
        counts = [len(orders) for orders in relevant]
        self.order_row: Ints = np.repeat(np.arange(self.size), counts)
        self._first_order = [0, *itertools.accumulate(counts)]
        self._columns: dict[str, Column] = {}
        self._spread: dict[int, Column] = {}
        self.kept: dict[str, Any] = {}  # what several facts of a subject share, made once

    def orders_of_row(self, row: int) -> range:
        """Numbers of the orders of a row."""
        return range(self._first_order[row], self._first_order[row + 1])

    def column(self, name: str) -> Column:
        """A fact by name; KeyError when no such fact exists."""
        found = self._columns.get(name)
        if found is None:
            from benzosafe.facts.registry import compute

            found = self._columns[name] = compute(self, name)
        return found

    def column_of_orders(self, name: str) -> Column:
        """A fact by name as each order sees it: its own, or that of its row."""
        from benzosafe.facts.registry import is_per_order

        column = self.column(name)
        if is_per_order(name):
            return column
        found = self._spread.get(id(column))  # `_columns` keeps the column, so its number stays its own
        if found is None:
            found = self._spread[id(column)] = column.take(self.order_row)
        return found

    def truth(self, name: str) -> Truth:
        """A fact that is true or false."""
        return _expect(self.column(name), Truth, name)

    def number(self, name: str) -> Number:
        """A fact that is a number."""
        return _expect(self.column(name), Number, name)

    def word(self, name: str) -> Word:
        """A fact that is a word."""
        return _expect(self.column(name), Word, name)

    # ---- per order -------------------------------------------------------------------------------

    @cached_property
    def ingredient(self) -> Ints:
        """Ingredient number of each order; -1 unresolved."""
        index = self.catalog.index
        return np.array([index.get(order.ingredient or "", -1) for order in self.orders], np.int64)

    @cached_property
    def systemic(self) -> Bools:
        """Orders whose route reaches the whole body."""
        local = np.array([order.route in NON_SYSTEMIC_ROUTES for order in self.orders], bool)
        # JUDGEMENT: a benzodiazepine, Z-drug or opioid is never local, whatever route was read ("rectal gel").
        return ~local | self.member("bzra") | self.member("opioid")

    @cached_property
    def certainly_active(self) -> Bools:
        """Orders known to be taken on the review date."""
        return np.array([order.active is True for order in self.orders], bool) & self.systemic

    @cached_property
    def possibly_active(self) -> Bools:
        """Orders not known to be over, certainly active ones included."""
        return np.array([order.active is not False for order in self.orders], bool) & self.systemic

    @cached_property
    def unresolved(self) -> Bools:
        """Possibly active orders of which the ingredient is not known: they could be anything."""
        return (self.ingredient < 0) & self.possibly_active

    @cached_property
    def days_taken(self) -> Floats:
        """Days since each order's drug has been taken without a break [d]; NaN where no start is known."""
        return self._days([order.continuous_since or order.start_on for order in self.orders])

    @cached_property
    def days_ended(self) -> Floats:
        """Days since each order's end, or the end of its supply [d]; NaN where neither is known."""
        return self._days([order.end_on or order.supply_ends_on for order in self.orders])

    @cached_property
    def days_out_of_supply(self) -> Floats:
        """Days since each order's supply ran out, negative while it lasts [d]; NaN where it is not known."""
        return self._days([order.supply_ends_on for order in self.orders])

    @cached_property
    def days_since_change(self) -> Floats:
        """Days since each order's dose was changed [d]; NaN where no change is known."""
        return self._days([order.dose_changed_on for order in self.orders])

    def _days(self, dates: list[date | None]) -> Floats:
        today = self.on.toordinal()
        return np.array([np.nan if day is None else today - day.toordinal() for day in dates])

    @cached_property
    def dose_per_day(self) -> Number:
        """Daily dose of each order, from the least to the most it allows [mg/d]."""
        return _bounds([order.dose_mg_per_day for order in self.orders])

    @cached_property
    def dose_single(self) -> Number:
        """Single dose of each order [mg]."""
        return _bounds([order.dose_mg_single for order in self.orders])

    @cached_property
    def times_per_day(self) -> Number:
        """Doses a day of each order [1/d]."""
        return _bounds([order.times_per_day for order in self.orders])

    def member(self, name: str) -> Bools:
        """Which orders are of a class or ingredient."""
        stems, members = self.catalog.stems, self.catalog.members
        if name in members:
            return members[name][self.ingredient]
        same: Bools = self.ingredient == stems[name]
        return same

    @cached_property
    def groups_listed(self) -> frozenset[str]:
        """Every class and ingredient with an order anywhere in the batch, active or not."""
        return frozenset().union(*(self.catalog.groups[number] for number in set(self.ingredient.tolist())))

    # ---- orders to rows --------------------------------------------------------------------------

    def any_row(self, mask: Bools) -> Bools:
        """Rows with at least one order in the mask."""
        found = np.zeros(self.size, bool)
        if np.count_nonzero(mask):
            found[self.order_row[mask]] = True
        return found

    def sum_row(self, values: Floats, mask: Bools) -> Floats:
        """Sum over the masked orders of each row."""
        if not np.count_nonzero(mask):
            return np.zeros(self.size)
        return np.bincount(self.order_row[mask], weights=values[mask], minlength=self.size).astype(float)

    def min_row(self, values: Floats, mask: Bools, empty: float) -> Floats:
        """Smallest value over the masked orders of each row."""
        if not np.count_nonzero(mask):
            return np.full(self.size, float(empty))
        found = np.full(self.size, np.inf)
        np.minimum.at(found, self.order_row[mask], values[mask])
        return np.where(self.any_row(mask), found, empty)

    def max_row(self, values: Floats, mask: Bools, empty: float) -> Floats:
        """Largest value over the masked orders of each row."""
        return -self.min_row(-values, mask, -empty)

    def distinct_row(self, mask: Bools) -> Floats:
        """Number of different ingredients over the masked orders of each row."""
        if not np.count_nonzero(mask):
            return np.zeros(self.size)
        width = len(self.catalog.ingredients) + 1
        pairs = np.unique(self.order_row[mask] * width + self.ingredient[mask])
        return np.bincount(pairs // width, minlength=self.size).astype(float)

    # ---- per patient -----------------------------------------------------------------------------

    def by_record(self, pick: Callable[[Record], bool]) -> Bools:
        """A plain yes/no of each record, spread over its rows."""
        return np.array([pick(record) for record in self.records], bool)[self.patient_of_row]

    def truth_by_record(self, pick: Callable[[Record], bool | None]) -> Truth:
        """A three-valued answer of each record, spread over its rows."""
        return Truth.of([pick(record) for record in self.records]).take(self.patient_of_row)

    @cached_property
    def conditions_by_concept(self) -> dict[str, list[tuple[int, Condition]]]:
        """For each concept, the records that list it, with the entry."""
        found: dict[str, list[tuple[int, Condition]]] = {}
        for place, record in enumerate(self.records):
            for item in record.conditions:
                for concept in item.concepts:
                    found.setdefault(concept, []).append((place, item))
        return found

    @cached_property
    def observations_by_concept(self) -> dict[str, list[tuple[int, Observation]]]:
        """For each concept, the records that measured it, with the entry."""
        found: dict[str, list[tuple[int, Observation]]] = {}
        for place, record in enumerate(self.records):
            for item in record.observations:
                found.setdefault(item.concept, []).append((place, item))
        return found

    @cached_property
    def conditions_known(self) -> Bools:
        """Records (not rows) whose problem list was given."""
        return np.array([record.coverage.conditions for record in self.records], bool)

    @cached_property
    def denials(self) -> frozenset[str]:
        """Everything that some record says outright is absent."""
        return frozenset().union(*(record.known_absent for record in self.records))

    def denied(self, name: str) -> Bools:
        """Records (not rows) that say outright that something is absent."""
        if name not in self.denials:
            return np.zeros(len(self.records), bool)
        return np.array([name in record.known_absent for record in self.records], bool)

    @cached_property
    def orders_known(self) -> Bools:
        """Rows whose medicine list was given at all."""
        return self.by_record(lambda record: record.coverage.orders)

    def nothing_hidden(self, name: str) -> Bools:
        """Rows where an unlisted member of the class can be taken as absent."""
        known = self._all_resolved
        if name in self.catalog.self_reported:
            absent = self.by_record(lambda record: record.coverage.self_reported or name in record.known_absent)
            return known & absent
        return known

    @cached_property
    def _all_resolved(self) -> Bools:
        return self.orders_known & ~self.any_row(self.unresolved)
