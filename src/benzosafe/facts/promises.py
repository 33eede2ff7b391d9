"""Promises on record: what somebody said they would do by a day, such as 'will monitor'."""

from __future__ import annotations

from benzosafe.facts.column import Number
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact
from benzosafe.patient.tables import Record


@fact()
def promise_overdue_days(frame: Frame) -> Number:
    """Days since the day of the oldest promise on record that was not kept [d]; 0 where none on record is late."""
    # It is about what is on record: where no promise is, none can be late, and nothing is said of promises elsewhere.

    def late(record: Record) -> float:
        open_since = [
            (frame.on - promise.due_on).days
            for promise in record.course.promises
            if promise.done_on is None or promise.done_on > frame.on
        ]
        return float(max([0, *open_since]))

    return Number.of([late(record) for record in frame.records]).take(frame.patient_of_row)
