"""The concept files themselves: every agreed concept exists, is reached by words, and has codes that can be."""

from __future__ import annotations

from tests.knowledge.concept_files import FOLDER, conditions, index, observations, read_yaml, said

CONDITIONS = """
copd asthma sleep_apnoea respiratory_failure obesity_hypoventilation interstitial_lung_disease pneumonia
neuromuscular_disease myasthenia_gravis swallowing_difficulty smoking_disorder epilepsy seizure_history
seizure_cluster status_epilepticus dementia delirium stroke traumatic_brain_injury parkinsons_disease
rem_sleep_behaviour_disorder restless_legs spasticity muscle_spasm recurrent_headache narcolepsy movement_disorder
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
