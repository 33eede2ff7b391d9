"""`benzosafe audit`: whether the audit chain holds, and the chain as FHIR AuditEvents."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benzosafe.cli.rx_place import DatabaseOption, KeyFileOption
from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.audit.ledger import Head

audit_app = typer.Typer(help="The audit chain of prescriptions: verify it, export it.", no_args_is_help=True)
_SHOWN = 20
_FAULTY = 3


class Format(StrEnum):
    """How the result is written."""

    text = "text"
    json = "json"


@audit_app.command()
def verify(
    expect: Annotated[
        str | None, typer.Option("--expect", help="An end written down before (SEQ:HASH): it must still be there.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Find any change, deletion or reordering: of an entry, or of a row it answers for.

    Prints the end of the chain. Write it down elsewhere: a chain that was cut or a database put back to an earlier
    day is whole in itself, and found only by --expect. Exit code 3: something is wrong.

    Examples:

      benzosafe audit verify

      benzosafe audit verify --expect 412:9f2c...
    """
    from benzosafe.audit.ledger import faults, head
    from benzosafe.cli.row_progress import waiting
    from benzosafe.cli.rx_place import opened
    from benzosafe.storage.snapshot import one_moment

    wanted = _head_of(expect) if expect is not None else None
    with opened(database, key_file, writes=False) as place, waiting("verifying the audit chain"):
        end = head(place.engine)
        found = faults(one_moment(place.engine), place.vault.chain_key, wanted)
    if format is Format.json:
        typer.echo(json.dumps({"faults": found, "entries": end.seq, "head": end.words}, indent=2))
    else:
        more = [f"... and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        typer.echo("\n".join([*found[:_SHOWN], *more]) if found else f"{end.seq} entries: all as they were written.")
        typer.echo(f"End of the chain: {end.words}")
    raise typer.Exit(_FAULTY if found else 0)


@audit_app.command()
def export(
    since: Annotated[int, typer.Option("--since", min=0, help="Only entries after this one.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Write the chain as FHIR AuditEvents, one a line (NDJSON). That it was exported becomes an entry.

    Example:

      benzosafe audit export --since 1200 --out audit.ndjson
    """
    from benzosafe.audit.events import ndjson
    from benzosafe.cli.row_progress import counting
    from benzosafe.cli.rx_place import opened
    from benzosafe.files import write_pieces

    with opened(database, key_file) as place:
        with place.entering() as ledger:
            ledger.note("audit exported", "audit/chain", since=since)
        if out is None:
            for line in ndjson(place.engine, since):
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            return
        with counting("writing", "entries") as progress:
            write_pieces(out, _told(ndjson(place.engine, since), progress), private=True)
    typer.echo(f"Written: {out}")


def _told(lines: Iterator[bytes], progress: Callable[[int], None]) -> Iterator[bytes]:
    for number, line in enumerate(lines, start=1):
        yield line
        progress(number)


def _head_of(text: str) -> Head:
    from benzosafe.audit.ledger import Head

    seq, _, found = text.strip().partition(":")
    if not seq.isascii() or not seq.isdigit() or len(found) != 64:
        raise UsageError(
            f"'{text}' is no end of a chain.",
            where="--expect",
            next_step="Give what `audit verify` printed.",
        )
    return Head(int(seq), found)
