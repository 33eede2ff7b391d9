"""What every route of the service shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.desk import Desk
from benzosafe.service.metrics import Metrics
from benzosafe.service.outgoing import Outgoing
from benzosafe.service.settings import Settings
from benzosafe.service.trust import Trust
from benzosafe.storage.gathered import GatheredCalls
from benzosafe.storage.store import Store

Clock = Callable[[], datetime]
"""The present moment, always with a time zone."""


def utc_now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ServiceState:
    """Built once by `create_app` and handed to every router."""

    settings: Settings
    knowledge: Knowledge
    store: Store
    calls: GatheredCalls
    """The calls of the store, written in batches."""
    clock: Clock
    metrics: Metrics
    outgoing: Outgoing
    trust: Trust
    desk: Desk | None
    """Prescriptions; None where `benzosafe init` has not been run."""
