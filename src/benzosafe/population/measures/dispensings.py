"""What was handed over to a patient within a year, as claims: whose supply is known, and what could not be used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from benzosafe.fhir.elements import Quantity
from benzosafe.population.measures.coverage_days import Claim
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.medicine_lists import Lookup
from benzosafe.population.measures.moments import read_moment
from benzosafe.population.measures.orders import dose_of, in_days, medicine_of, quantity_lasts
from benzosafe.population.measures.resources import Dispense, Done, Drug, Person, Problem, Referral, Visit

READS = (Person, Visit, Dispense, Problem, Done, Referral, Drug)
"""The resources that measures of supplies ask for."""

_NOT_HANDED_OVER = frozenset({"preparation", "cancelled", "on-hold", "entered-in-error", "stopped", "declined"})
_MOST_DAYS = 365
_DAY_FIELDS = 3
_EXACT = 6
_ANOTHER_YEAR = -1

DUPLICATES = "the same supply twice (one counts)"
REVERSED = "supplies taken back (neither counts)"
UNDATED = "supplies without a day"
NO_SUPPLY = "supplies without a usable number of days (they cover no day)"
WORKED_OUT = "days' supply worked out from quantity and directions"
NOT_RECOGNISED = "supplies of a medicine that is not recognised"
NOTHING = "no supply of any medicine in the year (prescriptions are not supplies)"


@dataclass(frozen=True)
class Handed:
    """Claims by medicine (or class), and how often something had to be left out or worked out."""

    claims: Mapping[str, list[Claim]]
    notes: Mapping[str, int]

    def of(self, medicine: str) -> list[Claim]:
        """The claims of one medicine."""
        return self.claims.get(medicine, [])


class _Identity(NamedTuple):
    """What makes two supplies the same one: medicine, day and quantity; one without a day is like no other."""

    medicine: object
    day: int | None
    quantity: Decimal | None
    alone: str | None


@dataclass
class _Same:
    """Supplies that are one and the same claim; each that was taken back undoes one."""

    ingredients: tuple[str, ...]
    given: int = 0
    taken_back: int = 0
    days: list[int] = field(default_factory=list)
    worked_out: bool = False


def handed_over(chart: Chart, medicines: Lookup, year: int) -> Handed:
    """The claims of the year for the medicines of a list."""
    notes = Counter[str]()
    same: dict[_Identity, _Same] = {}
    notes[NOTHING] = 1
    for dispense in chart.dispensed.values():
        day = _day(dispense, year)
        if dispense.status in _NOT_HANDED_OVER or day == _ANOTHER_YEAR:
            continue
        notes[NOTHING] = 0
        ingredients = medicines(dispense)
        if ingredients:
            _add(same.setdefault(_identity(dispense, day), _Same(ingredients)), dispense)
        elif ingredients is None:
            notes[NOT_RECOGNISED] += 1
    claims: dict[str, list[Claim]] = defaultdict(list)
    for identity, group in same.items():
        if (claim := _claim(group, identity.day, notes)) is not None:
            for ingredient in group.ingredients:
                claims[ingredient].append(claim)
    return Handed(claims, +notes)


def _day(dispense: Dispense, year: int) -> int | None:
    """The day in the year on which it was handed over, else prepared; None where the day is not known."""
    written = (read_moment(text) for text in (dispense.when_handed_over, dispense.when_prepared))
    moment = next((found for found in written if found), None)
    if moment is None:
        return None
    if moment.day[0] != year:
        return _ANOTHER_YEAR
    if len(moment.day) < _DAY_FIELDS:
        return None
    return (date(*moment.day[:_DAY_FIELDS]) - date(year, 1, 1)).days


def _identity(dispense: Dispense, day: int | None) -> _Identity:
    amount = _amount(dispense.quantity)
    medicine = medicine_of(dispense.medication_codeable_concept)
    return _Identity(medicine, day, None if amount is None else abs(amount), dispense.id if day is None else None)


def _add(group: _Same, dispense: Dispense) -> None:
    if _takes_back(dispense):
        group.taken_back += 1
        return
    group.given += 1
    written, worked_out = days_written(dispense), days_worked_out(dispense)
    if written is None and worked_out is not None:
        group.worked_out = True
    days = written if written is not None else worked_out
    if days is not None:
        group.days.append(days)


def _claim(group: _Same, day: int | None, notes: Counter[str]) -> Claim | None:
    left = group.given - group.taken_back
    notes[REVERSED] += group.taken_back
    if left <= 0:
        return None
    notes[DUPLICATES] += left - 1
    notes[WORKED_OUT] += group.worked_out
    notes[NO_SUPPLY] += not group.days
    notes[UNDATED] += day is None
    return Claim(day, max(group.days, default=None))


def _takes_back(dispense: Dispense) -> bool:
    """Whether it is the reversal of a claim: a negative quantity, or negative days where no quantity is given."""
    amounts = (_amount(dispense.quantity), _amount(dispense.days_supply))
    return next((amount for amount in amounts if amount is not None), Decimal(0)) < 0


def days_written(dispense: Dispense) -> int | None:
    """The days' supply as written [d]; None where it is missing, of an unknown unit, or not within 1 day and a year."""
    return None if _amount(dispense.days_supply) is None else _whole(in_days(dispense.days_supply))


def days_worked_out(dispense: Dispense) -> int | None:
    """How long the quantity lasts at the highest dose written [d]; None unless both are in the same unit."""
    dose, quantity = dose_of(dispense), dispense.quantity
    if quantity is None or _amount(quantity) is None or _amount(dose) is None or not _units(dose) & _units(quantity):
        return None
    return _whole(quantity_lasts(quantity, dispense))


def _amount(quantity: Quantity | None) -> Decimal | None:
    value = quantity.value if quantity else None
    return value if value is not None and value.is_finite() else None


def _units(quantity: Quantity | None) -> set[str]:
    """The unit in the ways it is written: 'tablets', 'tablet(s)' and '{tablet}' are one."""
    written = (quantity.unit, quantity.code) if quantity else ()
    return {text.strip(" {}").lower().removesuffix("(s)").removesuffix("s") for text in written if text}


def _whole(days: Decimal | None) -> int | None:
    """Whole days: a part of a day beside others is left out, one by itself is a day."""
    if days is None or not 0 < days <= _MOST_DAYS:
        return None
    return max(int(round(days, _EXACT)), 1)  # four patches at a seventh a day last 28 days, not 27.999...
