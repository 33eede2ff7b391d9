"""FHIR MeasureReports: the summary over all patients, and one of each patient."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from benzosafe.fhir.write_measure import POPULATION_SYSTEM, measure_report
from benzosafe.fhir.write_parts import url_of
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.measure import Asked
from benzosafe.population.measures.strata_report import strata_fhir
from benzosafe.population.measures.tally import Tally, Total, no_totals

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/measure")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def summary_entry(asked: Asked, tally: Tally) -> str:
    """The summary as an entry of a Bundle, in JSON."""
    return _entry(_report(asked, tally, ""))


def individual_entry(asked: Asked, patient: str, answers: Sequence[Answer]) -> str:
    """The report of one patient as an entry of a Bundle, in JSON; a count not computed says so."""
    own = Tally()
    own.add(answers, {})
    report = _report(asked, own, patient)
    for group in report["group"]:
        group.pop("measureScore", None)
    subject = {"reference": f"Patient/{patient}"} if _FHIR_ID.fullmatch(patient) else {"display": patient}
    return _entry(report | {"type": "individual", "subject": subject})


def _entry(report: dict[str, Any]) -> str:
    return msgspec.json.encode({"fullUrl": url_of(report["id"]), "resource": report}).decode()


def _report(asked: Asked, tally: Tally, patient: str) -> dict[str, Any]:
    totals = tally.totals
    counted = {group: totals.get(group) or no_totals() for group in asked.measure.groups}
    known = {
        group: {name: total.certain for name, total in populations.items() if not total.not_computed}
        for group, populations in counted.items()
    }
    address = asked.measure.published[asked.edition.year]
    name = str(uuid.uuid5(_NAMESPACE, f"{address} {asked.year} {patient}"))
    report = measure_report(name, address, (date(asked.year, 1, 1), date(asked.year, 12, 31)), known)
    strata = tally.strata
    for group, (key, populations) in zip(report["group"], counted.items(), strict=True):
        group["population"] = [
            *group.get("population", []),
            *(_absent(name) for name, total in populations.items() if total.not_computed),
        ]
        if stratifiers := strata_fhir(strata.get(key, {}), _population):
            group["stratifier"] = stratifiers
    if not (asked.own_lists or asked.measure.not_checked):
        return report
    return report | {"text": _narrative([*asked.basis()[1:], *_possible(asked, tally)])}


def _narrative(words: list[str]) -> dict[str, str]:
    """Whoever reads the report must see what it rests on, what was not checked, and what it could not tell."""
    said = html.escape(". ".join(words))
    return {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'}


def _possible(asked: Asked, tally: Tally) -> list[str]:
    """Populations that more units would be in, were the days' supply known that their records do not say."""
    totals = tally.totals
    return [
        f"{name}: {total.possible:,} more possibly, for days' supply that is not known"
        for group in asked.measure.groups
        for name, total in (totals.get(group) or {}).items()
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
