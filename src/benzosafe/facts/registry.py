"""Every fact a rule may name: those with their own function, and the patterns over classes and concepts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from benzosafe.errors import nearest
from benzosafe.facts.column import Column
from benzosafe.facts.frame import Frame

Compute = Callable[[Frame], Column]
One = TypeVar("One", bound=Compute)


@dataclass(frozen=True)
class Fact:
    """A named fact: how it is computed, per row or per order, and whose orders it rests on."""

    name: str
    compute: Compute
    per: str
    groups: tuple[str, ...]
    meaning: str


FACTS: dict[str, Fact] = {}


class UnknownFact(KeyError):
    """A rule or a person names a fact that does not exist."""


def fact(*groups: str, per: str = "row") -> Callable[[One], One]:
    """Register a function as the fact of its name; `groups` are the classes whose orders it rests on."""

    def register(compute: One) -> One:
        name = compute.__name__
        FACTS[name] = Fact(name, compute, per, groups, " ".join((compute.__doc__ or "").split()))
        return compute

    return register


def compute(frame: Frame, name: str) -> Column:
    """The column of a fact; UnknownFact with the nearest name when there is none."""
    _load_subjects()
    if name in FACTS:
        return FACTS[name].compute(frame)
    from benzosafe.facts.patterns import by_pattern

    column = by_pattern(frame, name)
    if column is None:
        raise UnknownFact(f"no fact '{name}'.{nearest(name, all_names(frame))}")
    return column


def is_per_order(name: str) -> bool:
    """Whether the fact is about one order rather than the whole row."""
    _load_subjects()
    return (name in FACTS and FACTS[name].per == "order") or name.startswith("order_is_")


def groups_of(frame: Frame, name: str) -> tuple[str, ...]:
    """The classes or ingredients whose orders a fact rests on."""
    _load_subjects()
    if name in FACTS:
        return FACTS[name].groups
    from benzosafe.facts.patterns import group_of_pattern

    group = group_of_pattern(frame, name)
    return (group,) if group else ()


def all_names(frame: Frame) -> Iterable[str]:
    """Names of all facts, for suggestions and documentation."""
    _load_subjects()
    yield from FACTS
    yield from frame.knowledge.conditions
    yield from frame.knowledge.observations
    for group in (*frame.catalog.members, *frame.catalog.stems):
        yield f"{group}_active"


@lru_cache(maxsize=1)
def _load_subjects() -> None:
    """Import the subjects once; importing them fills FACTS."""
    from benzosafe.facts import (  # noqa: F401
        comedication,
        demography,
        dependence,
        exposure,
        exposure_change,
        first_dose,
        indication,
        order,
        order_slips,
        promises,
        scores,
    )
