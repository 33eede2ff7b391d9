"""The master key outside the database: it seals secrets at rest and keys the audit chain."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.files import write_whole

VARIABLE = "BENZOSAFE_MASTER_KEY"
_LENGTH = 32


class Sealed(BenzosafeError):
    """A secret cannot be opened: the master key is another one, or the secret was changed."""


@dataclass(frozen=True)
class Vault:
    """Seals and opens short secrets. `older`: master keys from before a rotation, which still open."""

    master: bytes
    older: tuple[bytes, ...] = ()

    def seal(self, secret: bytes, of: str = "") -> str:
        """A secret for the database, bound to what it is of, so that it opens nothing when it is put elsewhere."""
        return self._box().encrypt(of.encode() + b"\0" + secret).decode()

    def open(self, box: str, of: str = "") -> bytes:
        """The secret; Sealed where it does not open, or is of something else."""
        try:
            bound, _, secret = self._box().decrypt(box.encode()).partition(b"\0")
            if bound != of.encode():
                raise InvalidToken
            return secret
        except InvalidToken:
            raise Sealed(
                "a secret in the database does not open with the master key.",
                next_step=f"Give the key that this database was made with ({VARIABLE}, or its key file).",
            ) from None

    @property
    def chain_key(self) -> bytes:
        """The key of the audit chain. It stays that of the first master key, so that the chain goes on unbroken."""
        return _derived(self.older[-1] if self.older else self.master, b"benzosafe audit chain")

    @property
    def session_key(self) -> bytes:
        """The key that seals log-in sessions; after a rotation people log in anew."""
        return _derived(self.master, b"benzosafe sessions")

    @property
    def backup_keys(self) -> tuple[bytes, ...]:
        """The keys of backups, newest first: the first seals, older ones open what was sealed before a rotation."""
        return tuple(_derived(key, b"benzosafe backups") for key in (self.master, *self.older))

    def _box(self) -> MultiFernet:
        keys = (_derived(key, b"benzosafe sealed secrets") for key in (self.master, *self.older))
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


@cache
def _derived(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_LENGTH, salt=None, info=purpose).derive(master)


def new_master() -> str:
    """A master key as text."""
    return secrets.token_hex(_LENGTH)


def make_key_file(path: Path) -> None:
    """A new key file that only its owner can read; an existing one is never written over."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}.", where=str(path), next_step="Choose --key-file."
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{new_master()}\n")


def open_vault(path: Path) -> Vault:
    """The vault of a key file, its newest key first, or of the environment; UsageError where there is none."""
    text = os.environ.get(VARIABLE) or _read(path)
    keys = [line.strip() for line in text.split() if line.strip()]
    try:
        found = [bytes.fromhex(key) for key in keys]
    except ValueError:
        found = []
    if not found or any(len(key) != _LENGTH for key in found):
        raise UsageError("is no master key.", where=str(path), next_step="It is 64 hexadecimal digits, one key a line.")
    return Vault(found[0], tuple(found[1:]))


def rotate_key_file(path: Path) -> None:
    """Put a new master key in front of the others, whole or not at all."""
    if os.environ.get(VARIABLE):
        raise UsageError(
            f"the master key comes from {VARIABLE}, which a command cannot change.",
            next_step="Put a new line of 64 hexadecimal digits in front of it there; both stay.",
        )
    write_whole(path, f"{new_master()}\n{_read(path)}", private=True)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "there is no master key.", where=str(path),
            next_step=f"Run: benzosafe init, or give the key of this database as {VARIABLE}.",
        ) from None  # fmt: skip
