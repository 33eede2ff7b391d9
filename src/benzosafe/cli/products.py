"""`benzosafe products` and `benzosafe product`: the catalogue, one product, and whether a listing tells the truth."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.cli.output import write_out
from benzosafe.errors import InputRefused, UsageError

if TYPE_CHECKING:
    from benzosafe.catalogue.identity_found import Checked
    from benzosafe.catalogue.prices import PriceBook
    from benzosafe.knowledge.load import Knowledge

_REFUSED = 3
_COUNTRIES = ("US", "UK", "CA", "AU", "EU", "IE", "CH")
_NOTE = (
    "Draft: nothing here has had a clinical review. Nothing is sold or released here; who prescribes decides, and a "
    "pharmacy dispenses."
)
product_app = typer.Typer(help="Show one product, or check a listing.", no_args_is_help=True)


class Format(StrEnum):
    """How it is written."""

    text = "text"
    json = "json"
    html = "html"


class CheckFormat(StrEnum):
    """How a check is written."""

    text = "text"
    json = "json"


Country = Annotated[str | None, typer.Option("--country", help="Only products of this country: US, UK, CA, AU, EU.")]
Store = Annotated[
    Path | None, typer.Option("--store", help="The file that keeps the prices; else where they are kept.")
]
On = Annotated[str | None, typer.Option("--on", help="Day for prices, YYYY-MM-DD; today if not given.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")]


def products(
    search: Annotated[str | None, typer.Argument(help="A name, brand, code or part of it; all if not given.")] = None,
    country: Country = None,
    on: On = None,
    store: Store = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
    out: Out = None,
) -> None:
    """List the benzodiazepines and Z-drugs: names, strengths, what they are for, how the law lists them.

    Example:

      benzosafe products rivotril --country UK
    """
    from benzosafe.catalogue.entries import entries, entry_data
    from benzosafe.cli.inputs import prepared_knowledge, read_day

    knowledge, day, place = prepared_knowledge(), read_day(on), _country(country)
    chosen = None if search is None else {name for name, _ in _found(search, knowledge)}
    book = _prices(store)
    items = [
        entry_data(entry, knowledge, book, day, place)
        for entry in entries(knowledge)
        if chosen is None or entry.name in chosen
    ]
    write_out(_listed(items, format), out)


@product_app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A name, brand, or RxNorm, ATC or UNII code.")],
    country: Country = None,
    on: On = None,
    store: Store = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
    out: Out = None,
) -> None:
    """Everything of one drug: what it really is, what it is for, what it costs.

    Example:

      benzosafe product show Klonopin --country US
    """
    from benzosafe.catalogue.entries import entry_data, entry_of
    from benzosafe.cli.inputs import prepared_knowledge, read_day
    from benzosafe.render.catalogue_text import text_entry

    knowledge, day = prepared_knowledge(), read_day(on)
    found = _found(name, knowledge)
    if len(found) > 1:
        names = ", ".join(one for one, _ in found)
        raise UsageError(f"'{name}' names several: {names}.", next_step="Give one of them.")
    entry = entry_of(knowledge, found[0][0])
    assert entry is not None
    data = entry_data(entry, knowledge, _prices(store), day, _country(country))
    write_out(text_entry(data, _NOTE) if format is Format.text else _listed([data], format), out)


@product_app.command("check")
def check(
    file: Annotated[str, typer.Argument(help="A listing or order: JSON, FHIR, HTML or text; - for standard input.")],
    country: Country = None,
    format: Annotated[CheckFormat, typer.Option("--format", "-f", help="How to write it.")] = CheckFormat.text,
    out: Out = None,
) -> None:
    """Do name, brand, ingredient, strength, form, indication, code and terms of a listing agree?

    Exit 0 only where everything was checked and agrees; 3 where something disagrees or could not be checked.

    Example:

      benzosafe product check offer.html
    """
    from benzosafe.catalogue.identity import check_listing
    from benzosafe.catalogue.listing import read_listing
    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.render.catalogue_text import text_check

    statements = read_listing(_bytes(file), "standard input" if file == "-" else file)
    data = _checked(check_listing(statements, prepared_knowledge(), _country(country)))
    write_out(_json(data) if format is CheckFormat.json else text_check(data), out)
    if data["status"] != "agrees":
        raise typer.Exit(_REFUSED)


def _checked(found: Checked) -> dict[str, Any]:
    return {
        "schema": "benzosafe.product_check/1", "status": found.status, "ingredient": found.ingredient,
        "disagreements": [
            {"code": item.code, "what": item.what,
             "sides": [{"part": side.part, "text": side.text, "where": side.where} for side in item.sides]}
            for item in found.disagreements
        ],
        "not_checked": found.not_checked,
        "understood": [{"part": item.part, "text": item.text, "where": item.where, "as": what}
                       for item, what in found.understood],
        "note": _NOTE,
    }  # fmt: skip


def _found(name: str, knowledge: Knowledge) -> list[tuple[str, str]]:
    """The drugs of the catalogue that a text means; UsageError with near names, which are never taken for it."""
    from benzosafe.catalogue.entries import entry_of
    from benzosafe.catalogue.search import NEAR, search

    together = knowledge.names.knows(name)
    if len(together) > 1:
        raise UsageError(
            f"'{name}' is {' with '.join(together)}: products of several ingredients are not in the catalogue.",
            next_step="benzosafe product show takes one ingredient.",
        )
    matches = search(name, knowledge)
    sure = [(item.ingredient, item.how) for item in matches if item.how != NEAR]
    ours = [item for item in sure if entry_of(knowledge, item[0])]
    if ours:
        return ours
    if sure:
        raise UsageError(
            f"'{name}' is {sure[0][0]}, which is no benzodiazepine or Z-drug.",
            next_step="Its products are not listed here.",
        )
    near = ", ".join(item.ingredient for item in matches)
    guess = f" Near names, not taken for it: {near}." if near else ""
    raise UsageError(f"'{name}' is no product known here.{guess}", next_step="benzosafe products lists all.")


def _country(text: str | None) -> str | None:
    if text is None:
        return None
    code = {"GB": "UK"}.get(text.upper(), text.upper())
    if code not in _COUNTRIES:
        raise UsageError(
            f"'{text}' is no country known here.", where="--country", next_step=f"Use {', '.join(_COUNTRIES)}."
        )
    return code


def _prices(store: Path | None) -> PriceBook:
    from benzosafe.catalogue.prices_store import open_prices

    return open_prices(store)


def _listed(items: list[dict[str, Any]], format: Format) -> str:
    if format is Format.json:
        return _json({"schema": "benzosafe.products/1", "products": items, "note": _NOTE})
    if format is Format.html:
        from benzosafe.render.catalogue_page import catalogue_page

        return catalogue_page(items, _NOTE)
    from benzosafe.render.catalogue_text import text_list

    return text_list(items, _NOTE)


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}.", where=file, next_step="Check the path.") from None
