"""States of signals added up by group; whole numbers of people only, so that any order of adding gives the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from benzosafe.population.forecast.fairness import Watched

EVERYBODY = ("everybody", "")
"""The group that everybody is in."""


@dataclass
class SignalCounts:
    """People on a benzodiazepine or Z-drug, by group, and by signal, group and state."""

    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind of group and group."""

    states: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """By signal, kind of group, group and state."""

    left_out: Counter[str] = field(default_factory=Counter)
    """People who were not looked at, by reason."""

    def add(self, watched: Watched) -> None:
        """Add one person."""
        if watched.left_out:
            self.left_out[watched.left_out] += 1
            return
        for kind, group in (EVERYBODY, *watched.groups.items()):
            self.people[kind, group] += 1
            for signal, state in watched.states.items():
                self.states[signal, kind, group, state] += 1

    def merge(self, other: SignalCounts) -> None:
        """Add what was counted of other people."""
        self.people.update(other.people)
        self.states.update(other.states)
        self.left_out.update(other.left_out)
