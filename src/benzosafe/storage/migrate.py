"""The schema is brought up to date by numbered steps that travel with the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

FOLDER = Path(__file__).with_name("migrations")


class UnknownSchema(Exception):
    """The database is at a step this version does not know."""


_LOCK = 725_001  # any number that nothing else in the database uses for advisory locks


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, inside the transaction of the connection; a second process waits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise UnknownSchema(present(connection)) from None


def downgrade(connection: Connection, step: str) -> None:
    """Take steps back to an earlier one, 'base' for all; what their tables hold is gone."""
    config = _config()
    config.attributes["connection"] = connection
    command.downgrade(config, step)


def wanted() -> str:
    """The newest step this version knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migrations are packaged")
    return head


def present(connection: Connection) -> str | None:
    """The step the database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
