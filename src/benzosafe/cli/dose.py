"""`benzosafe dose`: a dose to begin with for one person, one drug, one reason; or why there is none."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.cli.output import write_out
from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.dosing.person import Asked
    from benzosafe.knowledge.load import Knowledge
    from benzosafe.taper.product import Product

_COUNTRIES = ("US", "UK", "CA", "AU", "EU", "CH", "IE", "MY")


class Format(StrEnum):
    """How the answer is written."""

    text = "text"
    json = "json"
    html = "html"


def dose(  # noqa: PLR0913, PLR0917  the options of the command
    patient: Annotated[str, typer.Argument(help="FHIR Bundle or YAML of a patient; - for standard input.")],
    drug: Annotated[str, typer.Option("--drug", help="A benzodiazepine or Z-drug by any of its names.")],
    reason: Annotated[
        str, typer.Option("--for", help="What it is to be taken for: 'panic disorder', insomnia, epilepsy.")
    ],
    country: Annotated[str, typer.Option("--country", help="Whose labels and products: US, UK, CA, AU, EU.")] = "US",
    route: Annotated[str, typer.Option("--route", help="oral, or the route of an injection or spray.")] = "oral",
    form: Annotated[
        str | None, typer.Option("--form", help="Such as 'extended-release tablet'; else plain forms.")
    ] = None,
    products: Annotated[
        str | None, typer.Option("--products", help="'tablet:0.5s,1;solution:0.1' (s: scored). Else those marketed.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Day of the first dose, YYYY-MM-DD; today if not given.")
    ] = None,
    order: Annotated[
        str | None, typer.Option("--order", help="A dose that is asked for, to be checked: '0.5 mg twice daily'.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Say how a drug may be begun and raised for this person, from real tablets; or that no rule exists.

    Where the person has a contraindication no dose is computed, and what may be tried instead is named.

    Examples:

      benzosafe dose patient.yaml --drug clonazepam --for "panic disorder"

      benzosafe dose patient.yaml --drug clonazepam --for "panic disorder" --order "0.5 mg twice daily"

      benzosafe dose bundle.json --drug zolpidem --for insomnia --country UK --format json
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day, read_patient
    from benzosafe.dosing.order_check import check_order, order_of
    from benzosafe.dosing.person import Patient, asked_for
    from benzosafe.dosing.propose import propose
    from benzosafe.dosing.report import dose_data

    day, knowledge = read_day(on), prepared_knowledge()
    asked = asked_for(knowledge, drug, reason, _country(country), route.strip().lower(), form and form.strip().lower())
    made_of = _products(knowledge, asked, products)
    person = Patient(read_patient(patient, knowledge, day), knowledge, day)
    wanted = order_of(order, person, asked) if order is not None else None
    proposal = propose(asked, person, made_of)
    checked = check_order(wanted, proposal, person) if wanted is not None else None
    write_out(_rendered(dose_data(proposal, person, checked), format), out)


def _country(text: str) -> str:
    code = {"GB": "UK"}.get(text.upper(), text.upper())
    if code not in _COUNTRIES:
        raise UsageError(
            f"'{text}' is no country of which doses are known.", where="--country",
            next_step=f"Use {' or '.join(_COUNTRIES)}.",
        )  # fmt: skip
    return code


def _products(knowledge: Knowledge, asked: Asked, named: str | None) -> tuple[Product, ...] | None:
    """Those named, else those marketed; None for what is drawn up."""
    from benzosafe.taper.catalogue import countries_of, marketed, of_form
    from benzosafe.taper.catalogue import named as products_named

    if named is not None:
        return products_named(named, knowledge, asked.drug, asked.country)
    if asked.route != "oral":
        return None
    if asked.form is not None:
        return of_form(knowledge, asked.drug, asked.country, asked.form)
    return (
        marketed(knowledge, asked.drug, asked.country) if asked.country in countries_of(knowledge, asked.drug) else ()
    )


def _rendered(data: dict[str, Any], format: Format) -> str:
    if format is Format.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is Format.html:
        from benzosafe.render.dose_page import dose_page

        return dose_page(data)
    from benzosafe.render.dose_text import text_dose

    return text_dose(data)
