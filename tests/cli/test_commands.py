"""The command line as a person meets it: exit codes, errors in words, every format."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from tests.conftest import ROOT

ANN = "examples/patients/ann.yaml"
ON = ("--on", "2026-11-24")


def test_review_prints_the_verdict(command):
    done = command("review", ANN, *ON)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "clonazepam" in text and "oxycodone" in text and "Which single change helps most" in text
    assert "\x1b[" not in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_json_keeps_the_contract(command):
    data = json.loads(command("review", ANN, *ON, "--format", "json").stdout)
    assert data["schema"] == "benzosafe.review/1"
    wanted = {
        "knowledge_version",
        "patient",
        "reviewed_on",
        "scenarios",
        "findings",
        "unresolved",
        "not_checked",
        "suppressed",
    }
    assert wanted | {"changes_that_help"} <= set(data)
    schema = json.loads((ROOT / "schemas" / "review.schema.json").read_text())
    assert [str(fault) for fault in jsonschema_rs.validator_for(schema).iter_errors(data)] == []
    assert not [finding["rule"] for finding in data["findings"] if "{" in finding["reason"]]
    assert sum(finding["tier"] <= 1 for finding in data["findings"]) >= 1
    assert sum(finding["tier"] == 1 for finding in data["findings"]) <= 1


def test_a_draft_is_named_as_the_cause(command):
    done = command("review", "-", *ON, "--format", "json", "--draft", "oxycodone 10 mg every 6 hours", stdin=QUIET)
    data = json.loads(done.stdout)
    caused = [finding for finding in data["findings"] if finding["caused_by_draft"]]
    assert any("oxycodone" in finding["ingredients"] and finding["severity"] == "high" for finding in caused)
    assert [scenario["name"] for scenario in data["scenarios"]] == ["as_is", "as_proposed"]


QUIET = b"""
patient: {id: bo, age: 40, sex: male}
medicines: [clonazepam 0.5 mg twice daily since 2026-11-01 for panic disorder]
conditions: []
alcohol: none
"""


def test_html_is_self_contained(command, tmp_path):
    out = tmp_path / "review.html"
    assert command("review", ANN, *ON, "--format", "html", "--out", str(out)).returncode == 0
    page = out.read_text()
    assert page.startswith("<!doctype html>") and 'lang="en"' in page
    assert "src=" not in page and "@import" not in page and "<link" not in page and "<script" not in page


def test_fhir_is_a_bundle_of_issues(command):
    data = json.loads(command("review", ANN, *ON, "--format", "fhir").stdout)
    kinds = {entry["resource"]["resourceType"] for entry in data["entry"]}
    assert data["resourceType"] == "Bundle" and "DetectedIssue" in kinds


def test_fail_on(command):
    assert command("review", ANN, *ON, "--fail-on", "1").returncode == 3
    assert command("review", "-", *ON, "--fail-on", "0", stdin=QUIET).returncode == 0


def test_explain_shows_conditions_also_when_silent(command):
    done = command("explain", "opioid_with_benzodiazepine", "-", *ON, stdin=QUIET)
    assert done.returncode == 0 and b"opioid_active" in done.stdout and b"quiet" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("review",), 2, "patient"),
        (("review", "nowhere.json"), 4, "cannot be read"),
        (("review", "src"), 4, "folder"),
        (("review", ANN, "--on", "soon"), 2, "2026-11-24"),
        (("review", ANN, "--fail-on", "9"), 2, "tier"),
        (("review", ANN, "--format", "pdf"), 2, "pdf"),
        (("review", ANN, *ON, "--out", "/nowhere/at/all.txt"), 2, "cannot be written"),
        (("explain", "opioid_with_benzodiazepin", ANN), 2, "opioid_with_benzodiazepine"),
        (("knowledge", "show", "clonazxpam"), 2, "clonazepam"),
        (("revieww", ANN), 2, "revieww"),
    ],
)
def test_mistakes_are_explained(command, arguments, code, says):
    done = command(*arguments)
    assert done.returncode == code
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr


BAD = {
    "empty": b"",
    "not json": b'{"resourceType": "Bundle", "entry": [',
    "not utf-8": b'\xff\xfe{"resourceType": "Bundle"}',
    "a bundle of nothing": b'{"resourceType": "Bundle", "type": "collection"}',
    "ndjson": b'{"resourceType":"Patient","id":"a"}\n{"resourceType":"Patient","id":"b"}\n',
    "a single resource": b'{"resourceType":"Observation","id":"a"}',
    "a number": b"[1, 2, 3]",
    "two patients": b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}},'
    b'{"resource":{"resourceType":"Patient","id":"b"}}]}',
    "deep nesting": b"[" * 100_000,
    "yaml bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\npatient: {id: q}\n",
    "yaml unknown key": b"patient: {id: q, agee: 70}\nmedicines: []\n",
    "yaml duplicate key": b"patient: {id: q}\nmedicines: []\nmedicines: []\n",
    "yaml list": b"- clonazepam\n- oxycodone\n",
    "binary": bytes(range(1, 256)) * 20,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_words(command, name):
    done = command("review", "-", *ON, "--format", "json", stdin=BAD[name])
    assert done.returncode == 4, (done.returncode, done.stderr.decode())
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr and b"standard input" in done.stderr
