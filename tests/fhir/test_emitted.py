"""What the product writes for real patients, and for hostile words, passes every validator."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.cli.inputs import read_drafts, read_patient
from benzosafe.fhir.write import write_bundle
from benzosafe.review.report import report
from benzosafe.review.review import review
from tests.conftest import ON, ROOT
from tests.fhir.test_write import FINDING, REVIEW

EXAMPLES = sorted((ROOT / "examples" / "patients").iterdir())
TAPERS = {
    "handwritten": ("examples/patients/ann.yaml", "--to", "0.375"),
    "lower stable dose": ("examples/patients/clonazepam_oxycodone.json", "--to", "0.5", "--pace", "10/14"),
    "liquid": ("examples/patients/clonazepam_oxycodone.json", "--add", "compounded:0.1", "--country", "UK"),
    "overridden": (
        "examples/patients/clonazepam_oxycodone.json", "--pace", "40/14", "--to", "0.5", "--override",
        "Dr A: 'moves \N{EM DASH} abroad' <soon>", "--fill-days", "7",
    ),
}  # fmt: skip


def reviewed(knowledge, source, on, drafts=()):
    record = read_patient(str(source), knowledge, on)
    return report(review(record, knowledge, on, read_drafts(list(drafts), knowledge, on)))


@pytest.mark.parametrize("drafts", [[], ["oxycodone 5 mg every 6 hours", "diazepam 10 mg twice daily as needed"]])
@pytest.mark.parametrize("source", EXAMPLES, ids=lambda path: path.name)
def test_review_of_each_example(fhir_errors, knowledge, source, drafts):
    data = write_bundle(reviewed(knowledge, source, ON, drafts))
    assert len(data["entry"]) > 1
    assert fhir_errors(data) == []


def test_review_of_every_shared_bundle(fhir_errors, knowledge, shared_data):
    files = sorted(shared_data.rglob("*.bundle.json"))
    issues = 0
    for file in files:
        bundle = json.loads(file.read_bytes())
        said = json.dumps(bundle)
        on = date(2026, 11, 23) if "opioid-cds" in str(file) else date(2026, 12, 31) if "2026-" in said else ON
        data = write_bundle(reviewed(knowledge, file, on))
        issues += sum(entry["resource"]["resourceType"] == "DetectedIssue" for entry in data["entry"])
        assert fhir_errors(data) == [], file.name
    assert len(files) > 90
    assert issues > 50


@pytest.mark.parametrize("name", TAPERS)
def test_taper_of_examples(fhir_errors, command, name):
    done = command("taper", *TAPERS[name], "--on", ON.isoformat(), "--no-levels", "--format", "fhir")
    assert done.returncode == 0, done.stderr.decode()
    data = json.loads(done.stdout)
    kinds = {entry["resource"]["resourceType"] for entry in data["entry"]}
    assert kinds == {"Device", "CarePlan", "MedicationRequest"}
    assert fhir_errors(data) == []


def test_taper_of_shared_patients(fhir_errors, command, shared_data):
    """Those of the shared patients whose dose is stated: capsules of 15 mg alone allow no small step."""
    files = sorted((shared_data / "opioid-cds").glob("*opioid-trigger-with-benzo.data.bundle.json"))
    assert len(files) == 2
    for file in files:
        options = ("--on", "2026-11-23", "--add", "compounded:5", "--no-levels", "--format", "fhir")
        done = command("taper", str(file), *options)
        assert done.returncode == 0, done.stderr.decode()
        assert fhir_errors(json.loads(done.stdout)) == []


def test_a_shared_patient_whose_days_look_like_hours_is_asked_about(command, shared_data):
    """Temazepam every 12 days beside a supply for 30 days: neither rare use nor twice a day is taken for granted."""
    file = shared_data / "opioid-cds" / "OpioidCDSREC08__rec-08-on-benzodiazepine.data.bundle.json"
    assert b"is the dose 1.66667 or 40 mg a day?" in command("taper", str(file), "--on", "2026-11-23").stderr
    said = json.loads(command("review", str(file), "--on", "2026-11-23", "--format", "json").stdout)
    assert any("days may have been written for hours" in str(gap) for gap in said["data_gaps"])


words = st.text(max_size=20) | st.sampled_from(["\x00", "\ud800", " ", "\u2028", "\ufeff", "\u00a0", "a\tb", "<b>&"])
severities = st.sampled_from(["contraindicated", "high", "moderate", "low", "info"]) | st.none()
bounds = st.lists(st.integers(0, 9) | st.floats(0, 9) | st.none(), min_size=2, max_size=2)
facts = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | bounds | words
findings = st.fixed_dictionaries(
    {"severity": severities, "severity_possible": severities},
    optional={
        "rule": words, "version": st.integers(0, 9), "title": words, "topic": words, "reason": words, "advice": words,
        "scenario": words, "missing": st.lists(words, max_size=2), "orders": st.lists(words, max_size=3),
        "ingredients": st.lists(words, max_size=2), "facts": st.dictionaries(words, facts, max_size=3),
        "sources": st.lists(st.fixed_dictionaries({"id": words, "url": words | st.none()}), max_size=2),
    },
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patient=words, found=st.lists(findings, max_size=3), index=bounds)
def test_hostile_words_never_make_a_bad_resource(fhir_errors, patient, found, index):
    scored = [{**FINDING, "facts": {"riosord_score": index, "riosord_class": index}}]
    data = write_bundle({**REVIEW, "patient": {"id": patient}, "findings": [*found, *scored]})
    assert fhir_errors(data) == []
