"""Where an answer goes: the screen, or a file that is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import typer


def write_out(text: str, out: Path | None) -> None:
    """Write an answer to the screen, ending its last line, or to a file."""
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    from benzosafe.files import write_whole

    write_whole(out, text)
