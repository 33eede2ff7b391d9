"""The patients for whom one change takes away most, without looking closely at everyone.

The weight of all of a patient's findings is the most that any change can take away. Patients are looked at from the
heaviest down; once the last place on the list is worth at least what the next patient could be, nobody further down
can take a place from it (the threshold algorithm of Fagin, Lotem and Naor). The list is that of looking at everyone.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from benzosafe.population.worklist.candidates import Candidate

BLOCK = 64


class Looked(Protocol):
    """What a close look at a patient gives."""

    @property
    def candidate(self) -> Candidate:
        """The patient."""
        ...

    @property
    def harm(self) -> int:
        """What the change that helps most takes away."""
        ...


L = TypeVar("L", bound=Looked)


@dataclass
class Ranked(Generic[L]):
    """The list, and those who were looked at and are behind it."""

    listed: list[L] = field(default_factory=list)
    beyond: list[L] = field(default_factory=list)


def by_harm(look: Looked) -> tuple[int, int, str]:
    """The order of the list: most preventable harm, then most harm altogether, then the patient's id."""
    return -look.harm, *look.candidate.at_most_first


def rank_by_harm(
    candidates: Sequence[Candidate], capacity: int, closer: Callable[[Sequence[Candidate]], Iterator[L]]
) -> Ranked[L]:
    """The first `capacity` of candidates that are sorted by what a change could take away at most.

    `closer` looks at some of them in their order, each only when it is asked for.
    """
    ranked, place = Ranked[L](), 0
    while not _is_settled(ranked, capacity, candidates, place):
        for look in closer(candidates[place : place + BLOCK]):
            insort(ranked.listed, look, key=by_harm)
            ranked.beyond += ranked.listed[capacity:]
            del ranked.listed[capacity:]
            place += 1
            if _is_settled(ranked, capacity, candidates, place):
                break
    return ranked


def _is_settled(ranked: Ranked[L], capacity: int, candidates: Sequence[Candidate], place: int) -> bool:
    """Whether none of those from `place` on can be listed; at equal harm the earlier one has the place."""
    if place >= len(candidates) or capacity <= 0:
        return True
    return len(ranked.listed) == capacity and ranked.listed[-1].harm >= candidates[place].burden
