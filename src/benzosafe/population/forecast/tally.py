"""Cards and orders added up, patient by patient; whole numbers only, so that any order of adding gives the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benzosafe.population.forecast.fairness_tally import SignalCounts
from benzosafe.population.forecast.intervals import clustered
from benzosafe.population.forecast.replay import Passed, Replayed

ALL, SEDATIVES = "all", "sedatives"
"""The denominators: every order, and those of a benzodiazepine, a Z-drug or an opioid."""

WHOLE, ALERTS, MEDICINE = "whole", "alerts", "medicine"
WARD, CLINICIAN, AGE, SEX = "ward", "clinician", "age", "sex"
DIMENSIONS = (WARD, CLINICIAN, AGE, SEX)
"""By what orders are also counted."""

ANY, HARD, REPEATED, RULE, INDICATOR = "any", "hard", "repeated", "rule:", "indicator:"


@dataclass(slots=True)
class Count:
    """Cards of one kind: how many, of how many patients, and what their interval needs."""

    cards: int = 0
    patients: int = 0
    squares: int = 0
    products: int = 0

    def add(self, other: Count) -> None:
        """Add what was counted of other patients."""
        self.cards += other.cards
        self.patients += other.patients
        self.squares += other.squares
        self.products += other.products


@dataclass(slots=True)
class Cell:
    """Orders of one group, those that could be judged, and their cards by kind."""

    orders: int = 0
    judged: int = 0
    patients: int = 0
    """Patients with an order that could be judged."""

    squares: int = 0
    counts: dict[str, Count] = field(default_factory=dict)

    def add(self, other: Cell) -> None:
        """Add what was counted of other patients."""
        self.orders += other.orders
        self.judged += other.judged
        self.patients += other.patients
        self.squares += other.squares
        for what, count in other.counts.items():
            self.counts.setdefault(what, Count()).add(count)

    def count(self, what: str = ANY) -> Count:
        """The cards of a kind."""
        return self.counts.get(what, Count())

    def interval(self, what: str = ANY) -> tuple[float, float]:
        """The 95 % interval of the share of judged orders with such a card."""
        count = self.count(what)
        return clustered(count.cards, self.judged, self.patients, (count.squares, count.products, self.squares))


Key = tuple[str, str, str]
"""The denominator, by what is counted, and the group."""


@dataclass
class Tally:
    """Everything counted over all patients; tallies of different patients can be merged."""

    patients: int = 0
    cells: dict[Key, Cell] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """What wards and clinicians are called; of several names the first by the alphabet."""

    not_judged: Counter[str] = field(default_factory=Counter)
    not_signed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """Resources of the patients, by kind."""

    signals: SignalCounts = field(default_factory=SignalCounts)
    """Signals of people on a benzodiazepine or Z-drug, by group."""

    def cell(self, denominator: str, dimension: str = WHOLE, group: str = "") -> Cell:
        """The counts of a group."""
        return self.cells.get((denominator, dimension, group), Cell())

    def groups(self, denominator: str, dimension: str) -> dict[str, Cell]:
        """The counts of every group of a kind."""
        return {key[2]: cell for key, cell in self.cells.items() if key[:2] == (denominator, dimension)}

    def merge(self, other: Tally) -> None:
        """Add what was counted of other patients."""
        self.patients += other.patients
        for key, cell in other.cells.items():
            self.cells.setdefault(key, Cell()).add(cell)
        for named, name in other.names.items():
            self.names[named] = min(self.names.get(named, name), name)
        for mine, more in ((self.not_judged, other.not_judged), (self.not_signed, other.not_signed),
                           (self.notes, other.notes), (self.kinds, other.kinds)):  # fmt: skip
            mine.update(more)
        self.signals.merge(other.signals)

    def add(self, found: Iterable[Replayed | Passed], not_judged: frozenset[str], by: frozenset[str]) -> None:
        """Add the requests of one patient; `not_judged`: reasons for which a request that was passed is an order."""
        self.patients += 1
        orders: list[Replayed] = []
        for item in found:
            if isinstance(item, Replayed):
                orders.append(item)
            else:
                (self.not_judged if item.why in not_judged else self.not_signed)[item.why] += 1
        own: dict[Key, _Own] = {}
        for order in orders:
            self.not_judged.update([order.why_not] if order.why_not else [])
            self.notes.update(order.notes)
            for key in self._keys(order, by):
                own.setdefault(key, _Own()).add(order)
        for key, counted in own.items():
            self.cells.setdefault(key, Cell()).add(counted.cell())

    def _keys(self, order: Replayed, by: frozenset[str]) -> Iterator[Key]:
        setting = order.setting
        groups = {
            WHOLE: "", WARD: setting.ward.key, CLINICIAN: setting.clinician.key, AGE: setting.age, SEX: setting.sex,
            MEDICINE: " + ".join(name or "not known" for name in order.ingredients) or "not known",
        }  # fmt: skip
        for dimension, known in ((WARD, setting.ward), (CLINICIAN, setting.clinician)):
            if dimension in by:
                named = dimension, known.key
                self.names[named] = min(self.names.get(named, known.name), known.name)
        for denominator in (ALL, SEDATIVES) if order.sedative else (ALL,):
            yield from ((denominator, name, group) for name, group in groups.items()
                        if name not in DIMENSIONS or name in by)  # fmt: skip
            if order.card:
                yield denominator, ALERTS, ""


class _Own:
    """The orders and cards of one patient in one group."""

    __slots__ = ("cards", "judged", "orders")

    def __init__(self) -> None:
        self.orders = self.judged = 0
        self.cards = Counter[str]()

    def add(self, order: Replayed) -> None:
        self.orders += 1
        self.judged += not order.why_not
        card = order.card
        if card:
            kinds = [ANY, f"{RULE}{card.rule}", f"{INDICATOR}{card.indicator}"]
            self.cards.update(kinds + [HARD] * card.hard + [REPEATED] * order.repeated)

    def cell(self) -> Cell:
        counts = {what: Count(n, 1, n * n, n * self.judged) for what, n in self.cards.items()}
        return Cell(self.orders, self.judged, int(self.judged > 0), self.judged**2, counts)
