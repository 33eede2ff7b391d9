"""The forecast from the command line: every form, bad input in words, nothing half-written, stopped by Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.population.forecast.signing import people, write_people


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("export"), people(25, seed=8), files=2)


def said(done):
    assert b"Traceback" not in done.stderr
    return done.stderr.decode()


def test_every_form_is_written(command, export, tmp_path):
    files = {name: tmp_path / f"burden.{name}" for name in ("text", "csv", "json", "html")}
    for name, path in files.items():
        done = command("forecast", str(export), "--on", "2026-06-30", "--format", name, "--out", str(path))
        assert done.returncode == 0 and "orders replayed" in said(done)
    data = json.loads(files["json"].read_text())
    orders = data["orders"]["all"]["orders"]
    assert data["window"]["first"] >= "2025-06-01" and orders > 15
    assert f"{orders} medication orders" in files["text"].read_text()
    assert files["html"].read_text().startswith("<!doctype html>")
    assert files["csv"].read_text().splitlines()[1].startswith(f"all,total,,,{orders},")
    assert [path.name for path in sorted(tmp_path.iterdir())] == sorted(path.name for path in files.values())


def test_the_number_of_processes_changes_nothing(command, export):
    forms = [command("forecast", str(export), "--on", "2026-06-30", "-f", "json", "--workers", n) for n in ("1", "2")]
    assert forms[0].stdout == forms[1].stdout and len(forms[0].stdout) > 1000


def test_clinicians_can_be_left_out(command, export):
    done = command("forecast", str(export), "--on", "2026-06-30", "--no-clinicians", "--format", "json")
    data = json.loads(done.stdout)
    assert set(data["by"]) == {"ward", "age", "sex"} and data["about_clinicians"] is None
    assert b"Ada" not in done.stdout and b"dr-1" not in done.stdout
    only = json.loads(command("forecast", str(export), "--on", "2026-06-30", "--by", "sex", "-f", "json").stdout)
    assert set(only["by"]) == {"sex"}


def test_days_can_be_given(command, export):
    done = command("forecast", str(export), "--from", "2026-01-01", "--to", "2026-01-31", "--format", "json")
    assert json.loads(done.stdout)["window"] == {"first": "2026-01-01", "last": "2026-01-31"}


@pytest.mark.parametrize(
    "options, code, words",
    [
        (["--on", "yesterday"], 2, "is not a date"),
        (["--from", "2026-01-01"], 2, "Give both --from and --to"),
        (["--to", "2026-01-01"], 2, "--to: needs the other end"),
        (["--from", "2026-02-30", "--to", "2026-03-01"], 2, "--from: '2026-02-30' is not a date"),
        (["--from", "2026-03-01", "--to", "2026-02-01"], 2, "is after"),
        (["--on", "2026-01-01", "--from", "2026-01-01", "--to", "2026-02-01"], 2, "neither --from nor --to"),
        (["--no-clinicians", "--by", "clinician"], 2, "contradicts"),
        (["--by", "floor"], 2, "floor"),
        (["--least-orders", "0"], 2, "least-orders"),
        (["--format", "pdf"], 2, "pdf"),
        (["--out", "/nowhere/at/all/x.json"], 2, "cannot be written"),
    ],
)
def test_wrong_use_is_said_in_words(command, export, options, code, words):
    done = command("forecast", str(export), *options)
    assert done.returncode == code and words in " ".join(said(done).replace("│", " ").split()) and not done.stdout


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("x.ndjson", b"", "holds no patient"),
        ("x.ndjson", b"\x00\xff\xfe garbage\n{{{{\n", "holds no patient"),
        ("x.ndjson", b'{"resourceType": "Observation", "id": "o"}\n', "holds no patient"),
        ("x.json", b"[1, 2", "holds no patient"),
        ("x.parquet", b"PAR1 not really", ""),
        ("x.ndjson.gz", b"\x1f\x8b not gzip", "holds no patient"),
        ("x.txt", b"hello", "nothing that is read here"),
    ],
)
def test_input_that_is_none_is_refused(command, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    done = command("forecast", str(tmp_path), "--on", "2026-06-30")
    assert done.returncode == 4 and words in said(done) and not done.stdout


def test_what_is_not_there_is_refused(command, tmp_path):
    done = command("forecast", str(tmp_path / "nothing"))
    assert done.returncode == 4 and "no such file" in said(done)


def test_ctrl_c_stops_it_and_leaves_nothing(tmp_path):
    export = write_people(tmp_path / "export", people(3000, seed=8))
    (tmp_path / "work").mkdir()
    arguments = ["forecast", str(export), "--on", "2026-06-30", "--workers", "1", "--out", str(tmp_path / "x.txt")]
    running = subprocess.Popen(
        [sys.executable, "-m", "benzosafe.cli.main", *arguments], cwd=ROOT, stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path / "work")},
    )  # fmt: skip
    deadline = time.monotonic() + 40
    while not any((tmp_path / "work").glob("benzosafe-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=40)
    assert running.returncode == 130 and b"nothing was written" in errors and b"Traceback" not in errors
    assert not (tmp_path / "x.txt").exists() and list((tmp_path / "work").iterdir()) == []
