"""`benzosafe init`, `users` and `keys`, run as a person runs them; and the example that prescribes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "four plain words nobody says"
DOCTOR = ("users", "add", "dr.lee", "--role", "prescriber", "--profession", "physician", "--registration", "X1")


class Shell:
    """A folder in which commands are run."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments, stdin=PASSWORD, **environment):
        return subprocess.run(
            [sys.executable, "-m", "benzosafe.cli.main", *arguments], cwd=self.folder, input=stdin, text=True,
            capture_output=True, check=False, timeout=60, env=os.environ | environment,
        )  # fmt: skip

    def ok(self, *arguments, **more):
        done = self.run(*arguments, **more)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def refused(self, *arguments, code=2, **more):
        done = self.run(*arguments, **more)
        assert done.returncode == code and "Traceback" not in done.stderr, done
        return done.stderr


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


@pytest.fixture
def ready(shell):
    shell.ok("init", "--password-stdin")
    return shell


def users(shell):
    return {one["name"]: one for one in json.loads(shell.ok("users", "list", "--format", "json"))}


def test_init_makes_everything_once_and_nothing_that_others_can_read(shell):
    said = shell.ok("init", "--country", "GB", "--password-stdin")
    assert re.search(r"[A-Z2-7]{32}", said) and len(re.findall(r"[0-9a-f]{8}-[0-9a-f]{8}", said)) == 10
    files = {path.name: path for path in shell.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert set(files) == {"benzosafe.db", "benzosafe.key", "benzosafe.toml"}
    assert {files[name].stat().st_mode & 0o077 for name in ("benzosafe.db", "benzosafe.key")} == {0}
    assert 'jurisdiction = "GB"' in files["benzosafe.toml"].read_text()
    before = files["benzosafe.key"].read_text()
    again = shell.ok("init", "--password-stdin")
    assert "there is one already" in again and "was there" in again and not re.search(r"[A-Z2-7]{32}", again)
    assert files["benzosafe.key"].read_text() == before and 'jurisdiction = "GB"' in files["benzosafe.toml"].read_text()


def test_a_missing_or_foreign_master_key_is_said_and_not_replaced(ready):
    key = ready.folder / "benzosafe.key"
    kept = key.read_text()
    key.unlink()
    assert "master key of this database is missing" in ready.refused("init")
    assert not key.exists()
    key.write_text("ab" * 32)
    assert "is not the one that this database was made with" in ready.refused("init")
    assert "is not the one that this database was made with" in ready.refused(*DOCTOR, "--password-stdin")
    key.write_text("not a key")
    assert "is no master key" in ready.refused("users", "list")
    assert ready.run("users", "list", BENZOSAFE_MASTER_KEY=kept.strip()).returncode == 0


def test_a_database_that_was_never_set_up_is_refused(shell):
    for arguments in (("users", "list"), DOCTOR, ("keys", "rotate", "dr.lee"), ("users", "disable", "x")):
        assert "there is no such database" in shell.refused(*arguments, "--database", "sqlite:///none.db")
    assert list(shell.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("users", "add", "x1", "--role", "prescriber"), PASSWORD, "--profession and --registration missing"),
        (("users", "add", "x1", "--role", "pharmacist"), PASSWORD, "--pharmacy missing"),
        (("users", "add", "x1", "--role", "auditor", "--role", "administrator"), PASSWORD, "cannot be"),
        (("users", "add", "X1", "--role", "auditor"), PASSWORD, "no account name"),
        (("users", "add", "../x", "--role", "auditor"), PASSWORD, "no account name"),
        (("users", "add", "admin", "--role", "auditor"), PASSWORD, "taken"),
        (("users", "add", "x1", "--role", "auditor"), "short", "easy to guess"),
        (("users", "add", "x1", "--role", "auditor"), "password1234567", "easy to guess"),
        (("users", "add", "x1", "--role", "auditor"), "", "easy to guess"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_leaves_nothing(ready, arguments, stdin, words):
    assert words in ready.refused(*arguments, "--password-stdin", stdin=stdin)
    assert set(users(ready)) == {"admin"}


def test_without_a_keyboard_the_password_has_to_be_given(ready):
    assert "--password-stdin" in ready.refused(*DOCTOR)


def test_accounts_are_listed_without_secrets_and_disabled(ready):
    ready.ok(*DOCTOR, "--password-stdin")
    text = ready.ok("users", "list")
    assert "dr.lee  prescriber (not yet renewed by its owner)  physician, X1" in text
    assert "argon" not in text and "argon" not in json.dumps(users(ready))
    ready.ok("users", "disable", "dr.lee")
    assert users(ready)["dr.lee"]["disabled"] is True
    assert "last administrator" in ready.refused("users", "disable", "admin")
    assert "no account 'nobody'" in ready.refused("users", "disable", "nobody")


def test_keys_are_rotated_and_revoked_with_a_reason(ready):
    ready.ok(*DOCTOR, "--password-stdin")
    first, second = (ready.ok("keys", "rotate", "dr.lee") for _ in range(2))
    assert first != second
    assert "no prescriber" in ready.refused("keys", "rotate", "admin")
    assert "needs a reason" in ready.refused("keys", "revoke", "dr.lee", "--why", " ")
    assert "3 keys of dr.lee revoked" in ready.ok("keys", "revoke", "dr.lee", "--why", "lost")


def test_a_new_master_key_opens_everything_and_the_old_one_alone_no_longer(ready):
    ready.ok(*DOCTOR, "--password-stdin")
    key = ready.folder / "benzosafe.key"
    old = key.read_text()
    assert "secrets sealed anew" in ready.ok("keys", "rotate")
    assert key.read_text().endswith(old) and len(key.read_text().split()) == 2
    assert key.stat().st_mode & 0o077 == 0
    ready.ok("keys", "rotate", "dr.lee")
    assert "2 keys" in ready.ok("keys", "revoke", "dr.lee", "--why", "x")
    assert "entries" in ready.ok("audit", "verify")
    key.write_text(old)
    assert "does not open" in ready.refused("init", code=1)
    refused = ready.refused("keys", "rotate", BENZOSAFE_MASTER_KEY=old.strip())
    assert "cannot change" in refused and key.read_text() == old


@pytest.mark.parametrize(
    ("asked", "zone"),
    [(("--country", "GB"), "Europe/London"), (("--country", "IE"), "Europe/Dublin"),
     (("--country", "AU", "--time-zone", "Australia/Perth"), "Australia/Perth")],
)  # fmt: skip
def test_init_writes_whose_days_the_law_counts(shell, asked, zone):
    assert f"Time zone: {zone}" in shell.ok("init", *asked, "--password-stdin")
    assert f'time_zone = "{zone}"' in (shell.folder / "benzosafe.toml").read_text()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "EST5 EDT", "a\nb"])
def test_a_time_zone_that_is_none_is_refused_and_nothing_is_made(shell, name):
    assert "is no time zone" in shell.refused("init", "--time-zone", name, "--password-stdin")
    assert list(shell.folder.iterdir()) == []


def test_a_password_in_the_database_url_stays_out_of_the_configuration(shell):
    answer = shell.run("init", "--database", "postgresql://me:secret@127.0.0.1:1/none", "--password-stdin")
    assert answer.returncode == 1 and "secret" not in answer.stderr + answer.stdout
    assert not (shell.folder / "benzosafe.toml").exists() and not (shell.folder / "benzosafe.key").exists()


def test_the_example_goes_the_whole_way(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "prescribe_online.py", tmp_path], capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    last = [line.split()[3] for line in done.stdout.splitlines() if re.match(r"  \S+ +(GET|POST|PUT) ", line)]
    assert last.count("409") == 3 and "500" not in last
    assert "  dispensed" in done.stdout and "Do not stop suddenly" in done.stdout
    assert (tmp_path / "prescription.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((tmp_path / "prescription.json").read_text())["resourceType"] == "Bundle"
    log = (tmp_path / "service.log").read_text()
    assert "Ann" not in log and "clonazepam" not in log and "dr.lee" not in log
