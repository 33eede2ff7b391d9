"""The screen says of every patient what the bedside review says, whoever is beside; and the gate hides nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benzosafe.errors import InputRefused
from benzosafe.fhir.read import read_bundle
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.buckets.partition import temporary_buckets
from benzosafe.population.intake.find import find_source
from benzosafe.population.rows import PatientRows, by_patient, rows_batch
from benzosafe.population.screen.judge import screen_rows
from benzosafe.review.report import report
from benzosafe.review.review import burden, review
from tests.population.people import ON, write_bulk

DATA = Path(__file__).parents[4] / "shared" / "data"
POPULATIONS = {
    "made up": None, "cms506": DATA / "ecqm-2024/CMS506", "cms156": DATA / "ecqm-2024/CMS156",
    "synthea": DATA / "synthea", "cdc": DATA / "opioid-cds",
}  # fmt: skip


@pytest.fixture(scope="module", params=POPULATIONS)
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[PatientRows]:
    path = POPULATIONS[request.param]
    if path is None:
        path = write_bulk(tmp_path_factory.mktemp("bulk"), 300, seed=7)
    elif not path.exists():
        pytest.skip("the shared data is not here")
    with temporary_buckets(find_source(path)) as buckets:
        batches = (batch for number in range(buckets.count) for batch in buckets.batches(number))
        return list(by_patient(batches))


def bundle(person: PatientRows) -> bytes:
    entries = []
    for row in person.rows:
        address = f'"fullUrl": {json.dumps(row.full_url)}, ' if row.full_url else ""
        entries.append("{" + address + '"resource": ' + row.resource.decode() + "}")
    return ('{"resourceType": "Bundle", "type": "collection", "entry": [' + ", ".join(entries) + "]}").encode()


def at_the_bedside(person: PatientRows, knowledge: Knowledge, on: date) -> dict[str, Any] | None:
    try:
        record = read_bundle(bundle(person), person.patient, knowledge, on)
    except InputRefused:
        return None
    whole = review(record, knowledge, on)
    said = report(whole)
    return {
        "shown": [_told(item) | {"tier": item["tier"]} for item in said["findings"]],
        "hidden": [(item["rule"], item["kind"]) for item in said["suppressed"] if item["kind"] != "attention"],
        "not_checked": {i["rule"]: (i["severity_possible"], set(i["missing"])) for i in said["not_checked"]},
        "burden": burden(whole.verdict),
        "gaps": [(gap.kind, gap.what, gap.text) for gap in record.gaps],
    }  # fmt: skip


def _told(item: dict[str, Any]) -> dict[str, Any]:
    names = ("rule", "severity", "severity_possible", "ingredients", "orders", "missing")
    return {name: item[name] for name in names}


def screened(people: list[PatientRows], knowledge: Knowledge, on: date) -> Iterator[dict[str, Any]]:
    batches = [rows_batch(person.rows) for person in people]
    for batch in screen_rows(batches, knowledge, on):
        yield from batch.to_pylist()


@pytest.mark.parametrize("on", [ON, date(2025, 12, 31), date(2023, 5, 1)])
def test_every_patient_is_judged_as_at_the_bedside(people: list[PatientRows], knowledge: Knowledge, on: date) -> None:
    for person, row in zip(people, screened(people, knowledge, on), strict=True):
        assert row["patient"] == person.patient
        bedside, status = at_the_bedside(person, knowledge, on), row["facts"]["status"]
        if status == "refused":
            assert bedside is None
            continue
        if status == "deceased":
            assert read_bundle(bundle(person), person.patient, knowledge, on).deceased and not row["findings"]
            continue
        if status != "reviewed":  # the gate: nothing certain was passed over
            assert bedside is None or bedside["shown"] == [], (person.patient, status)
            continue
        assert bedside is not None
        found = [_told(item) | {"tier": item["tier"]} for item in row["findings"] if item["state"] == "shown"]
        assert found == bedside["shown"]
        hidden = [(item["rule"], item["state"]) for item in row["findings"] if item["state"] != "shown"]
        assert hidden == bedside["hidden"]
        open_rules = [item for item in row["gaps"] if item["kind"] == "not_checked"]
        assert {g["rule"]: (g["severity_possible"], set(g["missing"])) for g in open_rules} == bedside["not_checked"]
        assert row["facts"]["burden"] == bedside["burden"]
        gaps = [(gap["kind"], gap["what"], gap["text"]) for gap in row["gaps"] if gap["kind"] != "not_checked"]
        assert sorted(gaps) == sorted(bedside["gaps"])


def test_who_is_not_judged_is_told_why(people: list[PatientRows], knowledge: Knowledge) -> None:
    for row in screened(people, knowledge, ON):
        named = [gap["text"] for gap in row["gaps"] if gap["kind"] == "unresolved_drug"]
        facts = row["facts"]
        assert facts["status"] != "not_known" or len(named) >= facts["medicines"] - facts["medicines_understood"] > 0


def test_neighbours_and_batches_do_not_matter(people: list[PatientRows], knowledge: Knowledge) -> None:
    some = random.Random(3).sample(people, min(len(people), 40))
    together = {row["patient"]: row for row in screened(people, knowledge, ON)}
    for person in some:
        assert list(screened([person], knowledge, ON)) == [together[person.patient]]
