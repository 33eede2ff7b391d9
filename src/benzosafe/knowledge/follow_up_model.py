"""What the knowledge says of follow-up: how often to look again and why, and which outcomes belong to which reason."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from benzosafe.knowledge.model import Evidence, Name, Status, Strict
from benzosafe.knowledge.rule_model import Threshold

TaskKind = Literal["review", "check", "measure"]
CountedFrom = Literal["last", "start", "effect", "stop"]


class FollowUp(Strict):
    """Something to be done again and again, or on a day after the beginning, while a condition holds.

    `group`: entries of one group are one task, due as the strictest asks. `counted_from`: the last time it was done
    (the first day of use, where it never was), the first day of use, the first effect on the person after the last
    time, or the day it was stopped. `every_days`: again and again; `on_day`: once, so many days after that.
    """

    group: Name
    kind: TaskKind
    title: str
    when: str
    why: str
    ask: tuple[str, ...] = ()
    owner: Literal["prescriber", "pharmacist", "nurse", "patient"] = "prescriber"
    counted_from: CountedFrom = "last"
    every_days: Threshold | None = None
    on_day: Threshold | None = None
    status: Status = "draft"
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Outcome(Strict):
    """What tells whether treatment for a reason works: scales and counted events, better when they fall."""

    label: str
    scales: tuple[Name, ...] = ()
    events: tuple[Name, ...] = ()
    status: Status = "draft"
    evidence: tuple[Evidence, ...] = Field(min_length=1)
