"""Small histories made by hand: fills counted in days ago, and the states of the signals they lead to."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from benzosafe.monitoring.signals import signals
from benzosafe.patient.course import Course, Event, Fill, Stay
from benzosafe.patient.tables import Order, Record

ON = date(2026, 11, 24)
EVERYTHING = frozenset({"fills", "stays", "events", "scales", "reviews", "promises", "urine"})
MONTHLY = (220, 190, 160, 130, 100, 70, 40, 10)
_ids = count()


def ago(days):
    return ON - timedelta(days=days)


def fill(days_ago, days=30.0, units="as days", drug="clonazepam", **more):
    """A fill so many days ago; units are one a day unless said, at one pharmacy by one prescriber."""
    known = {"strength_mg": 1.0, "prescriber": "Dr Usual", "pharmacy": "Usual Pharmacy", "medicine": drug, **more}
    units = days if units == "as days" else units
    return Fill(known.pop("fill_id", f"f{next(_ids)}"), drug, ago(days_ago), days=days, units=units, **known)


def fills(*days_ago, **more):
    return tuple(fill(day, **more) for day in days_ago)


def event(days_ago, kind, text="", until=None):
    return Event(ago(days_ago), kind, text, None if until is None else ago(until))


def stay(start, end=None, kind="hospital"):
    return Stay(ago(start), None if end is None else ago(end), kind)


def order(drug="clonazepam", **more):
    known = {"source": "request", "active": True, "start_on": ago(500), **more}
    return Order("o1", drug, drug, **known)


def record(*orders, **more):
    return Record("p", orders=orders, **more)


def course(*parts, given=EVERYTHING, **more):
    """A course of fills, events and stays in any order."""
    flat = [one for part in parts for one in (part if isinstance(part, tuple) else (part,))]
    kinds = {"fills": Fill, "events": Event, "stays": Stay}
    lists = {name: tuple(one for one in flat if isinstance(one, kind)) for name, kind in kinds.items()}
    return Course(given=given, **lists, **more)


def states(knowledge, history, who=None, urine=()):
    return {one.id: one.state for one in signals(who or record(), history, knowledge, ON, urine)}


def seen(knowledge, history, who=None, urine=()):
    """The signals that are seen."""
    return {name for name, state in states(knowledge, history, who, urine).items() if state == "seen"}
