"""One supply of many records: told twice, in parts, by several sources, or taken back; the order never matters.

JUDGEMENT, as at the counter (prescriptions/history.py): fills of one medicine on one day by one pharmacy are the same
supply when different sources tell of them, and the most that is told counts; a source that tells of two such fills
means two. Beyond it: a source that names no pharmacy, or another one with the same amount, may tell of the same supply;
it is kept apart and marked, because a record written twice must not look like a second fill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import fsum, isfinite
from typing import NamedTuple

from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.course import Fill
from benzosafe.patient.tables import Bounds

_PLACES = 6
"""Parts are added up to a millionth, so that a supply divided and added up again is the same supply."""


@dataclass(frozen=True)
class Telling:
    """What one source says of one supply, its parts added up: units and days [d] (None where a part does not say), the
    dose of its directions [mg/d], and who prescribed it in which practice.
    """

    source: str
    units: float | None
    days: float | None
    dose_mg_per_day: Bounds | None
    prescribed_by: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Supply:
    """One supply of one strength of one medicine: as its sources tell of it, and how they disagree.

    `maybe_same`: it may be another supply of that day told again. `taken_back`: it was not handed out after all.
    """

    ingredient: str
    on: date
    strength_mg: float | None
    pharmacy: str
    chain: str
    medicine: str
    told: tuple[Telling, ...]
    notes: tuple[str, ...] = ()
    maybe_same: bool = False
    taken_back: bool = False
    conflict: str = ""
    records: tuple[str, ...] = field(default=(), compare=False)

    @property
    def units(self) -> float | None:
        """What counts: the most units that any source says; None where none says it."""
        return max((told.units for told in self.told if told.units is not None), default=None)

    @property
    def least_units(self) -> float | None:
        """The fewest units that any source says."""
        return min((told.units for told in self.told if told.units is not None), default=None)

    @property
    def amount_mg(self) -> float | None:
        """The whole amount [mg]; None where strength or units are not known."""
        units = self.units
        return None if self.strength_mg is None or units is None or units <= 0 else self.strength_mg * units

    @property
    def prescribed_by(self) -> tuple[tuple[str, str], ...]:
        """Everybody named as its prescriber, with the practice."""
        return tuple(sorted({pair for told in self.told for pair in told.prescribed_by}))


class _Key(NamedTuple):
    """What makes parts one supply within a source."""

    on: date
    ingredient: str
    pharmacy: str
    strength: float | None


def plain(name: str) -> str:
    """A name without case, marks and double blanks, so that two ways of writing it are one."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def supplies(fills: Iterable[Fill], knowledge: Knowledge) -> tuple[Supply, ...]:
    """The supplies that records tell of, oldest first; the same whatever their order, doubles and parts."""
    most_days = knowledge.parameters["supply_days_most"].highest
    records = [_told_once(group, most_days) for group in _by_id(fills)]
    groups: dict[_Key, dict[str, list[Fill]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(records, key=_order):
        key = _Key(one.on, one.ingredient, plain(one.pharmacy), _positive(one.strength_mg))
        groups[key][plain(one.source)].append(one)
    _join_unknown_strengths(groups)
    found = [_supply(key, by_source) for key, by_source in groups.items()]
    return tuple(sorted(_marked(_without_taken_back(found)), key=_rank))


def _by_id(fills: Iterable[Fill]) -> Iterator[list[Fill]]:
    groups: dict[object, list[Fill]] = defaultdict(list)
    for one in fills:
        key = (plain(one.source), one.fill_id, one.ingredient) if one.fill_id else one
        groups[key].append(one)
    yield from groups.values()


def _told_once(group: list[Fill], most_days: float) -> Fill:
    """One record of all that have its id: the most that is told, the latest day; a minus takes it back."""
    if len(set(group)) == 1:
        return group[0]
    units = [value for value in map(_number, (one.units for one in group)) if value is not None]
    days = [value for value in map(_number, (one.days for one in group)) if value is not None]
    believable = [one for one in days if 0 < one <= most_days]
    back = bool(units) and min(units) < 0 < max(units)
    return replace(
        max(group, key=_order), on=max(one.on for one in group), units=0.0 if back else max(units, default=None),
        days=max(believable or days, default=None), strength_mg=_largest(one.strength_mg for one in group),
        dose_mg_per_day=_hull(one.dose_mg_per_day for one in group),
        pharmacy=max(one.pharmacy for one in group), chain=max(one.chain for one in group),
        prescriber=max(one.prescriber for one in group), practice=max(one.practice for one in group),
        note=f"{_BACK} {_joined(group)}" if back else _joined(group),
    )  # fmt: skip


_BACK = "taken back;"


def _joined(group: list[Fill]) -> str:
    return "; ".join(sorted({one.note for one in group if one.note}))


def _order(one: Fill) -> tuple[str, ...]:
    return (one.on.isoformat(), one.medicine, one.fill_id, repr(one))


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _positive(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) and value > 0 else None


def _largest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _hull(doses: Iterable[Bounds | None]) -> Bounds | None:
    known = [one for one in doses if one is not None]
    return Bounds(min(one.low for one in known), max(one.high for one in known)) if known else None


def _join_unknown_strengths(groups: dict[_Key, dict[str, list[Fill]]]) -> None:
    """A source that does not say the strength tells of the only one that others know of that day and pharmacy."""
    for key in [key for key in groups if key.strength is None]:
        others = [other for other in groups if other[:3] == key[:3] and other.strength is not None]
        if len(others) == 1 and groups[key].keys().isdisjoint(groups[others[0]]):
            groups[others[0]].update(groups.pop(key))


def _supply(key: _Key, by_source: dict[str, list[Fill]]) -> Supply:
    everything = [one for parts in by_source.values() for one in parts]
    told = tuple(_telling(source, parts) for source, parts in sorted(by_source.items()))
    left = tuple(one for one, parts in zip(told, (by_source[t.source] for t in told), strict=True) if not _back(parts))
    return Supply(
        key.ingredient, key.on, key.strength, _first(one.pharmacy for one in everything),
        _first(one.chain for one in everything), _first(one.medicine for one in everything), left or told,
        notes=tuple(sorted({one.note for one in everything if one.note})), taken_back=not left,
        conflict=_conflict(left), records=tuple(sorted({one.fill_id for one in everything})),
    )  # fmt: skip


def _telling(source: str, parts: Sequence[Fill]) -> Telling:
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for one in parts:
        key, written = (plain(one.prescriber), plain(one.practice)), (one.prescriber, one.practice)
        if any(key):
            pairs[key] = min(written, pairs.get(key, written))
    return Telling(
        source, _sum(one.units for one in parts), _sum(one.days for one in parts),
        _hull(one.dose_mg_per_day for one in parts), tuple(sorted(pairs.values())),
    )  # fmt: skip


def _sum(values: Iterable[float | None]) -> float | None:
    known = [_number(value) for value in values]
    return None if None in known else round(fsum(value for value in known if value is not None), _PLACES)


def _back(parts: Sequence[Fill]) -> bool:
    """Whether what was handed out was taken back: a minus, and nothing left."""
    units = [one.units for one in parts if one.units is not None]
    minus = any(one < 0 for one in units) or any(part.note.startswith(_BACK) for part in parts)
    return minus and round(fsum(units), _PLACES) <= 0


def _first(texts: Iterable[str]) -> str:
    return min((" ".join(text.split()) for text in texts if text.strip()), default="")


def _conflict(told: Sequence[Telling]) -> str:
    if len({(one.units, one.days) for one in told}) < 2:
        return ""
    said = "; ".join(
        f"{one.source or 'a source'}: {_said(one.units, 'units')}, {_said(one.days, 'days')}" for one in told
    )
    return f"its sources disagree ({said}); the most counts"


def _said(value: float | None, unit: str) -> str:
    return f"{unit} not said" if value is None else f"{value:g} {unit}"


def _without_taken_back(found: list[Supply]) -> list[Supply]:
    """A minus of a later day takes back the latest earlier supply of the same pharmacy and amount."""
    made = sorted(found, key=_rank)
    for late in [one for one in made if one.taken_back and (one.told[0].units or 0) < 0]:
        amount = -(late.told[0].units or 0)
        fitting = [
            one for one in made
            if not one.taken_back and one.on < late.on and one.units == amount and _place(one) == _place(late)
        ]  # fmt: skip
        if fitting:
            made[made.index(fitting[-1])] = replace(fitting[-1], taken_back=True, conflict=f"taken back on {late.on}")
        else:
            words = "takes back a supply that is not on the list"
            made[made.index(late)] = replace(late, conflict=words)
    return made


def _place(one: Supply) -> tuple[object, ...]:
    return (one.ingredient, one.strength_mg, plain(one.pharmacy))


def _rank(one: Supply) -> tuple[object, ...]:
    """Oldest first; of a day those with a pharmacy and a strength first."""
    strength = one.strength_mg is None, one.strength_mg or 0.0
    return (one.on, one.ingredient, not one.pharmacy, *strength, plain(one.pharmacy), one.taken_back)


def _marked(found: list[Supply]) -> Iterator[Supply]:
    days: dict[tuple[date, str], list[Supply]] = defaultdict(list)
    for one in sorted(found, key=_rank):
        before = days[one.on, one.ingredient]
        twin = next((other for other in before if _may_be_same(other, one)), None)
        if not one.taken_back:
            before.append(one)
        if twin is None or one.taken_back:
            yield one
            continue
        words = f"may be the supply from {twin.pharmacy or 'a pharmacy without a name'} told again"
        yield replace(one, maybe_same=True, conflict="; ".join(filter(None, (one.conflict, words))))


def _may_be_same(one: Supply, other: Supply) -> bool:
    """Whether two supplies of a day may be one: told by different sources, and nothing speaks against it."""
    if not {told.source for told in one.told}.isdisjoint(told.source for told in other.told):
        return False
    strengths = {one.strength_mg, other.strength_mg} - {None}
    names = [{plain(who) for who, _ in each.prescribed_by if who} for each in (one, other)]
    if len(strengths) > 1 or (names[0] and names[1] and names[0].isdisjoint(names[1])):
        return False
    if not one.pharmacy or not other.pharmacy or one.strength_mg != other.strength_mg:
        return True
    return bool(_amounts(one) & _amounts(other))


def _amounts(one: Supply) -> set[tuple[float | None, float | None]]:
    """Units and days as told, where anything is told."""
    return {(told.units, told.days) for told in one.told if told.units is not None or told.days is not None}
