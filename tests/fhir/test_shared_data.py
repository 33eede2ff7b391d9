"""Every real file reads without a crash; each medicine is resolved or listed as unresolved."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict

import pytest

from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import ON


def written_medicines(data):
    """The words and codes of each medicine in a bundle, by resource id."""
    kinds = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
    return {
        resource["id"]
        for entry in data["entry"]
        if (resource := entry["resource"])["resourceType"] in kinds and resource.get("status") != "entered-in-error"
    }


def check(record, data):
    seen = {reference for order in record.orders for reference in (order.order_id, *order.same_as)}
    seen_ids = {reference.split("/")[1].split("#")[0].split(" (")[0] for reference in seen}
    assert written_medicines(data) <= seen_ids
    listed = {gap.text for gap in record.gaps if gap.kind == "unresolved_drug"}
    assert {order.text for order in record.orders if order.ingredient is None} <= listed


@pytest.mark.parametrize("folder", ["ecqm-2024", "opioid-cds"])
def test_bundles_of_others(folder, shared_data, knowledge):
    files = sorted((shared_data / folder).rglob("*.bundle.json"))
    assert files
    for file in files:
        raw = file.read_bytes()
        check(read_bundle(raw, file.name, knowledge, ON), json.loads(raw))


def test_synthetic_population(shared_data, knowledge):
    lines = defaultdict(list)
    for file in sorted((shared_data / "synthea").glob("*.ndjson.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            for line in stream:
                resource = json.loads(line)
                about = resource.get("subject") or resource.get("patient") or {"reference": resource["id"]}
                lines[about["reference"].split("/")[-1]].append(resource)
    assert len(lines) > 600
    for patient, resources in lines.items():
        data = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": item} for item in resources],
        }
        record = read_bundle(json.dumps(data).encode(), patient, knowledge, ON)
        assert record.patient_id == patient
        check(record, data)
