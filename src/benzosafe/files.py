"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
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


def write_pieces(
    path: Path, pieces: Iterable[bytes], *, private: bool = False, durable: bool = False, new: bool = False
) -> None:
    """Write a file piece by piece as they come, whole or not at all.

    durable: it is on the disk before it has its name, and so is its name. new: never over one that is there.
    """
    part: Path | None = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False, suffix=".part") as file:
            part = Path(file.name)
            os.fchmod(file.fileno(), 0o600 if private else 0o644)
            file.writelines(pieces)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if new:
            _take_free_name(part, path)
        else:
            os.replace(part, path)
        if durable:
            _keep_names(path.parent)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}.", where=str(path), next_step="Choose another --out."
        ) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _take_free_name(part: Path, path: Path) -> None:
    """Refuse a name that is taken, at the moment of taking it."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise UsageError("is there already.", where=str(path), next_step="Choose another name.") from None
    except OSError:  # a file system on which a file has one name only
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        os.replace(part, path)


def _keep_names(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can be asked to
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
