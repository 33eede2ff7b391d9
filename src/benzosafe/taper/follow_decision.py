"""One decision on a taper that is under way: what to do, why, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence

Action = Literal["seek_help", "assess_anew", "restart", "step_back", "stay", "hold", "slow_down", "go_on"]
# From the most to the least pressing: the first one found leads.
ORDER: tuple[Action, ...] = (
    "seek_help", "assess_anew", "restart", "step_back", "stay", "hold", "slow_down", "go_on",
)  # fmt: skip
ACTION_WORDS: dict[Action, str] = {
    "seek_help": "Get emergency help now",
    "assess_anew": "Do not restart from this plan: assess anew, today",
    "restart": "Restart at a lower dose, with a clinician, today",
    "step_back": "Go back to the step before, with a clinician",
    "stay": "Consider ending the taper at this dose",
    "hold": "Hold: no reduction for now",
    "slow_down": "Slow down",
    "go_on": "Go on",
}


@dataclass(frozen=True)
class Decision:
    """An action, its reason, source id, confidence and place in the source; `days`: how long a hold lasts at least.

    `soon`: a clinician hears of it within a day, whatever the action; `today`: on the same day.
    """

    action: Action
    reason: str
    source: str
    confidence: str
    at: str = ""
    days: int = 0
    soon: bool = False
    today: bool = False


def by_parameter(knowledge: Knowledge, action: Action, reason: str, name: str, days: int = 0) -> Decision:
    """A decision that rests on a number of parameters.yaml."""
    known = knowledge.parameters[name]
    return Decision(action, reason, known.source, known.confidence, known.at, days)


def by_evidence(action: Action, reason: str, evidence: Evidence, days: int = 0) -> Decision:
    """A decision that rests on a statement of a rule, scale or red flag."""
    return Decision(action, reason, evidence.source, evidence.confidence, evidence.at, days)


def ordered(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The most pressing first; among equals as they were found, none twice."""
    return tuple(sorted(dict.fromkeys(decisions), key=lambda item: ORDER.index(item.action)))


def number_of(knowledge: Knowledge, name: str) -> float:
    """A parameter with a single value."""
    value = knowledge.parameters[name].value
    assert value is not None, f"{name} has no single value"
    return value


def hold_until_of(knowledge: Knowledge, decisions: Sequence[Decision], on: date) -> date | None:
    """The earliest day of the next reduction when anything holds it back."""
    holding = [item for item in decisions if item.action in ("restart", "step_back", "hold")]
    if not holding or decisions[0].action in ("seek_help", "assess_anew"):
        return None
    least = int(number_of(knowledge, "follow_hold_days"))
    return on + timedelta(days=max(least, *(item.days for item in holding)))
