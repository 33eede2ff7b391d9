"""Where an answer goes: the screen, or a file that is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import typer


def write_out(answer: str | bytes, out: Path | None) -> None:
    """Write an answer to the screen, ending its last line, or to a file; bytes are for files only."""
    if out is None:
        typer.echo(answer, nl=isinstance(answer, str) and not answer.endswith("\n"))
        return
    from benzosafe.files import write_whole

    write_whole(out, answer)
