"""The hand-written patient: what people write is read, and what cannot be meant is refused with its line."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.errors import InputRefused
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Bounds, Coverage

ANN = """
patient: {id: ann, born: 1951-03-04, sex: female, weight_kg: 61}
medicines:
  - clonazepam 1 mg twice daily since 2024-02-01 for panic disorder
  - {drug: oxycodone 10 mg tablet, take: 1 tablet every 6 hours, since: 2026-10-20, until: , for: chronic pain,
     status: active, code: 'rxnorm:1049683', days_supply: 30, refills: 0, last_filled: 2026-11-01}
stopped: [{drug: zolpidem 10 mg, take: at bedtime, since: 2026-01-01, until: 2026-11-10}]
conditions: [COPD, {name: falls, on: 2026-08-01}, {icd10: G40.909}, {name: depression, until: 2024-05}]
ruled_out: [sleep apnoea]
observations:
  eGFR: 38
  AUDIT-C: {value: 5, on: 2026-10-01}
  phq9_score: [{value: 12, on: 2026-01-01}, {value: 7, on: 2026-10-01}]
alcohol: 10 drinks/week
smoking: former
otc: none
pregnant: no
allergies: [codeine, {to: benzodiazepines, reaction: rash}]
"""


@pytest.fixture
def read(knowledge, on):
    def read(text):
        return read_handwritten(text, "p.yaml", knowledge, on)

    return read


def test_a_whole_patient(read):
    record = read(ANN)
    assert (record.patient_id, record.birth_on, record.birth_precision, record.sex) == (
        "ann", date(1951, 3, 4), "day", "female",
    )  # fmt: skip
    clonazepam, oxycodone, zolpidem = record.orders
    assert (clonazepam.dose_mg_per_day, clonazepam.indication, clonazepam.prn) == (
        Bounds(2, 2),
        "panic_disorder",
        False,
    )
    assert (oxycodone.dose_mg_per_day, oxycodone.supply_ends_on) == (Bounds(40, 40), date(2026, 12, 1))
    assert (zolpidem.active, zolpidem.end_on, zolpidem.dose_mg_per_day) == (False, date(2026, 11, 10), Bounds(10, 10))
    assert record.coverage == Coverage(orders=True, conditions=True, observations=True, allergies=True)
    assert record.gaps == ()


def test_findings_of_a_whole_patient(read):
    record = read(ANN)
    concepts = [condition.concepts[0] for condition in record.conditions]
    assert concepts == ["copd", "falls", "epilepsy", "depression"]
    assert [condition.active for condition in record.conditions] == [True, True, True, False]
    values = {(o.concept, o.value or o.category) for o in record.observations}
    assert {("weight_kg", 61), ("egfr_ml_per_min", 38), ("audit_c_score", 5), ("phq9_score", 7)} <= values
    assert {("alcohol_drinks_per_week", 10), ("alcohol_status", "current"), ("smoking_status", "former")} <= values
    assert ("pregnancy_status", "not_pregnant") in values
    assert record.known_absent == {"sleep_apnoea", "tobacco", "herbal_sedative"}
    assert [(a.ingredient, a.classes) for a in record.allergies][-1] == (None, ("benzodiazepine",))


def test_none_is_known_and_left_out_is_not_known(read):
    record = read("patient: a\nmedicines: none\nconditions: []\nallergies: none\nalcohol: none")
    assert record.coverage == Coverage(orders=True, conditions=True, allergies=True)
    assert record.known_absent == {"alcohol", "ethanol"}
    assert read("patient: a").coverage == Coverage()
    assert read("patient: a\nmedicines: unknown\nconditions: unknown").coverage == Coverage()


def test_an_age_instead_of_a_birthday_and_less_precise_dates(read):
    assert read("patient: {age: 74}").age_years == 74
    assert read("patient: {born: 1951}").birth_precision == "year"
    assert read("patient: {born: 1951-03}").birth_precision == "month"


def test_what_cannot_be_read_or_believed_is_listed_and_the_review_goes_on(read):
    record = read(
        "patient: a\nmedicines: [wibblol 5 mg, clonazepam 1 mg wibble]\nconditions: [wibblitis]\n"
        "observations: {eGFR: 3800}\nallergies: [wibblol]"
    )
    assert [gap.kind for gap in record.gaps] == ["unresolved_drug", "unreadable", "notice", "implausible", "notice"]
    assert len(record.orders) == 2
    assert record.observations == ()


def test_history_of_a_lowered_dose(read):
    record = read(
        "patient: a\nmedicines: [clonazepam 1 mg bid since 2026-11-14]\n"
        "stopped: [clonazepam 2 mg bid since 2025-01-01 until 2026-11-14]"
    )
    now = record.orders[0]
    assert (now.previous_dose_mg_per_day, now.dose_changed_on) == (4, date(2026, 11, 14))
    assert now.continuous_since == date(2025, 1, 1)


REFUSED = [
    ("", "p.yaml: says nothing"),
    ("hello", "p.yaml:1: a patient file is a mapping"),
    ("- a", "p.yaml:1: a patient file is a mapping"),
    ("conditions: []", "neither 'patient' nor 'medicines'"),
    ("patient: a\nmedicins:\n  - x", "p.yaml:2: unknown key 'medicins'.* Did you mean 'medicines'"),
    ("patient: {id: a, brn: 1950}", "unknown key 'brn' in patient.* Did you mean 'born'"),
    ("patient: a\nmedicines: [{drgu: x}]", "p.yaml:2: unknown key 'drgu'.* Did you mean 'drug'"),
    ("patient: a\npatient: b", "p.yaml:2: the key 'patient' is given twice"),
    ("patient: &x a\nconditions: [*x]", "p.yaml:1: anchors"),
    ("patient: a\nconditions: [*x]", "p.yaml:2: anchors"),
    ("patient:\n\tid: a", "p.yaml:2: a tab"),
    ("patient: a\n---\npatient: b", "p.yaml:2: a second document"),
    ("patient: !!python/name:os.system a", "tags"),
    ("patient: a\x00", "control character"),
    ("patient: a\nmedicines: [unclosed", "not valid YAML"),
    ("patient: a\nmedicines:\n - drug: x: y", "p.yaml:3: is not valid YAML.*quotation marks"),
    ("[" * 3000, "nested deeper"),
    ("patient: a\n" + "#" * 2_000_001, "larger than 2 MB"),
    ("patient: {born: 2030-01-01}", "after the review date 2026-11-24"),
    ("patient: {born: 1851-01-01}", "more than 125 years"),
    ("patient: {born: 1951-02-30}", "is not a date"),
    ("patient: {born: 1951-01-01, age: 74}", "both 'born' and 'age'"),
    ("patient: {age: -1}", "must be above zero"),
    ("patient: {age: 999}", "above 125"),
    ("patient: {sex: femal}", "Did you mean 'female'"),
    ("patient: [a, b]", "must be one value"),
    ("patient: a\nmedicines: [clonazepam 1 mg bid since 2027-01-01]", "p.yaml:2: 'since' is 2027-01-01"),
    ("patient: a\nmedicines: [{drug: x, since: 2026-02-01, until: 2026-01-01}]", "is before 'since'"),
    ("patient: a\nmedicines: [{take: x}]", "without 'drug' or 'code'"),
    ("patient: a\nmedicines: [{drug: x, status: activ}]", "Did you mean 'active'"),
    ("patient: a\nmedicines: [{drug: x, days_supply: -3}]", "must be above zero"),
    ("patient: a\nmedicines: [{drug: x, code: 12}]", "is not a code"),
    ("patient: a\nmedicines: ['']", "an empty entry"),
    ("patient: a\nconditions: [{on: 2026-01-01}]", "a condition without"),
    ("patient: a\nconditions: [{name: falls, on: 2027-01-01}]", "after the review date"),
    ("patient: a\nobservations: {eGFZZ: 3}", "unknown observation"),
    ("patient: a\nobservations: {eGFR: abc}", "is not a number"),
    ("patient: a\nobservations: {eGFR: 38 apples}", "allowed units"),
    ("patient: a\nobservations: [3]", "must be a mapping"),
    ("patient: a\npregnant: maybe", "neither yes, no nor unknown"),
    ("patient: a\nalcohol: loads", "'loads' in 'alcohol'"),
    ("patient: a\nruled_out: [wibblitis]", "none of the conditions"),
]


@pytest.mark.parametrize(
    ("text", "message"), REFUSED, ids=[text[:40].encode("unicode_escape").decode() for text, _ in REFUSED]
)
def test_a_fault_of_the_file_is_refused_with_its_place(read, text, message):
    with pytest.raises(InputRefused, match=f"(?s){message}") as refused:
        read(text)
    assert refused.value.exit_code == 4


def test_notes_are_not_read_and_that_is_said(read):
    (gap,) = read("patient: a\nnotes: took her husband's oxycodone").gaps
    assert gap.kind == "notice"


@pytest.mark.parametrize(
    "medicine",
    [
        "{drug: diazepam 5 mg prn, take: 5 mg morning}",
        "{drug: diazepam (prn) 5 mg, take: 5 mg morning}",
        "{drug: PRN diazepam 5 mg, take: 5 mg morning}",
        "{drug: diazepam 5 mg tablet when required for anxiety since 2024-01-01, take: 1 tablet daily}",
        "{drug: diazepam 5 mg, take: 5 mg morning, for: anxiety as needed}",
        "PRN diazepam 5 mg in the morning",
    ],
)
def test_as_needed_beside_the_name_is_never_lost(read, medicine):
    with pytest.raises(InputRefused, match="p.yaml:3: .* says as needed and .*no regular dose") as refused:
        read(f"patient: a\nmedicines:\n  - {medicine}")
    assert "'... mg twice daily as needed'" in refused.value.next_step


@pytest.mark.parametrize(
    ("medicine", "prn", "low"),
    [
        ("{drug: diazepam 5 mg prn, take: 5 mg in the morning as needed}", True, 0),
        ("{drug: diazepam 5 mg, take: 5 mg in the morning prn}", True, 0),
        ("{drug: diazepam 5 mg, take: 5 mg in the morning, for: anxiety}", False, 5),
        ("{drug: diazepam 5 mg once daily, take: 5 mg in the morning}", False, 5),
    ],
)
def test_as_needed_and_regular_stay_what_they_are(read, medicine, prn, low):
    (order,) = read(f"patient: a\nmedicines:\n  - {medicine}").orders
    assert (order.prn, order.dose_mg_per_day) == (prn, Bounds(low, 5))


def test_as_needed_alone_beside_the_name_is_kept(read):
    (order,) = read("patient: a\nmedicines: [{drug: diazepam 5 mg prn}]").orders
    assert (order.prn, order.dose_mg_per_day) == (True, None)


def test_dates_beside_the_name_count_and_two_frequencies_are_refused(read):
    (stopped,) = read("patient: a\nmedicines: [{drug: clonazepam 1 mg stopped 2026-02-01, take: at night}]").orders
    assert (stopped.active, stopped.end_on) == (False, date(2026, 2, 1))
    (taken,) = read("patient: a\nmedicines: [{drug: clonazepam 1 mg since 2024-02-01, take: at night}]").orders
    assert (taken.active, taken.start_on) == (True, date(2024, 2, 1))
    with pytest.raises(InputRefused, match="how often it is taken is not the same"):
        read("patient: a\nmedicines: [{drug: diazepam 5 mg three times daily, take: 5 mg morning}]")
