"""Sorted files read back as one in order, whatever their lengths; again and again."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.population.sorted_runs import Merged, write_run


class Item(NamedTuple):
    name: str
    number: int


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.builds(Item, st.text("ab", max_size=3), st.integers(0, 9)), max_size=120), max_size=6))
def test_the_runs_are_one_in_order(tmp_path_factory, runs):
    folder = tmp_path_factory.mktemp("runs")
    paths = [folder / str(number) for number in range(len(runs))]
    for path, run in zip(paths, runs, strict=True):
        write_run(path, sorted(run), 200_000)  # so many files that few records are read of each at once
    merged = Merged(paths, Item, sum(map(len, runs)))
    expected = sorted(item for run in runs for item in run)
    assert list(merged) == expected == list(merged)
    assert len(merged) == len(expected) and all(isinstance(item, Item) for item in merged)
