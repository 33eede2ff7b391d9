"""Directions cut into pieces of meaning: at every place the longest phrase that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benzosafe.patient import directions_amounts, directions_bounds, directions_times
from benzosafe.patient.directions_pieces import PHRASES, Piece
from benzosafe.patient.directions_words import Token, tokens_of

# Importing a module of phrases is what registers them; the order settles ties of equal length.
MODULES = (directions_amounts, directions_times, directions_bounds)


def pieces_of(text: str) -> tuple[list[Piece], tuple[str, ...]]:
    """The text as pieces of meaning, and the words no phrase could take."""
    tokens = tokens_of(text)
    kinds = "".join(token.kind for token in tokens)
    found: list[Piece] = []
    leftover: list[str] = []
    at, joined = 0, False
    while at < len(tokens):
        piece, used = _longest(tokens, kinds, at)
        if piece is not None:
            found.append(replace(piece, joined=joined))
            joined = False
        elif kinds[at] in "f&,()":
            joined = joined or kinds[at] in "&,"
        else:
            leftover.append(tokens[at].text)
        at += used
    return found, tuple(leftover)


def _longest(tokens: Sequence[Token], kinds: str, at: int) -> tuple[Piece | None, int]:
    best: tuple[Piece | None, int] = (None, 1)
    for pattern, build in PHRASES:
        hit = pattern.match(kinds, at)
        if hit and hit.end() - at > (best[1] if best[0] else 0):
            piece = build(tokens[at : hit.end()])
            if piece is not None:
                best = (piece, hit.end() - at)
    return best
