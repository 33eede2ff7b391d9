"""Many patients read from every form of input, in any order, with every fault listed where it stands."""

from __future__ import annotations

import gzip
import json
import random

import pytest

from benzosafe.errors import InputRefused
from benzosafe.population.measures.cms506 import BENZODIAZEPINES, INPATIENT, OPIOIDS
from benzosafe.population.measures.measure_input import Rejected
from benzosafe.population.measures.measure_rows import rows
from tests.population.measures.builders import asked_of, concept, of_file, order, patient, resource, visit


def of_patient(name):
    """A stay with an opioid and a benzodiazepine, the second through a Medication."""
    drug = {"medicationCodeableConcept": None, "medicationReference": {"reference": f"Medication/m-{name}"}}
    mine = {"subject": {"reference": f"Patient/{name}"}}
    return [
        patient(name=name), visit(INPATIENT, "2026-03-01", "2026-03-05", name=f"v-{name}") | mine,
        order(OPIOIDS, "2026-03-04", name=f"o-{name}") | mine,
        order("b", "2026-03-04", name=f"b-{name}", **drug) | mine,
        resource("Medication", f"m-{name}", code=concept(BENZODIAZEPINES), subject=None),
    ]  # fmt: skip


def counted(path):
    found = of_file(asked_of("cms506"), path)
    each = [row for name, answers in found.answers.items() for row in rows(found.measured.asked, name, answers)]
    return [(row.patient, row.encounter, row.population, row.count) for row in each], found.measured.rejected


def as_bundle(items):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in items]}


@pytest.fixture
def expected(tmp_path):
    """The rows of three patients, each a Bundle in a folder."""
    folder = tmp_path / "bundles"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.json").write_text(json.dumps(as_bundle(of_patient(name))))
    found, rejected = counted(folder)
    assert rejected == [] and [row[3] for row in found] == 3 * [1, 1, 0, 1]
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("zipped", [False, True])
def test_a_bulk_export_in_any_order_and_split_counts_the_same(tmp_path, expected, seed, zipped):
    lines = [json.dumps(item).encode() for name in "abc" for item in of_patient(name)]
    random.Random(seed).shuffle(lines)
    folder = tmp_path / "export" / "part"
    folder.mkdir(parents=True)
    for place, part in enumerate((lines[:4], lines[4:], [])):
        data = b"\n\n".join(part) + b"\n"
        name = f"{place}.ndjson{'.gz' if zipped else ''}"
        (folder / name).write_bytes(gzip.compress(data) if zipped else data)
    assert counted(tmp_path / "export") == (expected, [])


def test_one_bundle_and_one_file_of_lines(tmp_path, expected):
    (tmp_path / "one.json").write_text(json.dumps(as_bundle(of_patient("a"))))
    assert counted(tmp_path / "one.json") == (expected[:4], [])
    (tmp_path / "one.ndjson").write_text("\n".join(json.dumps(item) for item in of_patient("b")))
    assert counted(tmp_path / "one.ndjson") == (expected[4:8], [])


def test_addresses_within_a_bundle_are_followed(tmp_path, expected):
    items = of_patient("a")
    bundle = as_bundle(items)
    for place, entry in enumerate(bundle["entry"]):
        entry["fullUrl"] = f"urn:uuid:0000000{place}-0000-4000-8000-000000000000"
    for item in items:
        if "subject" in item:
            item["subject"] = {"reference": bundle["entry"][0]["fullUrl"]}
    items[3]["medicationReference"] = {"reference": bundle["entry"][4]["fullUrl"]}
    (tmp_path / "one.json").write_text(json.dumps(bundle))
    assert counted(tmp_path / "one.json") == (expected[:4], [])


def test_what_is_malformed_is_listed_with_file_and_line_and_the_rest_is_counted(tmp_path, expected):
    lines = [json.dumps(item) for name in "abc" for item in of_patient(name)]
    bad = ['{"resourceType": "Encounter", "id": ', "[]", "{}", json.dumps(resource("Encounter", "x", period=7)),
           json.dumps(resource("Condition", "y", subject=None)), json.dumps(resource("Condition", None)),
           json.dumps(resource("MedicationRequest", "z", medicationReference={"reference": "Medication/none"}) | {
               "subject": {"reference": "Patient/a"}})]  # fmt: skip
    path = tmp_path / "all.ndjson"
    path.write_text("\n".join([*bad, *lines]))
    found, rejected = counted(path)
    assert found == expected
    assert [(item.file, item.line) for item in rejected] == [("all.ndjson", line) for line in range(1, 8)]
    said = [item.what for item in rejected]
    wanted = ("truncated", "not a FHIR resource", "no resourceType", "$.period", "names no patient", "has no id",
              "its medicine is not known")  # fmt: skip
    for place, words in enumerate(wanted):
        assert words in said[place]


def test_a_fault_in_a_field_that_is_not_read_costs_nothing(tmp_path, expected):
    items = of_patient("a")
    items[1] |= {"class": 7, "length": "long"}
    (tmp_path / "one.json").write_text(json.dumps(as_bundle(items)))
    assert counted(tmp_path / "one.json") == (expected[:4], [])


def test_files_that_cannot_be_read_are_listed(tmp_path, expected):
    (tmp_path / "bundles" / "bad.json").write_text("{")
    (tmp_path / "bundles" / "cut.ndjson.gz").write_bytes(gzip.compress(b'{"resourceType": "Flag"}\n' * 99)[:-9])
    (tmp_path / "bundles" / "notes.txt").write_text("not read")
    found, rejected = counted(tmp_path / "bundles")
    assert found == expected
    assert [item.file for item in rejected] == ["bad.json", "cut.ndjson.gz"]
    assert "cannot be read from here on: Compressed file ended" in rejected[1].what


def test_a_resource_twice_is_one_and_two_that_differ_are_listed(tmp_path, expected):
    items = [*of_patient("a"), of_patient("a")[1], of_patient("a")[1] | {"status": "planned"}]
    (tmp_path / "one.ndjson").write_text("\n".join(json.dumps(item) for item in items))
    found, rejected = counted(tmp_path / "one.ndjson")
    assert found == expected[:4]
    assert rejected == [Rejected("one.ndjson", 7, "Encounter v-a stands twice and differs")]


def test_a_patient_of_whom_there_are_only_other_records_is_in_no_population(tmp_path):
    (tmp_path / "one.ndjson").write_text("\n".join(json.dumps(item) for item in of_patient("a")[1:]))
    found, _ = counted(tmp_path / "one.ndjson")
    assert {row[:2] for row in found} == {("a", "")} and {row[3] for row in found} == {0}


@pytest.mark.parametrize(
    ("name", "said"), [("none", "no such file or folder"), ("", "holds nothing that is read here")]
)
def test_nothing_to_read_is_refused(tmp_path, name, said):
    with pytest.raises(InputRefused, match=said):
        counted(tmp_path / name)


def test_a_file_without_a_patient_is_refused_with_its_first_fault(tmp_path):
    (tmp_path / "one.ndjson").write_text("nonsense")
    with pytest.raises(InputRefused, match=r"holds no patient\. one\.ndjson: is not a FHIR resource"):
        counted(tmp_path / "one.ndjson")
