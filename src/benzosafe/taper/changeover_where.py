"""Where a person is in a change, found from what was taken of both drugs; where that is not sure it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NoReturn

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover, Pair
from benzosafe.taper.changeover_days import DayOfBoth, pair_of, planned_stage, stage_of
from benzosafe.taper.follow_decision import number_of
from benzosafe.taper.product import mg_words


@dataclass(frozen=True)
class Where:
    """The stage whose doses are taken, for how many days in a row, and the stage the plan had on the last of them.

    `planned_now`: the stage of the plan on the day of reading, which may begin on it.
    """

    number: int
    days: int
    planned: int
    planned_now: int

    @property
    def ahead(self) -> bool:
        """Whether a stage was begun before it was due."""
        return self.number > self.planned

    @property
    def behind(self) -> bool:
        """Whether an earlier stage than planned is still taken."""
        return self.number < self.planned


def where_now(
    knowledge: Knowledge, change: Changeover, days: Sequence[DayOfBoth], on: date, file: str
) -> Where:  # fmt: skip
    """The stage whose doses were taken on the last days; a single missed day at the end counts as the day before it.

    JUDGEMENT: the last three days decide (follow_settled_days). InputRefused when what was taken on one of them is that
    of no stage, when stages were jumped over or change to and fro, and when a stage was begun more than one too early:
    no doses can be named from the plan then.
    """
    now = planned_stage(change, on)
    taken = [day for day in days if not day.missed]
    if not taken:
        return Where(now, 0, now, now)
    last = taken[-int(number_of(knowledge, "follow_settled_days")) :]
    numbers = []
    for day in last:
        number = stage_of(change, day.taken)
        if number is None:
            _no_stage(change, day, file)
        numbers.append(number)
    if any(later - earlier not in (0, 1) for earlier, later in pairwise(numbers)):
        _refuse(f"the doses of the last days are those of stages {_listed(numbers)}, to and fro or with a jump", file)
    at, planned = numbers[-1], last[-1].planned
    if at > planned + 1:
        _refuse(f"the doses of stage {at} are taken, but stage {planned} is planned: stages were jumped over", file)
    run = 0
    for day in reversed(taken):
        if stage_of(change, day.taken) != at:
            break
        run += 1
    return Where(at, run, planned, now)


def pair_words(change: Changeover, pair: Pair) -> str:
    """'1 mg of lorazepam and 5 mg of diazepam'."""
    return f"{mg_words(pair[0])} mg of {change.old} and {mg_words(pair[1])} mg of {change.new}"


def _no_stage(change: Changeover, day: DayOfBoth, file: str) -> NoReturn:
    assert day.taken is not None
    planned = pair_words(change, pair_of(change, day.planned))
    like = "" if day.written else ", as on the last day that was written"
    _refuse(
        f"{pair_words(change, day.taken)} was taken on {day.on}{like}: the doses of no stage of the change (planned:"
        f" {planned})", file,
    )  # fmt: skip


def _refuse(what: str, file: str) -> NoReturn:
    raise InputRefused(
        f"where the change stands cannot be told: {what}. No dose is named.", where=file,
        next_step="Call the prescriber today, before the next dose. Neither stop anything suddenly nor make up for"
        " anything, and begin no further stage. If the diary is wrong, correct it; if it is right, the prescriber"
        " writes a new plan from the updated record: benzosafe taper PATIENT.",
    )  # fmt: skip


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)
