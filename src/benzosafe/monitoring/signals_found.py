"""What was found against the rule of a signal, and the state that follows from it.

The order of states is that of what is left to ask: not seen < explained < cannot tell < seen. 'Explained' is below
'cannot tell' because it is settled by something on record; 'cannot tell' is below 'seen' because missing data is a
reason to look and never a finding. A documented explanation can only move a state down this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["not seen", "explained", "cannot tell", "seen"]
STATES: tuple[State, ...] = ("not seen", "explained", "cannot tell", "seen")


@dataclass(frozen=True)
class Explanation:
    """Something on record that explains what was found: its kind, its days, what was written, and how it explains."""

    kind: str
    label: str
    on: date | None
    until: date | None
    said: str
    how: str


@dataclass(frozen=True)
class Row:
    """One thing that was found, with its day or days; `certain`: however long the supplies lasted.

    `explained`: it is explained by something on record.
    """

    on: date
    until: date | None
    ingredient: str
    what: str
    certain: bool
    explained: bool = False


@dataclass(frozen=True)
class Found:
    """What was found for one medicine: its state, its rows, what explains them, and why it cannot be told."""

    state: State
    rows: tuple[Row, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    unknown: tuple[str, ...] = ()


def state_of(*, sure: bool, possible: bool, unknown: bool, raw: bool) -> State:
    """The state; sure, possible: met for certain or perhaps, and unexplained; raw: met but for what explains it."""
    if sure:
        return "seen"
    if possible or unknown:
        return "cannot tell"
    return "explained" if raw else "not seen"


def state_of_rows(rows: Sequence[Row], met: Callable[[Sequence[Row]], bool], *, unknown: bool = False) -> State:
    """The state where the rule is a number of rows."""
    open_rows = [row for row in rows if not row.explained]
    return state_of(
        sure=met([row for row in open_rows if row.certain]), possible=met(open_rows), unknown=unknown, raw=met(rows)
    )


def worst(states: Iterable[State]) -> State:
    """The state with the most left to ask."""
    return max(states, key=STATES.index, default="not seen")


def joined(found: Sequence[Found]) -> Found:
    """What was found for several medicines as one."""
    return Found(
        worst(one.state for one in found),
        tuple(sorted((row for one in found for row in one.rows), key=lambda row: (row.on, row.ingredient, row.what))),
        tuple(dict.fromkeys(item for one in found for item in one.explanations)),
        tuple(dict.fromkeys(words for one in found for words in one.unknown)),
    )
