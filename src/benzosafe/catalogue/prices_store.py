"""Where imported prices are kept: one SQLite file, an import is one transaction, so a stopped one changes nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from benzosafe.catalogue.price_file import PriceFile
from benzosafe.catalogue.price_text import Described
from benzosafe.catalogue.prices import Price, PriceBook, Unit
from benzosafe.errors import InputRefused, UsageError

_MARK = 0x42_5A_50_52  # "BZPR" in the file's header: a database of something else is never written to
_VERSION = 1
_WAIT_S = 60.0
_TABLES = """
create table if not exists price (
  source text not null, product text not null, effective_on text not null, as_of text not null, ndc text not null,
  description text not null, ingredient text not null, strength_mg real, per_ml integer not null, form text not null,
  unit_price text not null, currency text not null, unit text not null, otc integer, brand_or_generic text not null,
  primary key (source, product, effective_on)
) without rowid;
create table if not exists imported (
  source text not null, as_of text not null, name text not null, on_day text not null, prices integer not null,
  primary key (source, as_of, name)
) without rowid
"""
_COLUMNS = (
    "source, product, effective_on, as_of, ndc, description, ingredient, strength_mg, per_ml, form, unit_price, "
    "currency, unit, otc, brand_or_generic"
)


@dataclass
class Stored:
    """What an import has changed.

    `changed`: another price for a day that was known; `seen_again`: the same price in a newer list; `older`: rows of an
    older list that a newer one has already said otherwise.
    """

    added: int = 0
    changed: int = 0
    seen_again: int = 0
    unchanged: int = 0
    older: int = 0


@dataclass(frozen=True)
class Import:
    """One list that was imported: its name, the day it is of, the day it was read, its prices of our medicines."""

    source: str
    as_of: date
    name: str
    on: date
    prices: int


def default_store() -> Path:
    """Where prices are kept when nothing else is said: BENZOSAFE_PRICES, else the user's data folder."""
    if named := os.environ.get("BENZOSAFE_PRICES"):
        return Path(named)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "benzosafe" / "prices.sqlite"


def store_prices(store: Path, file: PriceFile, name: str, on: date) -> Stored:
    """Add what a list says to the prices kept, all of it or nothing; what a newer list has said stays."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(store, error.strerror or str(error)) from None
    with _opened(store, "rwc") as database:
        _begin(database, store)
        stored = _merge(database, file)
        if file.as_of is not None:
            database.execute(
                "insert or ignore into imported values (?, ?, ?, ?, ?)",
                (file.source, file.as_of.isoformat(), name, on.isoformat(), len(file.prices)),
            )
        database.execute("commit")
    return stored


def open_prices(store: Path | None = None) -> PriceBook:
    """All prices kept; an empty book when nothing was imported yet."""
    return PriceBook(_all(store or default_store()))


def known_products(store: Path) -> Mapping[str, Described]:
    """The product of every NDC in the lists imported so far."""
    return {
        price.ndc: Described(price.ingredient, price.strength_mg, price.per_ml, price.form)
        for price in _all(store)
        if price.ndc
    }


def imports(store: Path | None = None) -> list[Import]:
    """The lists imported so far, the newest first."""
    store = store or default_store()
    if not store.exists():
        return []
    with _opened(store, "rw") as database:
        if _is_new(database):
            return []
        _checked(database, store)
        rows = database.execute("select * from imported order by as_of desc, on_day desc, name").fetchall()
    return [Import(row[0], date.fromisoformat(row[1]), row[2], date.fromisoformat(row[3]), row[4]) for row in rows]


def _merge(database: sqlite3.Connection, file: PriceFile) -> Stored:
    stored = Stored()
    kept = {
        (price.product_key[1], price.effective_on): price
        for price in map(_price, database.execute(f"select {_COLUMNS} from price where source = ?", (file.source,)))
    }
    new: list[Price] = []
    for price in file.prices:
        before = kept.get((price.product_key[1], price.effective_on))
        if before == price:
            stored.unchanged += 1
        elif before is not None and price.as_of < before.as_of:
            stored.older += 1
        else:
            if before is None:
                stored.added += 1
            elif before.unit_price == price.unit_price and before.unit == price.unit:
                stored.seen_again += 1
            else:
                stored.changed += 1
            new.append(price)
    places = ", ".join("?" * len(_COLUMNS.split(",")))
    database.executemany(f"insert or replace into price ({_COLUMNS}) values ({places})", map(_row, new))
    return stored


def _row(price: Price) -> tuple[Any, ...]:
    return (
        *price.product_key, price.effective_on.isoformat(), price.as_of.isoformat(), price.ndc, price.description,
        price.ingredient, price.strength_mg, price.per_ml, price.form, str(price.unit_price), price.currency,
        price.unit, price.otc, price.brand_or_generic,
    )  # fmt: skip


def _price(row: tuple[Any, ...]) -> Price:
    source, _, effective_on, as_of, ndc, description, ingredient, strength_mg, per_ml, form = row[:10]
    amount, currency, unit, otc, brand_or_generic = row[10:]
    return Price(
        ingredient, description, Decimal(amount), currency, cast(Unit, unit), date.fromisoformat(effective_on),
        date.fromisoformat(as_of), source, ndc, strength_mg, bool(per_ml), form, None if otc is None else bool(otc),
        brand_or_generic,
    )  # fmt: skip


def _all(store: Path) -> list[Price]:
    if not store.exists():
        return []
    with _opened(store, "rw") as database:
        if _is_new(database):
            return []
        _checked(database, store)
        return [_price(row) for row in database.execute(f"select {_COLUMNS} from price order by source, product")]


@contextmanager
def _opened(store: Path, mode: str) -> Iterator[sqlite3.Connection]:
    try:
        database = sqlite3.connect(
            f"{store.resolve().as_uri()}?mode={mode}", uri=True, timeout=_WAIT_S, isolation_level=None
        )
    except sqlite3.Error as error:
        raise _cannot(store, str(error)) from None
    try:
        yield database
    except sqlite3.DatabaseError as error:
        raise _cannot(store, str(error)) from None
    finally:
        database.close()  # what was not committed is rolled back


def _begin(database: sqlite3.Connection, store: Path) -> None:
    """Take the file for writing (a second import waits its turn), making its tables when it is new."""
    database.execute("begin immediate")
    if _is_new(database):
        database.execute(f"pragma application_id = {_MARK}")
        database.execute(f"pragma user_version = {_VERSION}")
        for statement in _TABLES.split(";"):
            database.execute(statement)
    _checked(database, store)


def _is_new(database: sqlite3.Connection) -> bool:
    """Whether nobody has made its tables yet: it is empty, or another import is about to."""
    return not database.execute("select count(*) from sqlite_master").fetchone()[0]


def _checked(database: sqlite3.Connection, store: Path) -> None:
    mark = database.execute("pragma application_id").fetchone()[0]
    version = database.execute("pragma user_version").fetchone()[0]
    if mark != _MARK:
        raise InputRefused(
            "is a database of something else than prices.", where=str(store), next_step="Choose another --store."
        )
    if version != _VERSION:
        raise InputRefused(
            f"holds prices in version {version} of the file, this program knows {_VERSION}.", where=str(store),
            next_step="Import the lists again into another --store.",
        )  # fmt: skip


def _cannot(store: Path, why: str) -> UsageError:
    return UsageError(f"the prices cannot be kept here: {why}.", where=str(store), next_step="Choose another --store.")
