import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from benzosafe.storage import migrate, rx_tables
from benzosafe.storage.database import DatabaseFailed, open_engine, writing
from benzosafe.storage.store import Store


def test_from_empty_to_current_and_again(database_url):
    store = Store(database_url)
    assert "the schema is at nothing" in store.ready()
    store.migrate()
    assert store.ready() == ""
    secret = store.secret()
    store.migrate()
    assert Store(database_url).secret() == secret


def test_the_steps_make_the_tables_of_the_code(database_url):
    Store(database_url).migrate()
    with open_engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, rx_tables.accounts.metadata) == []


def test_a_step_that_fails_leaves_nothing(database_url, monkeypatch):
    def fail(connection):
        original(connection)
        connection.execute(text("INSERT INTO no_such_table VALUES (1)"))

    original = migrate.upgrade
    monkeypatch.setattr(migrate, "upgrade", fail)
    store = Store(database_url)
    with pytest.raises(DatabaseFailed):
        store.migrate()
    assert "the schema is at nothing" in store.ready()
    monkeypatch.undo()
    store.migrate()
    assert store.ready() == ""


def test_a_newer_schema_is_refused_in_words(database_url):
    store = Store(database_url)
    store.migrate()
    with writing(open_engine(database_url)) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "the schema is at 9999" in store.ready()
    with pytest.raises(DatabaseFailed, match=r"another version \(9999\).*Update benzosafe"):
        store.migrate()
