"""A backup holds every row and gives it back exactly; whatever was done to the file, nothing half comes of it."""

from __future__ import annotations

import io
import os
import resource
import signal
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from benzosafe.audit.ledger import entering, faults
from benzosafe.audit.vault import Vault
from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.storage.backup import BackupRefused, back_up, restore
from benzosafe.storage.database import open_engine, reading
from benzosafe.storage.sealed_stream import PIECE_BYTES, NotSealedSo, header_of, opened, sealed
from benzosafe.storage.store import Store
from benzosafe.storage.tables import metadata
from tests.prescriptions.people import NOW, WITH_OPIOID, at_the_counter, practice, verified
from tests.prescriptions.people import given as handed
from tests.prescriptions.test_counter import outside
from tests.storage.made_up import call

VAULT = Vault(bytes(range(32)))
KEYS = VAULT.backup_keys


def filled(url, knowledge):
    """A database in which something of everything stands."""
    office = practice(url, knowledge)
    made = at_the_counter(office, record=WITH_OPIOID)
    verified(office, made)
    handed(office, made)
    outside(office, "2026-01-02,lorazepam 1 mg,10,10,D\u00e9j\u00e0 \U0001f600,\n".encode())
    with closing(Store(url)) as store:
        store.secret()
        store.remember(call())
    return office.desk.engine


def rows(engine):
    with reading(engine) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def is_empty(engine):
    with reading(engine) as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'table'").scalar()
        return not found or all(
            connection.execute(select(func.count()).select_from(table)).scalar() == 0
            for table in metadata.sorted_tables
        )


@pytest.fixture
def empty(tmp_path):
    return open_engine(f"sqlite:///{tmp_path / 'empty.db'}", durable=True)


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
    back = open_engine(f"sqlite:///{tmp_path / 'back.db'}", durable=True)
    assert restore(back, KEYS, tmp_path / "b.backup") == again
    assert rows(back) == rows(engine)
    with closing(Store(database_url)) as store:  # numbers go on after those that came back
        store.remember(call())
    with entering(there, VAULT.chain_key, "x", NOW) as ledger:
        ledger.note("view", "prescriptions/x")
    assert faults(there, VAULT.chain_key) == []


def test_nothing_of_it_can_be_read_and_only_its_owner_may_try(one):
    file, _, _ = one
    data = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    for word in (b"ann", b"clonazepam", b"doctor", b"argon2", b"Main Street"):
        assert word not in data.split(b"\n", 1)[1]
    assert b"ann" not in data.split(b"\n", 1)[0]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_byte_anywhere_is_found_and_nothing_is_restored(one, data):
    file, _, _ = one
    content = bytearray(file.read_bytes())
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


def refused(content):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.backup").write_bytes(content)
        engine = open_engine(f"sqlite:///{folder / 'empty.db'}")
        with pytest.raises(BackupRefused) as told:
            restore(engine, KEYS, folder / "x.backup")
        assert "Traceback" not in told.value.message and is_empty(engine)
        engine.dispose()


PIECES = [bytes([number]) * (PIECE_BYTES // 2) for number in range(9)]


def stream(about="x", key=KEYS[0]):
    return b"".join(sealed(key, {"magic": "test", "about": about}, PIECES))


def read(content, keys=KEYS):
    file = io.BytesIO(content)
    header, _ = header_of(file, "test")
    return b"".join(opened(keys, header, file))


def split(content):
    header, rest = content.split(b"\n", 1)
    size = PIECE_BYTES + 16
    return header + b"\n", [rest[at : at + size] for at in range(0, len(rest), size)]


def test_pieces_that_are_moved_doubled_left_out_or_of_another_file_are_found():
    content = stream()
    assert read(content) == b"".join(PIECES)
    header, pieces = split(content)
    other_header, other = split(stream())
    assert len(pieces) == 5
    for wrong in (
        [pieces[1], pieces[0], *pieces[2:]], [pieces[0], *pieces], pieces[:-1], [*pieces[:1], *pieces[2:]],
        [*pieces, pieces[-1]], [other[0], *pieces[1:]], [*pieces[:-1], other[-1]], [],
    ):  # fmt: skip
        with pytest.raises(NotSealedSo):
            read(header + b"".join(wrong))
    with pytest.raises(NotSealedSo):
        read(other_header + b"".join(pieces))
    with pytest.raises(NotSealedSo):
        read(header.replace(b'"x"', b'"y"') + b"".join(pieces))


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES])
def test_every_length_comes_back(size):
    content = b"".join(sealed(KEYS[0], {"magic": "test"}, [bytes(size)] if size else []))
    assert read(content) == bytes(size)


def test_an_older_master_key_opens_what_was_sealed_before_and_another_does_not(one, empty, tmp_path):
    rotated = Vault(b"n" * 32, (VAULT.master,))
    assert restore(empty, rotated.backup_keys, one[0]) == one[2]
    there = open_engine(f"sqlite:///{tmp_path / 'there.db'}")
    with pytest.raises(BackupRefused, match="another master key"):
        restore(there, Vault(b"n" * 32).backup_keys, one[0])
    assert is_empty(there)


def test_only_an_empty_database_is_filled_and_a_file_is_never_written_over(one, tmp_path):
    file, engine, _ = one
    before = rows(engine)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(engine, KEYS, file)
    assert rows(engine) == before
    with pytest.raises(UsageError, match="is there already"):
        back_up(engine, KEYS[0], file, NOW)
    with pytest.raises(BenzosafeError):
        back_up(open_engine(f"sqlite:///{tmp_path / 'none.db'}"), KEYS[0], tmp_path / "x.backup", NOW)
    with pytest.raises(UsageError, match="cannot be read"):
        restore(engine, KEYS, tmp_path / "none.backup")
    assert not (tmp_path / "x.backup").exists()


def test_it_is_of_one_moment_while_others_write(one, tmp_path, knowledge):
    engine = filled(f"sqlite:///{tmp_path / 'rx.db'}", knowledge)

    def write_more(done):
        with entering(engine, VAULT.chain_key, "x", NOW) as ledger:
            ledger.note("view", f"prescriptions/{done}")

    back_up(engine, KEYS[0], tmp_path / "a.backup", NOW, write_more)
    there = open_engine(f"sqlite:///{tmp_path / 'there.db'}")
    restore(there, KEYS, tmp_path / "a.backup")
    assert faults(there, VAULT.chain_key) == [] == faults(engine, VAULT.chain_key)
    assert len(rows(engine)["audit_entries"]) > len(rows(there)["audit_entries"])


def in_a_child(work):
    """Run it in a process of its own; gives the wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BenzosafeError as error:
            os._exit(40 if "Traceback" not in error.message else 1)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1]


def test_without_room_on_the_disk_nothing_is_left(one, tmp_path):
    url = one[1].url

    def work():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        engine = open_engine(str(url).replace("+pysqlite", ""))
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        back_up(engine, KEYS[0], tmp_path / "a.backup", NOW)

    one[1].dispose()
    assert os.waitstatus_to_exitcode(in_a_child(work)) == 40
    assert list(tmp_path.iterdir()) == []


def killed_after(number):
    def progress(done):
        if done >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    return progress


@pytest.mark.parametrize("number", [1, 100, 170])
def test_killed_in_the_middle_neither_a_backup_nor_a_restore_is_half_done(one, tmp_path, number):
    file, engine, made = one
    url = str(engine.url).replace("+pysqlite", "")
    engine.dispose()
    backup = tmp_path / "b.backup"
    status = in_a_child(lambda: back_up(open_engine(url), KEYS[0], backup, NOW, killed_after(number)))
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL and not backup.exists()
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    status = in_a_child(lambda: restore(open_engine(empty), KEYS, file, killed_after(number)))
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    there = open_engine(empty)
    assert is_empty(there)
    assert restore(there, KEYS, file) == made
    assert rows(there) == rows(engine)
