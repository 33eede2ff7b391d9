"""Promises to monitor: who made them, when they are due, who else sees them once late, and whether they were kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from benzosafe.errors import UsageError
from benzosafe.identity.accounts import Account
from benzosafe.identity.roles import Role
from benzosafe.prescriptions.access import Stranger
from benzosafe.prescriptions.desk import Desk
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.storage.rx_tables import prescriptions, rx_tasks


def listed(desk: Desk, who: Account, now: datetime) -> list[dict[str, Any]]:
    """What somebody still has to do, the most overdue first: their own promises, and those of others that are late.

    A promise that nobody kept within the time the knowledge gives is shown to every prescriber of the practice.
    """
    if who.disabled or Role.prescriber not in who.roles:
        return []
    today = desk.day(now)
    with desk.entering(who, now) as ledger:
        rows = [row for row in _open(ledger.connection) if row["owner"] == who.id or _late(desk, row, now)]
        ledger.note("tasks listed", f"accounts/{who.id}", tasks=len(rows))
    return [
        {
            "id": row["id"], "prescription": row["prescription_id"], "patient": row["patient"], "what": row["what"],
            "due_on": row["due_on"], "overdue_days": max(0, (today - row["due_on"]).days),
            "mine": row["owner"] == who.id, "escalated": _late(desk, row, now),
        }
        for row in rows
    ]  # fmt: skip


def finish(desk: Desk, who: Account, task: str, note: str, now: datetime) -> None:
    """A promise was kept, with what was found; by who made it, or by another prescriber once it is late."""
    note = " ".join(note.split())
    if not note:
        raise UsageError("says nothing.", where="note", next_step="Say what was found.")
    with desk.entering(who, now) as ledger:
        query = select(rx_tasks).where(rx_tasks.c.id == task).with_for_update()
        row = ledger.connection.execute(query).mappings().first()
        may = row is not None and Role.prescriber in who.roles and (row["owner"] == who.id or _late(desk, row, now))
        if row is None or who.disabled or not may:
            raise Stranger
        if row["done_at"] is not None:
            raise MoveRefused("it was done already.", next_step="Nothing more is needed of it.")
        ledger.update(
            rx_tasks,
            dict(row),
            {"done_at": now, "done_by": who.id, "done_note": note},
            "task done",
            due_on=row["due_on"],
        )


def _open(connection: Connection) -> list[dict[str, Any]]:
    query = (
        select(*rx_tasks.c, prescriptions.c.patient)
        .join_from(rx_tasks, prescriptions)
        .where(rx_tasks.c.done_at.is_(None))
        .order_by(rx_tasks.c.due_on, rx_tasks.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _late(desk: Desk, row: Any, now: datetime) -> bool:
    """Whether it is so late that others see it too."""
    wait = timedelta(days=desk.knowledge.parameters["follow_up_escalate_days"].lowest)
    return row["done_at"] is None and desk.day(now) >= row["due_on"] + wait
