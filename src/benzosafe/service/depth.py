"""How deep JSON nests, without decoding it: in time and memory that depend on its size only."""

from __future__ import annotations

import numpy as np

_NOT_STRUCTURE = bytes(sign for sign in range(256) if sign not in b'"[]{}')
_STEP = np.zeros(256, np.int8)
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1
_BLOCK = 1 << 20


def is_deeper_than(levels: int, body: bytes) -> bool:
    """Whether brackets outside of strings nest deeper than a number of levels; broken JSON is left to the decoder."""
    if body.count(b"{") + body.count(b"[") <= levels:
        return False
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    signs = body.translate(None, _NOT_STRUCTURE)
    depth = quotes = 0
    for start in range(0, len(signs), _BLOCK):
        block = np.frombuffer(signs, np.uint8, min(_BLOCK, len(signs) - start), start)
        quotes_so_far = np.cumsum(block == ord('"'), dtype=np.int32) + quotes
        depths = np.cumsum(np.where(quotes_so_far & 1, 0, _STEP[block]), dtype=np.int32) + depth
        if depths.max() > levels:
            return True
        depth, quotes = int(depths[-1]), int(quotes_so_far[-1]) & 1
    return False
