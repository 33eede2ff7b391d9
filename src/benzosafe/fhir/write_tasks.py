"""What somebody is to do by a day, and what is to be said to whom: Task, CommunicationRequest, Communication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from benzosafe.fhir.write_parts import Json, clean, instant, without_empty

TASK_SYSTEM = "https://benzosafe.org/task"


@dataclass(frozen=True)
class ToDo:
    """Something to be done by a day, such as a promise to monitor or a review that is due; the rest are References.

    `draft`: proposed by software, nobody has taken it on. Done once `done_at` is set.
    """

    kind: str
    what: str
    patient: Json
    due_on: date
    from_on: date | None = None
    made_at: datetime | None = None
    done_at: datetime | None = None
    draft: bool = False
    why: str = ""
    owner: Json | None = None
    focus: Json | None = None
    based_on: Json | None = None


def task(name: str, todo: ToDo) -> Json:
    """The task, once, within its days."""
    period = {"start": todo.from_on.isoformat() if todo.from_on else "", "end": todo.due_on.isoformat()}
    changed = todo.done_at or todo.made_at
    kind = clean(todo.kind)
    return without_empty({
        "resourceType": "Task", "id": name,
        "basedOn": [todo.based_on] if todo.based_on else [],
        "status": "completed" if todo.done_at else "draft" if todo.draft else "requested",
        "intent": "plan" if todo.draft else "order",
        "code": {"coding": [{"system": TASK_SYSTEM, "code": kind}], "text": kind.replace("-", " ")},
        "description": clean(todo.what),
        "focus": todo.focus,
        "for": todo.patient,
        "authoredOn": instant(todo.made_at) if todo.made_at else None,
        "lastModified": instant(changed) if changed else None,
        "owner": todo.owner,
        "reasonCode": {"text": clean(todo.why)} if clean(todo.why) else {},
        "restriction": {"repetitions": 1, "period": without_empty(period)},
    })  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What is said by whom to whom about a patient, such as from prescriber to pharmacist; all but words References."""

    words: str
    patient: Json
    sender: Json
    recipient: Json
    at: datetime
    about: Json | None = None
    answers: Json | None = None
    """The request or the message it belongs to."""


def communication_request(name: str, message: Message) -> Json:
    """A message that is proposed; nobody has sent it."""
    return without_empty({
        "resourceType": "CommunicationRequest", "id": name, "status": "draft",
        **_shared(message), "authoredOn": instant(message.at),
    })  # fmt: skip


def communication(name: str, message: Message) -> Json:
    """A message that was sent."""
    return without_empty({
        "resourceType": "Communication", "id": name, "status": "completed",
        **_shared(message), "sent": instant(message.at),
    })  # fmt: skip


def _shared(message: Message) -> Json:
    return {
        "basedOn": [message.answers] if message.answers else [],
        "subject": message.patient, "about": [message.about] if message.about else [],
        "payload": [{"contentString": clean(message.words)}],
        "recipient": [message.recipient], "sender": message.sender,
    }  # fmt: skip
