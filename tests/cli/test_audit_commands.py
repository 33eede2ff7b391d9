"""`benzosafe audit`: what holds, what does not, and a chain that was cut."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from tests.cli.test_prescription_commands import DOCTOR, ready, shell  # noqa: F401


def change(folder, statement):
    with sqlite3.connect(folder / "benzosafe.db") as connection:
        connection.execute(statement)


def test_an_untouched_chain_holds_and_its_end_is_printed(ready):  # noqa: F811
    said = ready.ok("audit", "verify")
    assert "all as they were written" in said
    found = json.loads(ready.ok("audit", "verify", "--format", "json"))
    assert found["faults"] == [] and said.splitlines()[-1] == f"End of the chain: {found['head']}"
    ready.ok(*DOCTOR, "--password-stdin")
    assert ready.run("audit", "verify", "--expect", found["head"]).returncode == 0


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE accounts SET roles = '[\"prescriber\"]'", "was changed past the audit"),
        ("UPDATE audit_entries SET actor = 'x' WHERE seq = 2", "entry 2 (recovery code made) was changed"),
        ("DELETE FROM audit_entries WHERE seq = 3", "one is gone"),
        ("DELETE FROM recovery_codes", "is gone"),
    ],
)
def test_what_was_changed_is_named_and_the_exit_code_is_three(ready, statement, words):  # noqa: F811
    change(ready.folder, statement)
    done = ready.run("audit", "verify")
    assert done.returncode == 3 and words in done.stdout


def test_a_database_put_back_to_yesterday_is_found_by_the_end_that_was_written_down(ready):  # noqa: F811
    shutil.copy(ready.folder / "benzosafe.db", ready.folder / "yesterday.db")
    ready.ok(*DOCTOR, "--password-stdin")
    end = json.loads(ready.ok("audit", "verify", "--format", "json"))["head"]
    shutil.copy(ready.folder / "yesterday.db", ready.folder / "benzosafe.db")
    assert ready.run("audit", "verify").returncode == 0
    done = ready.run("audit", "verify", "--expect", end)
    assert done.returncode == 3 and "entries are gone" in done.stdout


@pytest.mark.parametrize("given", ["", "x", "3:abc", "-1:" + "0" * 64, "²:" + "0" * 64])
def test_an_end_that_is_none_is_refused(ready, given):  # noqa: F811
    assert "no end of a chain" in ready.refused("audit", "verify", "--expect", given)


def test_export_writes_lines_and_is_itself_an_entry(ready, tmp_path):  # noqa: F811
    lines = ready.ok("audit", "export").splitlines()
    last = json.loads(lines[-1])
    assert len(lines) > 10 and last["subtype"][0]["display"] == "audit exported"
    assert "operator" in last["agent"][0]["who"]["identifier"]["value"]
    ready.ok("audit", "export", "--since", "11", "--out", "audit.ndjson")
    written = (ready.folder / "audit.ndjson").read_text().splitlines()
    assert len(written) == 2 and (ready.folder / "audit.ndjson").stat().st_mode & 0o077 == 0
    assert "cannot be written" in ready.refused("audit", "export", "--out", "no/such/folder.ndjson")
