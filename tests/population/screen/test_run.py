"""A screen from the command line: the same result whoever works and however often it is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benzosafe.population.screen.job import MANIFEST
from benzosafe.population.screen.write import FOLDERS
from tests.population.people import ON, write_bulk

BUCKETS = ("--bucket-mb", "0.03")
COMMAND = [sys.executable, "-m", "benzosafe.cli.main", "screen"]


def screen(source: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, str(source), "--out", str(out), "--on", str(ON), *BUCKETS, *more],
        capture_output=True,
        text=True,
        check=False,
    )


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bulk(tmp_path_factory.mktemp("export"), 400)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    ran = screen(source, out, "--workers", "1")
    assert ran.returncode == 0, ran.stderr
    return out


def test_everything_is_there_and_nothing_else(whole: Path) -> None:
    names = {path.name for path in whole.iterdir()}
    assert names == {*FOLDERS, "rejects.csv", "quality.json", "summary.html", MANIFEST}
    manifest = json.loads((whole / MANIFEST).read_text())
    assert manifest["patients"]["count"] == 400 == pq.read_table(whole / "facts").num_rows
    assert pq.read_table(whole / "findings").num_rows > 100
    assert manifest["buckets"] > 10 and len(list((whole / "facts").iterdir())) == manifest["buckets"]
    assert manifest["rejects"] == len((whole / "rejects.csv").read_text().splitlines()) - 1 > 0


def test_two_processes_give_the_same_bytes(source: Path, whole: Path, tmp_path: Path) -> None:
    ran = screen(source, tmp_path / "out", "--workers", "2")
    assert ran.returncode == 0, ran.stderr
    assert contents(tmp_path / "out") == contents(whole)


@pytest.mark.parametrize("after_s", [0.8, 2.0, 3.2])
def test_killed_and_resumed_gives_the_same_bytes(source: Path, whole: Path, tmp_path: Path, after_s: float) -> None:
    out = tmp_path / "out"
    command = [*COMMAND, str(source), "--out", str(out), "--on", str(ON), *BUCKETS, "--workers", "2"]
    run = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after_s)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    ran = screen(source, out, "--resume") if (out / ".work" / MANIFEST).exists() else screen(source, out)
    assert ran.returncode == 0, ran.stderr
    assert contents(out) == contents(whole)


def test_killed_before_anything_was_done_it_can_be_resumed(source: Path, whole: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / ".work").mkdir(parents=True)
    ran = screen(source, tmp_path / "out", "--resume")
    assert ran.returncode == 0, ran.stderr
    assert contents(tmp_path / "out") == contents(whole)
    ran = screen(source, tmp_path / "nothing", "--resume")
    assert ran.returncode == 2 and "holds no unfinished screen" in ran.stderr


def test_a_day_far_from_every_order_is_warned_of(source: Path, whole: Path, tmp_path: Path) -> None:
    orders = json.loads((whole / "quality.json").read_text())["orders"]
    assert orders["first_on"] <= orders["last_on"] <= str(ON)
    assert "Was another day meant" not in (whole / "summary.html").read_text()
    for day in ("1999-01-01", "2031-01-01"):
        ran = screen(source, tmp_path / day, "--on", day)
        assert ran.returncode == 0 and f"{day} was asked about" in ran.stderr
        assert "Was another day meant" in (tmp_path / day / "summary.html").read_text()


@pytest.mark.parametrize("text", ["", "{\n", '{"resourceType": "Condition", "id": "c"}\n', "\x00\xff" * 50])
def test_an_input_without_a_patient_is_refused_and_leaves_nothing(whole: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "export.ndjson").write_bytes(text.encode("latin-1"))
    shutil.copytree(whole, tmp_path / "older")
    before = contents(tmp_path / "older")
    for name in ("new", "older"):
        ran = screen(tmp_path / "export.ndjson", tmp_path / name)
        assert ran.returncode == 4 and "holds no patient." in ran.stderr and "Traceback" not in ran.stderr
    assert contents(tmp_path / "older") == before and not (tmp_path / "new").exists()
