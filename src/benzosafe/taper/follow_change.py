"""A change to another drug that comes before a taper: when its stages begin and end, as far as a diary needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from benzosafe.taper.record_fields import Fields


@dataclass(frozen=True)
class Change:
    """From which drug to which, and the first and last day of every stage."""

    old: str
    new: str
    stages: tuple[tuple[date, date], ...]

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
    flat = [day for stage in days for day in stage]
    if not flat or flat != sorted(flat):
        fields.refuse("made", "does not name stages one after another")
    return Change(fields.text("from"), fields.text("to"), days)


def change_data(change: Change) -> dict[str, Any]:
    """The change as it stands in the JSON of a revision: drugs and days only."""
    made = [{"starts_on": begins.isoformat(), "ends_on": ends.isoformat()} for begins, ends in change.stages]
    return {"from": change.old, "to": change.new, "made": made}
