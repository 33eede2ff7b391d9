"""A price list read whole: NADAC of CMS or a site's own; what is damaged, foreign or contradicts itself is kept out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from benzosafe.catalogue.price_cells import CellDamaged
from benzosafe.catalogue.price_lines import PriceLines, Progress
from benzosafe.catalogue.price_rows import NADAC, SITE, Layout, RowReader, column_key
from benzosafe.catalogue.price_text import Described
from benzosafe.catalogue.prices import Price
from benzosafe.errors import nearest
from benzosafe.knowledge.load import Knowledge

LATEST_DAYS_AHEAD = 31
"""JUDGEMENT: a list may announce the prices of next month; a later date is a slip, and would hide a price's age."""
MOST_DAMAGED = 0.5
"""JUDGEMENT: with more than half of the rows damaged the file is another than it seems, and none of it is taken."""
MOST_REMEMBERED = 10_000
"""Damaged rows that are listed one by one; further ones are counted."""


_MOST_SHOWN = 200


@dataclass(frozen=True)
class Damaged:
    """One row that was kept out, by its line in the file."""

    line: int
    why: str


@dataclass
class PriceFile:
    """What a price list says, and what of it could not be used."""

    source: str
    layout: str
    as_of: date | None = None
    prices: list[Price] = field(default_factory=list)
    rows: int = 0
    of_other_drugs: int = 0
    repeated: int = 0
    zeros_restored: int = 0
    damaged: list[Damaged] = field(default_factory=list)
    damaged_count: int = 0
    nearly_ours: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_product: Counter[str] = field(default_factory=Counter)

    def damage(self, line: int, why: str) -> None:
        """Count a damaged row, and remember where it is."""
        self.damaged_count += 1
        if len(self.damaged) < MOST_REMEMBERED:
            self.damaged.append(Damaged(line, _to_show(why)))


@dataclass(frozen=True)
class Reading:
    """How a list is to be read: with which names, on which day, under which name it is kept.

    `known_ndc`: products of lists imported before, for a site's list that gives codes alone.
    """

    knowledge: Knowledge
    today: date
    source: str = ""
    known_ndc: Mapping[str, Described] = field(default_factory=dict)


def read_prices(
    path: Path, reading: Reading, progress: Progress | None = None, told: Callable[[PriceFile], None] | None = None
) -> PriceFile:
    """All prices of benzodiazepines and Z-drugs in a list; InputRefused when the file is no price list.

    told: hears of everything read before the list is refused or given back, so that damaged rows can be looked at.
    """
    with PriceLines(path) as lines:
        layout = _layout(lines)
        found = PriceFile(reading.source or layout.source, layout.name)
        reader = RowReader(layout, lines.header, reading.knowledge, reading.known_ndc)
        kept = _Kept(found)
        latest = reading.today + timedelta(days=LATEST_DAYS_AHEAD)
        for number, cells in lines.rows(progress):
            if cells == lines.header:  # weeks put together in one file
                continue
            found.rows += 1
            if isinstance(cells, str):
                found.damage(number, cells)
                continue
            try:
                row = reader.read(cells, latest)
            except CellDamaged as why:
                found.damage(number, str(why))
                continue
            found.zeros_restored += row.zeros_restored
            if row.product is None:
                _leave_out(found, reader, row.description, row.ndc)
            else:
                kept.take(number, row.price(found.source))
        found.prices = kept.prices()
        found.as_of = max((price.as_of for price in found.prices), default=None)
        if told is not None:
            told(found)
        _refuse_wrong(found, lines)
    return found


def _to_show(text: str) -> str:
    """Text of a file as a terminal may show it: short, and no control characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_MOST_SHOWN])


def _leave_out(found: PriceFile, reader: RowReader, description: str, ndc: str) -> None:
    if not description:
        found.without_product[ndc] += 1
    elif near := reader.describer.near(description):
        found.nearly_ours[_to_show(description), near] += 1
    else:
        found.of_other_drugs += 1


def _refuse_wrong(found: PriceFile, lines: PriceLines) -> None:
    if not found.rows:
        raise lines.refused("has a header and no rows.")
    if found.damaged_count > MOST_DAMAGED * found.rows:
        first = found.damaged[0]
        raise lines.refused(
            f"{found.damaged_count:,} of {found.rows:,} rows are damaged (line {first.line}: {first.why}), so it is "
            "probably not the file it seems to be."
        )


class _Kept:
    """Prices by product and the day they took effect; of two prices for one of them neither is believed."""

    def __init__(self, found: PriceFile) -> None:
        self._found = found
        self._by: dict[tuple[str, date], tuple[int, Price]] = {}
        self._contested: dict[tuple[str, date, date], int] = {}

    def take(self, line: int, price: Price) -> None:
        """Keep a price, or the newer of two lists in one file."""
        key = (price.product_key[1], price.effective_on)
        if (first := self._contested.get((*key, price.as_of))) is not None:
            self._found.damage(line, f"another price than in line {first} for the same product and day")
            return
        before = self._by.get(key)
        if before is None or before[1].as_of < price.as_of:
            self._found.repeated += before is not None
            self._by[key] = (line, price)
        elif before[1].as_of > price.as_of or before[1] == price:
            self._found.repeated += 1
        else:
            self._contested[*key, price.as_of] = before[0]
            self._found.damage(before[0], f"another price than in line {line} for the same product and day")
            self._found.damage(line, f"another price than in line {before[0]} for the same product and day")
            del self._by[key]

    def prices(self) -> list[Price]:
        """What is left, in the order of the file."""
        return [price for _, price in sorted(self._by.values(), key=lambda item: item[0])]


def _layout(lines: PriceLines) -> Layout:
    """Which list it is, by its columns; names what is missing when it is none."""
    columns = {column_key(name) for name in lines.header}
    repeated = [name for name, times in Counter(map(column_key, lines.header)).items() if name and times > 1]
    if repeated:
        raise lines.refused(f"names the column '{repeated[0]}' twice.")
    for layout in (NADAC, SITE):
        if not layout.missing(columns):
            return layout
    likely = min((NADAC, SITE), key=lambda layout: len(layout.missing(columns)) / len(layout.required))
    if {"old nadac per unit", "new nadac per unit"} & columns:
        raise lines.refused("is the NADAC comparison of two weeks, not the weekly list.")
    raise lines.refused(
        f"is no price list: {_words(likely.missing(columns))} missing for {likely.title}."
        + nearest(likely.missing(columns)[0], [name for name in columns if name])
    )


def _words(names: Sequence[str]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"columns {listed} are" if len(names) > 1 else f"column {listed} is"
