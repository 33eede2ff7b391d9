"""A population counted in pieces: the same to the byte however many processes and buckets, and nothing left behind."""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
from pathlib import Path

import pytest

from benzosafe.errors import UsageError
from benzosafe.population.intake.find import find_source
from benzosafe.population.measures import counting
from benzosafe.population.measures import measured as module
from benzosafe.population.measures.cms506 import BENZODIAZEPINES, INPATIENT, OPIOIDS
from benzosafe.population.measures.measure_report import FORMS
from benzosafe.population.measures.measured import measured
from benzosafe.population.rows import Row, rows_batch
from tests.population.measures.builders import asked_of, order, patient, resource, visit
from tests.population.measures.builders import concept as coded

PATIENTS = 300


def lines(seed=0):
    """Stays with an opioid, of every third patient with a benzodiazepine by a Medication of no patient; some broken."""
    made = [json.dumps(resource("Medication", "shared", code=coded(BENZODIAZEPINES), subject=None)), "broken", "{}"]
    for number in range(PATIENTS):
        whose = {"subject": {"reference": f"Patient/p{number}"}}
        made.append(json.dumps(patient(None if number % 50 == 7 else "1950-05-05", name=f"p{number}")))
        made.append(json.dumps(visit(INPATIENT, "2026-03-01", "2026-03-05", name=f"v{number}") | whose))
        made.append(json.dumps(order(OPIOIDS, "2026-03-04", name=f"o{number}") | whose))
        if number % 3 == 0:
            shared = order("", "2026-03-04", name=f"b{number}") | whose
            del shared["medicationCodeableConcept"]
            made.append(json.dumps(shared | {"medicationReference": {"reference": "Medication/shared"}}))
    random.Random(seed).shuffle(made)
    return made


@pytest.fixture
def small(monkeypatch):
    """Buckets, pieces and spills so small that there are many."""
    monkeypatch.setattr(module, "_BUCKET_BYTES", 4000)
    monkeypatch.setattr(module, "_LEAST_PIECE_BYTES", 3000)
    monkeypatch.setattr(module, "_LEAST_OF_A_PROCESS", 1)
    monkeypatch.setattr(counting, "SPILL_BYTES", 2000)


def report(path, form, workers=1):
    write = FORMS[form].write
    with measured(asked_of("cms506"), find_source(path), write, workers) as found:
        return "".join(FORMS[form].report(found))


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.ndjson"
    path.write_text("\n".join(lines()))
    return path


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_however_the_work_is_shared_out(export, form, monkeypatch, request):
    whole = report(export, form)
    request.getfixturevalue("small")
    assert report(export, form) == whole
    assert report(export, form, workers=3) == whole
    assert len(whole) > 1000 or form == "text"


def test_the_counts_are_those_of_the_patients(export, small):
    data = json.loads(report(export, "json", workers=2))
    populations = data["groups"][0]["populations"]
    with_birth = [number for number in range(PATIENTS) if number % 50 != 7]
    assert populations["denominator"]["count"] == len(with_birth)
    assert populations["numerator"]["count"] == sum(number % 3 == 0 for number in with_birth)
    assert data["patients"] == PATIENTS and len(data["patients_without_birth_date"]) == 6
    assert [item["file"] for item in data["rejected"]] == ["export.ndjson"] * 2
    broken = [number for number, line in enumerate(lines(), 1) if line in ("broken", "{}")]
    assert [item["line"] for item in data["rejected"]] == broken


def test_other_forms_of_the_same_input_count_the_same(export, tmp_path, small):
    whole = json.loads(report(export, "json"))["rows"]
    zipped = tmp_path / "zipped"
    zipped.mkdir()
    for number, part in enumerate((lines(1)[:200], lines(1)[200:])):
        (zipped / f"{number}.ndjson.gz").write_bytes(gzip.compress("\n".join(part).encode()))
    parquet = tmp_path / "rows.parquet"
    as_parquet(export, parquet)
    assert json.loads(report(zipped, "json"))["rows"] == whole
    assert json.loads(report(parquet, "json"))["rows"] == whole


def as_parquet(export: Path, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = find_source(export)
    rows = [row for split in source.splits() for chunk in source.read(split) for row in chunk.rows]
    assert all(isinstance(row, Row) for row in rows)
    pq.write_table(pa.Table.from_batches([rows_batch(rows)]), path, row_group_size=100)


def test_nothing_stays_behind(export, small, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    report(export, "csv")
    with pytest.raises(KeyboardInterrupt), measured(asked_of("cms506"), find_source(export)):
        assert os.listdir(tmp_path / "temporary")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path / "temporary") == []


def test_no_room_is_told(export, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is none"))
    with pytest.raises(UsageError, match="TMPDIR"), measured(asked_of("cms506"), find_source(export)):
        pass
