"""`benzosafe backup` and `restore`, run as a person runs them."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from tests.cli.test_prescription_commands import DOCTOR, ready, shell  # noqa: F401

NEW = ("--database", "sqlite:///new.db")


@pytest.fixture
def backed_up(ready):  # noqa: F811
    ready.ok("backup", "a.backup")
    return ready


def end_of(shell, *where):  # noqa: F811
    return json.loads(shell.ok("audit", "verify", "--format", "json", *where))["head"]


def count(folder, name, table):
    with sqlite3.connect(folder / name) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone():
            return 0
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_backup_comes_back_in_another_place_with_its_chain(ready):  # noqa: F811
    ready.ok(*DOCTOR, "--password-stdin")
    said = ready.ok("backup", "a.backup")
    assert said.startswith("Written: a.backup, ") and "The master key is not in it." in said
    assert (ready.folder / "a.backup").stat().st_mode & 0o777 == 0o600
    told = ready.ok("restore", "a.backup", *NEW)
    assert f"End of the audit chain: {end_of(ready)}" in told and end_of(ready, *NEW) == end_of(ready)
    assert "dr.lee" in ready.ok("users", "list", *NEW)
    assert (ready.folder / "new.db").stat().st_mode & 0o077 == 0


def test_database_and_key_are_found_as_the_service_finds_them(ready):  # noqa: F811
    key = (ready.folder / "benzosafe.key").read_text().strip()
    (ready.folder / "benzosafe.key").rename(ready.folder / "elsewhere.key")
    assert "there is no master key" in ready.refused("backup", "a.backup")
    ready.ok("backup", "a.backup", BENZOSAFE_MASTER_KEY=key)
    ready.ok("restore", "a.backup", "--key-file", "elsewhere.key", BENZOSAFE_DATABASE_URL="sqlite:///new.db")
    (ready.folder / "benzosafe.toml").write_text('database_url = "sqlite:///new.db"\nkey_file = "elsewhere.key"\n')
    assert end_of(ready) == end_of(ready, "--database", "sqlite:///benzosafe.db")
    ready.ok("backup", "b.backup")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup", "a.backup"), "is there already"),
        (("backup", "no/such/folder.backup"), "cannot be written"),
        (("backup", "b.backup", "--database", "sqlite:///none.db"), "there is no such database"),
        (("backup", "b.backup", "--database", "mysql://x/y"), "database"),
        (("backup", "b.backup", "--key-file", "none.key"), "there is no master key"),
        (("restore", "none.backup", *NEW), "cannot be read"),
        (("restore", "a.backup", "--key-file", "none.key", *NEW), "there is no master key"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_leaves_nothing(backed_up, arguments, words):
    before = (backed_up.folder / "a.backup").read_bytes()
    assert words in backed_up.refused(*arguments)
    assert (backed_up.folder / "a.backup").read_bytes() == before
    assert not {"b.backup", "none.db"} & {path.name for path in backed_up.folder.iterdir()}
    assert not list(backed_up.folder.glob("*.part")) and count(backed_up.folder, "new.db", "accounts") == 0


def test_a_backup_with_the_key_of_another_database_is_refused(ready):  # noqa: F811
    assert "master key" in ready.refused("backup", "a.backup", BENZOSAFE_MASTER_KEY="ab" * 32)
    assert not (ready.folder / "a.backup").exists()


def test_a_damaged_one_another_key_and_a_full_database_are_refused_with_code_four(backed_up):
    content = bytearray((backed_up.folder / "a.backup").read_bytes())
    content[-40] ^= 1
    (backed_up.folder / "b.backup").write_bytes(content)
    assert "damaged" in backed_up.refused("restore", "b.backup", *NEW, code=4)
    assert "another master key" in backed_up.refused(
        "restore", "a.backup", *NEW, code=4, BENZOSAFE_MASTER_KEY="ab" * 32
    )
    assert count(backed_up.folder, "new.db", "accounts") == 0
    before = end_of(backed_up)
    assert "not empty" in backed_up.refused("restore", "a.backup", code=4)
    assert end_of(backed_up) == before
    backed_up.ok("restore", "a.backup", *NEW)


def test_after_a_new_master_key_old_and_new_backups_come_back(backed_up):
    old = (backed_up.folder / "benzosafe.key").read_text().strip()
    backed_up.ok("keys", "rotate")
    newest = (backed_up.folder / "benzosafe.key").read_text().split()[0]
    backed_up.ok("backup", "b.backup")
    backed_up.ok("restore", "a.backup", *NEW)
    backed_up.ok("restore", "b.backup", "--database", "sqlite:///newer.db")
    assert "another master key" in backed_up.refused(
        "restore", "b.backup", "--database", "sqlite:///last.db", code=4, BENZOSAFE_MASTER_KEY=old
    )
    done = backed_up.run("restore", "b.backup", "--database", "sqlite:///last.db", BENZOSAFE_MASTER_KEY=newest)
    assert done.returncode == 3 and "entry 1" in done.stderr  # it opens, and the key of the chain is the oldest


def test_a_backup_of_a_changed_chain_is_restored_and_says_so(ready):  # noqa: F811
    with sqlite3.connect(ready.folder / "benzosafe.db") as connection:
        connection.execute("DELETE FROM recovery_codes")
        connection.executemany(
            "INSERT INTO recovery_codes SELECT ?, id, 'x', NULL FROM accounts", [[f"code-{n}"] for n in range(30)]
        )
    ready.ok("backup", "a.backup")
    done = ready.run("restore", "a.backup", *NEW)
    assert done.returncode == 3 and "Restored: " in done.stdout
    assert done.stderr.count("was added past the audit") == 20 and "... and 20 more" in done.stderr


def test_a_chain_that_was_put_back_and_written_on_is_found_by_the_end_that_was_written_down(backed_up):
    folder = backed_up.folder
    backed_up.ok("users", "list")
    end = end_of(backed_up)
    backed_up.ok("restore", "a.backup", *NEW)
    for name in ("", "-wal", "-shm"):
        (folder / f"benzosafe.db{name}").unlink(missing_ok=True)
    shutil.copy(folder / "new.db", folder / "benzosafe.db")
    assert backed_up.run("audit", "verify").returncode == 0
    done = backed_up.run("audit", "verify", "--expect", end)
    assert done.returncode == 3 and "entries are gone" in done.stdout
    backed_up.ok("users", "list")
    seq = end.partition(":")[0]
    assert end_of(backed_up).partition(":")[0] == seq != end_of(backed_up)
    done = backed_up.run("audit", "verify", "--expect", end)
    assert done.returncode == 3 and f"entry {seq} is not the one that was written down" in done.stdout


def test_the_codes_are_in_the_help(shell):  # noqa: F811
    for command, codes in (("backup", "12"), ("restore", "1234")):
        said = shell.ok(command, "--help")
        assert "Exit code" in said and all(code in said.partition("Exit code")[2] for code in codes)
