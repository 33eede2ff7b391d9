"""What a patient was handed out, here and elsewhere: every fill with its source, matched, and where sources disagree.

JUDGEMENT: fills of one medicine on one day by one pharmacy are the same supply when different sources tell of them; the
largest of what they tell counts. A source that tells of two such fills means two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.supply import Supply
from benzosafe.storage.rx_tables import fills, outside_fills, prescriptions

HERE = "here"


@dataclass(frozen=True)
class Handed:
    """One fill as one source tells of it; days None where it does not say."""

    ingredient: str
    on: date
    pharmacy: str
    units: Decimal
    days: int | None
    source: str
    prescription: str = ""
    number: int = 0
    """Of the fill, where it was handed out here."""

    medicine: str = ""
    """As the source writes it."""


@dataclass(frozen=True)
class Told:
    """One supply as its sources tell of it."""

    ingredient: str
    on: date
    pharmacy: str
    by_source: dict[str, tuple[Decimal, int | None]]
    """Units and days by source."""

    maybe_same: bool = False
    """Another supply of that day has no pharmacy, or this one has none: they may be the same, and both count."""

    @property
    def days(self) -> int | None:
        """What counts: the most that any source says."""
        return max((days for _, days in self.by_source.values() if days is not None), default=None)

    @property
    def conflict(self) -> str:
        """How its sources disagree, or why it may be counted twice; empty where nothing is wrong."""
        if len(set(self.by_source.values())) > 1:
            said = "; ".join(
                f"{source}: {units:f} units, {'days not said' if days is None else f'{days} days'}"
                for source, (units, days) in sorted(self.by_source.items())
            )
            return f"its sources disagree ({said}); the most counts"
        return "it may be the same as another fill of that day; both count" if self.maybe_same else ""


def handed(connection: Connection, patient: str) -> list[Handed]:
    """Every fill of a patient, from here and from elsewhere."""
    return sorted([*_here(connection, patient), *elsewhere(connection, patient)], key=lambda one: one.on)


def told(rows: Iterable[Handed]) -> list[Told]:
    """The supplies that the fills tell of, oldest first."""
    groups: dict[tuple[str, date, str], dict[str, tuple[Decimal, int | None]]] = {}
    for one in rows:
        of = groups.setdefault((one.ingredient, one.on, _plain(one.pharmacy)), {})
        units, days = of.get(one.source, (Decimal(0), 0))
        of[one.source] = (units + one.units, None if one.days is None or days is None else days + one.days)
    unnamed = {(ingredient, on) for ingredient, on, pharmacy in groups if not pharmacy}
    of_a_day = Counter(key[:2] for key in groups)
    several = {key for key, number in of_a_day.items() if number > 1}
    return [
        Told(*key, by_source=of, maybe_same=key[:2] in unnamed & several)
        for key, of in sorted(groups.items(), key=lambda item: (item[0][1], item[0][0], item[0][2]))
    ]


def supplies_of(connection: Connection, patient: str, ingredient: str, but: tuple[str, int] = ("", 0)) -> list[Supply]:
    """Every supply of a medicine for a patient, as the counter-check counts them; but: a fill (prescription, number).

    What was handed out of a fill does not keep its own rest waiting.
    """
    rows = [one for one in handed(connection, patient) if (one.prescription, one.number) != but]
    return [
        Supply(one.on, one.days, f"{one.pharmacy} ({', '.join(sorted(one.by_source))})")
        for one in told(rows) if one.ingredient == ingredient
    ]  # fmt: skip


def as_data(supplies: Iterable[Told]) -> list[dict[str, Any]]:
    """Supplies for programs and pages."""
    return [
        {
            "medicine": one.ingredient, "on": one.on, "pharmacy": one.pharmacy, "days": one.days,
            "sources": {
                source: {"units": f"{units:f}", "days": days} for source, (units, days) in one.by_source.items()
            },
            "conflict": one.conflict,
        }
        for one in supplies
    ]  # fmt: skip


def _here(connection: Connection, patient: str) -> Iterator[Handed]:
    query = select(fills, prescriptions.c.content).join_from(fills, prescriptions)
    for row in connection.execute(query.where(prescriptions.c.patient == patient)).mappings():
        units = sum((Decimal(amount) for amount in row["units"].values()), Decimal(0))
        ingredient = Content.model_validate(row["content"]).ingredient
        yield Handed(
            ingredient,
            row["dispensed_on"],
            row["pharmacy"],
            units,
            row["days"],
            HERE,
            row["prescription_id"],
            row["number"],
        )


def elsewhere(connection: Connection, patient: str) -> Iterator[Handed]:
    """Every fill from elsewhere, oldest first."""
    query = select(outside_fills).where(outside_fills.c.patient == patient)
    for row in connection.execute(query.order_by(outside_fills.c.dispensed_on, outside_fills.c.id)).mappings():
        yield Handed(
            row["ingredient"], row["dispensed_on"], row["pharmacy"], Decimal(row["units"]), row["days"], row["source"],
            medicine=row["medicine"],
        )  # fmt: skip


def _plain(pharmacy: str) -> str:
    return " ".join(pharmacy.casefold().split())
