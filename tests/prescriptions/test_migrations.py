"""Schema steps taken back and made again on databases full of real rows: what the first step holds is kept exactly."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from datetime import date, timedelta

import cbor2
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from webauthn.helpers import bytes_to_base64url

from benzosafe.audit.ledger import entering, faults
from benzosafe.identity import passkeys, sessions
from benzosafe.identity.accounts import Asked, enrol
from benzosafe.identity.roles import Role
from benzosafe.prescriptions import patients, prescriber
from benzosafe.storage import migrate, tables
from benzosafe.storage.database import open_engine, reading, writing
from benzosafe.storage.events import FollowUp, Silence
from benzosafe.storage.rx_tables import audit_entries
from benzosafe.storage.store import Store
from tests.prescriptions.crashes import EVERYTHING, rows_of
from tests.prescriptions.people import NOW, PASSWORD, WITH_OPIOID, at_the_counter, content, given, verified
from tests.storage import made_up

FIRST_STEP = (
    tables.secrets, tables.calls, tables.showings, tables.silences, tables.feedback, tables.follow_ups,
    tables.used_tokens,
)  # fmt: skip
SITE = passkeys.Site("localhost", "http://localhost")


def fill_first_step(url):
    """A memory of cards in which something of everything is kept."""
    with closing(Store(url)) as store:
        store.secret()
        silence = Silence("opioid", "print of opioid", 1, "shown before")
        store.remember(made_up.call(made_up.showing("one"), silences=(silence,), not_checked=("héart",)))
        store.add_feedback([made_up.answer("one", reason="known", comment="weighed 'twice'; \\ 100 %")])
        assert store.add_follow_up(FollowUp("one", "opioid", "monitor", "Patient/1", NOW.date(), made_up.NOW))
        assert store.use_token("issuer", "one", made_up.at(5), made_up.NOW)


def fill_all(office, url):
    """A practice in which something of everything has happened."""
    fill_first_step(url)
    desk, doctor = office.desk, office["doctor"]
    made = at_the_counter(office, record=WITH_OPIOID)
    verified(office, made)
    given(office, made)
    promise_to_monitor(office, NOW + timedelta(minutes=5))
    lines = b"dispensed_on,medicine,units,days\n2026-01-02,lorazepam 1 mg,10,10\n"
    assert patients.import_outside(desk, office["counter"], "ann", (lines, "programme.csv"), NOW).kept == 1
    with entering(desk.engine, desk.vault.chain_key, doctor.id, NOW) as ledger:
        sessions.begin(ledger, desk.vault, doctor, "code")
        challenge = passkeys.register_options(ledger, SITE, doctor)["challenge"]
        answer = passkeys.PasskeyAnswer(SITE, passkeys.REGISTER, new_passkey(challenge))
        passkeys.register(ledger, doctor, answer, "passkey-1", "its own")
        passkeys.answer_options(ledger, SITE, passkeys.LOG_IN, doctor.id)
    empty = {name for name, rows in rows_of(desk.engine).items() if not rows}
    assert empty == set() and faults(desk.engine, desk.vault.chain_key) == []


def promise_to_monitor(office, now):
    desk, doctor = office.desk, office["doctor"]
    draft = prescriber.draft(desk, doctor, content(), now)
    found = prescriber.review(desk, doctor, draft, now)
    rule = next(item["rule"] for item in found["findings"])
    promise = {"rule": rule, "action": "will_monitor", "reason": "seen weekly", "due_on": date(2026, 12, 1)}
    prescriber.answer(desk, doctor, draft, promise, now)


def new_passkey(challenge):
    """What a browser gives for a new passkey that a device in software has made."""
    numbers = generate_private_key(SECP256R1()).public_key().public_numbers()
    x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
    key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
    device, verified_and_new = bytes(16), bytes([0x45])
    about = hashlib.sha256(SITE.host.encode()).digest() + verified_and_new + bytes(4) + device
    attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about + b"\x00\x04made" + key})
    client = {"type": "webauthn.create", "challenge": challenge, "origin": SITE.origin}
    return {
        "id": bytes_to_base64url(b"made"), "rawId": bytes_to_base64url(b"made"), "type": "public-key",
        "response": {
            "clientDataJSON": bytes_to_base64url(json.dumps(client).encode()),
            "attestationObject": bytes_to_base64url(attested),
        },
    }  # fmt: skip


@pytest.fixture
def fresh(database_url, tmp_path):
    """Another database of the same kind, brought up to date from empty."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        other = f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        name = f"{url.query['options'].rsplit('=', 1)[1]}_fresh"
        with psycopg.connect(database_url.split("?")[0], autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        other = database_url + "_fresh"
    with closing(Store(other)) as store:
        store.migrate()
    engine = open_engine(other)
    yield engine
    engine.dispose()


def schema_of(engine):
    """Every table with its columns, keys, constraints and indexes."""
    looked = inspect(engine)
    by_name = {"key": lambda one: str(one["name"])}
    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in looked.get_columns(table)],
            "primary key": looked.get_pk_constraint(table),
            "foreign keys": sorted(looked.get_foreign_keys(table), **by_name),
            "unique": sorted(looked.get_unique_constraints(table), **by_name),
            "indexes": sorted(looked.get_indexes(table), **by_name),
        }
        for table in looked.get_table_names()
    }  # fmt: skip


def is_as_fresh(engine, fresh):
    """No difference to a database made anew, and none to the tables in the code."""
    assert schema_of(engine) == schema_of(fresh)
    with reading(engine) as connection:
        options = {"compare_type": True, "compare_server_default": True}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata)
        assert found == [] and migrate.present(connection) == migrate.wanted()


def to(engine, step):
    with writing(engine) as connection:
        migrate.upgrade(connection) if step == "head" else migrate.downgrade(connection, step)


def test_down_to_the_first_step_and_up_again(either_office, database_url, fresh):
    """What the first step holds stays to the last character; what came later is gone, and a practice can begin anew."""
    engine = either_office.desk.engine
    fill_all(either_office, database_url)
    kept = rows_of(engine, FIRST_STEP)
    to(engine, "0001")
    assert set(inspect(engine).get_table_names()) == {"alembic_version", *(table.name for table in FIRST_STEP)}
    assert rows_of(engine, FIRST_STEP) == kept
    to(engine, "head")
    assert {name: rows for name, rows in rows_of(engine).items() if rows} == kept
    is_as_fresh(engine, fresh)
    vault = either_office.desk.vault
    with entering(engine, vault.chain_key, "test", NOW) as ledger:
        enrol(ledger, vault, Asked("doctor", frozenset({Role.prescriber}), PASSWORD), "a-doctor")
    assert faults(engine, vault.chain_key) == []


def test_up_from_the_first_step_keeps_its_rows(database_url, fresh):
    with closing(Store(database_url)) as store:
        store.migrate()
    engine = open_engine(database_url)
    to(engine, "0001")
    fill_first_step(database_url)
    kept = rows_of(engine, FIRST_STEP)
    assert all(kept.values())
    to(engine, "head")
    assert rows_of(engine, FIRST_STEP) == kept
    is_as_fresh(engine, fresh)


def test_a_step_back_takes_its_own_tables_only(either_office, database_url, fresh):
    """Prescriptions are gone, accounts and the audit chain are not; what the chain then misses, it says."""
    engine, vault = either_office.desk.engine, either_office.desk.vault
    fill_all(either_office, database_url)
    before = rows_of(engine)
    to(engine, "0002")
    left = inspect(engine).get_table_names()
    stays = [table for table in EVERYTHING if table.name in left]
    assert rows_of(engine, stays) == {table.name: before[table.name] for table in stays}
    assert audit_entries in stays and len(stays) == 15
    to(engine, "head")
    is_as_fresh(engine, fresh)
    lost = faults(engine, vault.chain_key)
    assert lost and all(fault.endswith(" is gone") for fault in lost)


def test_all_the_way_back_and_up_again(either_office, database_url, fresh):
    engine = either_office.desk.engine
    fill_all(either_office, database_url)
    to(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    to(engine, "head")
    assert not any(rows_of(engine).values())
    is_as_fresh(engine, fresh)
