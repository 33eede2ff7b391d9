"""A backup holds every row and gives it back exactly; whatever was done to the file, nothing half comes of it."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from benzosafe.audit.ledger import entering, faults
from benzosafe.audit.vault import Vault
from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.storage import migrate
from benzosafe.storage.backup import MAGIC, BackupRefused, back_up, restore
from benzosafe.storage.database import open_engine, reading, writing
from benzosafe.storage.row_lines import packed
from benzosafe.storage.sealed_stream import sealed
from benzosafe.storage.store import Store
from benzosafe.storage.tables import feedback
from tests.prescriptions.people import NOW
from tests.storage.backups import KEYS, MANY, VAULT, filled, is_empty, new, rows
from tests.storage.made_up import call


@pytest.fixture(scope="module")
def one(tmp_path_factory, knowledge):
    """A backup, its database, and what was in it."""
    folder = tmp_path_factory.mktemp("backup")
    engine = filled(f"sqlite:///{folder / 'rx.db'}", knowledge)
    made = back_up(engine, KEYS[0], folder / "a.backup", NOW)
    return folder / "a.backup", engine, made


def test_every_row_comes_back_exactly_from_either_database_into_either(database_url, tmp_path, knowledge, one):
    file, engine, made = one
    assert made.rows == sum(map(len, rows(engine).values())) > 150
    there = open_engine(database_url, durable=True)
    done = []
    assert restore(there, KEYS, file, done.append) == made
    assert rows(there) == rows(engine) and done[-1] == made.rows
    assert faults(there, VAULT.chain_key) == []
    again = back_up(there, KEYS[0], tmp_path / "b.backup", NOW)
    back = new(tmp_path)
    assert restore(back, KEYS, tmp_path / "b.backup") == again
    assert rows(back) == rows(engine)
    with closing(Store(database_url)) as store:  # numbers go on after those that came back
        store.remember(call())
    with entering(there, VAULT.chain_key, "x", NOW) as ledger:
        ledger.note("view", "prescriptions/x")
    assert faults(there, VAULT.chain_key) == []


ODD = ["\ud800", "a\0b", 10**30, -0.0, 0.1, True, None, {"\n": []}]
"""What a JSON column can hold although a text cannot."""


def test_odd_things_in_a_json_column_neither_stop_a_backup_nor_change(database_url, tmp_path):
    with closing(Store(database_url)) as store:
        store.migrate()
    engine, there = open_engine(database_url), new(tmp_path)
    row = {
        "service": "s", "card": "c", "outcome": "accepted", "outcome_at": NOW, "accepted_suggestions": ODD,
        "reason_system": "", "reason_code": "", "comment": "a\0b\ud800",
    }  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(feedback), row)
    back_up(engine, KEYS[0], tmp_path / "a.backup", NOW)
    restore(there, KEYS, tmp_path / "a.backup")
    with reading(there) as connection:
        found = connection.execute(select(feedback)).mappings().one()
    assert repr(found["accepted_suggestions"]) == repr(ODD) and found["comment"] == "a\ufffdb?"
    assert rows(there) == rows(engine)


def test_nothing_of_it_can_be_read_and_only_its_owner_may_try(one):
    file, _, _ = one
    header, sealed_rows = file.read_bytes().split(b"\n", 1)
    assert file.stat().st_mode & 0o777 == 0o600
    for word in (b"ann", b"clonazepam", b"doctor", b"argon2", b"Main Street"):
        assert word not in sealed_rows
    assert b"ann" not in header


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_byte_anywhere_is_found_and_nothing_is_restored(one, data):
    content = bytearray(one[0].read_bytes())
    place = data.draw(st.one_of(st.integers(0, 250), st.integers(0, len(content) - 1)))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    refused(bytes(content))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_cut_or_longer_file_is_found(one, data):
    content = one[0].read_bytes()
    end = data.draw(st.integers(0, len(content) - 1))
    refused(content[:end])
    refused(content + data.draw(st.binary(min_size=1, max_size=40)))


HEADER = b'{"format": 1, "made_at": "x", "magic": "benzosafe backup", "salt": "' + b"00" * 32 + b'", "schema": %s}\n'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no benzosafe backup"), (b"\n", "no benzosafe backup"), (b"null\n", "no benzosafe backup"),
        (b"[" * 4_000 + b"\n", "no benzosafe backup"), (b"\xff\n", "no benzosafe backup"),
        (HEADER % b'"\\u001b[2J"', "no benzosafe backup"), (HEADER % b'"\\ud800"', "no benzosafe backup"),
        (HEADER % b'"0001"', "it is of schema 0001, and this version knows 0"),
        ((HEADER % b'"0001"').replace(b": 1", b": 9"), "it is of format 9, and this version knows 1"),
        (HEADER % f'"{migrate.wanted()}"'.encode(), "another master key, or it is damaged or cut (piece 1)"),
    ],
)  # fmt: skip
def test_another_header_is_refused_in_words_that_are_safe_to_show(content, words):
    told = refused(content)
    assert words in told and told.isprintable()


def test_rows_that_the_key_sealed_and_that_fit_no_table_are_refused():
    about = {"magic": MAGIC, "format": 1, "schema": migrate.wanted(), "made_at": "x"}
    assert "can be no row" in refused(b"".join(sealed(KEYS[0], about, [b"hello"])))
    (cut,) = [b"".join(packed([]))[:-5]]
    assert "(after row 0)" in refused(b"".join(sealed(KEYS[0], about, [cut])))


def refused(content):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.backup").write_bytes(content)
        engine = new(folder)
        with pytest.raises(BackupRefused) as told:
            restore(engine, KEYS, folder / "x.backup")
        assert is_empty(engine)
        engine.dispose()
        return told.value.message


def test_damage_in_the_last_piece_takes_back_all_that_stood_there_by_then(database_url, tmp_path, knowledge):
    engine = filled(f"sqlite:///{tmp_path / 'rx.db'}", knowledge, MANY)
    back_up(engine, KEYS[0], tmp_path / "a.backup", NOW)
    content = bytearray((tmp_path / "a.backup").read_bytes())
    content[-1] ^= 1
    (tmp_path / "b.backup").write_bytes(content)
    there, done = open_engine(database_url), []
    with pytest.raises(BackupRefused, match="damaged or cut"):
        restore(there, KEYS, tmp_path / "b.backup", done.append)
    assert max(done) > MANY / 2 and is_empty(there)
    restore(there, KEYS, tmp_path / "a.backup")
    assert rows(there) == rows(engine)


def test_an_older_master_key_opens_what_was_sealed_before_and_another_does_not(one, tmp_path):
    rotated = Vault(b"n" * 32, (VAULT.master,))
    assert restore(new(tmp_path), rotated.backup_keys, one[0]) == one[2]
    there = new(tmp_path, "there.db")
    with pytest.raises(BackupRefused, match="another master key"):
        restore(there, Vault(b"n" * 32).backup_keys, one[0])
    assert is_empty(there)


def test_only_an_empty_database_is_filled_and_a_file_is_never_written_over(one, tmp_path):
    file, engine, _ = one
    before, kept = rows(engine), file.read_bytes()
    with pytest.raises(BackupRefused, match="not empty"):
        restore(engine, KEYS, file)
    assert rows(engine) == before
    with pytest.raises(UsageError, match="is there already"):
        back_up(engine, KEYS[0], file, NOW)
    with pytest.raises(BenzosafeError):
        back_up(new(tmp_path, "none.db"), KEYS[0], tmp_path / "x.backup", NOW)
    with pytest.raises(UsageError, match="cannot be read"):
        restore(engine, KEYS, tmp_path / "none.backup")
    assert not (tmp_path / "x.backup").exists() and file.read_bytes() == kept


def test_a_file_that_takes_the_name_meanwhile_is_kept_too(one, tmp_path):
    name = tmp_path / "a.backup"

    def somebody_else(_done):
        name.write_bytes(b"mine")

    with pytest.raises(UsageError, match="is there already"):
        back_up(one[1], KEYS[0], name, NOW, somebody_else)
    assert name.read_bytes() == b"mine" and os.listdir(tmp_path) == ["a.backup"]
    (tmp_path / "b.backup").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"):
        back_up(one[1], KEYS[0], tmp_path / "b.backup", NOW)
    assert not (tmp_path / "nowhere").exists()


def test_a_database_of_a_newer_version_is_refused_and_kept(database_url, one):
    with closing(Store(database_url)) as store:
        store.migrate()
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BackupRefused, match=r"schema is of another version \(9999\)"):
        restore(engine, KEYS, one[0])
    with reading(engine) as connection:
        assert migrate.present(connection) == "9999"


def test_it_is_of_one_moment_while_others_write(database_url, tmp_path, knowledge):
    engine = filled(database_url, knowledge)
    before = rows(engine)
    others = open_engine(database_url)

    def write_more(done):
        with entering(others, VAULT.chain_key, "x", NOW) as ledger:
            ledger.note("view", f"prescriptions/{done}")

    back_up(engine, KEYS[0], tmp_path / "a.backup", NOW, write_more)
    there = new(tmp_path, "there.db")
    restore(there, KEYS, tmp_path / "a.backup")
    assert faults(there, VAULT.chain_key) == [] == faults(engine, VAULT.chain_key)
    assert rows(there) == before != rows(engine)
