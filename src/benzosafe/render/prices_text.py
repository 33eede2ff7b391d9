"""Prices and what an import has done, for a terminal; and prices as JSON, damaged rows as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from benzosafe.catalogue.price_file import PriceFile
from benzosafe.catalogue.prices import OLD_AFTER_DAYS, UNITS, Price, is_old
from benzosafe.catalogue.prices_store import Import, Stored
from benzosafe.render.wrapped import listed, wrapped

MOST_LISTED = 20
_FOR = {"EA": "each", "ML": "a mL", "GM": "a g"}
_NOT_WHAT_IS_PAID = (
    "NADAC is the average that US community pharmacies pay to buy, before fees and markup: not what a patient pays. A "
    "list of your own says what you made it say."
)
_NONE_IS_NOT_FREE = "No price says nothing about whether a product is sold or what it costs."


def text_import(found: PriceFile, stored: Stored, store: Path, today: date) -> str:
    """What a list held, what of it was kept, and every fault by line."""
    return "\n".join(_import_lines(found, stored, store, today)) + "\n"


def _import_lines(found: PriceFile, stored: Stored, store: Path, today: date) -> Iterator[str]:
    day = f", list of {found.as_of}" if found.as_of else ""
    yield from wrapped(
        f"{found.source}{day}: {found.rows:,} rows, {len(found.prices):,} prices of benzodiazepines and Z-drugs, "
        f"{found.of_other_drugs:,} rows of other medicines left out, {found.damaged_count:,} damaged rows kept out."
    )
    yield from wrapped(
        f"New: {stored.added:,}. Changed: {stored.changed:,}. The same in a newer list: {stored.seen_again:,}. "
        f"Already there: {stored.unchanged:,}. Left as a newer list says: {stored.older:,}."
    )
    if found.repeated:
        yield from wrapped(f"{found.repeated:,} rows say again what another row of the file says.")
    if found.zeros_restored:
        yield from wrapped(
            f"{found.zeros_restored:,} NDCs had lost leading zeros, as in a spreadsheet; put back to 11 digits."
        )
    if not found.prices:
        yield from wrapped("No price of a benzodiazepine or Z-drug is in this file.")
    elif is_old(max(found.prices, key=lambda price: price.as_of), today):
        yield from wrapped(f"This list is more than {OLD_AFTER_DAYS} days old: its prices are shown as old.")
    yield from _faults(found)
    yield f"Kept in {store}"


def _faults(found: PriceFile) -> Iterator[str]:
    shown = [f"line {row.line}: {row.why}" for row in found.damaged[:MOST_LISTED]]
    if found.damaged_count > len(shown):
        shown.append(f"and {found.damaged_count - len(shown):,} more; all of them with --rejects FILE")
    yield from listed("Damaged rows", shown)
    near = [
        f"{description} (near {name})" + (f", {times:,} rows" if times > 1 else "")
        for (description, name), times in found.nearly_ours.most_common()
    ]
    yield from listed("Left out although the name is near one of ours", _some(near))
    codes = [f"NDC {ndc}" for ndc in found.without_product]
    yield from listed("Codes alone, of products that no list imported so far names", _some(codes))


def _some(items: list[str]) -> list[str]:
    return items[:MOST_LISTED] + ([f"and {len(items) - MOST_LISTED:,} more"] if len(items) > MOST_LISTED else [])


def rejects_csv(found: PriceFile) -> str:
    """Damaged rows as CSV: line, why."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("line", "why"))
    writer.writerows((row.line, row.why) for row in found.damaged)
    return text.getvalue()


def text_prices(prices: Sequence[Price], asked: str, on: date, lists: Sequence[Import]) -> str:
    """Prices in force on a day: a line for each product text of a list, with its cheapest and dearest code."""
    return "\n".join(_price_lines(prices, asked, on, lists)) + "\n"


def _price_lines(prices: Sequence[Price], asked: str, on: date, lists: Sequence[Import]) -> Iterator[str]:
    if not lists:
        yield from wrapped(
            f"No price list was imported yet. {_NONE_IS_NOT_FREE} Import one: benzosafe prices import FILE"
        )
        return
    if not prices:
        yield from wrapped(f"No price{f' of {asked}' if asked else ''} is known for {on}. {_NONE_IS_NOT_FREE}")
        return
    yield f"Prices for one unit in force on {on}"
    for ingredient, own in groupby(sorted(prices, key=_in_order), key=lambda price: price.ingredient):
        yield ""
        yield ingredient
        for _, same in groupby(own, key=_product):
            yield from wrapped(_line(list(same), on), "  ")
    yield ""
    if any(is_old(price, on) for price in prices):
        yield from wrapped(
            f"OLD: not in any list of the last {OLD_AFTER_DAYS} days. Import a newer list before relying on it."
        )
    yield from wrapped(_NOT_WHAT_IS_PAID)


def _in_order(price: Price) -> tuple[object, ...]:
    return price.ingredient, price.form, price.strength_mg or 0.0, price.description, *_product(price), price.unit_price


def _product(price: Price) -> tuple[str, str, str, str]:
    return price.description, price.source, price.currency, price.unit


def _line(same: list[Price], on: date) -> str:
    cheapest, dearest = same[0], same[-1]
    amount = f"{cheapest.unit_price}"
    if dearest.unit_price != cheapest.unit_price:
        amount += f" to {dearest.unit_price}"
    codes = f", {len(same)} NDCs" if len(same) > 1 else (f", NDC {cheapest.ndc}" if cheapest.ndc else "")
    newest = max(price.as_of for price in same)
    kind = {"B": ", brand", "G": ", generic"}.get(cheapest.brand_or_generic, "")
    since = min(price.effective_on for price in same)
    old = "OLD: " if all(is_old(price, on) for price in same) else ""
    return (
        f"{old}{cheapest.description}: {cheapest.currency} {amount} {_FOR[cheapest.unit]}{kind}{codes}; "
        f"{cheapest.source}, list of {newest}, in force since {since}"
    )


def json_prices(prices: Sequence[Price], asked: str, on: date, lists: Sequence[Import]) -> str:
    """Every price with all that is known of it, and the lists they come from."""
    data = {
        "asked": asked,
        "on": on.isoformat(),
        "old_after_days": OLD_AFTER_DAYS,
        "units": UNITS,
        "note": f"{_NOT_WHAT_IS_PAID} {_NONE_IS_NOT_FREE}",
        "lists": [
            {"source": one.source, "as_of": one.as_of.isoformat(), "file": one.name, "imported_on": one.on.isoformat(),
             "prices": one.prices} for one in lists
        ],
        "prices": [_as_json(price, on) for price in prices],
    }  # fmt: skip
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _as_json(price: Price, on: date) -> dict[str, object]:
    return {
        "ingredient": price.ingredient, "description": price.description, "ndc": price.ndc or None,
        "strength_mg": price.strength_mg, "per_ml": price.per_ml, "form": price.form or None,
        "unit_price": str(price.unit_price), "currency": price.currency, "unit": price.unit,
        "effective_on": price.effective_on.isoformat(), "as_of": price.as_of.isoformat(), "source": price.source,
        "otc": price.otc, "brand_or_generic": price.brand_or_generic or None, "old": is_old(price, on),
    }  # fmt: skip
