"""A change to another drug that comes before a taper: when its stages begin and end, as far as a diary needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from benzosafe.knowledge.load import load_knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_record import changeover_data, changeover_of, holds_doses
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.record_fields import Fields


@dataclass(frozen=True)
class Change:
    """From which drug to which, and the first and last day of every stage.

    `course`: the change with all its doses; None when the file states days only.
    """

    old: str
    new: str
    stages: tuple[tuple[date, date], ...]
    course: Changeover | None = None

    @property
    def begins_on(self) -> date:
        """The first day of the first stage."""
        return self.stages[0][0]

    @property
    def ends_on(self) -> date:
        """The last day of the last stage."""
        return self.stages[-1][1]

    def next_stage(self, on: date) -> date | None:
        """The first day of the stage that comes after a day; None when the last stage has begun."""
        return next((begins for begins, _ in self.stages if begins > on), None)


def change_of(data: Any, where: str) -> Change | None:
    """The change in a plan's JSON ('crossover'), or none; InputRefused names the field that is wrong."""
    if data is None:
        return None
    fields = Fields(data, "crossover", where)
    stages = fields.listed("made")
    days = tuple((stage.day("starts_on"), stage.day("ends_on")) for stage in stages)
    if holds_doses(data):
        return followed_change(changeover_of(data, ceiling_of(load_knowledge()), where))
    flat = [day for stage in days for day in stage]
    if not flat or flat != sorted(flat):
        fields.refuse("made", "does not name stages one after another")
    return Change(fields.text("from"), fields.text("to"), days)


def followed_change(course: Changeover) -> Change:
    """A change with its doses, as a diary is held against it."""
    days = tuple((stage.starts_on, stage.ends_on) for stage in course.stages)
    return Change(course.old, course.new, days, course)


def change_data(change: Change) -> dict[str, Any]:
    """The change as it stands in the JSON of a revision: whole, or drugs and days only where no doses are known."""
    if change.course is not None:
        return changeover_data(change.course)
    made = [{"starts_on": begins.isoformat(), "ends_on": ends.isoformat()} for begins, ends in change.stages]
    return {"from": change.old, "to": change.new, "made": made}
