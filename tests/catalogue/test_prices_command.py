"""`benzosafe prices`: a weekly list of 30,000 rows, what is told of it, and what is shown afterwards."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.catalogue.price_lists import SITE, row, written

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import prices as weekly

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "prices" / "nadac_example_2025-12-24.csv"
MOST_SECONDS = 20
"""Far above what it takes (about 2 s), so that a busy machine does not fail the test and a slow import does."""


@pytest.fixture(scope="module")
def list_of_30_000(knowledge, tmp_path_factory):
    """A weekly list of today; six of its rows are damaged."""
    rows = weekly.weekly_rows(knowledge, 30_000, date.today() - timedelta(days=1))
    damaged = {10: (2, "free"), 500: (3, "13/45/2026"), 9_000: (4, "BOX"), 20_000: (1, "1.2E+10"), 29_990: (11, "")}
    for number, (column, text) in damaged.items():
        rows[number][column] = text
    rows[15_000] = rows[15_000][:6]
    path = tmp_path_factory.mktemp("weekly") / "nadac.csv"
    weekly.write_weekly(path, rows)
    return path, sorted(number + 2 for number in (*damaged, 15_000)), rows


def test_30_000_rows_in_seconds_with_every_damaged_row_by_line(command, tmp_path, knowledge, list_of_30_000):
    path, damaged, rows = list_of_30_000
    store, rejects = tmp_path / "prices.sqlite", tmp_path / "rejects.csv"
    start = time.perf_counter()
    done = command("prices", "import", str(path), "--store", str(store), "--rejects", str(rejects))
    assert time.perf_counter() - start < MOST_SECONDS
    assert done.returncode == 0, done.stderr.decode()
    said = done.stdout.decode()
    ours = {name for name, drug in knowledge.drugs.items() if drug.benzodiazepine}
    expected = sum(item[0].split()[0].lower() in ours for item in rows) - sum(
        rows[line - 2][0].split()[0].lower() in ours for line in damaged
    )
    assert f"30,000 rows, {expected:,} prices of benzodiazepines and Z-drugs" in said.replace("\n  ", " ")
    assert "6 damaged rows kept out" in said.replace("\n  ", " ")
    assert [int(line.split(",")[0]) for line in rejects.read_text().splitlines()[1:]] == damaged
    assert all(f"line {line}: " in said for line in damaged)
    assert done.stderr == b"", "no progress bar where nobody is looking"


def test_a_bar_is_shown_on_a_terminal(list_of_30_000, tmp_path):
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "benzosafe.cli.main", "prices", "import", str(list_of_30_000[0]),
         "--store", str(tmp_path / "prices.sqlite")],
        stdout=subprocess.DEVNULL, stderr=follower, cwd=ROOT, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait(timeout=60) == 0
    assert b"reading nadac.csv" in shown
    assert b"MB" in shown


def test_the_example_is_imported_and_shown_as_old(command, tmp_path):
    store = str(tmp_path / "prices.sqlite")
    said = command("prices", "import", str(EXAMPLE), "--store", store).stdout.decode()
    assert "58 rows, 58 prices" in said
    assert "its prices are shown as old" in said
    shown = command("prices", "show", "klonopin", "--on", "2026-11-26", "--store", store).stdout.decode()
    assert "OLD: CLONAZEPAM 0.5 MG TABLET: USD 0.01935 each, 3 NDCs; CMS NADAC" in shown
    assert "not what a patient pays" in shown.replace("\n  ", " ")
    then = command("prices", "show", "klonopin", "--on", "2025-12-31", "--store", store).stdout.decode()
    assert "OLD" not in then


def test_the_example_says_on_every_row_that_it_is_one():
    header, *lines = EXAMPLE.read_text().splitlines()
    assert header.endswith(",Remark")
    assert all("example" in line.rsplit(",", 1)[1] and "not current" in line.rsplit(",", 1)[1] for line in lines)


def test_strength_brand_and_day_narrow_what_is_shown(command, tmp_path):
    store = str(tmp_path / "prices.sqlite")
    lines = [row(), row("CLONAZEPAM 2 MG TABLET", "00093083401"), row("LORAZEPAM 1 MG TABLET", "00093342601")]
    command("prices", "import", str(written(tmp_path, *lines)), "--store", store)

    def shown(*arguments: str) -> list[str]:
        done = command("prices", "show", *arguments, "--format", "json", "--store", store)
        return [price["description"] for price in json.loads(done.stdout)["prices"]]

    assert shown("--on", "2026-11-26") == [line.split(",")[0] for line in lines]
    assert shown("Rivotril 2 mg", "--on", "2026-11-26") == ["CLONAZEPAM 2 MG TABLET"]
    assert shown("Ativan", "--on", "2026-11-26") == ["LORAZEPAM 1 MG TABLET"]
    assert shown("Ativan", "--on", "2026-11-17") == []


def test_nothing_known_is_said_and_never_taken_for_free(command, tmp_path):
    store = str(tmp_path / "none.sqlite")
    said = command("prices", "show", "clonazepam", "--store", store)
    assert said.returncode == 0
    assert "No price list was imported yet" in said.stdout.decode()
    command("prices", "import", str(EXAMPLE), "--store", store)
    said = command("prices", "show", "bromazepam", "--store", store).stdout.decode()
    assert "No price of bromazepam is known" in said
    assert "says nothing about whether a product is sold" in said.replace("\n  ", " ")


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("show", "grobazapam"), 2, "no medicine that is known"),
        (("show", "metformin"), 2, "no benzodiazepine or Z-drug"),
        (("show", "--on", "26.11.2026"), 2, "is not a date"),
        (("import", "/nowhere/list.csv"), 4, "no such file"),
        (("import", "/"), 4, "is a folder"),
        (("import", str(EXAMPLE), "--rejects", "/nowhere/rejects.csv"), 2, "cannot be written"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(command, tmp_path, arguments, code, why):
    done = command("prices", *arguments, "--store", str(tmp_path / "prices.sqlite"))
    assert done.returncode == code
    assert why in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_the_damaged_rows_of_a_refused_list_can_be_looked_at(command, tmp_path):
    rows = "\n".join(f"lorazepam 1 mg,,-{number},tablet,USD,{date.today()},1,tablet" for number in range(1, 6))
    path, rejects = written(tmp_path, rows, header=SITE), tmp_path / "rejects.csv"
    done = command("prices", "import", str(path), "--rejects", str(rejects), "--store", str(tmp_path / "p.sqlite"))
    assert done.returncode == 4 and "5 of 5 rows are damaged" in done.stderr.decode()
    assert "price '-1' is not above zero" in rejects.read_text() and len(rejects.read_text().splitlines()) == 6


def test_a_list_of_ones_own_under_its_name(command, tmp_path):
    store = str(tmp_path / "prices.sqlite")
    path = written(tmp_path, f"Tavor,,0.31,tablet,EUR,{date.today()},1,tablet", header=SITE)
    assert command("prices", "import", str(path), "--source", "Ward", "--store", store).returncode == 0
    said = command("prices", "show", "lorazepam 1 mg", "--store", store).stdout.decode()
    assert "Tavor 1 mg tablet: EUR 0.31 each; Ward" in said.replace("\n  ", " ")
