"""A record of an OMOP table as the FHIR resource that says the same; what OMOP does not say is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from benzosafe.population.intake.omop_concepts import OMOP, Concepts, whole
from benzosafe.population.intake.omop_tables import Record

Json = dict[str, Any]


class NotARecord(Exception):
    """A record that cannot be used; says why."""


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_SUPPLY_DAYS = 3660
_GENDER = {8507: "male", 8532: "female"}
_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
_RACE_SYSTEM = "urn:oid:2.16.840.1.113883.6.238"
_RACE = {8527: "2106-3", 8516: "2054-5", 8515: "2028-9", 8657: "1002-5", 8557: "2076-8"}
_ETHNICITY = {38003563: "2135-2", 38003564: "2186-5"}
# Type concepts of the present vocabulary and, from 38000175 on, of earlier ones that are still about.
_REQUESTED = {32833, 32838, 32839, 38000177}
_DISPENSED = {32810, 32825, 32857, 32869, 38000175, 38000176, 581452}
_ADMINISTERED = {32818, 38000179, 38000180, 581373, 43542356, 43542357, 43542358}
_PROBLEM_LIST = {32840, 38000245}
_CLASS = {9201: "IMP", 9202: "AMB", 9203: "EMER", 262: "IMP", 5083: "VR", 581476: "HH", 32036: "AMB"}
_COMPARATOR = {4171756: "<", 4171754: "<=", 4172704: ">", 4171755: ">="}
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_UCUM = "http://unitsofmeasure.org"


def patient(record: Record, died_on: str | None) -> Json:
    """A person; of the birth date only what is there. died_on: "" where only the death is known, None where none is."""
    extensions = [
        {"url": _US_CORE + kind, "extension": [{
            "url": "ombCategory", "valueCoding": {"system": _RACE_SYSTEM, "code": code},
        }]}
        for kind, codes in (("race", _RACE), ("ethnicity", _ETHNICITY))
        if (code := codes.get(whole(record[f"{kind}_concept_id"]) or 0))
    ]  # fmt: skip
    gender = _GENDER.get(whole(record["gender_concept_id"]) or 0)
    return _filled({
        "resourceType": "Patient", "id": _owner(record), "gender": gender, "birthDate": _birth(record),
        "extension": extensions, "deceasedDateTime": died_on, "deceasedBoolean": True if died_on == "" else None,
    })  # fmt: skip


def drug(record: Record, concepts: Concepts) -> Json:
    """A drug exposure: ordered, handed over, given, or told, as its type says."""
    kind = whole(record["drug_type_concept_id"])
    common = {"medicationCodeableConcept": _concept(record, "drug", concepts)}
    start = _day(record, "drug_exposure_start_date")
    dosage = _dosage(record, concepts)
    if kind in _DISPENSED:
        return _resource("MedicationDispense", record, "drug_exposure", common | {
            "status": "completed", "whenHandedOver": start, "daysSupply": _amount(record["days_supply"], "d"),
            "quantity": _amount(record["quantity"]), "dosageInstruction": dosage,
        })  # fmt: skip
    if kind in _REQUESTED:
        return _resource("MedicationRequest", record, "drug_exposure", common | {
            "status": "stopped" if record["stop_reason"] else "active", "intent": "order", "authoredOn": start,
            "requester": _pointer("Practitioner", record["provider_id"]),
            "encounter": _pointer("Encounter", record["visit_occurrence_id"], "visit_occurrence-"),
            "dosageInstruction": _bounded(dosage, start, _end(record)),
            "dispenseRequest": _filled({
                "expectedSupplyDuration": _amount(record["days_supply"], "d"), "quantity": _amount(record["quantity"]),
                "numberOfRepeatsAllowed": whole(record["refills"]),
            }),
        })  # fmt: skip
    span = _filled({"start": start, "end": _end(record) or _supply_end(record)})
    if kind in _ADMINISTERED:
        given = {"status": "completed", "effectivePeriod": span, "dosage": dosage[0] if dosage else None}
        return _resource("MedicationAdministration", record, "drug_exposure", common | given)
    told = {"status": "stopped" if record["stop_reason"] else "active", "effectivePeriod": span, "dosage": dosage}
    return _resource("MedicationStatement", record, "drug_exposure", common | told)


def condition(record: Record, concepts: Concepts) -> Json:
    """A condition. Its end is that of a visit in most sources, and so is never taken for being cured."""
    on_list = whole(record["condition_type_concept_id"]) in _PROBLEM_LIST
    category = "problem-list-item" if on_list else "encounter-diagnosis"
    return _resource("Condition", record, "condition_occurrence", {
        "category": [{"coding": [{"system": _CATEGORY, "code": category}]}],
        "code": _concept(record, "condition", concepts), "onsetDateTime": _day(record, "condition_start_date"),
    })  # fmt: skip


def visit(record: Record, concepts: Concepts) -> Json:
    """A visit."""
    number = whole(record["visit_concept_id"])
    left = _concept(record, "discharged_to", concepts) or _concept(record, "discharge_to", concepts)
    return _resource("Encounter", record, "visit_occurrence", {
        "status": "finished", "class": {"system": _ACT, "code": _CLASS[number]} if number in _CLASS else None,
        "type": [_concept(record, "visit", concepts)],
        "period": _filled({
            "start": _day(record, "visit_start_date"), "end": _day(record, "visit_end_date", needed=False),
        }),
        "serviceProvider": _pointer("Organization", record["care_site_id"]),
        "hospitalization": {"dischargeDisposition": left} if left else None,
    })  # fmt: skip


def procedure(record: Record, concepts: Concepts) -> Json:
    """A procedure that was done."""
    return _resource("Procedure", record, "procedure_occurrence", {
        "status": "completed", "code": _concept(record, "procedure", concepts),
        "performedDateTime": _day(record, "procedure_date"),
    })  # fmt: skip


def measurement(record: Record, concepts: Concepts) -> Json:
    """A measurement with its value and unit, or with the words it came in."""
    value = _amount(record["value_as_number"])
    if value is not None:
        unit = concepts.get(whole(record["unit_concept_id"]) or 0)
        coded = {"unit": unit.code, "code": unit.code, "system": _UCUM} if unit else {}
        written = {"unit": record["unit_source_value"]} if record["unit_source_value"] and not unit else {}
        value |= coded | written
        value |= _filled({"comparator": _COMPARATOR.get(whole(record["operator_concept_id"]) or 0)})
    return _observed(record, "measurement", concepts, value)


def observation(record: Record, concepts: Concepts) -> Json:
    """An observation; one whose concept is a condition is a Condition, for that is what it says."""
    concept = concepts.get(whole(record["observation_concept_id"]) or 0)
    if concept and concept.domain == "Condition":
        return _resource("Condition", record, "observation", {
            "code": _concept(record, "observation", concepts), "onsetDateTime": _day(record, "observation_date"),
        })  # fmt: skip
    return _observed(record, "observation", concepts, _amount(record["value_as_number"]))


RESOURCE_OF: Mapping[str, Callable[[Record, Concepts], Json]] = {
    "drug_exposure": drug, "condition_occurrence": condition, "visit_occurrence": visit,
    "procedure_occurrence": procedure, "measurement": measurement, "observation": observation,
}  # fmt: skip
"""How the records of each table are read; persons need to know of deaths besides."""


def _observed(record: Record, table: str, concepts: Concepts, value: Json | None) -> Json:
    answer = None if value else _concept(record, "value_as", concepts)
    words = None if value or answer else record["value_as_string"] or record["value_source_value"]
    return _resource("Observation", record, table, {
        "status": "final", "code": _concept(record, table, concepts),
        "effectiveDateTime": _day(record, f"{table}_date"),
        "valueQuantity": value, "valueCodeableConcept": answer, "valueString": words,
    })  # fmt: skip


def _resource(kind: str, record: Record, table: str, fields: Json) -> Json:
    number = whole(record[f"{table}_id"])
    if number is None:
        raise NotARecord(f"has no {table}_id that is a number")
    head = {"resourceType": kind, "id": f"{table}-{number}", "subject": {"reference": f"Patient/{_owner(record)}"}}
    return _filled(head | fields)


def owner_of_record(record: Record) -> str:
    """The person a record is about; NotARecord where it names none."""
    return _owner(record)


def _owner(record: Record) -> str:
    number = whole(record["person_id"])
    if number is None:
        raise NotARecord("has no person_id that is a number")
    return str(number)


def _concept(record: Record, name: str, concepts: Concepts) -> Json | None:
    """The standard concept, the source's own, and words: the source's where the standard one is not known."""
    codings, words = [], ""
    for column in (f"{name}_concept_id", f"{name}_source_concept_id"):
        number = whole(record[column])
        if not number:
            continue
        known = concepts.get(number)
        system, code, shown = known[:3] if known else (OMOP, str(number), "")
        coding = _filled({"system": system, "code": code, "display": shown})
        if coding not in codings:
            codings.append(coding)
        words = words or shown
    words = words or record[f"{name}_source_value"].strip()
    return _filled({"coding": codings, "text": words}) or None


def _dosage(record: Record, concepts: Concepts) -> list[Json]:
    route = _concept(record, "route", concepts)
    found = _filled({"text": record["sig"].strip(), "route": route})
    return [found] if found else []


def _bounded(dosage: list[Json], start: str | None, end: str | None) -> list[Json]:
    """An end that is recorded ends the order."""
    if not end:
        return dosage
    return [(dosage[0] if dosage else {}) | {"timing": {"repeat": {"boundsPeriod": {"start": start, "end": end}}}}]


def _end(record: Record) -> str | None:
    """The recorded end. The table's own end date is a guess of whoever filled it, where it is all that is there:
    on the day of the start it says nothing, and beside days' supply it only repeats them.
    """
    recorded = _day(record, "verbatim_end_date", needed=False)
    if recorded or _supply_days(record):
        return recorded
    end = _day(record, "drug_exposure_end_date", needed=False)
    return end if end and end != _day(record, "drug_exposure_start_date") else None


def _supply_days(record: Record) -> int:
    """Days of supply; 0 where none is written, or none that can be."""
    found = _amount(record["days_supply"])
    return int(found["value"]) if found and 0 < found["value"] < _LONGEST_SUPPLY_DAYS else 0


def _supply_end(record: Record) -> str | None:
    """The last day of the supply, for a record that has no field of its own for it."""
    start, days = _day(record, "drug_exposure_start_date"), _supply_days(record)
    return (date.fromisoformat(start) + timedelta(days=days - 1)).isoformat() if start and days else None


def _day(record: Record, column: str, *, needed: bool = True) -> str | None:
    text = record[column].strip()
    if not text and not needed:
        return None
    match = _DAY.match(text)
    if match is None or not _is_day(match[0]):
        raise NotARecord(f"has no {column} that is a date" + (f": '{text[:30]}'" if text else ""))
    return match[0]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _birth(record: Record) -> str | None:
    whole_date = _DAY.match(record["birth_datetime"].strip())
    if whole_date:
        return whole_date[0]
    year, month, day = (whole(record[f"{part}_of_birth"]) for part in ("year", "month", "day"))
    if year is None:
        return None
    return f"{year:04d}" + (f"-{month:02d}" + (f"-{day:02d}" if day else "") if month else "")


def _amount(text: str, unit: str = "") -> Json | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return {"value": int(value) if value.is_integer() else value} | ({"code": unit, "unit": unit} if unit else {})


def _pointer(kind: str, number: str, prefix: str = "") -> Json | None:
    found = whole(number)
    return {"reference": f"{kind}/{prefix}{found}"} if found else None


def _filled(fields: Mapping[str, Any]) -> Json:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}, [None])}
