"""`benzosafe worklist` as a person meets it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.population.conftest import SPECIAL
from tests.population.screened import screened


@pytest.fixture(scope="module")
def folder(tmp_path_factory, knowledge):
    return str(screened(tmp_path_factory.mktemp("few"), SPECIAL.values(), knowledge))


def test_a_table_for_people_is_the_default(command, folder):
    done = command("worklist", folder)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "4 of 4 patients" in text and "Helps most: stop itraconazole" in text and "\x1b[" not in text


def test_every_format(command, folder):
    read = {
        "csv": lambda text: [row["list"] for row in csv.DictReader(io.StringIO(text))].count("within capacity"),
        "json": lambda text: len(json.loads(text)["listed"]),
        "fhir": lambda text: text.count('"resourceType": "Task"'),
        "html": lambda text: text.count('<li class="patient'),
        "text": lambda text: text.count("Helps most:"),
    }
    for name, count in read.items():
        done = command("worklist", folder, "--capacity", "2", "--format", name)
        assert done.returncode == 0, done.stderr.decode()
        assert count(done.stdout.decode()) == 2, name
    assert json.loads(command("worklist", folder, "-f", "json").stdout)["schema"] == "benzosafe.worklist/1"


def test_out_is_written_whole(command, folder, tmp_path):
    done = command("worklist", folder, "-f", "html", "--out", str(tmp_path / "list.html"))
    assert done.returncode == 0 and done.stdout == b"" and b"4 patients listed" in done.stderr
    assert (tmp_path / "list.html").read_text().startswith("<!doctype html>")
    assert command("worklist", folder, "--out", str(tmp_path / "no" / "list")).returncode == 2


@pytest.mark.parametrize("capacity", ["0", "-1", "many"])
def test_a_capacity_is_at_least_one(command, folder, capacity):
    assert command("worklist", folder, "--capacity", capacity).returncode == 2


def test_no_screen_is_wrong_usage(command, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        done = command("worklist", str(folder))
        assert done.returncode == 2
        assert b"holds no screen. Run: benzosafe screen INPUT --out DIR" in done.stderr
        assert b"Traceback" not in done.stderr
