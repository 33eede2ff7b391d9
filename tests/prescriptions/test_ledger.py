"""Any byte of any table that matters, changed past the ledger, is found; so is an entry gone, added or moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from benzosafe.audit.ledger import Head, entering, faults, head, plain
from benzosafe.storage.database import reading, writing
from benzosafe.storage.rx_tables import PROTECTED, audit_entries, audit_head
from tests.prescriptions.people import NOW, WITH_OPIOID, at_the_counter, given, verified
from tests.prescriptions.test_counter import outside


@pytest.fixture
def used(either_office):
    """A practice in which something of everything has happened."""
    made = at_the_counter(either_office, record=WITH_OPIOID)
    verified(either_office, made)
    given(either_office, made)
    outside(either_office, b"2026-01-02,lorazepam 1 mg,10,10,,\n")
    return either_office


def found(office, expected=None):
    return faults(office.desk.engine, office.desk.vault.chain_key, expected)


def test_untouched_it_verifies(used):
    assert found(used) == [] and head(used.desk.engine).seq > 80


def test_every_column_of_every_row_is_answered_for(used):
    engine = used.desk.engine
    checked = 0
    for table in PROTECTED:
        with reading(engine) as connection:
            row = connection.execute(select(table).limit(1)).mappings().one_or_none()
        for column in table.columns if row else ():
            if column.primary_key or column.foreign_keys:
                continue
            other = _another(row[column.name], column)
            key = next(iter(table.primary_key.columns))
            with writing(engine) as connection:
                connection.execute(update(table).where(key == row[key.name]).values({column.name: other}))
            assert found(used) == [f"{table.name}/{row[key.name]} was changed past the audit"], column
            with writing(engine) as connection:
                connection.execute(update(table).where(key == row[key.name]).values({column.name: row[column.name]}))
            checked += 1
    assert found(used) == [] and checked > 60


def _another(value, column):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return (
            value + "x"
            if len(value) < (getattr(column.type, "length", None) or 10**6)
            else value[:-1] + ("1" if value[-1] == "0" else "0")
        )
    if isinstance(value, dict | list):
        return [plain(value), 1]
    if value is None:
        return {"DATE": NOW.date(), "INTEGER": 7}.get(str(column.type), "x" if "CHAR" in str(column.type) else NOW)
    return value + timedelta(days=1)


@pytest.mark.parametrize("name", ["seq", "at", "actor", "action", "about", "row_sha", "details", "before", "hash"])
def test_every_field_of_an_entry_is_chained(used, name):
    with writing(used.desk.engine) as connection:
        entry = connection.execute(select(audit_entries).where(audit_entries.c.seq == 40)).mappings().one()
        value = 4_000_000 if name == "seq" else ("0" * 64 if len(entry[name]) == 64 else f"x{entry[name][1:]}")
        connection.execute(update(audit_entries).where(audit_entries.c.seq == 40).values({name: value}))
    assert found(used)


def test_gone_added_and_moved_entries_are_found(used):
    engine = used.desk.engine
    with reading(engine) as connection:
        rows = [dict(row) for row in connection.execute(select(audit_entries).order_by(audit_entries.c.seq)).mappings()]

    def put(changed):
        with writing(engine) as connection:
            connection.execute(delete(audit_entries))
            connection.execute(insert(audit_entries), changed)
        return found(used)

    assert put(rows[:50] + rows[51:]) and put(rows[:-1]) and put([*rows, rows[-1] | {"seq": rows[-1]["seq"] + 1}])
    swapped = [*rows[:30], rows[31] | {"seq": 31}, rows[30] | {"seq": 32}, *rows[32:]]
    assert put(swapped) and put(rows) == []


def test_rows_gone_or_added_are_found(used):
    engine = used.desk.engine
    from benzosafe.storage.rx_tables import fills, rx_answers

    with reading(engine) as connection:
        answer = dict(connection.execute(select(rx_answers).limit(1)).mappings().one())
        fill = dict(connection.execute(select(fills)).mappings().one())
    with writing(engine) as connection:
        connection.execute(delete(rx_answers).where(rx_answers.c.id == answer["id"]))
        connection.execute(insert(fills), fill | {"id": "forged"})
    assert set(found(used)) == {f"rx_answers/{answer['id']} is gone", "fills/forged was added past the audit"}


def test_a_chain_cut_short_with_its_head_is_found_by_what_was_written_down(used):
    engine = used.desk.engine
    before = head(engine)
    with entering(engine, used.desk.vault.chain_key, "x", NOW) as ledger:
        ledger.note("view", "prescriptions/x")
    noted = head(engine)
    with writing(engine) as connection:
        connection.execute(delete(audit_entries).where(audit_entries.c.seq == noted.seq))
        connection.execute(update(audit_head).values(seq=before.seq, hash=before.hash))
    assert found(used) == [] and found(used, noted) and not found(used, before)
    assert found(used, Head(before.seq, "0" * 64))


def test_without_the_master_key_the_chain_cannot_be_made(used):
    assert faults(used.desk.engine, b"another key") == ["entry 1 (account made) was changed"]


def test_what_cannot_be_read_any_more_is_a_fault_and_not_the_end(used):
    engine = used.desk.engine
    if engine.dialect.name == "sqlite":
        with writing(engine) as connection:
            connection.exec_driver_sql("UPDATE fills SET dispensed_on = 'garbage'")
        (told,) = found(used)
        assert told == "fills cannot be read (ValueError): something in it was changed past the audit"
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE rx_tasks")
    told = found(used)
    assert "rx_tasks cannot be read" in told[0] and told[-1] == "not verified, because of that: fills, outside_fills"
