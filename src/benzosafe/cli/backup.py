"""`benzosafe backup` and `benzosafe restore`: the whole database as one sealed file, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benzosafe.cli.rx_place import DatabaseOption, KeyFileOption

_SHOWN = 20
_FAULTY = 3


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; one that is there is kept.")],
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Write every row of the database, as it is at one moment, to a file sealed with the master key.

    Keep the master key elsewhere too: without it the file cannot be opened. The service may go on running.

    Exit code 1: the database refused. 2: no such database, another master key, or FILE cannot be written or is there.

    Example:

      benzosafe backup /backups/benzosafe-2026-11-27.backup
    """
    from benzosafe.cli.row_progress import counting
    from benzosafe.cli.rx_place import opened
    from benzosafe.storage.backup import back_up

    with opened(database, key_file) as place, counting("writing", "rows") as progress:
        made = back_up(place.engine, place.vault.backup_keys[0], file, datetime.now(UTC), progress)
    typer.echo(f"Written: {file}, {made.rows} rows, {file.stat().st_size:,} bytes. The master key is not in it.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `benzosafe backup` wrote.")],
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Fill an empty database from a backup, all of it or nothing, and verify the audit chain.

    Exit code 3: restored, but the chain does not hold. 4: a damaged file, another key or version, or a database with
    rows; nothing was restored. 1 and 2: the database refused, or there is no such file or key.

    Example:

      benzosafe restore benzosafe-2026-11-27.backup --database sqlite:///restored.db
    """
    from benzosafe.audit.ledger import faults, head
    from benzosafe.audit.vault import open_vault
    from benzosafe.cli.row_progress import counting, waiting
    from benzosafe.cli.rx_place import settled
    from benzosafe.storage.backup import refuse_no_backup
    from benzosafe.storage.backup import restore as restored
    from benzosafe.storage.database import open_engine
    from benzosafe.storage.snapshot import one_moment

    url, keys = settled(database, key_file)
    vault = open_vault(keys)
    refuse_no_backup(file)  # before a database is made for it
    engine = open_engine(url, durable=True)
    try:
        with counting("restoring", "rows") as progress:
            found = restored(engine, vault.backup_keys, file, progress)
        with waiting("verifying the audit chain"):
            wrong, end = faults(one_moment(engine), vault.chain_key), head(engine)
    finally:
        engine.dispose()
    typer.echo(f"Restored: {found.rows} rows as of {found.made_at}. End of the audit chain: {end.words}")
    typer.echo("Hold it against the end that was written down last: what came after this backup is not in it.")
    more = [f"... and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
    for fault in [*wrong[:_SHOWN], *more]:
        typer.echo(fault, err=True)
    raise typer.Exit(_FAULTY if wrong else 0)
