import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.service import depth
from benzosafe.service.depth import is_deeper_than

VALUES = st.recursive(
    st.none() | st.integers() | st.text(alphabet='ab[]{}"\\\n, é'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[{"\\'), inner, max_size=3),
    max_leaves=30,
)


def deepest(value):
    if isinstance(value, list):
        return 1 + max(map(deepest, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(deepest, value.values()), default=0)
    return 0


@given(value=VALUES, ascii_only=st.booleans(), block=st.sampled_from([1, 2, 3, 1 << 20]))
def test_it_agrees_with_walking(value, ascii_only, block):
    body, levels = json.dumps(value, ensure_ascii=ascii_only).encode(), deepest(value)
    usual, depth._BLOCK = depth._BLOCK, block
    try:
        assert not is_deeper_than(levels, body)
        assert levels == 0 or is_deeper_than(levels - 1, body)
    finally:
        depth._BLOCK = usual


def test_brackets_in_strings_do_not_count():
    assert not is_deeper_than(10, b'{"a": "' + b"[{" * 1000 + b'\\\\\\"[[' + b'"}')
    assert is_deeper_than(10, b'{"a": "\\\\", "b": ' + b"[" * 10 + b"]" * 10 + b"}")


@pytest.mark.parametrize("body", [b"{}" * 10_000_000, b'{"":' * 5_000_000, b'[[]]"",' * 3_000_000, b'\\"[' * 7_000_000])
def test_twenty_megabytes_of_malice_take_seconds_at_most(body):
    begun = time.process_time()
    is_deeper_than(100, body)
    assert time.process_time() - begun < 5
