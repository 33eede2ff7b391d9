"""Codes to concepts: what resolves, what only looks like ours, and what published data give."""

from __future__ import annotations

import csv
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.knowledge.concepts import ICD10, ICD10CM, LOINC, NO_KNOWN_PROBLEMS, SNOMED
from tests.knowledge.concept_files import FOLDER, SHARED, conditions, icd, index, observations, read_yaml, said

CONDITIONS = """
copd asthma sleep_apnoea respiratory_failure obesity_hypoventilation interstitial_lung_disease pneumonia
neuromuscular_disease myasthenia_gravis swallowing_difficulty smoking_disorder epilepsy seizure_history
status_epilepticus dementia delirium stroke traumatic_brain_injury parkinsons_disease
rem_sleep_behaviour_disorder restless_legs spasticity recurrent_headache narcolepsy movement_disorder
anxiety_disorder generalised_anxiety_disorder panic_disorder social_anxiety_disorder phobia ocd insomnia
depression bipolar_disorder schizophrenia psychosis ptsd suicidality suicide_attempt personality_disorder adhd
autism intellectual_disability agitation catatonia alcohol_use_disorder opioid_use_disorder
sedative_use_disorder stimulant_use_disorder cannabis_use_disorder other_substance_use_disorder
substance_use_disorder alcohol_withdrawal benzodiazepine_withdrawal withdrawal_seizure withdrawal_delirium
overdose_history physical_dependence_recorded falls fracture osteoporosis gait_disorder frailty syncope
liver_disease liver_failure cirrhosis chronic_kidney_disease kidney_failure heart_failure arrhythmia
ischaemic_heart_disease pancreatitis hypothyroidism obesity hypoalbuminaemia angle_closure_glaucoma
open_angle_glaucoma porphyria cancer palliative_care hospice sickle_cell procedural_sedation pregnancy lactation
neonate_exposed long_qt complex_sleep_behaviour paradoxical_reaction safety_critical_work
benzodiazepine_abuse_history chronic_pain end_of_life"""
NUMBERS = """
weight_kg height_cm bmi_kg_per_m2 egfr_ml_per_min creatinine_mg_per_dl alt_u_per_l ast_u_per_l
bilirubin_mg_per_dl albumin_g_per_dl inr oxygen_saturation_percent pco2_mmhg alcohol_drinks_per_week
audit_c_score audit_score dast10_score phq9_score phq9_item9_score gad7_score isi_score pdss_score ess_score
stop_bang_score ciwa_b_score bwsq_score moca_score mmse_score child_pugh_score ort_oud_score fall_count_12m
cigarettes_per_day clonazepam_level_ng_per_ml"""
CATEGORIES = {
    "pregnancy_status": "pregnant not_pregnant", "breastfeeding_status": "breastfeeding not_breastfeeding",
    "alcohol_status": "none current former", "smoking_status": "never current former",
    "taper_readiness": "ready not_ready",
    "cyp2c19_phenotype": "poor intermediate normal rapid ultrarapid",
    "driving_status": "driver non_driver professional",
    "naloxone_at_home": "yes no", "pdmp_checked": "yes no", "frailty_status": "fit mild moderate severe",
}  # fmt: skip


# --- the files themselves --------------------------------------------------------------------------------


def test_every_agreed_concept_exists() -> None:
    assert set(conditions()) == set(CONDITIONS.split())
    assert set(observations()) == set(NUMBERS.split()) | set(CATEGORIES)
    assert {name: set(item.categories) for name, item in observations().items() if item.kind == "category"} == {
        name: set(values.split()) for name, values in CATEGORIES.items()
    }


def test_units_are_listed() -> None:
    units = read_yaml(FOLDER / "units.yaml")
    used = {item.unit for item in observations().values() if item.unit}
    assert used <= set(units)


def test_no_concept_implies_itself_or_a_stranger() -> None:
    for name, concept in conditions().items():
        assert set(concept.implies) <= set(conditions()), name
        assert name not in index()._implied[name]


def test_every_concept_can_be_reached_by_words() -> None:
    for name, concept in conditions().items():
        assert concept.words, name
        unread = [word for word in concept.words if name not in said(word)]
        assert not unread, f"{name}: {unread}"


def test_each_number_has_a_believable_range_and_a_validity() -> None:
    for name, item in observations().items():
        assert item.valid_days is not None, name
        assert item.kind == "category" or item.plausible is not None, name


_D = [
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
]
_P = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"]


def _verhoeff(code: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_D[check][int(_P[place % 8][int(digit)])])
    return check == 0


def _mod10(code: str) -> bool:
    body, check = code.split("-")
    doubled = (int(d) * (1 + (place % 2 == 0)) for place, d in enumerate(reversed(body)))
    return -sum(n - 9 if n > 9 else n for n in doubled) % 10 == int(check)


def test_check_digits_of_snomed_and_loinc() -> None:
    snomed = {code for item in (*conditions().values(), *observations().values()) for code in item.snomed}
    snomed |= {v for o in observations().values() for vs in o.categories.values() for v in vs if v.isdigit()}
    loinc = {code for item in observations().values() for code in item.loinc}
    assert [code for code in sorted(snomed) if not _verhoeff(code)] == []
    assert [code for code in sorted(loinc) if not _mod10(code)] == []


def test_a_code_of_a_measurement_means_one_measurement() -> None:
    seen: dict[str, str] = {}
    for name, item in observations().items():
        for code in (*item.loinc, *item.snomed):
            assert seen.setdefault(code, name) == name
        factors = {}
        for unit, factor in item.convert.items():
            assert factors.setdefault(unit.casefold().replace(" ", ""), factor) == factor, (name, unit)


# --- codes -----------------------------------------------------------------------------------------------


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


# --- data nobody here wrote ------------------------------------------------------------------------------

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared/data is absent")

EXPECTED_BY_SNOMED = {
    "84757009": "epilepsy", "128613002": "epilepsy", "230690007": "stroke", "26929004": "dementia",
    "47505003": "ptsd",
    "55680006": "overdose_history", "5602001": "opioid_use_disorder", "7200002": "alcohol_use_disorder",
    "72892002": "pregnancy",
    "88805009": "heart_failure", "49436004": "arrhythmia", "53741008": "ischaemic_heart_disease", "185086009": "copd",
    "87433001": "copd", "195967001": "asthma", "233604007": "pneumonia", "359817006": "fracture",
    "64859006": "osteoporosis",
    "370143000": "depression", "82423001": "chronic_pain", "83664006": "hypothyroidism", "254637007": "cancer",
    "127013003": "chronic_kidney_disease", "162864005": "obesity", "449868002": "smoking_disorder",
    "192127007": "adhd",
    "62106007": "traumatic_brain_injury", "703151001": "seizure_history", "124171000119105": "recurrent_headache",
    "1163527006": "epilepsy", "1204417003": "schizophrenia", "10981006": "bipolar_disorder", "170935008": "hospice",
    "191476005": "alcohol_withdrawal", "23601000119102": "benzodiazepine_withdrawal",
    "415238003": "rem_sleep_behaviour_disorder",
    "417517009": "sickle_cell", "441874000": "palliative_care", "735935009": "cancer",
    "75544000": "opioid_use_disorder",
    "66590003": "alcohol_use_disorder", "879973007": "cancer", "788891004": "chronic_pain",
    "100721000119109": "cancer",
}  # fmt: skip
NOT_OURS = {
    "19169002", "35999006", "79586000",  # pregnancies that ended
    "156073000",  # complete miscarriage, whatever the text beside it says
    "92691004", "162573006", "145194251000119106",  # in situ, suspected, skin
    "10586006",  # occupational stress
    "428251008", "429007001", "38341003", "44054006", "10509002",
}  # fmt: skip


def _coded_conditions() -> dict[str, str]:
    found: dict[str, str] = {}
    with gzip.open(SHARED / "synthea" / "Condition.ndjson.gz", "rt", encoding="utf-8") as lines:
        resources = [json.loads(line) for line in lines]
    for path in (*SHARED.glob("ecqm-2024/*/*.bundle.json"), *SHARED.glob("opioid-cds/*.data.bundle.json")):
        entries = json.loads(path.read_text(encoding="utf-8")).get("entry", [])
        resources += [entry["resource"] for entry in entries if entry["resource"]["resourceType"] == "Condition"]
    for resource in resources:
        for coding in resource.get("code", {}).get("coding", []):
            found[coding["code"]] = coding.get("display", "")
    return found


@needs_shared
def test_conditions_of_the_shared_patients() -> None:
    seen = _coded_conditions()
    missed = {
        code: name
        for code, name in EXPECTED_BY_SNOMED.items()
        if code in seen and name not in index().conditions("", [(SNOMED, code)])
    }
    assert missed == {}
    assert set(EXPECTED_BY_SNOMED) <= set(seen)
    wrong = {code: got for code in NOT_OURS if (got := index().conditions(seen[code], [(SNOMED, code)]))}
    assert wrong == {}


@needs_shared
def test_no_shared_condition_is_found_by_its_words_alone() -> None:
    """Every condition of the shared data that is ours resolves by its code, not only by its display."""
    by_words = {
        code: (text, found)
        for code, text in _coded_conditions().items()
        if not index().conditions("", [(SNOMED, code)]) and (found := index().conditions(text))
    }
    assert by_words == {}


@needs_shared
@pytest.mark.parametrize(
    ("value_set", "concept"),
    [
        ("Seizure Disorder", "epilepsy"),
        ("Bipolar Disorder", "bipolar_disorder"),
        ("Schizophrenia", "schizophrenia"),
        ("Generalized Anxiety Disorder", "anxiety_disorder"),
        ("Alcohol Withdrawal", "alcohol_withdrawal"),
        ("Benzodiazepine Withdrawal", "benzodiazepine_withdrawal"),
        ("Opioid Use Disorder", "opioid_use_disorder"),
        ("REM Sleep Behavior Disorder", "rem_sleep_behaviour_disorder"),
        ("Palliative Care Diagnosis", "palliative_care"),
        ("Cancer Related Pain", "cancer"),
        ("Sickle Cell Disease with and without Crisis", "sickle_cell"),
    ],
)
def test_icd_codes_of_published_value_sets(value_set: str, concept: str) -> None:
    with (SHARED / "value-sets-2024" / "codes.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["name"] == value_set and row["system"] == ICD10CM}
    assert codes
    assert [code for code in sorted(codes) if concept not in icd(code)] == []
