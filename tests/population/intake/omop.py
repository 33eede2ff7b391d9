"""Made-up OMOP tables, and the same people written as FHIR by hand."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
Rows = Sequence[Mapping[str, Any]]

CONCEPTS = [
    (19019418, "clonazepam 1 MG Oral Tablet", "RxNorm", "197528", "Drug"),
    (40232756, "oxycodone hydrochloride 5 MG Oral Tablet", "RxNorm", "1049621", "Drug"),
    (45572000, 'Epilepsy, unspecified, "not intractable"', "ICD10CM", "G40.909", "Condition"),
    (3020491, "Oxygen saturation in Arterial blood", "LOINC", "2708-6", "Measurement"),
    (8554, "percent", "UCUM", "%", "Unit"), (4132161, "Oral route", "SNOMED", "26643006", "Route"),
    (1, "never used", "RxNorm", "999", "Drug"),
]  # fmt: skip
PEOPLE = [
    {"person_id": 1, "gender_concept_id": 8532, "year_of_birth": 1951, "month_of_birth": 3, "day_of_birth": 4,
     "race_concept_id": 8516, "ethnicity_concept_id": 38003564},
    {"person_id": 2, "gender_concept_id": 8507, "year_of_birth": 1990, "month_of_birth": "", "day_of_birth": "",
     "race_concept_id": 0, "ethnicity_concept_id": 0},
    {"person_id": 3, "gender_concept_id": 0, "year_of_birth": 1940, "month_of_birth": 2, "day_of_birth": "",
     "race_concept_id": 0, "ethnicity_concept_id": 0},
]  # fmt: skip
_DRUG = {
    "drug_concept_id": 0, "drug_type_concept_id": 32838, "drug_exposure_start_date": "2026-06-20",
    "drug_exposure_end_date": "2026-07-19", "verbatim_end_date": "", "stop_reason": "", "refills": "",
    "quantity": "", "days_supply": "", "sig": "", "route_concept_id": 0, "provider_id": "", "visit_occurrence_id": "",
    "drug_source_value": "", "drug_source_concept_id": 0,
}  # fmt: skip
DRUGS = [
    _DRUG | {"drug_exposure_id": 11, "person_id": 1, "drug_concept_id": 19019418, "quantity": 60, "days_supply": 30,
             "refills": 2, "sig": "one tablet twice daily", "route_concept_id": 4132161, "provider_id": 7,
             "visit_occurrence_id": 5},
    _DRUG | {"drug_exposure_id": 12, "person_id": 1, "drug_concept_id": 40232756, "days_supply": "30.0",
             "sig": "1 every 6 hours, say \"no\" to\nalcohol"},
    _DRUG | {"drug_exposure_id": 13, "person_id": 2, "drug_type_concept_id": 32865,
             "drug_source_value": "a herb nobody knows"},
    _DRUG | {"drug_exposure_id": 14, "person_id": 3, "drug_concept_id": 19019418, "drug_type_concept_id": 32869,
             "days_supply": 30, "quantity": 60},
    _DRUG | {"drug_exposure_id": 15, "person_id": 3, "drug_concept_id": 40232756, "drug_type_concept_id": 32818},
]  # fmt: skip
CONDITIONS = [
    {"condition_occurrence_id": 21, "person_id": 1, "condition_concept_id": 0, "condition_source_concept_id": 45572000,
     "condition_start_date": "2020-01-01", "condition_end_date": "2020-01-02", "condition_type_concept_id": 32840,
     "condition_source_value": "G40.909"},
]  # fmt: skip
MEASUREMENTS = [
    {"measurement_id": 31, "person_id": 1, "measurement_concept_id": 3020491, "measurement_date": "2026-06-25",
     "value_as_number": "88.0", "unit_concept_id": 8554, "operator_concept_id": 0},
]  # fmt: skip
DEATHS = [{"person_id": 3, "death_date": "2026-06-29"}]
TABLES: dict[str, Rows] = {
    "person": PEOPLE, "drug_exposure": DRUGS, "condition_occurrence": CONDITIONS, "measurement": MEASUREMENTS,
    "death": DEATHS,
    "concept": [
        dict(zip(("concept_id", "concept_name", "vocabulary_id", "concept_code", "domain_id"), row, strict=True))
        for row in CONCEPTS
    ],
}  # fmt: skip


def write_tables(folder: Path, form: str, tables: Mapping[str, Rows] = TABLES) -> Path:
    """The tables as CSV, upper-case CSV packed, tab CSV or Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        if form == "parquet":
            _parquet(folder / table, rows)
        elif form == "packed":
            (folder / f"{table.upper()}.csv.gz").write_bytes(gzip.compress(_lines(rows, upper=True).encode()))
        else:
            tabs = form == "tabs" and table == "concept"
            (folder / f"{table}.csv").write_text(_lines(rows, tabs=tabs), encoding="utf-8")
    return folder


def _lines(rows: Rows, *, upper: bool = False, tabs: bool = False) -> str:
    text = io.StringIO()
    if tabs:
        text.writelines("\t".join(map(str, line)) + "\n" for line in [list(rows[0]), *(row.values() for row in rows)])
        return text.getvalue()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([name.upper() if upper else name for name in rows[0]])
    writer.writerows(row.values() for row in rows)
    return text.getvalue()


def _parquet(folder: Path, rows: Rows) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    columns = {name: _typed(name, [row[name] for row in rows]) for name in rows[0]}
    pq.write_table(pa.table(columns), folder / "part-0.parquet", row_group_size=2)


def _typed(name: str, values: list[Any]) -> Any:
    """As databases write them: dates as dates, numbers as numbers, nothing as null."""
    import pyarrow as pa

    found = [None if value == "" else value for value in values]
    if name.endswith("_date"):
        return pa.array(found).cast(pa.date32()) if any(found) else pa.array(found, pa.date32())
    if name in ("value_as_number", "days_supply", "quantity"):
        return pa.array([None if value is None else float(value) for value in found], pa.float64())
    return pa.array(found) if any(value is not None for value in found) else pa.array(found, pa.string())


def _coded(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


_CLONAZEPAM = _coded(RXNORM, "197528", "clonazepam 1 MG Oral Tablet")
_OXYCODONE = _coded(RXNORM, "1049621", "oxycodone hydrochloride 5 MG Oral Tablet")
_ANN, _BOB, _DEAD = ({"subject": {"reference": f"Patient/{number}"}} for number in (1, 2, 3))
_ORDER = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": "2026-06-20"}
AS_FHIR: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1951-03-04"},
    {"resourceType": "Patient", "id": "2", "gender": "male", "birthDate": "1990"},
    {"resourceType": "Patient", "id": "3", "birthDate": "1940-02", "deceasedDateTime": "2026-06-29"},
    _ORDER | _ANN | {
        "id": "drug_exposure-11", "medicationCodeableConcept": _CLONAZEPAM,
        "dosageInstruction": [{
            "text": "one tablet twice daily", "route": _coded("http://snomed.info/sct", "26643006", "Oral route"),
        }],
        "dispenseRequest": {
            "quantity": {"value": 60}, "expectedSupplyDuration": {"value": 30, "code": "d"},
            "numberOfRepeatsAllowed": 2,
        },
    },
    _ORDER | _ANN | {
        "id": "drug_exposure-12", "medicationCodeableConcept": _OXYCODONE,
        "dosageInstruction": [{"text": "1 every 6 hours, say \"no\" to\nalcohol"}],
        "dispenseRequest": {"expectedSupplyDuration": {"value": 30, "code": "d"}},
    },
    _BOB | {
        "resourceType": "MedicationStatement", "id": "drug_exposure-13", "status": "active",
        "medicationCodeableConcept": {"text": "a herb nobody knows"},
        "effectivePeriod": {"start": "2026-06-20", "end": "2026-07-19"},
    },
    _DEAD | {
        "resourceType": "MedicationDispense", "id": "drug_exposure-14", "status": "completed",
        "medicationCodeableConcept": _CLONAZEPAM, "whenHandedOver": "2026-06-20",
        "daysSupply": {"value": 30, "code": "d"}, "quantity": {"value": 60},
    },
    _ANN | {
        "resourceType": "Condition", "id": "condition_occurrence-21", "onsetDateTime": "2020-01-01",
        "code": _coded(ICD, "G40.909", CONCEPTS[2][1]),
    },
    _ANN | {
        "resourceType": "Observation", "id": "measurement-31", "status": "final",
        "code": _coded(LOINC, "2708-6", CONCEPTS[3][1]), "effectiveDateTime": "2026-06-25",
        "valueQuantity": {"value": 88, "unit": "%", "code": "%", "system": "http://unitsofmeasure.org"},
    },
]  # fmt: skip
"""The same people, as somebody who never heard of OMOP would write them."""


def write_fhir(path: Path) -> Path:
    """The same as a bulk export."""
    path.write_text("\n".join(map(json.dumps, AS_FHIR)))
    return path
