"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benzosafe.errors import UsageError


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file completely or not at all."""
    if isinstance(content, str):
        content = (content if content.endswith("\n") else content + "\n").encode()
    part: Path | None = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False, suffix=".part") as file:
            part = Path(file.name)
            file.write(content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise UsageError(
            f"cannot be written: {error.strerror}.", where=str(path), next_step="Choose another --out."
        ) from None
