"""A stream of bytes sealed in pieces (AES-256-GCM), so that a changed, missing, moved or added piece is found.

Each file has a key of its own, made from the given key and random salt in its header; each piece is bound to the
header, to its number, and to whether it is the last.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE_BYTES = 65_536
_TAG_BYTES, _SALT_BYTES, _KEY_BYTES = 16, 32, 32
_MOST_HEADER = 4_096


class NotSealedSo(Exception):
    """The stream is damaged, cut, or sealed with another key; says which."""


def sealed(key: bytes, about: dict[str, Any], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A header line in clear (`about`, which holds no secret), then the sealed pieces."""
    header = json.dumps(about | {"salt": secrets.token_hex(_SALT_BYTES)}, sort_keys=True).encode() + b"\n"
    yield header
    cipher, number, waiting = AESGCM(_file_key(key, header)), 0, b""
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE_BYTES:  # the last one is never sealed before the end is known
            yield cipher.encrypt(_nonce(number, last=False), waiting[:PIECE_BYTES], header)
            waiting, number = waiting[PIECE_BYTES:], number + 1
    yield cipher.encrypt(_nonce(number, last=True), waiting, header)


def header_of(file: IO[bytes], magic: str) -> tuple[bytes, dict[str, Any]]:
    """The header line of a stream and what it says; NotSealedSo where it is none."""
    line = file.readline(_MOST_HEADER)
    try:
        about = json.loads(line)
        plain = all(str(value).isascii() and str(value).isprintable() for value in about.values())  # it will be shown
        fits = plain and about["magic"] == magic and len(bytes.fromhex(about["salt"])) == _SALT_BYTES
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits or not line.endswith(b"\n"):
        raise NotSealedSo(f"it is no {magic}")
    return line, about


def opened(keys: Sequence[bytes], header: bytes, file: IO[bytes]) -> Iterator[bytes]:
    """The pieces after the header; NotSealedSo at the first that is not as it was sealed, or without an end."""
    piece, cipher, number = file.read(PIECE_BYTES + _TAG_BYTES), None, 0
    while True:
        following = file.read(PIECE_BYTES + _TAG_BYTES)
        nonce = _nonce(number, last=not following)
        if cipher is None:
            cipher, plain = _fitting(keys, header, nonce, piece)
        else:
            plain = _piece(cipher, nonce, piece, header)
        if plain is None:
            first = "it was sealed with another master key, or " if number == 0 else ""
            raise NotSealedSo(f"{first}it is damaged or cut (piece {number + 1})")
        yield plain
        if not following:
            return
        piece, number = following, number + 1


def _fitting(keys: Sequence[bytes], header: bytes, nonce: bytes, piece: bytes) -> tuple[AESGCM | None, bytes | None]:
    """The first piece with the key that fits it, of those from before and after a rotation."""
    for key in keys:
        cipher = AESGCM(_file_key(key, header))
        plain = _piece(cipher, nonce, piece, header)
        if plain is not None:
            return cipher, plain
    return None, None


def _piece(cipher: AESGCM, nonce: bytes, piece: bytes, header: bytes) -> bytes | None:
    try:
        return cipher.decrypt(nonce, piece, header)
    except (InvalidTag, ValueError):
        return None


def _file_key(key: bytes, header: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"benzosafe file\n" + header).derive(key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
