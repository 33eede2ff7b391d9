"""Passwords: kept as Argon2id hashes only; what is too easy to guess is refused."""

from __future__ import annotations

import threading
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from benzosafe.errors import UsageError

FEWEST_CHARACTERS, MOST_CHARACTERS = 12, 200
_HASHER = PasswordHash((Argon2Hasher(),))
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each takes 64 MiB: so many at once, the others wait."""
_FEWEST_GUESSES = 10**10
"""What an attacker who has stolen the hashes needs at least, as zxcvbn counts it ("strong")."""
_LOOKED_AT = 72
"""Letters that are weighed: the time grows with their square, and what so many are worth is enough."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one whose hash is kept."""
    with _AT_ONCE:
        return len(password) <= MOST_CHARACTERS and _HASHER.verify(password, kept)


def fits_nobody(password: str) -> str:
    """Where there is no such account: takes as long as a real check, and fits nothing."""
    fits(password, _nobody())
    return ""


@cache
def _nobody() -> str:
    return hashed("nobody has this password")


def refuse_weak(password: str, name: str) -> None:
    """UsageError for a password that is short, or easy to guess from the name, common passwords, words and patterns."""
    from zxcvbn import zxcvbn  # its word lists are not needed otherwise

    right_length = FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS
    known = [name, "benzosafe"]
    if not right_length or zxcvbn(password[:_LOOKED_AT], user_inputs=known)["guesses"] < _FEWEST_GUESSES:
        raise UsageError(
            "the password is too short, too long or too easy to guess.",
            next_step=f"{FEWEST_CHARACTERS} to {MOST_CHARACTERS} characters, such as four words that have nothing to "
            "do with each other.",
        )
