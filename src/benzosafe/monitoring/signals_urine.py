"""The signal from urine tests: confirmed unexpected results only, as whoever interprets the test hands them over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from benzosafe.knowledge.signal_model import SignalRule
from benzosafe.monitoring.signals_case import Case
from benzosafe.monitoring.signals_found import Found, Row, state_of_rows


class Confirmed(Protocol):
    """A confirmed unexpected result: its day and what was found or missing."""

    @property
    def on(self) -> date:
        """The day the sample was given."""

    @property
    def what(self) -> str:
        """What was found, or was expected and not found."""


def unexpected_urine(case: Case, rule: SignalRule, results: Iterable[Confirmed]) -> Iterator[Found]:
    """The confirmed unexpected results of the time the rule looks back."""
    rows, explanations = [], []
    for day, what in sorted({(one.on, one.what) for one in results}):
        if case.within(day, rule.number("within_days")):
            why = case.explaining("unexpected_urine", "", day, day)
            explanations += why
            rows.append(Row(day, None, "", what, True, bool(why)))
    state = state_of_rows(rows, lambda found: len(found) >= rule.number("least_times"))
    yield Found(state, tuple(rows), tuple(explanations))
