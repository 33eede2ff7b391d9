"""The list is that of looking at everyone, although few are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.population.worklist.candidates import Candidate
from benzosafe.population.worklist.ranking import BLOCK, by_harm, rank_by_harm


@dataclass(frozen=True)
class Look:
    candidate: Candidate
    harm: int


def candidate(patient, burden):
    return Candidate(patient, "part-00000.parquet", None, None, (), "high", 1, burden, 0)


class Closer:
    """Looks at people of whom the harm is known, and remembers at whom."""

    def __init__(self, harms):
        self.harms, self.looked = harms, []

    def __call__(self, candidates):
        for one in candidates:
            self.looked.append(one.patient)
            yield Look(one, self.harms[one.patient])


def ranked(people, capacity):
    """`people`: burden, and the harm a change takes away."""
    candidates = [candidate(f"p{place:03d}", burden) for place, (burden, _) in enumerate(people)]
    closer = Closer({one.patient: harm for one, (_, harm) in zip(candidates, people, strict=True)})
    candidates.sort(key=lambda one: one.at_most_first)
    return rank_by_harm(candidates, capacity, closer), closer, candidates


PEOPLE = st.lists(
    st.integers(0, 6).flatmap(lambda burden: st.tuples(st.just(burden), st.integers(0, burden))),
    max_size=200,
)


@given(PEOPLE, st.integers(0, 210))
def test_the_list_is_that_of_looking_at_everyone(people, capacity):
    found, closer, candidates = ranked(people, capacity)
    assert found.listed == sorted(closer(candidates), key=by_harm)[:capacity]
    told = [look.candidate for look in (*found.listed, *found.beyond)]
    assert len({one.patient for one in told}) == len(told)


def test_nobody_is_looked_at_who_cannot_be_listed():
    found, closer, _ = ranked([(9, 9), (8, 5), (5, 5), (5, 4), (4, 4)], 2)
    assert [look.candidate.patient for look in found.listed] == ["p000", "p001"]
    assert closer.looked == ["p000", "p001"]
    found, closer, _ = ranked([(9, 9), (8, 3), (5, 5), (5, 4), (4, 4)], 2)
    assert [look.candidate.patient for look in found.listed] == ["p000", "p002"]
    assert closer.looked == ["p000", "p001", "p002"]
    assert [look.candidate.patient for look in found.beyond] == ["p001"]


@pytest.mark.parametrize("capacity", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 10 * BLOCK])
def test_lists_longer_than_a_block_are_filled(capacity):
    people = [(number, number % 7 if number % 7 <= number else 0) for number in range(3 * BLOCK)]
    found, closer, candidates = ranked(people, capacity)
    assert len(found.listed) == min(capacity, len(people))
    assert found.listed == sorted(closer(candidates), key=by_harm)[:capacity]


def test_capacity_of_none_lists_nobody_and_looks_at_nobody():
    found, closer, _ = ranked([(9, 9)], 0)
    assert not found.listed and not closer.looked
