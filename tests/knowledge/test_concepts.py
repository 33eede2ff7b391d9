"""Codes and words to concepts: what resolves, what must not, and what is denied."""

from __future__ import annotations

import csv
import gzip
import json
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import benzosafe.knowledge
from benzosafe.knowledge.concepts import ICD10, ICD10CM, LOINC, NO_KNOWN_PROBLEMS, SNOMED, ConceptIndex
from benzosafe.knowledge.model import ConditionConcept, ObservationConcept

FOLDER = Path(benzosafe.knowledge.__file__).parent
SHARED = Path(os.environ.get("BENZOSAFE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))

CONDITIONS = """
copd asthma sleep_apnoea respiratory_failure obesity_hypoventilation interstitial_lung_disease pneumonia neuromuscular_disease
myasthenia_gravis swallowing_difficulty smoking_disorder epilepsy seizure_history status_epilepticus dementia delirium stroke
traumatic_brain_injury parkinsons_disease rem_sleep_behaviour_disorder restless_legs spasticity recurrent_headache narcolepsy
movement_disorder anxiety_disorder generalised_anxiety_disorder panic_disorder social_anxiety_disorder phobia ocd insomnia
depression bipolar_disorder schizophrenia psychosis ptsd suicidality suicide_attempt personality_disorder adhd autism
intellectual_disability agitation catatonia alcohol_use_disorder opioid_use_disorder sedative_use_disorder
stimulant_use_disorder cannabis_use_disorder other_substance_use_disorder substance_use_disorder alcohol_withdrawal
benzodiazepine_withdrawal withdrawal_seizure withdrawal_delirium overdose_history physical_dependence_recorded falls fracture
osteoporosis gait_disorder frailty syncope liver_disease liver_failure cirrhosis chronic_kidney_disease kidney_failure
heart_failure arrhythmia ischaemic_heart_disease pancreatitis hypothyroidism obesity hypoalbuminaemia angle_closure_glaucoma
open_angle_glaucoma porphyria cancer palliative_care hospice sickle_cell procedural_sedation pregnancy lactation
neonate_exposed long_qt complex_sleep_behaviour paradoxical_reaction safety_critical_work benzodiazepine_abuse_history
chronic_pain end_of_life""".split()
NUMBERS = """
weight_kg height_cm bmi_kg_per_m2 egfr_ml_per_min creatinine_mg_per_dl alt_u_per_l ast_u_per_l bilirubin_mg_per_dl
albumin_g_per_dl inr oxygen_saturation_percent pco2_mmhg alcohol_drinks_per_week audit_c_score audit_score dast10_score
phq9_score phq9_item9_score gad7_score isi_score pdss_score ess_score stop_bang_score ciwa_b_score bwsq_score moca_score
mmse_score child_pugh_score ort_oud_score fall_count_12m cigarettes_per_day clonazepam_level_ng_per_ml""".split()
CATEGORIES = {
    "pregnancy_status": "pregnant not_pregnant", "breastfeeding_status": "breastfeeding not_breastfeeding",
    "alcohol_status": "none current former", "smoking_status": "never current former",
    "cyp2c19_phenotype": "poor intermediate normal rapid ultrarapid", "driving_status": "driver non_driver professional",
    "naloxone_at_home": "yes no", "pdmp_checked": "yes no", "frailty_status": "fit mild moderate severe",
}  # fmt: skip


def _yaml(path: Path) -> dict:
    return YAML(typ="safe", pure=True).load(path)


@cache
def conditions() -> dict[str, ConditionConcept]:
    files = sorted((FOLDER / "conditions").glob("*.yaml"))
    return {name: ConditionConcept.model_validate(raw) for file in files for name, raw in _yaml(file).items()}


@cache
def observations() -> dict[str, ObservationConcept]:
    raw = _yaml(FOLDER / "observations.yaml")
    return {name: ObservationConcept.model_validate(item) for name, item in raw.items()}


@cache
def index() -> ConceptIndex:
    return ConceptIndex(conditions(), observations())


def icd(code: str, system: str = ICD10CM) -> tuple[str, ...]:
    return index().conditions("", [(system, code)])


def said(text: str) -> tuple[str, ...]:
    return index().conditions(text)


# --- the files themselves ---------------------------------------------------------------------------------------------


def test_every_agreed_concept_exists() -> None:
    assert set(conditions()) == set(CONDITIONS)
    assert set(observations()) == set(NUMBERS) | set(CATEGORIES)
    assert {name: set(item.categories) for name, item in observations().items() if item.kind == "category"} == {
        name: set(values.split()) for name, values in CATEGORIES.items()
    }


def test_units_are_listed() -> None:
    units = _yaml(FOLDER / "units.yaml")
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


_D = "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210".split()
_P = "0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258".split()


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


# --- codes -------------------------------------------------------------------------------------------------------------


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
        ("kidney_failure", "chronic_kidney_disease"), ("suicide_attempt", "suicidality"), ("status_epilepticus", "seizure_history"),
        ("withdrawal_seizure", "seizure_history"), ("myasthenia_gravis", "neuromuscular_disease"), ("schizophrenia", "psychosis"),
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


# --- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPD", ("copd",)),
        ("Severe COPD (GOLD 3), on home oxygen", ("respiratory_failure", "copd")),
        ("Obstructive sleep apnoea", ("sleep_apnoea",)),
        ("OSA on CPAP at night", ("sleep_apnoea",)),
        ("Alzheimer's disease", ("dementia",)),
        ("Alzheimer’s disease", ("dementia",)),
        ("bipolar depression", ("bipolar_disorder",)),
        ("Narrow-angle glaucoma", ("angle_closure_glaucoma",)),
        ("open angle glaucoma", ("open_angle_glaucoma",)),
        ("H/O falls", ("falls",)),
        ("no further falls", ("falls",)),
        ("history of stroke", ("stroke",)),
        ("?OSA", ("sleep_apnoea",)),
        ("Apnée du sommeil", ("sleep_apnoea",)),
        ("Abhängigkeit: Alkoholabhängigkeit", ("alcohol_use_disorder", "substance_use_disorder")),
        ("Insomnio y ansiedad", ("insomnia", "anxiety_disorder")),
        ("acute respiratory depression", ("respiratory_failure",)),
        ("benzodiazepine dependence", ("physical_dependence_recorded",)),
        ("No change in COPD", ("copd",)),
        ("no problems except asthma", ("asthma",)),
        ("denies alcohol but has insomnia", ("insomnia",)),
        ("no chest pain, COPD stable", ("copd",)),
        ("Family history of dementia. Has asthma.", ("asthma",)),
        ("Mother had dementia, patient has asthma", ("asthma",)),
        ("epilepsy, not intractable, without status epilepticus", ("epilepsy", "seizure_history")),
        ("panic disorder without agoraphobia", ("panic_disorder", "anxiety_disorder")),
        ("metastatic breast cancer", ("cancer",)),
        ("suspected dementia", ("dementia",)),
        ("delirium tremens 2019", ("alcohol_withdrawal", "withdrawal_delirium")),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert said(text)[: len(expected)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "no history of COPD", "No COPD", "denies falls", "denies any falls or fractures", "without epilepsy", "negative for dementia",
        "no history of copd, asthma or sleep apnoea", "does not have COPD", "not pregnant", "non smoker", "never smoker", "ex-smoker",
        "family history of dementia", "FH: stroke, epilepsy", "mother with schizophrenia", "cares for husband with dementia",
        "COPD ruled out", "sleep apnea has been excluded", "Falls: no", "Falls - none", "falls denied", "dementia screening",
        "fall risk assessment", "at risk for falls", "screening for breast cancer", "suspected lung cancer", "possible lung cancer",
        "personal history of malignant neoplasm of breast", "history of pregnancy", "carcinoma in situ of prostate", "ST depression",
        "ectopic pregnancy", "quit smoking", "sin antecedentes de epilepsia", "pas d'épilepsie", "kein Asthma", "keine Epilepsie",
        "niega caídas", "psychogenic non-epileptic seizures", "nonalcoholic fatty liver disease", "sickle cell trait", "", "  ", "???",
        "Hypertension", "falls asleep at the wheel", "no longer pregnant", "not currently pregnant", "no known epilepsy",
    ],
)  # fmt: skip
def test_what_is_not_the_patients(text: str) -> None:
    assert said(text) == ()


@given(st.text(max_size=80))
def test_any_text_gives_concepts_and_no_error(text: str) -> None:
    assert set(said(text)) <= set(conditions())


@given(st.lists(st.tuples(st.sampled_from([SNOMED, ICD10CM, ICD10, LOINC, ""]), st.text(max_size=9)), max_size=3))
def test_any_code_gives_concepts_and_no_error(codes: list[tuple[str, str]]) -> None:
    assert set(index().conditions("", codes)) <= set(conditions())
    index().observation("", codes)


# --- measurements ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes", "expected"),
    [
        ("", [(LOINC, "29463-7")], "weight_kg"),
        ("Body weight", [], "weight_kg"),
        ("Weight (measured)", [], "weight_kg"),
        ("birth weight", [], None),
        ("ideal body weight", [], None),
        ("Creatinine [Mass/volume] in Serum or Plasma", [(LOINC, "2160-0")], "creatinine_mg_per_dl"),
        ("Creatinine", [], "creatinine_mg_per_dl"),
        ("Creatinine", [(LOINC, "2161-8")], None),
        ("Albumin", [(LOINC, "1754-1")], None),
        ("ISI score", [(LOINC, "99999-9")], "isi_score"),
        ("PHQ-9 total score", [], "phq9_score"),
        ("eGFR", [(LOINC, "98979-8")], "egfr_ml_per_min"),
        ("", [(SNOMED, "27113001")], "weight_kg"),
        ("something else", [], None),
    ],
)
def test_measurements(text: str, codes: list[tuple[str, str]], expected: str | None) -> None:
    assert index().observation(text, codes) == expected


@pytest.mark.parametrize(
    ("concept", "value", "unit", "expected"),
    [
        ("weight_kg", 150, "[lb_av]", 68.0389),
        ("weight_kg", 150, "lbs", 68.0389),
        ("weight_kg", 3500, "g", 3.5),
        ("weight_kg", 70, "KG", 70),
        ("height_cm", 70, "[in_i]", 177.8),
        ("height_cm", 1.8, "m", 180),
        ("creatinine_mg_per_dl", 88.4, "µmol/L", 1.0),
        ("creatinine_mg_per_dl", 88.4, "umol/l", 1.0),
        ("bilirubin_mg_per_dl", 17.1, "umol/L", 1.0),
        ("albumin_g_per_dl", 35, "g/L", 3.5),
        ("egfr_ml_per_min", 60, "mL/min/1.73m2", 60),
        ("egfr_ml_per_min", 60, "mL/min/{1.73_m2}", 60),
        ("egfr_ml_per_min", 60, "mL/min/1.73 m²", 60),
        ("pco2_mmhg", 6, "kPa", 45.0),
        ("alcohol_drinks_per_week", 2, "{drinks}/d", 14),
        ("cigarettes_per_day", 0.5, "packs/day", 10),
        ("clonazepam_level_ng_per_ml", 100, "nmol/L", 31.571),
        ("phq9_score", 12, "", 12),
        ("phq9_score", 12, "{score}", 12),
        ("inr", 1.1, "1", 1.1),
    ],
)
def test_units(concept: str, value: float, unit: str, expected: float) -> None:
    assert index().convert(concept, value, unit) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(("concept", "unit"), [("weight_kg", ""), ("weight_kg", "cm"), ("creatinine_mg_per_dl", ""), ("egfr_ml_per_min", "%")])
def test_a_unit_nobody_named_is_refused_with_the_allowed_ones(concept: str, unit: str) -> None:
    with pytest.raises(ValueError, match="allowed units"):
        index().convert(concept, 70, unit)


@pytest.mark.parametrize(
    ("concept", "text", "codes", "expected"),
    [
        ("smoking_status", "", [(SNOMED, "8517006")], "former"),
        ("smoking_status", "Never smoker", [], "never"),
        ("smoking_status", "Ex-smoker (finding)", [], "former"),
        ("smoking_status", "smokes 10 a day", [], "current"),
        ("smoking_status", "unknown if ever smoked", [], None),
        ("pregnancy_status", "", [(LOINC, "LA15173-0")], "pregnant"),
        ("pregnancy_status", "Not pregnant", [], "not_pregnant"),
        ("pregnancy_status", "possibly not", [], None),
        ("pregnancy_status", "not known to be pregnant", [], None),
        ("pregnancy_status", "true", [], "pregnant"),
        ("breastfeeding_status", "", [(LOINC, "LA29253-4")], "not_breastfeeding"),
        ("cyp2c19_phenotype", "CYP2C19 poor metabolizer", [], "poor"),
        ("cyp2c19_phenotype", "Ultrarapid metaboliser", [], "ultrarapid"),
        ("alcohol_status", "drinks socially", [], "current"),
        ("alcohol_status", "does not drink", [], "none"),
        ("driving_status", "HGV driver", [], "professional"),
        ("driving_status", "does not drive", [], "non_driver"),
        ("naloxone_at_home", "Yes", [], "yes"),
        ("naloxone_at_home", "No", [], "no"),
        ("frailty_status", "Severe frailty", [], "severe"),
        ("weight_kg", "heavy", [], None),
        ("no_such_question", "yes", [], None),
    ],
)
def test_answers(concept: str, text: str, codes: list[tuple[str, str]], expected: str | None) -> None:
    assert index().category(concept, text, codes) == expected


# --- data nobody here wrote --------------------------------------------------------------------------------------------

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared/data is absent")

EXPECTED_BY_SNOMED = {
    "84757009": "epilepsy", "128613002": "epilepsy", "230690007": "stroke", "26929004": "dementia", "47505003": "ptsd",
    "55680006": "overdose_history", "5602001": "opioid_use_disorder", "7200002": "alcohol_use_disorder", "72892002": "pregnancy",
    "88805009": "heart_failure", "49436004": "arrhythmia", "53741008": "ischaemic_heart_disease", "185086009": "copd",
    "87433001": "copd", "195967001": "asthma", "233604007": "pneumonia", "359817006": "fracture", "64859006": "osteoporosis",
    "370143000": "depression", "82423001": "chronic_pain", "83664006": "hypothyroidism", "254637007": "cancer",
    "127013003": "chronic_kidney_disease", "162864005": "obesity", "449868002": "smoking_disorder", "192127007": "adhd",
    "62106007": "traumatic_brain_injury", "703151001": "seizure_history", "124171000119105": "recurrent_headache",
    "1163527006": "epilepsy", "1204417003": "schizophrenia", "10981006": "bipolar_disorder", "170935008": "hospice",
    "191476005": "alcohol_withdrawal", "23601000119102": "benzodiazepine_withdrawal", "415238003": "rem_sleep_behaviour_disorder",
    "417517009": "sickle_cell", "441874000": "palliative_care", "735935009": "cancer", "75544000": "opioid_use_disorder",
    "66590003": "alcohol_use_disorder", "879973007": "cancer", "788891004": "chronic_pain", "100721000119109": "cancer",
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
    missed = {code: name for code, name in EXPECTED_BY_SNOMED.items() if code in seen and name not in index().conditions("", [(SNOMED, code)])}
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
    ("value_set", "concept", "share"),
    [
        ("Seizure Disorder", "epilepsy", 0.97), ("Bipolar Disorder", "bipolar_disorder", 1), ("Schizophrenia", "schizophrenia", 0.98),
        ("Generalized Anxiety Disorder", "generalised_anxiety_disorder", 0), ("Alcohol Withdrawal", "alcohol_withdrawal", 1),
        ("Benzodiazepine Withdrawal", "benzodiazepine_withdrawal", 1), ("Opioid Use Disorder", "opioid_use_disorder", 0.9),
        ("Sickle Cell Disease with and without Crisis", "sickle_cell", 1),
    ],
)  # fmt: skip
def test_icd_codes_of_published_value_sets(value_set: str, concept: str, share: float) -> None:
    with (SHARED / "value-sets-2024" / "codes.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["name"] == value_set and row["system"] == ICD10CM}
    reached = [code for code in codes if concept in icd(code)]
    assert codes
    assert len(reached) >= share * len(codes), sorted(codes - set(reached))
