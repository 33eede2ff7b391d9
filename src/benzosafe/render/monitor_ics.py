"""What is due as calendar entries: titles never name a medicine, because calendars are shared between people."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/monitor")
_TITLES = {"review": "Appointment", "check": "Check", "measure": "Questionnaire", "promise": "Promised"}


def ics_monitor(data: Mapping[str, Any]) -> str:
    """An iCalendar file (RFC 5545) of what is due and not kept; the same data give the same bytes.

    What is overdue stands on the day of the look, because a day that is past reminds nobody.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//benzosafe//follow-up//EN")
    calendar.add("version", "2.0")
    today = date.fromisoformat(data["on"])
    for item in data["now"]:
        calendar.add_component(_today(item, data["patient"], today))
    for task in data["tasks"]:
        if task["state"] != "kept":
            calendar.add_component(_event(task, data["patient"], today))
    return str(calendar.to_ical().decode())


def _today(item: Mapping[str, Any], patient: str, today: date) -> Event:
    """Something that cannot wait; what it is stands in the follow-up, not in a calendar that others may see."""
    event = Event()
    event.add("uid", str(uuid.uuid5(_NAMESPACE, f"{patient} now {item['kind']} {item['label']} {today}")))
    event.add("dtstamp", datetime.combine(today, time(), UTC))
    event.add("dtstart", today)
    event.add("dtend", today + timedelta(days=1))
    event.add("summary", "Contact today")
    event.add("description", "See the follow-up: it cannot wait")
    event.add("class", "PRIVATE")
    return event


def _event(task: Mapping[str, Any], patient: str, today: date) -> Event:
    day = max(date.fromisoformat(task["due_on"]), today)
    event = Event()
    event.add("uid", str(uuid.uuid5(_NAMESPACE, f"{patient} {task['name']} {task['due_on']}")))
    event.add("dtstamp", datetime.combine(today, time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _TITLES[task["kind"]])
    event.add("description", f"Due {task['due_on']}" + (", overdue" if task["state"] == "overdue" else ""))
    event.add("class", "PRIVATE")
    return event
