"""A review as FHIR: DetectedIssues, the risk index, and nothing that FHIR would refuse."""

from __future__ import annotations

import json

import pytest

from benzosafe.fhir.issue_codes import DISPLAYS, act_code
from benzosafe.fhir.write import RULE_SYSTEM, write_bundle

FINDING = {
    "rule": "opioid_with_benzodiazepine", "version": 2, "title": "Opioid and benzodiazepine", "topic": "respiratory",
    "tier": 1, "severity": "high", "severity_possible": "contraindicated", "missing": ["age_years"],
    "scenario": "as_proposed", "caused_by_draft": True, "ingredients": ["lorazepam", "oxycodone"],
    "orders": ["MedicationRequest/a", "MedicationRequest/b#oxycodone", "MedicationRequest/b#paracetamol", "draft 1"],
    "facts": {"opioid_active": True, "opioid_mme_per_day": [20, None], "riosord_score": 31, "riosord_class": [5, 6]},
    "reason": "Both depress breathing.", "advice": "Lowest effective dose of both.",
    "sources": [{"id": "cdc_2022", "citation": "CDC", "year": 2022, "at": "Rec 11", "grade": "B", "url": "https://www.cdc.gov/x"}],
}  # fmt: skip
REVIEW = {
    "schema": "benzosafe.review/1", "engine_version": "0.1.0", "knowledge_version": "2026.11.1", "patient": {"id": "p"},
    "reviewed_on": "2026-11-24", "regimen": [{"order": "MedicationRequest/a", "text": "lorazepam 1 mg"}],
    "findings": [FINDING],
}  # fmt: skip
VARIANTS = {
    "usual": REVIEW,
    "no findings": {**REVIEW, "findings": []},
    "handwritten": {**REVIEW, "patient": {"id": "Ann of the mill"}, "findings": [{**FINDING, "orders": ["order 1"]}]},
    "bare": {"reviewed_on": "2026-11-24", "patient": {}, "findings": [{"rule": "x", "severity": "info"}]},
    "only possible": {**REVIEW, "findings": [{**FINDING, "severity": None}]},
    "odd characters": {**REVIEW, "findings": [{**FINDING, "title": "a\x00b\ud800 ", "advice": "\n\n", "reason": ""}]},
}  # fmt: skip


def resources(review, kind):
    return [e["resource"] for e in write_bundle(review)["entry"] if e["resource"]["resourceType"] == kind]


def test_finding_becomes_a_detected_issue():
    (issue,) = resources(REVIEW, "DetectedIssue")
    assert (issue["status"], issue["severity"], issue["identifiedDateTime"]) == (
        "final",
        "high",
        "2026-11-24",
    )
    assert issue["code"]["coding"][0]["code"] == "DRG"
    assert issue["code"]["coding"][1] == {
        "system": RULE_SYSTEM,
        "version": "2",
        "code": "opioid_with_benzodiazepine",
        "display": "Opioid and benzodiazepine",
    }
    assert issue["patient"] == {"reference": "Patient/p"}
    assert issue["reference"] == "https://www.cdc.gov/x"
    assert issue["mitigation"] == [{"action": {"text": "Lowest effective dose of both."}}]
    assert "age_years" in issue["detail"]


def test_orders_are_referenced_once_each():
    (issue,) = resources(REVIEW, "DetectedIssue")
    assert issue["implicated"] == [
        {"reference": "MedicationRequest/a", "display": "lorazepam 1 mg"},
        {"reference": "MedicationRequest/b"},
        {"display": "draft 1"},
    ]


@pytest.mark.parametrize(
    ("severity", "written"),
    [
        ("contraindicated", "high"),
        ("high", "high"),
        ("moderate", "moderate"),
        ("low", "low"),
        ("info", "low"),
    ],
)
def test_severity(severity, written):
    (issue,) = resources({**REVIEW, "findings": [{**FINDING, "severity": severity}]}, "DetectedIssue")
    assert issue["severity"] == written


def test_finding_that_is_only_possible_is_preliminary():
    assert resources(VARIANTS["only possible"], "DetectedIssue")[0]["status"] == "preliminary"


def test_score_becomes_a_risk_assessment_without_a_percentage():
    (risk,) = resources(REVIEW, "RiskAssessment")
    (score,) = resources(REVIEW, "Observation")
    assert risk["basis"][0]["reference"].endswith(score["id"])
    assert score["component"][0]["valueRange"] == {"low": {"value": 5}, "high": {"value": 6}}
    assert score["component"][1]["valueInteger"] == 31
    assert "probability" not in json.dumps(risk)


def test_a_byte_order_mark_alone_is_no_text():
    (issue,) = resources(
        {**REVIEW, "findings": [{**FINDING, "rule": "\ufeff", "title": "\ufeff two\ufeffdrugs"}]}, "DetectedIssue"
    )
    assert [coding["code"] for coding in issue["code"]["coding"]] == ["DRG"]
    assert issue["code"]["text"] == "two drugs"


def test_no_score_no_risk_assessment():
    assert resources({**REVIEW, "findings": [{**FINDING, "facts": {"riosord_class": None}}]}, "RiskAssessment") == []


def test_every_code_has_its_display():
    topics = [
        "respiratory",
        "metabolism",
        "duplication",
        "dependence",
        "special_populations",
        "dose",
        "identity",
        "",
    ]
    rules = [
        "x",
        "use_over_four_weeks",
        "dose_above_label_maximum",
        "older_adult_fall",
        "pregnancy_use",
        "z_drug_allergy_recorded",
    ]
    assert {act_code({"topic": t, "rule": r, "ingredients": ["a", "b"]}) for t in topics for r in rules} <= set(
        DISPLAYS
    )
    assert act_code({"topic": "duplication", "rule": "two_z_drugs"}) == "DUPTHPY"
    assert act_code({"topic": "dose", "rule": "dose_above_label_maximum"}) == "DOSEH"


def test_the_same_review_is_written_the_same_way():
    assert write_bundle(REVIEW) == write_bundle(json.loads(json.dumps(REVIEW)))


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_empty_and_unique_ids(name):
    data = write_bundle(VARIANTS[name])
    ids = [entry["resource"]["id"] for entry in data["entry"]]
    assert len(ids) == len(set(ids))

    def walk(node):
        assert node not in ("", [], {}, None)
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(child)

    walk(data)
    json.dumps(data).encode("utf-8")


@pytest.mark.parametrize("name", VARIANTS)
def test_validators_find_nothing(fhir_errors, name):
    assert fhir_errors(write_bundle(VARIANTS[name])) == []
