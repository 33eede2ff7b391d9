"""Concepts against data nobody here wrote: shared patients and published value sets."""

from __future__ import annotations

import csv
import gzip
import json

import pytest

from benzosafe.knowledge.concepts import ICD10CM, SNOMED
from tests.knowledge.concept_files import SHARED, icd, index

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
