"""Doses that differ from the plan: what more, less, a sudden fall, or an interruption leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.follow_days import DayTaken
from benzosafe.taper.follow_decision import Decision, by_parameter, number_of
from benzosafe.taper.follow_now import fall_to, usual_ug
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.log_entries import Log
from benzosafe.taper.product import mg_words


@dataclass(frozen=True)
class Held:
    """What is taken a day now, and was before the plan [micrograms]; `overridden`: its limit is set aside."""

    now_ug: int
    before_ug: int
    overridden: bool = False


def dose_decisions(knowledge: Knowledge, log: Log, days: Sequence[DayTaken], held: Held) -> list[Decision]:
    """Decisions from doses above or below the plan, from an interruption that is over, and from a silent diary."""
    recent = days[-int(number_of(knowledge, "follow_reading_valid_days")) :]
    return [
        *_overdose(knowledge, days, held), *_more(knowledge, recent, held), *_fallen(knowledge, days, held),
        *_less(knowledge, recent), *_interrupted(knowledge, recent), *_supply(log, days),
        *(hospital_decisions(knowledge, log, recent[0].on) if recent else ()),
        *silent_decisions(knowledge, [day.written for day in days]),
    ]  # fmt: skip


def _overdose(knowledge: Knowledge, days: Sequence[DayTaken], held: Held) -> list[Decision]:
    """Far more than is usual for a person: an emergency when lately written, else nothing follows from the plan."""
    times, name = number_of(knowledge, "follow_overdose_multiple"), "follow_overdose_multiple"
    highest = max((day.planned_ug for day in days), default=0)
    lately = len(days) - int(number_of(knowledge, "follow_settled_days"))
    for number, day in enumerate(days):
        usual = usual_ug(knowledge, days, number, held.before_ug) or highest
        if number >= lately and day.written and day.by != "hospital" and day.low_ug > times * usual:
            reason = (
                f"{mg_words(day.low_ug)} mg was taken on {day.on}, more than {times:g} times the usual"
                f" {mg_words(usual)} mg. If it was really taken, call the emergency number or a poison centre."
            )
            return [by_parameter(knowledge, "seek_help", reason, name)]
    if days and held.now_ug > times * (usual_ug(knowledge, days, len(days) - 1, held.before_ug) or highest):
        reason = (
            f"{mg_words(held.now_ug)} mg a day was the last amount written, far more than the plan: find out what is"
            " really taken. Nothing is lowered from this plan, and nothing is stopped suddenly."
        )
        return [by_parameter(knowledge, "assess_anew", reason, name)]
    return []


def unprescribed(knowledge: Knowledge, days: Sequence[DayTaken], held: Held) -> bool:
    """Whether more is taken now, or was on one of the last days, than was taken before the plan.

    JUDGEMENT: nobody is known to have prescribed such a dose, so no plan starts from it; a hospital's dose was.
    """
    last = days[-int(number_of(knowledge, "follow_settled_days")) :]
    by_hospital = bool(last) and last[-1].by == "hospital"
    return bool(_beyond(last, held)) or (held.now_ug > held.before_ug and not by_hospital)


def _beyond(days: Sequence[DayTaken], held: Held) -> list[DayTaken]:
    return [day for day in days if day.low_ug > held.before_ug and day.by != "hospital"]


def _more(knowledge: Knowledge, recent: Sequence[DayTaken], held: Held) -> list[Decision]:
    beyond = _beyond(recent, held)
    if beyond or unprescribed(knowledge, recent, held):
        most = max([day.low_ug for day in beyond], default=held.now_ug)
        reason = (
            f"{mg_words(most)} mg a day was taken, more than the {mg_words(held.before_ug)} mg taken before the plan,"
            " and nobody is known to have prescribed it: a clinician asks today where it comes from, and about"
            " sedation, breathing, other sedatives and safety. The dose is agreed there; nothing is stopped or lowered"
            " suddenly."
        )
        return [replace(by_parameter(knowledge, "hold", reason, "follow_reading_valid_days"), today=True)]
    above = [day for day in recent if day.low_ug > day.planned_ug]
    if not above:
        return []
    reason = (
        f"more than planned was taken on {_days(len(above))} (last {mg_words(above[-1].low_ug)} mg on {above[-1].on}"
        f"{'' if above[-1].written else ', as on the last day that was written'}):"
        " ask what made it necessary before anything is lowered; the next reduction starts from what is really taken."
    )
    return [by_parameter(knowledge, "hold", reason, "follow_reading_valid_days")]


def _fallen(knowledge: Knowledge, days: Sequence[DayTaken], held: Held) -> list[Decision]:
    """What is taken now against the most that was taken within the limit's days; what the plan set aside is kept."""
    ceiling = ceiling_of(knowledge)
    fall, last = fall_to(knowledge, days, held.now_ug, held.before_ug), days[-ceiling.days :]
    as_planned = all(day.low_ug == day.planned_ug == day.high_ug for day in last)
    absent = all(day.missed for day in days[-1 - int(number_of(knowledge, "follow_missed_days_go_on")) :])
    if fall.share <= ceiling.share or absent or (held.overridden and as_planned):
        return []
    reason = (
        f"what is taken fell from {mg_words(fall.from_ug)} to {mg_words(fall.to_ug)} mg a day: a fall of"
        f" {100 * float(fall.share):.0f} % within {ceiling.days} days, over the {100 * float(ceiling.share):.0f} %"
        " limit. No further reduction; the dose is not raised again without a clinician."
    )
    return [replace(by_parameter(knowledge, "hold", reason, "taper_ceiling_share"), soon=True)]


def _less(knowledge: Knowledge, recent: Sequence[DayTaken]) -> list[Decision]:
    below = [day for day in recent if 0 < day.high_ug < day.planned_ug]
    if not below:
        return []
    reason = (
        f"less than planned was taken on {_days(len(below))}: it is not made up for; doses are not skipped to go"
        " faster."
    )
    return [Decision("go_on", reason, "asam_2025", "verified", "patient guide p. 14")]


def _interrupted(knowledge: Knowledge, recent: Sequence[DayTaken]) -> list[Decision]:
    """An interruption of several days that is over: the level is not steady yet."""
    longest, run = 0, 0
    for day, after in pairwise(recent):
        run = run + 1 if day.missed else 0
        longest = max(longest, run if run and not after.missed else 0)
    if longest <= number_of(knowledge, "follow_missed_days_go_on"):
        return []
    reason = (
        f"after {_days(longest)} without a known dose the drug was taken again: the level is not steady yet; watch for"
        " sedation, and lower nothing until it is."
    )
    return [by_parameter(knowledge, "hold", reason, "follow_reading_valid_days")]


def _supply(log: Log, days: Sequence[DayTaken]) -> list[Decision]:
    """Supply that was lost, with no dose written since."""
    lost = max((day.on for day in log.days if day.supply_lost), default=None)
    if lost is None or any(day.on > lost and day.low_ug for day in days):
        return []
    reason = (
        f"the supply was lost on {lost}: call prescriber or pharmacy today for what lasts until the next fill; doses"
        " are neither stretched nor left out to make it last."
    )
    return [Decision("hold", reason, "asam_2025", "verified", "Rec 2, never stopped abruptly", today=True)]


def hospital_decisions(knowledge: Knowledge, log: Log, since: date) -> list[Decision]:
    """A stay within the days that count: what was given there decides, and the illness is asked about."""
    if not log.stays or log.stays[-1].last < since:
        return []
    stay = log.stays[-1]
    given = {
        "as planned": "the planned dose was given there", "missed": "none of it was given there",
        "unknown": "what was given there is not known: ask for the drug chart before the next dose",
        "amount": f"{mg_words(stay.given.amount_ug)} mg a day was given there",
        "each": " and ".join(f"{mg_words(amount)} mg of {name}" for name, amount in stay.given.each)
        + " a day was given there",
    }[stay.given.kind]  # fmt: skip
    reason = (
        f"in hospital from {stay.first} to {stay.last}: {given}. No reduction until the illness and its new"
        " medicines are looked at."
    )
    return [by_parameter(knowledge, "hold", reason, "follow_hold_days")]


def silent_decisions(knowledge: Knowledge, written: Sequence[bool]) -> list[Decision]:
    """Too many days at the end of which nothing was written; `written`: whether, day by day."""
    silent = 0
    for known in reversed(written):
        if known:
            break
        silent += 1
    if silent <= number_of(knowledge, "follow_unlogged_days"):
        return []
    reason = (
        f"nothing was written of the doses of the last {silent} days: ask what was taken before anything is lowered."
    )
    return [by_parameter(knowledge, "hold", reason, "follow_unlogged_days")]


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"
