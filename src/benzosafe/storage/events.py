"""What is remembered of calls: cards shown, silences, feedback, tasks. No names, no texts of a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

SilenceReason = Literal["shown before", "stable repeat"]
FeedbackOutcome = Literal["accepted", "overridden", "dismissed"]
"""Dismissed: overridden without any reason given."""


@dataclass(frozen=True)
class Showing:
    """One finding on one card. `fingerprint` changes when its severity, its medicines or their doses change."""

    card: str
    rule: str
    fingerprint: str
    tier: int
    position: int
    """0 for the finding the card is about, 1, 2 ... for those folded into it."""


@dataclass(frozen=True)
class Earlier:
    """A time when a card about a finding was shown to somebody."""

    fingerprint: str
    hook: str
    user_key: str
    called_at: datetime
    answered: bool
    """Whether a suggestion of that card was accepted, or it was overridden with a reason."""
    overridden: bool
    """Whether it was overridden with a reason."""


@dataclass(frozen=True)
class Silence:
    """A finding that was not shown, and why."""

    rule: str
    fingerprint: str
    tier: int
    why: SilenceReason


@dataclass(frozen=True)
class HookCall:
    """One call of a CDS service and what it answered."""

    instance: str
    service: str
    hook: str
    called_at: datetime
    patient_key: str
    user_key: str
    orders: int
    """Draft orders, refills or verifications in the request."""
    not_checked: tuple[str, ...]
    """Names of the lists that were not available."""
    knowledge_version: str
    showings: tuple[Showing, ...] = ()
    silences: tuple[Silence, ...] = ()
    patient: str = ""
    """Reference to the patient, only where a card was shown: a promise made on it becomes a task about somebody."""


@dataclass(frozen=True)
class Feedback:
    """What a clinician did with a card. The same card, outcome and time are stored once."""

    service: str
    card: str
    outcome: FeedbackOutcome
    outcome_at: datetime
    accepted_suggestions: tuple[str, ...] = ()
    reason_system: str = ""
    reason_code: str = ""
    comment: str = ""


@dataclass(frozen=True)
class FollowUp:
    """A dated task that came of a promise, such as 'will monitor'."""

    card: str
    rule: str
    kind: str
    patient: str
    """Reference to the patient, such as Patient/123: a task without it could not be done."""
    due_on: date
    made_at: datetime
    done_at: datetime | None = None
