"""The same patient written in R4 and in R5 is the same record; what only R5 says is understood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import (
    COPD,
    ON,
    PATIENT,
    RXNORM,
    SNOMED,
    SUBJECT,
    as_bytes,
    bundle,
    coded,
    condition,
    read,
    request,
)

LORAZEPAM = coded(RXNORM, "6470", "lorazepam 1 mg tablet")
EVERY_DAY = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}
ONE_MG = [{"doseQuantity": {"value": 1, "unit": "mg"}}]
LIMIT = {"numerator": {"value": 3, "unit": "mg"}, "denominator": {"value": 1, "unit": "d"}}
MEDICATION = {"resourceType": "Medication", "id": "m"}
IN_TABLET = {"numerator": {"value": 1, "unit": "mg"}, "denominator": {"value": 1, "unit": "tablet"}}
FORM = {"text": "tablet"}
IMP = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}
HOSPICE = {"coding": [{"system": SNOMED, "code": "385763009"}], "text": "Hospice care"}
DAYS = {"start": "2026-11-01", "end": "2026-11-30"}
TWICE = [{"text": "1 mg twice daily"}]
STATEMENT = {"resourceType": "MedicationStatement", "id": "s", "subject": SUBJECT, "dosage": TWICE}
GIVEN = {"resourceType": "MedicationAdministration", "id": "g", "status": "in-progress", "subject": SUBJECT}
VISIT = {"resourceType": "Encounter", "id": "e", "subject": SUBJECT}
ORDER = {"authoredOn": "2026-11-01", "id": "r1"}

R4_NAMED = {"medicationCodeableConcept": LORAZEPAM}
R5_PART = {"item": {"concept": LORAZEPAM}, "strengthRatio": IN_TABLET}
R5_NAMED = {"medication": {"concept": LORAZEPAM}}
PANIC = {"reference": "Condition/c1"}
SERVICE = {"resourceType": "ServiceRequest", "id": "q", "status": "active", "subject": SUBJECT}
DONE = {"resourceType": "Procedure", "id": "q", "status": "completed", "subject": SUBJECT, "code": HOSPICE}


def adherence(*codes):
    return {"adherence": {"code": {"coding": [{"code": code} for code in codes]}}}


# name: resources as R4 writes them, the same as R5 writes them
PAIRS = {
    "medicine as a concept": (
        [request(None, medicationCodeableConcept=LORAZEPAM, **ORDER)],
        [request(None, medication={"concept": LORAZEPAM}, **ORDER)],
    ),
    "medicine as a reference, with its parts": (
        [
            request(None, medicationReference={"reference": "Medication/m"}),
            MEDICATION | {"form": FORM, "ingredient": [{"itemCodeableConcept": LORAZEPAM, "strength": IN_TABLET}]},
        ],
        [
            request(None, medication={"reference": {"reference": "Medication/m"}}),
            MEDICATION | {"doseForm": FORM, "ingredient": [R5_PART]},
        ],
    ),
    "as needed, for what, and at most": (
        [request(None, medicationCodeableConcept=LORAZEPAM, dosageInstruction=[{
            "timing": EVERY_DAY, "doseAndRate": ONE_MG, "asNeededCodeableConcept": {"text": "panic attack"},
            "maxDosePerPeriod": LIMIT,
        }])],
        [request(None, medication={"concept": LORAZEPAM}, dosageInstruction=[{
            "timing": EVERY_DAY, "doseAndRate": ONE_MG, "asNeeded": True, "asNeededFor": [{"text": "panic attack"}],
            "maxDosePerPeriod": [LIMIT],
        }])],
    ),
    "not as needed": (
        [request(dosageInstruction=[{"timing": EVERY_DAY, "doseAndRate": ONE_MG, "asNeededBoolean": False}])],
        [request(dosageInstruction=[{"timing": EVERY_DAY, "doseAndRate": ONE_MG, "asNeeded": False}])],
    ),
    "reason as a concept and as a reference": (
        [condition({"text": "panic disorder"}), request(reasonCode=[{"text": "insomnia"}], reasonReference=[PANIC])],
        [
            condition({"text": "panic disorder"}),
            request(reason=[{"concept": {"text": "insomnia"}}, {"reference": PANIC}]),
        ],
    ),
    "what the patient says is taken": (
        [request(intent="plan", reportedBoolean=True)],
        [request(intent="plan", reported=True)],
    ),
    "statement: taken": (
        [STATEMENT | {"status": "active", **R4_NAMED}],
        [STATEMENT | {"status": "recorded", **R5_NAMED, **adherence("taking-not-as-directed")}],
    ),
    "statement: not taken": (
        [STATEMENT | {"status": "not-taken", **R4_NAMED}],
        [STATEMENT | {"status": "recorded", **R5_NAMED, **adherence("not-taking")}],
    ),
    "statement: stopped": (
        [STATEMENT | {"status": "stopped", **R4_NAMED}],
        [STATEMENT | {"status": "recorded", **R5_NAMED, **adherence("stopped-as-directed")}],
    ),
    "statement: period without an end": (
        [STATEMENT | {"status": "active", **R4_NAMED, "effectivePeriod": {"start": "2026-01-01"}}],
        [STATEMENT | {"status": "recorded", **R5_NAMED, "effectivePeriod": {"start": "2026-01-01"}}],
    ),
    "usage, as drafts of R5 called it": (
        [STATEMENT | {"status": "active", **R4_NAMED}],
        [STATEMENT | {"resourceType": "MedicationUsage", "status": "active", **R5_NAMED}],
    ),
    "administration": (
        [GIVEN | {**R4_NAMED, "effectivePeriod": {"start": "2026-11-20"}}],
        [GIVEN | {**R5_NAMED, "occurencePeriod": {"start": "2026-11-20"}}],
    ),
    "hospital stay with its reason and service": (
        [VISIT | {"status": "in-progress", "class": IMP, "period": DAYS, "serviceType": HOSPICE, "reasonCode": [COPD]}],
        [VISIT | {
            "status": "in-progress", "class": [{"coding": [IMP]}], "actualPeriod": DAYS,
            "serviceType": [{"concept": HOSPICE}], "reason": [{"value": [{"concept": COPD}]}],
        }],
    ),
    "stay that is over": (
        [VISIT | {"status": "finished", "class": IMP, "reasonCode": [COPD]}],
        [VISIT | {"status": "completed", "class": [{"coding": [IMP]}], "reason": [{"value": [{"concept": COPD}]}]}],
    ),
    "service ordered": (
        [SERVICE | {"code": HOSPICE}],
        [SERVICE | {"code": {"concept": HOSPICE}}],
    ),
    "procedure": (
        [DONE | {"performedDateTime": "2026-11-01"}],
        [DONE | {"occurrenceDateTime": "2026-11-01"}],
    ),
}  # fmt: skip


def without_paths(record):
    """The record without where in the file a gap stood: names of fields differ between versions."""
    return replace(record, gaps=tuple((gap.what, gap.kind, gap.text) for gap in record.gaps))


@pytest.mark.parametrize("name", PAIRS)
def test_both_versions_give_one_record(knowledge, name):
    r4, r5 = (without_paths(read(knowledge, *resources)) for resources in PAIRS[name])
    assert r5 == r4
    assert r4.orders or r4.conditions, "nothing was read, so nothing was compared"


def test_statement_that_says_neither_is_not_known(knowledge):
    record = read(knowledge, STATEMENT | {"status": "recorded", **R5_NAMED})
    assert [order.active for order in record.orders] == [None]


def test_adherence_that_says_two_things_is_not_known(knowledge):
    statement = STATEMENT | {
        "status": "recorded",
        **R5_NAMED,
        **adherence("taking", "stopped"),
    }
    assert [order.active for order in read(knowledge, statement).orders] == [None]


def test_every_limit_of_an_order_is_read(knowledge):
    as_needed = {"doseAndRate": ONE_MG, "asNeeded": True}
    week = {"numerator": {"value": 7, "unit": "mg"}, "denominator": {"value": 1, "unit": "wk"}}
    one, both = (
        read(knowledge, request(dosageInstruction=[as_needed | {"maxDosePerPeriod": limits}]))
        for limits in ([LIMIT], [LIMIT, week])
    )  # fmt: skip
    assert one.orders[0].dose_mg_per_day.high == 3
    assert both.orders[0].dose_mg_per_day.high == 1


def test_issues_of_a_whole_answer_leave_its_lists_unknown(knowledge):
    said = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "timeout", "diagnostics": "late"}],
    }
    record = read_bundle(as_bytes(bundle(PATIENT, request(), issues=said)), "t", knowledge, ON)
    assert not record.coverage.orders
    assert any("timeout" in gap.what and gap.where == "issues" for gap in record.gaps)
