"""Buckets: the same rows whatever files, workers and deaths between; Medications where they are pointed to."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benzosafe.errors import UsageError
from benzosafe.population.buckets import partition as module
from benzosafe.population.buckets import spill
from benzosafe.population.buckets.partition import Buckets, partition, temporary_buckets
from benzosafe.population.intake import ndjson
from benzosafe.population.intake.find import FileSource, find_source
from benzosafe.population.rows import Chunk, Split, by_patient
from tests.population.people import lines_of, write_bulk


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts, spills and buckets of a small input."""
    monkeypatch.setattr(ndjson, "SPLIT_BYTES", 20_000)
    monkeypatch.setattr(ndjson, "_BLOCK_BYTES", 3_000)
    monkeypatch.setattr(module, "SPILL_BYTES", 10_000)
    monkeypatch.setattr(module, "BUCKET_BYTES", 5_000)


def contents(buckets: Buckets) -> list[list[tuple[str, str, bytes]]]:
    found = []
    for number in range(buckets.count):
        people = list(by_patient(buckets.batches(number)))
        assert [person.patient for person in people] == sorted(person.patient for person in people)
        found += [sorted((row.patient, row.id, row.resource) for row in person.rows) for person in people]
    return sorted(found)


def test_files_and_order_do_not_matter(tmp_path: Path) -> None:
    ways = []
    for number, files in enumerate((1, 3, 7)):
        source = find_source(write_bulk(tmp_path / str(number), 60, seed=4, files=files))
        with temporary_buckets(source) as buckets:
            assert buckets.count > 3
            ways.append((contents(buckets), sorted(item.why for item in buckets.rejects()), buckets.rows))
            rejects = list(buckets.rejects())
            assert rejects == sorted(rejects) != []
    assert ways[0] == ways[1] == ways[2]


def test_workers_do_not_matter(tmp_path: Path) -> None:
    source = find_source(write_bulk(tmp_path / "in", 60, seed=4))
    with temporary_buckets(source, 1) as one, temporary_buckets(source, 3) as three:
        assert one.count == three.count
        for number in range(one.count):
            assert list(one.batches(number)) == list(three.batches(number))
        assert list(one.rejects()) == list(three.rejects()) and one.not_used == three.not_used


@dataclass(frozen=True)
class Dying(FileSource):
    """A source whose reading dies after some chunks."""

    chunks: int = 0

    def read(self, split: Split, after_line: int = 0) -> Iterator[Chunk]:
        for number, chunk in enumerate(FileSource.read(self, split, after_line)):
            if number >= self.chunks:
                raise MemoryError
            yield chunk


@pytest.mark.parametrize("chunks", [0, 1, 2, 4, 6])
def test_a_run_that_died_goes_on_to_the_same_rows(tmp_path: Path, chunks: int) -> None:
    source = find_source(write_bulk(tmp_path / "in", 80, seed=5))
    assert isinstance(source, FileSource)
    whole = partition(source, tmp_path / "whole")
    for more in range(3):
        with pytest.raises(MemoryError):
            partition(Dying(source.name, source.files, chunks + more), tmp_path / "died")
    resumed = partition(source, tmp_path / "died")
    for number in range(whole.count):
        assert list(whole.batches(number)) == list(resumed.batches(number))
    assert list(whole.rejects()) == list(resumed.rejects())
    assert whole.not_used == resumed.not_used and whole.rows == resumed.rows


def test_a_spill_without_its_note_does_not_count(tmp_path: Path) -> None:
    source = find_source(write_bulk(tmp_path / "in", 30))
    whole = contents(partition(source, tmp_path / "work"))
    notes = sorted((tmp_path / "work" / "spills").glob("*.json"))
    notes[1].unlink()
    (tmp_path / "work" / "whole").unlink()
    assert contents(partition(source, tmp_path / "work")) == whole


def test_another_input_is_refused(tmp_path: Path) -> None:
    partition(find_source(write_bulk(tmp_path / "a", 5)), tmp_path / "work")
    with pytest.raises(UsageError, match="another input"):
        partition(find_source(write_bulk(tmp_path / "b", 6)), tmp_path / "work")


MEDICATION = json.dumps({"resourceType": "Medication", "id": "m1", "code": {"text": "clonazepam"}})


def order(name: str, patient: str, **medicine: object) -> str:
    about = {"reference": f"Patient/{patient}"}
    return json.dumps({"resourceType": "MedicationRequest", "id": name, "subject": about, **medicine})


def test_a_medication_goes_to_everyone_who_points_to_it(tmp_path: Path) -> None:
    lines = [
        MEDICATION,
        json.dumps({"resourceType": "Medication", "id": "m2", "code": {"text": "unused"}}),
        order("a", "1", medicationReference={"reference": "Medication/m1"}),
        order("b", "2", medication={"reference": {"reference": "https://x.org/Medication/m1"}}),
        order("c", "3", medicationReference={"reference": "Medication/gone"}),
        order("d", "4", medicationReference={"reference": "#m1"}, contained=[json.loads(MEDICATION)]),
    ]  # fmt: skip
    draw = random.Random(2)
    people = [line for number in range(40) for line in lines_of(f"p{number}", draw)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text("\n".join(people + lines))
    with temporary_buckets(find_source(tmp_path / "in")) as buckets:
        assert buckets.count > 1
        found = {
            person.patient: [row.id for row in person.rows if row.kind == "Medication"]
            for number in range(buckets.count) for person in by_patient(buckets.batches(number))
        }  # fmt: skip
    assert {name: found[name] for name in "1234"} == {"1": ["m1"], "2": ["m1"], "3": [], "4": []}


def test_bundles_give_their_medications_and_resolve_their_addresses(tmp_path: Path) -> None:
    entries = [
        ("urn:uuid:p", {"resourceType": "Patient", "id": "77"}),
        ("urn:uuid:m", {"resourceType": "Medication", "id": "m"}),
        ("urn:uuid:o", {"resourceType": "MedicationRequest", "id": "o", "subject": {"reference": "urn:uuid:p"},
                        "medicationReference": {"reference": "urn:uuid:m"}}),
        ("https://x/Condition/c", {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/78"}}),
        ("urn:uuid:q", {"resourceType": "Condition", "id": "nobody"}),
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "entry": [{"fullUrl": url, "resource": item} for url, item in entries]}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.json").write_text(json.dumps(bundle))
    (tmp_path / "in" / "broken.json").write_text("{")
    with temporary_buckets(find_source(tmp_path / "in")) as buckets:
        people = {
            p.patient: sorted(row.kind for row in p.rows)
            for n in range(buckets.count)
            for p in by_patient(buckets.batches(n))
        }
        rejects = [(item.file, item.why) for item in buckets.rejects()]
    assert people == {"77": ["Medication", "MedicationRequest", "Patient"], "78": ["Condition"]}
    assert [file for file, _ in rejects] == ["b.json", "broken.json"] and "names no patient" in rejects[0][1]


def test_nothing_of_a_temporary_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    source = find_source(write_bulk(tmp_path / "in", 5))
    with pytest.raises(KeyError), temporary_buckets(source):
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_the_sorter_counts_what_it_was_given() -> None:
    assert spill.Sorter(3).batches()[-1].num_rows == 0
