"""What was measured, written out: rows, totals, words, and FHIR MeasureReports of each patient and of all."""

from __future__ import annotations

import csv
import html
import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from benzosafe.fhir.write_measure import POPULATION_SYSTEM, measure_report
from benzosafe.fhir.write_parts import url_of
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.measure import Measured
from benzosafe.population.measures.strata_report import strata_fhir, strata_json, strata_lines
from benzosafe.population.measures.tally import Tally, Total, Totals, no_totals, share

SCHEMA_VERSION = "1.1"
NOT_COMPUTED = "not computed"
NOT_ADVICE = "A measure counts; it is no reason to stop or taper a patient's medicine."
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/measure")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_SHOWN = 20


@dataclass(frozen=True)
class Row:
    """One count of one unit."""

    patient: str
    encounter: str
    group: str
    population: str
    count: int | None


def rows(measured: Measured) -> Iterator[Row]:
    """By patient, encounter, group and population; a patient without a unit has noughts and no encounter."""
    for patient, answers in measured.answers.items():
        for answer in answers or _nothing(measured, patient):
            for population, count in answer.counts.items():
                yield Row(patient, answer.encounter, answer.group, population, count)


def totals(measured: Measured) -> dict[str, Totals]:
    """The totals of each group and population."""
    return {group: measured.tally.totals.get(group) or no_totals() for group in measured.measure.groups}


def write_csv(measured: Measured) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["patient", "encounter", "group", "population", "count"])
    for row in rows(measured):
        count = NOT_COMPUTED if row.count is None else row.count
        writer.writerow([row.patient, row.encounter, row.group, row.population, count])
    return text.getvalue()


def as_json(measured: Measured) -> dict[str, Any]:
    """Everything: the totals, what they rest on, what could not be read, and the rows."""
    return {
        "schema_version": SCHEMA_VERSION, "measure": measured.measure.name, "title": measured.measure.title,
        "edition": measured.edition.year, "published": measured.measure.published[measured.edition.year],
        "period": [day.isoformat() for day in _period(measured)], "lower_is_better": True, "note": NOT_ADVICE,
        "value_sets": {
            "source": measured.source or None, "own_lists_for": list(measured.own_lists),
            "missing": list(measured.missing),
        },
        "patients": len(measured.answers),
        "groups": [
            {
                "group": group, "title": measured.measure.groups[group],
                "populations": {name: asdict(total) | {"count": total.count} for name, total in populations.items()},
                "share": share(populations), "strata": strata_json(measured.tally.strata.get(group, {})),
            }
            for group, populations in totals(measured).items()
        ],
        "not_checked": measured.measure.not_checked or None,
        "notes": [
            {"note": note, "times": times, "patients": measured.tally.patients_with_note[note]}
            for note, times in sorted(measured.tally.notes.items())
        ],
        "patients_without_birth_date": list(measured.without_birth_date),
        "rejected": [asdict(item) for item in measured.rejected],
        "rows": [asdict(row) for row in rows(measured)],
    }  # fmt: skip


def as_text(measured: Measured) -> str:
    """The totals in words, with what they rest on and what could not be read."""
    first, last = _period(measured)
    lines = [
        f"{measured.measure.name.upper()} {measured.measure.title}",
        f"edition {measured.edition.year}, {first} to {last}, {len(measured.answers):,} patients",
        *basis(measured),
    ]
    for group, populations in totals(measured).items():
        lines += ["", f"{group}. {measured.measure.groups[group]}"]
        lines += [f"   {name:<22}{_said(total)}" for name, total in populations.items()]
        found = share(populations)
        lines.append(f"   {'share':<22}{NOT_COMPUTED if found is None else f'{found:.1%} (lower is better)'}")
        lines += strata_lines(measured.tally.strata.get(group, {}))
    return "\n".join([*lines, "", *remarks(measured), NOT_ADVICE])


def basis(measured: Measured) -> list[str]:
    """Which lists the counts rest on."""
    said = [f"value sets: {measured.source or 'none given'}"]
    if measured.own_lists:
        said.append(f"our own medicine lists, which differ, stand in for: {'; '.join(measured.own_lists)}")
    if measured.missing:
        said.append(f"not there, and what they decide is not computed: {'; '.join(measured.missing)}")
    if measured.measure.not_checked:
        said.append(measured.measure.not_checked)
    return said


def remarks(measured: Measured) -> list[str]:
    """What could not be used: every count, and the first of each kind by name."""
    said = []
    if measured.without_birth_date:
        said.append(
            f"{len(measured.without_birth_date)} patient(s) without a birth date: of unknown age, in no population: "
            + _listed(measured.without_birth_date)
        )
    for note, times in sorted(measured.tally.notes.items()):
        said.append(f"{note}: {times:,}, of {measured.tally.patients_with_note[note]:,} patient(s)")
    if measured.rejected:
        places = [f"{item.file}{f':{item.line}' if item.line else ''}: {item.what}" for item in measured.rejected]
        said.append(f"{len(places)} item(s) could not be used:")
        said += [f"  {place}" for place in places[:_SHOWN]]
        said += [f"  and {len(places) - _SHOWN} more (all of them: --format json)"] if len(places) > _SHOWN else []
    return said


def as_fhir(measured: Measured) -> dict[str, Any]:
    """A Bundle of MeasureReports: the summary, then one of each patient; a count not computed says so."""
    reports = [_report(measured, measured.tally, "")]
    for patient, answers in measured.answers.items():
        own = Tally()
        own.add(answers, {})
        reports.append(_individual(_report(measured, own, patient), patient))
    return {
        "resourceType": "Bundle", "type": "collection",
        "entry": [{"fullUrl": url_of(report["id"]), "resource": report} for report in reports],
    }  # fmt: skip


def _report(measured: Measured, tally: Tally, patient: str) -> dict[str, Any]:
    counted = {group: tally.totals.get(group) or no_totals() for group in measured.measure.groups}
    known = {
        group: {name: total.certain for name, total in populations.items() if not total.not_computed}
        for group, populations in counted.items()
    }
    address = measured.measure.published[measured.edition.year]
    name = str(uuid.uuid5(_NAMESPACE, f"{address} {measured.year} {patient}"))
    report = measure_report(name, address, _period(measured), known)
    for group, (key, populations) in zip(report["group"], counted.items(), strict=True):
        group["population"] = [
            *group.get("population", []),
            *(_absent(name) for name, total in populations.items() if total.not_computed),
        ]
        if strata := strata_fhir(tally.strata.get(key, {}), _population):
            group["stratifier"] = strata
    if not (measured.own_lists or measured.measure.not_checked):
        return report
    return report | {"text": _narrative([*basis(measured)[1:], *_possible(measured, tally)])}


def _individual(report: dict[str, Any], patient: str) -> dict[str, Any]:
    for group in report["group"]:
        group.pop("measureScore", None)
    is_id = _FHIR_ID.fullmatch(patient)
    return report | {
        "type": "individual",
        "subject": {"reference": f"Patient/{patient}"} if is_id else {"display": patient},
    }


def _narrative(words: list[str]) -> dict[str, str]:
    """Whoever reads the report must see what it rests on, what was not checked, and what it could not tell."""
    said = html.escape(". ".join(words))
    return {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'}


def _possible(measured: Measured, tally: Tally) -> list[str]:
    """Populations that more units would be in, were the days' supply known that their records do not say."""
    return [
        f"{name}: {total.possible:,} more possibly, for days' supply that is not known"
        for group in measured.measure.groups
        for name, total in (tally.totals.get(group) or {}).items()
        if total.possible
    ]


def _population(name: str, total: Total) -> dict[str, Any]:
    if total.count is None:
        return _absent(name)
    return {"code": {"coding": [{"system": POPULATION_SYSTEM, "code": name}]}, "count": total.count}


def _absent(population: str) -> dict[str, Any]:
    return {
        "code": {"coding": [{"system": POPULATION_SYSTEM, "code": population}]},
        "_count": {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]},
    }


def _nothing(measured: Measured, patient: str) -> list[Answer]:
    return [Answer(patient, "", group, False, False, False) for group in measured.measure.groups]


def _period(measured: Measured) -> tuple[date, date]:
    return date(measured.year, 1, 1), date(measured.year, 12, 31)


def _said(total: Total) -> str:
    if not total.not_computed:
        return f"{total.certain:,}" + (f" ({total.possible:,} more possibly)" if total.possible else "")
    return f"{NOT_COMPUTED} for {total.not_computed:,} unit(s); {total.certain:,} certain"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
