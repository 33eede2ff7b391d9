"""`benzosafe prices`: take in a price list, and show what a unit costs on a day."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

prices_app = typer.Typer(help="Take in price lists, and show what a unit costs.", no_args_is_help=True)
Store = Annotated[
    Path | None,
    typer.Option("--store", help="The file that keeps the prices; else BENZOSAFE_PRICES, else your data folder."),
]


class Format(StrEnum):
    """How prices are written."""

    text = "text"
    json = "json"


@prices_app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The weekly NADAC CSV of CMS, or your own list.")],
    source: Annotated[str, typer.Option("--source", help="The name to keep the list under.")] = "",
    store: Store = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Write every damaged row, by line and reason, to this CSV.")
    ] = None,
) -> None:
    """Take in the prices of benzodiazepines and Z-drugs; rows of other medicines are counted.

    Damaged rows are named by their line and kept out. A file that is no price list is refused (exit 4) and the prices
    kept so far stay. The same file twice changes nothing, and an older list never replaces what a newer one says.

    Examples:

      benzosafe prices import nadac-national-average-drug-acquisition-cost-11-25-2026.csv

      benzosafe prices import ours.csv --source "Ward pharmacy"
    """
    from datetime import date

    from benzosafe.catalogue.price_file import Reading, read_prices
    from benzosafe.catalogue.prices_store import default_store, known_products, store_prices
    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.cli.price_progress import reading_bar
    from benzosafe.files import write_whole
    from benzosafe.render.prices_text import rejects_csv, text_import

    store = store or default_store()
    reading = Reading(prepared_knowledge(), date.today(), source.strip(), known_products(store))
    told = None if rejects is None else lambda found: write_whole(rejects, rejects_csv(found))
    with reading_bar(file.name) as progress:
        found = read_prices(file, reading, progress, told)
    stored = store_prices(store, found, file.name, reading.today)
    typer.echo(text_import(found, stored, store, reading.today), nl=False)


@prices_app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A medicine, with its strength if you like; nothing: all of them.")] = "",
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD; today when left out.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write them.")] = Format.text,
    store: Store = None,
) -> None:
    """Show the prices in force on a day, the cheapest first, each with its list and age.

    Examples:

      benzosafe prices show

      benzosafe prices show "clonazepam 0.5 mg" --on 2026-11-25
    """
    from benzosafe.catalogue.prices_store import default_store, imports, open_prices
    from benzosafe.cli.inputs import prepared_knowledge, read_day
    from benzosafe.render.prices_text import json_prices, text_prices

    day = read_day(on)
    knowledge = prepared_knowledge()
    store = store or default_store()
    wanted, strength_mg = _asked(name, knowledge) if name.strip() else ((), None)
    book = open_prices(store)
    ingredients = [one for one in book.ingredients if not wanted or set(wanted) & set(one.split(" + "))]
    prices = [price for one in ingredients for price in book.prices_of(one, strength_mg, on=day)]
    write = json_prices if format is Format.json else text_prices
    typer.echo(write(prices, name.strip(), day, imports(store)), nl=False)


def _asked(name: str, knowledge: Knowledge) -> tuple[tuple[str, ...], float | None]:
    """The ingredients that a name stands for and the strength it names; UsageError with near names when none."""
    from benzosafe.catalogue.price_text import strength_in

    found = knowledge.names.resolve(name)
    ours = tuple(one for one in found.ingredients if one in knowledge.drugs and knowledge.drugs[one].benzodiazepine)
    if ours:
        return ours, strength_in(name)[0]
    if found.ingredients:
        raise UsageError(
            f"'{name}' is {' + '.join(found.ingredients)}, no benzodiazepine or Z-drug; no prices of it are kept.",
            next_step="Name another.",
        )
    near = f" Near names: {', '.join(found.suggestions)}." if found.suggestions else ""
    raise UsageError(f"'{name}' is no medicine that is known.{near}", next_step="See: benzosafe prices show")
