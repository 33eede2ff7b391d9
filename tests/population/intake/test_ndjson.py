"""Bulk exports: any split, order and packing give the same rows; what cannot be used is told with its line."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from benzosafe.errors import InputRefused
from benzosafe.population.intake import ndjson
from benzosafe.population.intake.find import find_source
from benzosafe.population.rows import SHARED, Reject, Row, Split


def line(kind: str = "Condition", name: str = "c", patient: str = "Patient/1", **more: object) -> str:
    return json.dumps({"resourceType": kind, "id": name, "subject": {"reference": patient}, **more})


def read(path: Path, after_line: int = 0) -> tuple[list[Row], list[Reject]]:
    source = find_source(path)
    chunks = [chunk for split in source.splits() for chunk in source.read(split, after_line)]
    return [row for chunk in chunks for row in chunk.rows], [item for chunk in chunks for item in chunk.rejects]


def written(tmp_path: Path, *lines: str | bytes, name: str = "a.ndjson") -> Path:
    data = b"".join((item.encode() if isinstance(item, str) else item) + b"\n" for item in lines)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return tmp_path / name


@pytest.mark.parametrize("name", ["a.ndjson", "a.jsonl.gz"])
def test_rows_carry_their_patient_and_place(tmp_path: Path, name: str) -> None:
    person = json.dumps({"resourceType": "Patient", "id": "7"})
    medication = json.dumps({"resourceType": "Medication", "id": "m"})
    allergy = json.dumps({"resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/7"}})
    path = written(
        tmp_path, person, medication, allergy, line(patient="https://x.org/fhir/Patient/7/_history/2"), name=name
    )
    rows, rejects = read(path)
    assert [(row.patient, row.kind, row.line) for row in rows] == [
        ("7", "Patient", 1), (SHARED, "Medication", 2), ("7", "AllergyIntolerance", 3), ("7", "Condition", 4),
    ]  # fmt: skip
    assert rows[0].resource == person.encode() and rows[0].file == name and rejects == []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{", "is not a FHIR resource"), ("null", "is not a FHIR resource"), ("[1]", "is not a FHIR resource"),
        ('{"id": "x"}', "no resourceType"), ("word", "is not a FHIR resource"), (b"\xff\xfe", "is not a FHIR resource"),
        (b'{"resourceType": "Condition", "id": "\xff"}', ""), (line(patient=""), "names no patient"),
        (line(patient="#contained"), "leads to nobody"), (line(patient="Patient?identifier=1"), "leads to nobody"),
        ('{"resourceType": "Patient"}', "has no id"), ("[" * 5000, ""), ("{" + '"a":{' * 5000, ""), ("\0", ""),
    ],
)  # fmt: skip
def test_a_bad_line_costs_itself_alone(tmp_path: Path, bad: str | bytes, why: str) -> None:
    rows, rejects = read(written(tmp_path, line(name="before"), bad, line(name="after")))
    assert [row.id for row in rows] == ["before", "after"] and [row.line for row in rows] == [1, 3]
    assert [(item.file, item.line) for item in rejects] == [("a.ndjson", 2)]
    assert why in rejects[0].why


def test_a_field_of_another_shape_is_left_to_the_reader(tmp_path: Path) -> None:
    odd = '{"resourceType": "Condition", "id": 5, "subject": {"reference": "Patient/1"}}'
    rows, rejects = read(written(tmp_path, odd))
    assert [(row.patient, row.id) for row in rows] == [("1", "")] and rejects == []


def test_bom_blank_lines_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + f"{line(name='a')}\r\n\r\n  \r\n{line(name='b')}".encode())
    rows, rejects = read(path)
    assert [(row.id, row.line) for row in rows] == [("a", 1), ("b", 4)] and rejects == []


def test_kinds_that_nobody_reads_are_counted(tmp_path: Path) -> None:
    source = find_source(
        written(tmp_path, line("Claim"), line("Claim"), line(), '{"resourceType": "OperationOutcome"}')
    )
    chunks = [chunk for split in source.splits() for chunk in source.read(split)]
    assert chunks[0].not_used == {"Claim": 2, "OperationOutcome": 1} and len(chunks[0].rows) == 1


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 10_000])
def test_parts_of_any_size_give_the_same_rows(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(size)
    lines = [draw.choice([line(name=f"c{n}", note="x" * draw.randrange(90)), "", "{"]) for n in range(200)]
    path = written(tmp_path, *lines)
    whole = read(path)
    monkeypatch.setattr(ndjson, "SPLIT_BYTES", size)
    monkeypatch.setattr(ndjson, "_BLOCK_BYTES", draw.choice([1, 50, 4096]))
    assert read(path) == whole


def test_a_broken_gzip_keeps_what_was_read(tmp_path: Path) -> None:
    path = written(
        tmp_path, *(line(name=f"c{n}", note=str(random.Random(n).random())) for n in range(2000)), name="a.ndjson.gz"
    )
    path.write_bytes(path.read_bytes()[:-4000])
    rows, rejects = read(path)
    assert len(rows) < 2000 and len(rejects) == 1 and "cannot be read from here on" in rejects[0].why


def test_reading_goes_on_after_a_line(tmp_path: Path) -> None:
    path = written(tmp_path, *(line(name=f"c{n}") for n in range(50)), "{", name="a.ndjson.gz")
    rows, rejects = read(path, after_line=30)
    assert [row.line for row in rows] == list(range(31, 51)) and [item.line for item in rejects] == [51]


def test_an_endless_line_is_told_and_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "_LONGEST_LINE", 200)
    monkeypatch.setattr(ndjson, "_BLOCK_BYTES", 100)
    rows, rejects = read(written(tmp_path, line(name="a"), line(name="b", note="x" * 5000), line(name="c")))
    assert [row.id for row in rows] == ["a", "c"]
    assert [(item.line, item.why) for item in rejects] == [(2, "is longer than 0 MB")]


@pytest.mark.parametrize("empty", ["", "x.txt", "table.csv"])
def test_nothing_to_read_is_refused(tmp_path: Path, empty: str) -> None:
    if empty:
        (tmp_path / empty).write_text("a,b\n")
    with pytest.raises(InputRefused, match="holds nothing that is read here"):
        find_source(tmp_path)
    with pytest.raises(InputRefused, match="no such file"):
        find_source(tmp_path / "absent")


def test_names_of_parts_do_not_depend_on_the_folder(tmp_path: Path) -> None:
    assert Split(str(tmp_path), "a.ndjson", 5).key == "a.ndjson:5"
