"""What the routes of prescriptions share: the desk, the site passkeys are bound to, how often log-ins may try."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from benzosafe.audit.ledger import refuse_other_key
from benzosafe.audit.vault import VARIABLE, open_vault
from benzosafe.identity.passkeys import Site
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.desk import Desk
from benzosafe.prescriptions.sender import Outbox
from benzosafe.service.problems import Problem
from benzosafe.service.rate import Rate
from benzosafe.service.settings import Settings
from benzosafe.service.state import Clock, ServiceState
from benzosafe.storage.database import open_engine

TRIES_PER_MINUTE, TRIES_AT_ONCE = 60, 20
"""Log-ins and signatures per peer address; beside it each account locks after five failures."""


@dataclass(frozen=True)
class Room:
    """Built once, where the database has been set up with `benzosafe init`."""

    desk: Desk
    site: Site
    clock: Clock
    state: ServiceState
    tries: Rate = field(default_factory=lambda: Rate(TRIES_PER_MINUTE, TRIES_AT_ONCE))

    @property
    def secure(self) -> bool:
        """Whether the site is reached over TLS, so that its cookies may never go without."""
        return self.site.origin.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; over TLS browsers hold its host and path to be ours alone."""
        return "__Host-benzosafe" if self.secure else "benzosafe"

    def now(self) -> datetime:
        """The present moment."""
        return self.clock()

    def count_try(self, peer: str) -> None:
        """Problem 429 where an address tries too often."""
        if self.tries.wait_seconds(peer, time.monotonic()) > 0:
            raise Problem(429, "Too many tries.", next_step="Wait a minute.", headers={"Retry-After": "60"})


def open_desk(settings: Settings, knowledge: Knowledge) -> Desk | None:
    """The desk; None where no master key is there, for then the database was never set up for prescriptions."""
    if not os.environ.get(VARIABLE) and not settings.key_file.is_file():
        return None
    vault = open_vault(settings.key_file)
    sender = Outbox(settings.outbox) if settings.outbox is not None else None
    engine = open_engine(settings.database_url, durable=True)
    refuse_other_key(engine, vault.chain_key)
    return Desk(
        engine, vault, knowledge, sender=sender, jurisdiction=settings.jurisdiction, zone=ZoneInfo(settings.time_zone)
    )


def site_of(settings: Settings) -> Site:
    """The site of the public address."""
    parts = urlsplit(settings.base_url)
    return Site(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}")
