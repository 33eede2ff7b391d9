"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benzosafe.errors import UsageError


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file completely or not at all; private: readable for its owner only."""
    if isinstance(content, str):
        content = (content if content.endswith("\n") else content + "\n").encode()
    write_pieces(path, [content], private=private)


def write_pieces(path: Path, pieces: Iterable[bytes], *, private: bool = False, durable: bool = False) -> None:
    """Write a file piece by piece as they come, whole or not at all; durable: on the disk before it has its name."""
    part: Path | None = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False, suffix=".part") as file:
            part = Path(file.name)
            os.fchmod(file.fileno(), 0o600 if private else 0o644)
            file.writelines(pieces)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}.", where=str(path), next_step="Choose another --out."
        ) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
