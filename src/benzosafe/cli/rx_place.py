"""Where prescriptions are kept, as the commands about accounts, keys and the audit chain find it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from benzosafe.audit.ledger import Ledger
    from benzosafe.audit.vault import Vault

DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="Database URL; as `benzosafe serve` would use, if not set.")
]
KeyFileOption = Annotated[
    Path | None, typer.Option("--key-file", help="The master key; BENZOSAFE_MASTER_KEY goes before it.")
]


@dataclass(frozen=True)
class Place:
    """An open database of prescriptions, its vault, and where the key of the vault is."""

    engine: Engine
    vault: Vault
    key_file: Path

    @contextmanager
    def entering(self) -> Iterator[Ledger]:
        """A transaction of whoever runs the command, with its entries."""
        from benzosafe.audit.ledger import entering

        with entering(self.engine, self.vault.chain_key, operator(), datetime.now(UTC)) as ledger:
            yield ledger


def operator() -> str:
    """Who runs the command, as the audit chain names them: whoever holds the master key can do what it does."""
    try:
        return f"operator {getpass.getuser()}"
    except (KeyError, OSError):  # a system without a name for this user
        return f"operator {os.getuid()}"


def settled(database: str | None, key_file: Path | None) -> tuple[str, Path]:
    """The database URL and key file: as asked, else as the service would use."""
    from benzosafe.service.settings_load import load_settings

    settings = load_settings({}, os.environ).settings
    return database or settings.database_url, key_file or settings.key_file


@contextmanager
def opened(database: str | None, key_file: Path | None, *, writes: bool = True) -> Iterator[Place]:
    """The place; UsageError where `benzosafe init` has not been run there, or, to write, with another master key."""
    from benzosafe.audit.ledger import refuse_other_key
    from benzosafe.audit.vault import open_vault
    from benzosafe.errors import UsageError
    from benzosafe.storage.database import open_engine, refuse_missing_file
    from benzosafe.storage.store import Store

    url, keys = settled(database, key_file)
    refuse_missing_file(url)
    store = Store(url)
    try:
        fault = store.ready()
    finally:
        store.close()
    if fault:
        raise UsageError(f"{fault}.", where=store.place, next_step="Run: benzosafe init.")
    vault = open_vault(keys)
    engine = open_engine(url, durable=True)
    if writes:
        refuse_other_key(engine, vault.chain_key)
    try:
        yield Place(engine, vault, keys)
    finally:
        engine.dispose()
