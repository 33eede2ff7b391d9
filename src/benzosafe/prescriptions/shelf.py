"""Reading what the desk works on: a prescription with its review, answers and fills, locked while it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from benzosafe.errors import UsageError
from benzosafe.prescriptions.access import Stranger
from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.history import elsewhere
from benzosafe.prescriptions.lifecycle import LIVE, State
from benzosafe.prescriptions.safety import Data
from benzosafe.prescriptions.signing import signed_bytes, verify
from benzosafe.storage.rx_tables import (
    fills,
    prescriptions,
    records,
    rx_answers,
    rx_reviews,
    rx_tasks,
    signing_keys,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A prescription as it stands."""

    row: Row
    content: Content | None

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.row["id"])

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row["state"])


def held(connection: Connection, prescription: str) -> Held:
    """A prescription, locked until the transaction ends; Stranger where there is none."""
    query = select(prescriptions).where(prescriptions.c.id == prescription).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise Stranger
    return Held(dict(row), Content.model_validate(row["content"]) if row["content"] else None)


def written(one: Held) -> Content:
    """What it says; UsageError where nothing is written yet."""
    if one.content is None:
        raise UsageError("nothing is prescribed in it yet.", next_step="Draft it first.")
    return one.content


def review_of(connection: Connection, review: str | None) -> Row | None:
    """A review by its id."""
    return _one(connection, select(rx_reviews).where(rx_reviews.c.id == review)) if review else None


def was_counter_checked(connection: Connection, prescription: str, fingerprint: str) -> bool:
    """Whether a counter-check of a prescription was made of exactly this."""
    query = select(rx_reviews.c.id).where(
        rx_reviews.c.prescription_id == prescription, rx_reviews.c.purpose == "counter",
        rx_reviews.c.fingerprint == fingerprint, rx_reviews.c.could_not_run == "",
    )  # fmt: skip
    return connection.execute(query.limit(1)).first() is not None


def answers_of(connection: Connection, review: str | None) -> list[Row]:
    """What was answered to a review."""
    return _all(connection, select(rx_answers).where(rx_answers.c.review_id == review).order_by(rx_answers.c.made_at))


def fills_of(connection: Connection, prescription: str) -> list[Row]:
    """Its fills, oldest first."""
    query = select(fills).where(fills.c.prescription_id == prescription).order_by(fills.c.dispensed_on, fills.c.made_at)
    return _all(connection, query)


def tasks_of(connection: Connection, prescription: str) -> list[Row]:
    """Its dated tasks, the next first."""
    query = select(rx_tasks).where(rx_tasks.c.prescription_id == prescription).order_by(rx_tasks.c.due_on)
    return _all(connection, query)


def newest_record(connection: Connection, patient: str) -> Row | None:
    """The newest record of a patient."""
    query = select(records).where(records.c.patient == patient).order_by(records.c.version.desc()).limit(1)
    return _one(connection, query)


def data_of(connection: Connection, one: Held) -> Data:
    """What its review is made of: the newest record, and the other live prescriptions of the patient."""
    found = newest_record(connection, one.row["patient"])
    query = select(prescriptions).where(
        prescriptions.c.patient == one.row["patient"], prescriptions.c.id != one.id,
        prescriptions.c.state.in_([str(state) for state in LIVE]),
    ).order_by(prescriptions.c.made_at, prescriptions.c.id)  # fmt: skip
    beside = tuple(Content.model_validate(row["content"]) for row in _all(connection, query) if row["content"])
    there = tuple(elsewhere(connection, one.row["patient"]))
    return Data((found["text"], found["sha"]) if found else None, beside, there)


def verify_signature(connection: Connection, one: Held) -> None:
    """SignatureWrong unless the signature still fits what it says."""
    row, content = one.row, written(one)
    key = _one(connection, select(signing_keys).where(signing_keys.c.id == row["key_id"]))
    at: datetime = row["signed_at"]
    verify(key, signed_bytes(one.id, content, at, row["key_id"] or ""), row["signature"], at)


def _one(connection: Connection, query: Any) -> Row | None:
    row = connection.execute(query).mappings().one_or_none()
    return dict(row) if row else None


def _all(connection: Connection, query: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
