"""Person, problems, measurements, allergies, and which lists are known."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.fhir.dates import read_date
from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import (
    ICD10CM,
    IPS,
    LOINC,
    ON,
    PATIENT,
    SNOMED,
    SUBJECT,
    as_bytes,
    bundle,
    coded,
    condition,
    gaps_of,
    observation,
    read,
    request,
)  # fmt: skip

COPD = coded(ICD10CM, "J44.9")
WEIGHT = coded(LOINC, "29463-7")


def person(knowledge, **more):
    return read_bundle(as_bytes(bundle(PATIENT | more)), "x", knowledge, ON)


def allergy(code=None, **more):
    return (
        {"resourceType": "AllergyIntolerance", "id": "a1", "patient": SUBJECT} | ({"code": code} if code else {}) | more
    )


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "year"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2026-11-24", date(2026, 11, 24), date(2026, 11, 24), "day"),
        ("2026-11-24T23:59:00-05:00", date(2026, 11, 24), date(2026, 11, 24), "day"),
        ("2026-11-24T23:59:00.123Z", date(2026, 11, 24), date(2026, 11, 24), "day"),
    ],
)
def test_dates_of_every_precision(text, first, last, precision):
    found = read_date(text)
    assert (found.first, found.last, found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text", ["", "today", "24.11.2026", "2026-02-30", "2026-1-1", "20261124", "0000", "2026-11-24Tx"]
)
def test_what_is_no_date(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("written", "born", "precision"),
    [
        ("1950-03-01", date(1950, 3, 1), "day"),
        ("1950-03", date(1950, 3, 1), "month"),
        ("1950", date(1950, 1, 1), "year"),
    ],
)
def test_birth_date_keeps_its_precision(written, born, precision, knowledge):
    record = person(knowledge, birthDate=written)
    assert (record.birth_on, record.birth_precision) == (born, precision)


@pytest.mark.parametrize("written", ["2062-01-01", "1066-10-14", "1890-01-01"])
def test_birth_date_that_cannot_be_is_not_used(written, knowledge):
    record = person(knowledge, birthDate=written)
    assert record.birth_on is None


def test_future_birth_date_is_listed(knowledge):
    assert gaps_of(person(knowledge, birthDate="2062-01-01"), "implausible")


@pytest.mark.parametrize(
    ("gender", "sex"),
    [("female", "female"), ("male", "male"), ("other", None), ("unknown", None), (None, None)],
)
def test_sex(gender, sex, knowledge):
    assert person(knowledge, gender=gender).sex == sex


@pytest.mark.parametrize(
    ("more", "deceased"),
    [
        ({}, None),
        ({"deceasedBoolean": False}, False),
        ({"deceasedBoolean": True}, True),
        ({"deceasedDateTime": "2026-01-01"}, True),
        ({"deceasedDateTime": "2026-12-01"}, False),
    ],
)
def test_deceased(more, deceased, knowledge):
    assert person(knowledge, **more).deceased is deceased


def test_no_patient_resource_is_said(knowledge):
    record = read_bundle(as_bytes(bundle(request())), "x", knowledge, ON)
    assert (record.patient_id, record.birth_on, record.sex) == ("p", None, None)
    assert any("no Patient resource" in gap.what for gap in gaps_of(record, "missing"))


def test_condition_resolves_by_code_and_by_text(knowledge):
    record = read(knowledge, condition(COPD), condition({"text": "sleep apnoea"}, id="c2"))
    assert ["copd" in c.concepts or "sleep_apnoea" in c.concepts for c in record.conditions] == [True, True]
    assert record.coverage.conditions
    assert record.conditions[0].active is True


@pytest.mark.parametrize(
    ("more", "active", "present"),
    [
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, False, True),
        ({"clinicalStatus": None}, None, True),
        ({"clinicalStatus": None, "abatementDateTime": "2020-01-01"}, False, True),
        ({"abatementDateTime": "2020-01-01"}, None, True),
        ({"abatementDateTime": "2030-01-01"}, True, True),
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, True, False),
        ({"verificationStatus": {"coding": [{"code": "provisional"}]}}, True, True),
    ],
)
def test_course_of_a_condition(more, active, present, knowledge):
    (found,) = read(knowledge, condition(COPD, **more)).conditions
    assert (found.active, found.present) == (active, present)


def test_refuted_diagnosis_is_known_absent(knowledge):
    refuted = condition(COPD, verificationStatus={"coding": [{"code": "refuted"}]})
    assert "copd" in read(knowledge, refuted).known_absent
    assert "copd" not in read(knowledge, refuted, condition(COPD, id="c2")).known_absent


@pytest.mark.parametrize("more", [{"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}])
def test_condition_entered_in_error_is_left_out(more, knowledge):
    record = read(knowledge, condition(COPD, **more))
    assert record.conditions == ()
    assert not record.coverage.conditions


def test_reversed_course_is_listed(knowledge):
    record = read(knowledge, condition(COPD, onsetDateTime="2026-06-01", abatementDateTime="2026-01-01"))
    assert gaps_of(record, "implausible")
    assert (record.conditions[0].onset_on, record.conditions[0].ended_on) == (None, None)


def test_future_onset_keeps_the_condition(knowledge):
    record = read(knowledge, condition(COPD, onsetDateTime="2062-06-01"))
    assert gaps_of(record, "implausible")
    assert record.conditions[0].onset_on is None


def test_unresolved_condition_is_kept_in_words(knowledge):
    record = read(knowledge, condition({"text": "ingrown toenail"}))
    assert [(c.text, c.concepts) for c in record.conditions] == [("ingrown toenail", ())]


def test_weight_is_converted(knowledge):
    record = read(
        knowledge,
        observation(WEIGHT, valueQuantity={"value": 154, "unit": "[lb_av]"}, effectiveDateTime="2026-11-01"),
    )
    (weight,) = record.observations
    assert weight.concept == "weight_kg"
    assert weight.value == pytest.approx(69.85, abs=0.01)
    assert weight.taken_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"value": 7000, "unit": "kg"}, "implausible"),
        ({"value": -70, "unit": "kg"}, "implausible"),
        ({"value": 70, "unit": "parsec"}, "unreadable"),
    ],
)
def test_measurement_that_cannot_be_is_left_out(value, kind, knowledge):
    record = read(knowledge, observation(WEIGHT, valueQuantity=value))
    assert record.observations == ()
    assert len(gaps_of(record, kind)) == 1


def test_limit_of_a_measurement_is_used_and_said(knowledge):
    egfr = {"value": 90, "comparator": ">", "unit": "mL/min/{1.73_m2}"}
    record = read(knowledge, observation(coded(LOINC, "33914-3"), valueQuantity=egfr))
    assert [item.value for item in record.observations] == [90]
    assert gaps_of(record, "notice")


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_observation_that_does_not_stand(status, knowledge):
    assert (
        read(knowledge, observation(WEIGHT, status=status, valueQuantity={"value": 70, "unit": "kg"})).observations
        == ()
    )


@pytest.mark.parametrize(
    "value", [{"valueInteger": 5}, {"valueQuantity": {"value": 5, "unit": "{score}"}}, {"valueString": "5"}]
)
def test_score_in_every_form(value, knowledge):
    record = read(knowledge, observation(coded(LOINC, "75626-2"), **value))
    assert [(item.concept, item.value) for item in record.observations] == [("audit_c_score", 5)]


def test_components_are_read(knowledge):
    part = {"code": WEIGHT, "valueQuantity": {"value": 70, "unit": "kg"}}
    record = read(knowledge, observation({"text": "vital signs panel"}, component=[None, part]))
    assert [item.value for item in record.observations] == [70]


def test_category_is_read(knowledge):
    smoker = observation(coded(LOINC, "72166-2"), valueCodeableConcept={"text": "Never smoker"})
    assert [(o.concept, o.category) for o in read(knowledge, smoker).observations] == [("smoking_status", "never")]


def test_two_values_on_one_day_are_shown(knowledge):
    when = {"effectiveDateTime": "2026-11-01"}
    first = observation(WEIGHT, valueQuantity={"value": 70, "unit": "kg"}, **when)
    second = observation(WEIGHT, id="o2", valueQuantity={"value": 50, "unit": "kg"}, **when)
    assert gaps_of(read(knowledge, first, second), "conflict")


def test_observation_of_the_future_is_listed(knowledge):
    record = read(
        knowledge,
        observation(WEIGHT, valueQuantity={"value": 70, "unit": "kg"}, effectiveDateTime="2027-01-01"),
    )
    assert gaps_of(record, "implausible")


def test_no_observation_makes_the_list_known(knowledge):
    assert not read(knowledge, observation(WEIGHT, valueQuantity={"value": 70, "unit": "kg"})).coverage.observations


@pytest.mark.parametrize(
    ("code", "ingredients"),
    [({"text": "Lorazepam"}, ["lorazepam"]), ({"text": "Allergy to lorazepam"}, ["lorazepam"])],
)
def test_allergy_to_a_drug(code, ingredients, knowledge):
    assert [item.ingredient for item in read(knowledge, allergy(code)).allergies] == ingredients


def test_allergy_to_a_class(knowledge):
    (found,) = read(knowledge, allergy({"text": "Benzodiazepines"})).allergies
    assert (found.ingredient, found.classes) == (None, ("benzodiazepine",))


def test_allergy_named_by_its_reaction(knowledge):
    record = read(knowledge, allergy({"text": "drug allergy"}, reaction=[{"substance": {"text": "codeine"}}]))
    assert "codeine" in {item.ingredient for item in record.allergies}


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, 0),
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, 0),
        ({"clinicalStatus": {"coding": [{"code": "active"}]}}, 1),
    ],
)
def test_allergies_that_stand(more, count, knowledge):
    assert len(read(knowledge, allergy({"text": "codeine"}, **more)).allergies) == count


def known(record):
    cover = record.coverage
    return {name for name in ("orders", "conditions", "allergies") if getattr(cover, name)}


def statement(code):
    return request(None, resourceType="MedicationStatement", medicationCodeableConcept=code)


def empty(code, why):
    return {"code": coded(LOINC, code), "emptyReason": {"coding": [{"code": why}]}}


@pytest.mark.parametrize(
    ("resource", "lists"),
    [
        (statement(coded(SNOMED, "787481004")), {"orders"}),
        (statement(coded(IPS, "no-known-medications")), {"orders"}),
        (statement(coded(IPS, "no-medication-info")), set()),
        (condition(coded(SNOMED, "160245001")), {"conditions"}),
        (condition(coded(IPS, "no-problem-info")), set()),
        (allergy(coded(SNOMED, "716186003")), {"allergies"}),
        (allergy(coded(SNOMED, "409137002")), {"allergies"}),
        (allergy(coded(IPS, "no-allergy-info")), set()),
        (allergy({"text": "codeine"}), {"allergies"}),
        ({"resourceType": "List", "id": "l"} | empty("10160-0", "nilknown"), {"orders"}),
        ({"resourceType": "List", "id": "l"} | empty("10160-0", "withheld"), set()),
        (
            {"resourceType": "Composition", "id": "d", "section": [empty("11450-4", "nilknown")]},
            {"conditions"},
        ),
    ],
)
def test_what_makes_a_list_known(resource, lists, knowledge):
    record = read(knowledge, resource)
    assert known(record) == lists
    assert (record.orders, record.conditions) == ((), ())


def test_none_known_beside_something_is_a_conflict(knowledge):
    none = request(
        None,
        id="none",
        resourceType="MedicationStatement",
        medicationCodeableConcept=coded(SNOMED, "787481004"),
    )
    record = read(knowledge, request(), none)
    assert gaps_of(record, "conflict")
    assert len(record.orders) == 1


def encounter(**more):
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "subject": SUBJECT,
        "class": {"code": "IMP"},
    } | more


def test_ongoing_stay_is_said(knowledge):
    assert gaps_of(read(knowledge, encounter(period={"start": "2026-11-20"})), "notice")
    assert not gaps_of(
        read(knowledge, encounter(status="finished", period={"start": "2026-11-01", "end": "2026-11-05"})),
        "notice",
    )


@pytest.mark.parametrize(("start", "end", "ongoing"), [("2026-11-20", None, True), ("2026-10-01", "2026-10-05", False)])
def test_hospice_stay_is_a_condition(start, end, ongoing, knowledge):
    period = {"start": start} | ({"end": end} if end else {})
    record = read(knowledge, encounter(type=[{"text": "Hospice care"}], period=period))
    (found,) = [c for c in record.conditions if "hospice" in c.concepts]
    assert found.active is ongoing


def test_procedure_is_a_condition_only_by_code_or_kind_of_care(knowledge):
    test = {
        "resourceType": "Procedure",
        "id": "t",
        "status": "completed",
        "code": {"text": "Hepatitis C antibody test"},
    }
    care = {
        "resourceType": "Procedure",
        "id": "u",
        "status": "in-progress",
        "code": {"text": "Palliative care"},
        "performedPeriod": {"start": "2026-11-01"},
    }
    record = read(knowledge, test, care)
    assert [(c.condition_id, c.active) for c in record.conditions] == [("Procedure/u code", True)]


def test_procedure_not_done_says_nothing(knowledge):
    care = {"resourceType": "Procedure", "id": "u", "status": "not-done", "code": {"text": "Palliative care"}}
    assert read(knowledge, care).conditions == ()


@pytest.mark.parametrize(("status", "ongoing"), [("in-progress", True), ("finished", False)])
def test_stay_without_dates_follows_its_status(status, ongoing, knowledge):
    record = read(knowledge, encounter(status=status, type=[{"text": "Hospice care"}]))
    assert [c.active for c in record.conditions] == [ongoing]


def test_discharge_to_hospice_goes_on(knowledge):
    where_to = {"dischargeDisposition": {"text": "Hospice"}}
    stay = encounter(status="finished", period={"start": "2026-10-01", "end": "2026-10-05"}, hospitalization=where_to)
    record = read(knowledge, stay)
    assert [("hospice" in c.concepts, c.active, c.onset_on) for c in record.conditions] == [
        (True, None, date(2026, 10, 5))
    ]
