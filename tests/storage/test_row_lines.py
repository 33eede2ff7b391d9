"""Rows become packed lines and come back as they were; what is not all of them is no rows."""

from __future__ import annotations

import json
import zlib
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Date, Integer

from benzosafe.storage.row_lines import packed, unpacked
from benzosafe.storage.sealed_stream import NotSealedSo
from benzosafe.storage.tables import Moment, metadata, secrets, used_tokens
from tests.prescriptions.people import NOW

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Also NUL, line ends and halves of surrogate pairs, which a JSON column can hold."""
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=6,
)  # fmt: skip
VALUES = {
    Boolean: st.booleans(), Integer: st.integers(-(2**63), 2**63 - 1), JSON: ANY_JSON, Date: st.dates(),
    Moment: st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC, fold=0)),
}  # fmt: skip


def value_of(column):
    found = next((values for kind, values in VALUES.items() if isinstance(column.type, kind)), ANY_TEXT)
    return st.none() | found if column.nullable else found


def row_of(table):
    return st.fixed_dictionaries({column.name: value_of(column) for column in table.columns}).map(lambda r: (table, r))


ROWS = st.lists(st.sampled_from(metadata.sorted_tables).flatmap(row_of), max_size=4)


def shown(rows):
    """As text, for 1, 1.0 and True are equal, and so are 0.0 and -0.0."""
    return [f"{table.name} {[(column.name, row[column.name]) for column in table.columns]}" for table, row in rows]


def lines(*written):
    return [zlib.compress(b"".join(json.dumps(line).encode() + b"\n" for line in written))]


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, size=st.integers(1, 300))
def test_any_row_of_any_table_comes_back_as_it_was_however_it_is_cut_into_pieces(rows, size):
    whole = b"".join(packed(rows))
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert shown(unpacked(pieces, metadata)) == shown(rows)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS.filter(bool), data=st.data())
def test_a_part_of_it_or_more_than_it_is_refused(rows, data):
    whole = b"".join(packed(rows))
    for wrong in (whole[: data.draw(st.integers(0, len(whole) - 1))], whole + whole, whole + b"x", b"x" + whole):
        with pytest.raises(NotSealedSo):
            list(unpacked([wrong], metadata))


GOOD = ["secrets", {"name": "a", "value": "b"}]


@pytest.mark.parametrize(
    "wrong",
    [
        [], [GOOD], [GOOD, ["", 2]], [GOOD, ["", 1], GOOD], [GOOD, ["", 1], ["", 1]], [["nothing", {}], ["", 1]],
        [["secrets", {}], ["", 1]], [["secrets", None], ["", 1]], [["secrets"], ["", 1]], [None, ["", 0]], ["ab"],
        [["used_tokens", {"token": "x", "expires_at": "tomorrow"}], ["", 1]],
        [["used_tokens", {"token": "x", "expires_at": 3}], ["", 1]],
    ],
)  # fmt: skip
def test_what_can_be_no_row_or_is_not_counted_right_is_refused(wrong):
    assert list(unpacked(lines(GOOD, ["", 1]), metadata)) == [(secrets, GOOD[1])]
    with pytest.raises(NotSealedSo):
        list(unpacked(lines(*wrong), metadata))


def test_a_value_that_no_column_has_is_not_written_as_something_else():
    with pytest.raises(TypeError):
        list(packed([(secrets, {"name": "a", "value": {1, 2}})]))


def test_a_row_that_packs_a_thousandfold_comes_back_in_parts():
    row = {"token": "x" * 5_000_000, "expires_at": NOW}
    whole = b"".join(packed([(used_tokens, row)]))
    assert len(whole) < 10_000
    assert list(unpacked([whole], metadata)) == [(used_tokens, row)]
