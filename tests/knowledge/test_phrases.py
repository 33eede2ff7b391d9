"""Words to concepts: what a text states, and what it denies or says of somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.concept_files import conditions, said


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
        ("generalised non-convulsive epilepsy", ("epilepsy", "seizure_history")),
        ("non-allergic asthma", ("asthma",)),
        ("depression screen positive", ("depression",)),
        ("Fall in home (event)", ("falls",)),
        ("positive pregnancy test", ("pregnancy",)),
        ("delirium tremens 2019", ("alcohol_withdrawal", "withdrawal_delirium")),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert said(text)[: len(expected)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "no history of COPD", "No COPD", "denies falls", "denies any falls or fractures", "without epilepsy",
        "negative for dementia",
        "no history of copd, asthma or sleep apnoea", "does not have COPD", "not pregnant", "non smoker",
        "never smoker", "ex-smoker",
        "family history of dementia", "FH: stroke, epilepsy", "mother with schizophrenia",
        "cares for husband with dementia",
        "COPD ruled out", "sleep apnea has been excluded", "Falls: no", "Falls - none", "falls denied",
        "dementia screening",
        "fall risk assessment", "at risk for falls", "screening for breast cancer", "suspected lung cancer",
        "possible lung cancer",
        "personal history of malignant neoplasm of breast", "history of pregnancy",
        "carcinoma in situ of prostate", "ST depression",
        "ectopic pregnancy", "quit smoking", "sin antecedentes de epilepsia", "pas d'épilepsie", "kein Asthma",
        "keine Epilepsie",
        "niega caídas", "psychogenic non-epileptic seizures", "nonalcoholic fatty liver disease",
        "sickle cell trait", "", "  ", "???",
        "Hypertension", "falls asleep at the wheel", "no longer pregnant", "not currently pregnant",
        "no known epilepsy",
    ],
)  # fmt: skip
def test_what_is_not_the_patients(text: str) -> None:
    assert said(text) == ()


@given(st.text(max_size=80))
def test_any_text_gives_concepts_and_no_error(text: str) -> None:
    assert set(said(text)) <= set(conditions())
