"""What was measured, written out in words, CSV, JSON or FHIR, piece by piece.

What is written of each patient is written where it is counted; here it is put together, by patient.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any, NamedTuple

from benzosafe.population.measures.counting import Write
from benzosafe.population.measures.measure import Asked
from benzosafe.population.measures.measure_fhir import individual_entry, summary_entry
from benzosafe.population.measures.measure_rows import HEADER, NOT_COMPUTED, csv_rows, json_rows
from benzosafe.population.measures.measured import Measured
from benzosafe.population.measures.strata_report import strata_json, strata_lines
from benzosafe.population.measures.tally import Total, Totals, no_totals, share

SCHEMA_VERSION = "1.1"
NOT_ADVICE = "A measure counts; it is no reason to stop or taper a patient's medicine."
_SHOWN = 20


class Form(NamedTuple):
    """A form of report: how each patient is written, where they are, and the whole in pieces of text."""

    write: Write | None
    report: Callable[[Measured], Iterator[str]]


def totals(measured: Measured) -> dict[str, Totals]:
    """The totals of each group and population."""
    found = measured.tally.totals
    return {group: found.get(group) or no_totals() for group in measured.asked.measure.groups}


def as_text(measured: Measured) -> Iterator[str]:
    """The totals in words, with what they rest on and what could not be read."""
    asked, strata = measured.asked, measured.tally.strata
    first, last = _period(asked)
    lines = [
        f"{asked.measure.name.upper()} {asked.measure.title}",
        f"edition {asked.edition.year}, {first} to {last}, {measured.patients:,} patients",
        *asked.basis(),
    ]
    for group, populations in totals(measured).items():
        lines += ["", f"{group}. {asked.measure.groups[group]}"]
        lines += [f"   {name:<22}{_said(total)}" for name, total in populations.items()]
        found = share(populations)
        lines.append(f"   {'share':<22}{NOT_COMPUTED if found is None else f'{found:.1%} (lower is better)'}")
        lines += strata_lines(strata.get(group, {}))
    yield "\n".join([*lines, "", *remarks(measured), NOT_ADVICE]) + "\n"


def remarks(measured: Measured) -> list[str]:
    """What could not be used: every count, and the first of each kind by name."""
    said = []
    if without := len(measured.without_birth_date):
        said.append(
            f"{without} patient(s) without a birth date: of unknown age, in no population: "
            + ", ".join(islice(measured.without_birth_date, _SHOWN))
            + (f" and {without - _SHOWN} more" if without > _SHOWN else "")
        )
    for note, times in sorted(measured.tally.notes.items()):
        said.append(f"{note}: {times:,}, of {measured.tally.patients_with_note[note]:,} patient(s)")
    if count := len(measured.rejected):
        said.append(f"{count} item(s) could not be used:")
        first = islice(measured.rejected, _SHOWN)
        said += [f"  {item.file}{f':{item.line}' if item.line else ''}: {item.what}" for item in first]
        said += [f"  and {count - _SHOWN} more (all of them: --format json)"] if count > _SHOWN else []
    return said


def as_csv(measured: Measured) -> Iterator[str]:
    """The rows as CSV."""
    yield HEADER
    yield from (text for _, text in measured.written)


def as_json(measured: Measured) -> Iterator[str]:
    """Everything: the totals, what they rest on, what could not be read, and the rows."""
    asked, strata = measured.asked, measured.tally.strata
    return _object({
        "schema_version": SCHEMA_VERSION, "measure": asked.measure.name, "title": asked.measure.title,
        "edition": asked.edition.year, "published": asked.measure.published[asked.edition.year],
        "period": list(_period(asked)), "lower_is_better": True, "note": NOT_ADVICE,
        "value_sets": {
            "source": asked.sets.source or None, "own_lists_for": list(asked.own_lists),
            "missing": list(asked.missing),
        },
        "patients": measured.patients,
        "groups": [
            {
                "group": group, "title": asked.measure.groups[group],
                "populations": {name: asdict(total) | {"count": total.count} for name, total in populations.items()},
                "share": share(populations), "strata": strata_json(strata.get(group, {})),
            }
            for group, populations in totals(measured).items()
        ],
        "not_checked": asked.measure.not_checked or None,
        "notes": [
            {"note": note, "times": times, "patients": measured.tally.patients_with_note[note]}
            for note, times in sorted(measured.tally.notes.items())
        ],
        "patients_without_birth_date": map(_json, measured.without_birth_date),
        "rejected": (_json(item._asdict()) for item in measured.rejected),
        "rows": (text for _, text in measured.written),
    })  # fmt: skip


def as_fhir(measured: Measured) -> Iterator[str]:
    """A Bundle of MeasureReports: the summary, then one of each patient; a count not computed says so."""

    def entries() -> Iterator[str]:
        yield summary_entry(measured.asked, measured.tally)
        yield from (text for _, text in measured.written)

    return _object({"resourceType": "Bundle", "type": "collection", "entry": entries()})


FORMS = {
    "text": Form(None, as_text), "csv": Form(csv_rows, as_csv), "json": Form(json_rows, as_json),
    "fhir": Form(individual_entry, as_fhir),
}  # fmt: skip
"""Every form by name."""


def _object(fields: dict[str, Any]) -> Iterator[str]:
    """An object of JSON field by field; of an iterator every item, as JSON, on a line of its own."""
    for place, (name, value) in enumerate(fields.items()):
        yield f"{',' if place else '{'}\n  {_json(name)}: "
        if isinstance(value, Iterator):
            yield from _listed(value)
        else:
            yield json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).replace("\n", "\n  ")
    yield "\n}\n"


def _listed(items: Iterable[str]) -> Iterator[str]:
    begun = False
    for item in items:
        yield f"{',' if begun else '['}\n    {item}"
        begun = True
    yield "\n  ]" if begun else "[]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _period(asked: Asked) -> tuple[str, str]:
    return f"{asked.year}-01-01", f"{asked.year}-12-31"


def _said(total: Total) -> str:
    if not total.not_computed:
        return f"{total.certain:,}" + (f" ({total.possible:,} more possibly)" if total.possible else "")
    return f"{NOT_COMPUTED} for {total.not_computed:,} unit(s); {total.certain:,} certain"
