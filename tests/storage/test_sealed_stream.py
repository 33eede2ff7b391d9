"""A sealed stream opens as it was sealed, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.storage.sealed_stream import PIECE_BYTES, NotSealedSo, header_of, opened, sealed

KEY = bytes(range(32))
PIECES = [bytes([number]) * (PIECE_BYTES // 2) for number in range(9)]


def stream(about="x", key=KEY):
    return b"".join(sealed(key, {"magic": "test", "about": about}, PIECES))


def read(content, keys=(KEY,)):
    file = io.BytesIO(content)
    header, _ = header_of(file, "test")
    return b"".join(opened(keys, header, file))


def split(content):
    header, rest = content.split(b"\n", 1)
    size = PIECE_BYTES + 16
    return header + b"\n", [rest[at : at + size] for at in range(0, len(rest), size)]


def test_pieces_that_are_moved_doubled_left_out_or_of_another_file_are_found():
    content = stream()
    assert read(content) == b"".join(PIECES)
    header, pieces = split(content)
    other_header, other = split(stream())
    assert len(pieces) == 5
    for wrong in (
        [pieces[1], pieces[0], *pieces[2:]], [pieces[0], *pieces], pieces[:-1], [*pieces[:1], *pieces[2:]],
        [*pieces, pieces[-1]], [other[0], *pieces[1:]], [*pieces[:-1], other[-1]], [],
    ):  # fmt: skip
        with pytest.raises(NotSealedSo):
            read(header + b"".join(wrong))
    with pytest.raises(NotSealedSo):
        read(other_header + b"".join(pieces))
    with pytest.raises(NotSealedSo):
        read(header.replace(b'"x"', b'"y"') + b"".join(pieces))


HEADER, SEALED = split(stream())


@settings(max_examples=150, deadline=None)
@given(order=st.lists(st.integers(0, len(SEALED) - 1), max_size=len(SEALED) + 2))
def test_only_all_pieces_in_their_order_open(order):
    content = HEADER + b"".join(SEALED[place] for place in order)
    if order == list(range(len(SEALED))):
        assert read(content) == b"".join(PIECES)
        return
    with pytest.raises(NotSealedSo):
        read(content)


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES])
def test_every_length_comes_back(size):
    content = b"".join(sealed(KEY, {"magic": "test"}, [bytes(size)] if size else []))
    assert read(content) == bytes(size)


def test_two_files_of_one_key_and_content_have_no_sealed_byte_in_common_but_by_chance():
    """Each has a key of its own; else two backups laid over each other would show what differs between them."""
    (_, first), (_, second) = split(stream()), split(stream())
    same = sum(a == b for one, other in zip(first, second, strict=True) for a, b in zip(one, other, strict=True))
    assert same < sum(map(len, first)) / 128


def test_any_of_the_keys_opens_and_another_does_not():
    assert read(stream(), (bytes(32), KEY)) == b"".join(PIECES)
    with pytest.raises(NotSealedSo, match="another master key"):
        read(stream(), (bytes(32),))
    with pytest.raises(NotSealedSo):
        read(stream(), ())
