"""What people do with prescriptions, one transaction each: whoever may not, and whatever may not be now, is refused.

Every step is a move of the life cycle, is written with its entry in the audit chain, and is whole or not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import Engine

from benzosafe.audit.ledger import Ledger, entering
from benzosafe.audit.vault import Vault
from benzosafe.identity.accounts import Account
from benzosafe.identity.roles import Role
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.access import refuse_strangers
from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.law import Law, law_of
from benzosafe.prescriptions.lifecycle import State
from benzosafe.prescriptions.safety import check, check_every_fill
from benzosafe.prescriptions.sender import Sender
from benzosafe.storage.rx_tables import prescriptions, rx_reviews, rx_tasks

SYSTEM = Account("system", "system", "the system", frozenset({Role.system}), {}, disabled=False)
GATE, COUNTER = "gate", "counter"


def random_id() -> str:
    """An id that nobody can guess."""
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Desk:
    """The prescriptions of one database."""

    engine: Engine
    vault: Vault
    knowledge: Knowledge
    new_id: Callable[[], str] = field(default=random_id)
    jurisdiction: str = ""
    """Where this practice is: prescriptions are of this place. Without one each says its own."""

    zone: tzinfo = UTC
    """Where its days begin and end: the law counts the days of the place."""

    sender: Sender | None = None
    """What sends a prescription on, where the law lets it go electronically; without one it is fetched from here."""

    def day(self, now: datetime) -> date:
        """The day it is at the place of this practice."""
        return now.astimezone(self.zone).date()

    @contextmanager
    def entering(self, who: Account, now: datetime) -> Iterator[Ledger]:
        """A transaction of somebody's, with its entries."""
        with entering(self.engine, self.vault.chain_key, who.id, now) as ledger:
            yield ledger

    def held(self, ledger: Ledger, who: Account, prescription: str) -> shelf.Held:
        """A prescription, locked, for somebody who may touch it."""
        one = shelf.held(ledger.connection, prescription)
        refuse_strangers(who, one.row)
        return one

    def new(self, patient: str, who: Account, now: datetime) -> dict[str, Any]:
        """A new row."""
        return {
            "id": self.new_id(), "patient": patient, "content": None, "request": "", "reason": "", "review_id": None,
            "signature": "", "signed_at": None, "key_id": None, "pharmacy": "", "transfers": 0, "fill": 1,
            "made_by": who.id, "made_at": now, "changed_at": now,
        }  # fmt: skip

    def to(
        self, ledger: Ledger, one: shelf.Held, target: State, action: str, changes: Mapping[str, Any], **details: Any
    ) -> None:
        """Let it take a state, with what else changes."""
        full = {**changes, "state": str(target), "changed_at": ledger.at}
        ledger.update(prescriptions, one.row, full, action, **details)

    def law(self, content: Content, on: date) -> Law:
        """The law for it on a day."""
        return law_of(self.knowledge, content.jurisdiction, content.ingredient, on)

    def law_now(self, one: shelf.Held, on: date) -> Law:
        """The law for a prescription that stands here."""
        return self.law(shelf.written(one), on)

    def reviewed(self, ledger: Ledger, one: shelf.Held, who: Account, purpose: str, fill: int = 0) -> dict[str, Any]:
        """Review a supply of it, or without a number all of them, and keep the review."""
        content, data, on = shelf.written(one), shelf.data_of(ledger.connection, one), self.day(ledger.at)
        if fill:
            found = check(content, data, self.knowledge, on, fill)
        else:
            found = check_every_fill(content, data, self.knowledge, on)
        row = {
            "id": self.new_id(), "prescription_id": one.id, "purpose": purpose, "fingerprint": found.fingerprint,
            "could_not_run": found.could_not_run, "knowledge": f"{self.knowledge.version}+{self.knowledge.digest[:12]}",
            "findings": found.findings, "not_checked": found.not_checked, "made_at": ledger.at, "made_by": who.id,
        }  # fmt: skip
        ledger.insert(rx_reviews, row, "reviewed", purpose=purpose, could_not_run=found.could_not_run)
        return row

    def task(self, ledger: Ledger, one: shelf.Held, what: str, due_on: date, who: Account) -> None:
        """A dated task."""
        row = {
            "id": self.new_id(), "prescription_id": one.id, "what": what, "owner": who.id, "due_on": due_on,
            "made_at": ledger.at, "done_at": None, "done_by": None, "done_note": None,
        }  # fmt: skip
        ledger.insert(rx_tasks, row, "task made", due_on=due_on)
