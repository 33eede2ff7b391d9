"""Codes to concepts: what resolves, and what only looks like ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.knowledge.concepts import ICD10, ICD10CM, LOINC, NO_KNOWN_PROBLEMS, SNOMED
from tests.knowledge.concept_files import conditions, icd, index, said


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("F41.0", ("panic_disorder", "anxiety_disorder")),
        ("F410", ("panic_disorder", "anxiety_disorder")),
        ("f41.0", ("panic_disorder", "anxiety_disorder")),
        ("F40.01", ("panic_disorder", "phobia", "anxiety_disorder")),
        ("F32.A", ("depression",)),
        ("G47.33", ("sleep_apnoea",)),
        ("J96.12", ("respiratory_failure",)),
        ("E66.2", ("obesity_hypoventilation", "obesity")),
        ("F10.20", ("alcohol_use_disorder", "substance_use_disorder")),
        ("F10.939", ("alcohol_withdrawal", "alcohol_use_disorder", "substance_use_disorder")),
        ("F13.10", ("sedative_use_disorder", "benzodiazepine_abuse_history", "substance_use_disorder")),
        ("F13.20", ("sedative_use_disorder", "physical_dependence_recorded", "substance_use_disorder")),
        ("F13.939", ("benzodiazepine_withdrawal", "physical_dependence_recorded")),
        ("W19.XXXA", ("falls",)),
        ("Z91.81", ("falls",)),
        ("G40.909", ("epilepsy", "seizure_history")),
        ("G40.901", ("status_epilepticus", "epilepsy", "seizure_history")),
        ("R56.9", ("seizure_history",)),
        ("H40.2231", ("angle_closure_glaucoma",)),
        ("H40.033", ("angle_closure_glaucoma",)),
        ("H40.1131", ("open_angle_glaucoma",)),
        ("E80.21", ("porphyria",)),
        ("K74.60", ("cirrhosis", "liver_disease")),
        ("N18.6", ("kidney_failure", "chronic_kidney_disease")),
        ("Z51.5", ("palliative_care",)),
        ("O09.90", ("pregnancy",)),
        ("Z34.01", ("pregnancy",)),
        ("M80.051A", ("fracture", "osteoporosis")),
        ("C34.90", ("cancer",)),
        ("T42.4X1A", ("overdose_history",)),
        ("T42.4X2A", ("suicide_attempt", "overdose_history", "suicidality")),
        ("I45.81", ("long_qt", "arrhythmia")),
        ("M62.830", ("muscle_spasm", "spasticity")),
        ("G80.1", ("spasticity",)),
    ],
)
def test_icd_10_cm(code: str, expected: tuple[str, ...]) -> None:
    assert icd(code) == expected


def test_alcohol_withdrawal_delirium_is_all_it_says() -> None:
    assert set(icd("F10.231")) == {
        "withdrawal_delirium", "alcohol_withdrawal", "alcohol_use_disorder", "delirium", "substance_use_disorder",
    }  # fmt: skip
    assert icd("F10.231")[0] == "withdrawal_delirium"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("F17.211", "Nicotine dependence, cigarettes, in remission"),
        ("T42.4X5A", "Adverse effect of benzodiazepines, overdose excluded"),
        ("T42.4X6A", "Underdosing of benzodiazepines"),
        ("D57.3", "Sickle-cell trait"),
        ("K76.0", "Fatty (change of) liver disease"),
        ("O03.9", "Complete spontaneous abortion, pregnancy ended"),
        ("O24.425", "Gestational diabetes mellitus in childbirth, pregnancy"),
        ("Z33.2", "Encounter for elective termination of pregnancy"),
        ("Z87.891", "Personal history of nicotine dependence"),
        ("Z85.3", "Personal history of malignant neoplasm of breast"),
        ("C44.91", "Basal cell carcinoma of skin"),
        ("Z79.891", "Long term (current) use of opiate analgesic"),
        ("I10", "Essential hypertension"),
    ],
)
def test_codes_that_only_look_like_ours(code: str, text: str) -> None:
    assert index().conditions(text, [(ICD10CM, code)]) == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("T42.4", ("overdose_history",)),
        ("F13.3", ("benzodiazepine_withdrawal", "physical_dependence_recorded")),
        ("F00.1", ("dementia",)),
        ("I64", ("stroke",)),
        ("G47.3", ("sleep_apnoea",)),
        ("F10.23", ("alcohol_use_disorder", "substance_use_disorder")),
    ],
)
def test_icd_10_of_the_who(code: str, expected: tuple[str, ...]) -> None:
    assert icd(code, ICD10) == expected
    assert icd(code, "http://hl7.org/fhir/sid/icd-10-gm") == expected


def test_other_names_of_a_terminology() -> None:
    assert icd("13645005", "http://snomed.info/sct/731000124108") == ("copd",)
    assert icd("13645005", "urn:oid:2.16.840.1.113883.6.96") == ("copd",)
    assert icd("J44.9", "urn:oid:2.16.840.1.113883.6.90") == ("copd",)
    assert icd("J44.9", "http://example.org/local") == ()


def test_a_known_code_wins_over_the_text_and_an_unknown_one_does_not() -> None:
    assert index().conditions("Asthma", [(SNOMED, "13645005")]) == ("copd",)
    assert index().conditions("Asthma", [(SNOMED, "999999999")]) == ("asthma",)
    assert index().conditions("Asthma", [("http://example.org/local", "A1")]) == ("asthma",)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("panic_disorder", "anxiety_disorder"), ("opioid_use_disorder", "substance_use_disorder"),
        ("liver_failure", "liver_disease"), ("hospice", "palliative_care"), ("end_of_life", "palliative_care"),
        ("kidney_failure", "chronic_kidney_disease"), ("suicide_attempt", "suicidality"),
        ("status_epilepticus", "seizure_history"),
        ("withdrawal_seizure", "seizure_history"), ("myasthenia_gravis", "neuromuscular_disease"),
        ("schizophrenia", "psychosis"),
    ],
)  # fmt: skip
def test_wider_concepts_follow(narrow: str, wide: str) -> None:
    for words in conditions()[narrow].words[:1]:
        assert said(words)[0] == narrow
        assert wide in said(words)


def test_no_known_problems_is_not_a_condition() -> None:
    assert (SNOMED, "160245001") in NO_KNOWN_PROBLEMS
    for code in NO_KNOWN_PROBLEMS:
        assert index().conditions("", [code]) == ()


@given(st.lists(st.tuples(st.sampled_from([SNOMED, ICD10CM, ICD10, LOINC, ""]), st.text(max_size=9)), max_size=3))
def test_any_code_gives_concepts_and_no_error(codes: list[tuple[str, str]]) -> None:
    assert set(index().conditions("", codes)) <= set(conditions())
    index().observation("", codes)
