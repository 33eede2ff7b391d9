"""Doses that differ from the plan: what is really taken now, and what more, less, or an interruption leads to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.follow_days import DayTaken
from benzosafe.taper.follow_decision import Decision, by_parameter, number_of
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.log_entries import Log
from benzosafe.taper.product import mg_words


def dose_now(knowledge: Knowledge, days: Sequence[DayTaken], planned: int) -> int:
    """What is really taken a day [ug]: the plan's dose, unless the last days in a row were all above or all below it.

    JUDGEMENT: of those days the dose nearest to the plan counts. After an interruption one smaller dose is enough: it
    is not raised again at once.
    """
    settled = int(number_of(knowledge, "follow_settled_days"))
    last = days[-settled:]
    if not last or last[-1].low_ug == 0:
        return planned
    if _resumed_lower(knowledge, days[-int(number_of(knowledge, "follow_reading_valid_days")) :]):
        return last[-1].low_ug
    if len(last) == settled and all(0 < day.high_ug < day.planned_ug for day in last):
        return max(day.high_ug for day in last)
    if len(last) == settled and all(day.low_ug > day.planned_ug for day in last):
        return min(day.low_ug for day in last)
    return planned


def _resumed_lower(knowledge: Knowledge, recent: Sequence[DayTaken]) -> bool:
    """Whether an interruption longer than is simply gone on from was followed by smaller doses only."""
    since = next((number for number, day in enumerate(reversed(recent)) if day.missed), len(recent))
    after = recent[len(recent) - since :]
    run = 0
    for day in reversed(recent[: len(recent) - since]):
        if not day.missed:
            break
        run += 1
    longer = run > number_of(knowledge, "follow_missed_days_go_on")
    return longer and all(0 < day.high_ug < day.planned_ug for day in after)


def dose_decisions(knowledge: Knowledge, log: Log, days: Sequence[DayTaken], now_ug: int) -> list[Decision]:
    """Decisions from doses above or below the plan, from an interruption that is over, and from a silent diary."""
    recent = days[-int(number_of(knowledge, "follow_reading_valid_days")) :]
    return [
        *_overdose(knowledge, days), *_more(knowledge, recent), *_less(knowledge, recent, now_ug),
        *_interrupted(knowledge, recent), *_supply(log, days), *_hospital(knowledge, log, recent),
        *_silent(knowledge, days),
    ]  # fmt: skip


def _overdose(knowledge: Knowledge, days: Sequence[DayTaken]) -> list[Decision]:
    times = number_of(knowledge, "follow_overdose_multiple")
    highest = max((day.planned_ug for day in days), default=0)
    for day in days[-int(number_of(knowledge, "follow_settled_days")) :]:
        usual = day.planned_ug or highest
        if day.written and day.by != "hospital" and day.low_ug > times * usual:
            reason = (
                f"{mg_words(day.low_ug)} mg was taken on {day.on}, more than {times:g} times the planned"
                f" {mg_words(day.planned_ug)} mg. If it was really taken, call the emergency number or a poison centre."
            )
            return [by_parameter(knowledge, "seek_help", reason, "follow_overdose_multiple")]
    return []


def _more(knowledge: Knowledge, recent: Sequence[DayTaken]) -> list[Decision]:
    above = [day for day in recent if day.low_ug > day.planned_ug]
    if not above:
        return []
    reason = (
        f"more than planned was taken on {_days(len(above))} (last {mg_words(above[-1].low_ug)} mg on {above[-1].on}):"
        " ask what made it necessary before anything is lowered; the next reduction starts from what is really taken."
    )
    return [by_parameter(knowledge, "hold", reason, "follow_reading_valid_days")]


def _less(knowledge: Knowledge, recent: Sequence[DayTaken], now_ug: int) -> list[Decision]:
    below = [day for day in recent if 0 < day.high_ug < day.planned_ug]
    if not below:
        return []
    ceiling = ceiling_of(knowledge)
    highest = max(day.planned_ug for day in recent[-ceiling.days :])
    fall = 1 - now_ug / highest
    if now_ug < recent[-1].planned_ug and fall > ceiling.share:
        reason = (
            f"less than planned was taken (now {mg_words(now_ug)} mg a day): a fall of"
            f" {100 * float(fall):.0f} % within {ceiling.days} days, over the {100 * float(ceiling.share):.0f} % limit."
            " No further reduction; the dose is not raised again without a clinician."
        )
        return [by_parameter(knowledge, "hold", reason, "taper_ceiling_share")]
    reason = (
        f"less than planned was taken on {_days(len(below))}, within the limit: it is not made up for; doses are not"
        " skipped to go faster."
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
    return [Decision("hold", reason, "asam_2025", "verified", "Rec 2, never stopped abruptly")]


def _hospital(knowledge: Knowledge, log: Log, recent: Sequence[DayTaken]) -> list[Decision]:
    """A stay within the days that count: what was given there decides, and the illness is asked about."""
    if not log.stays or not recent or log.stays[-1].last < recent[0].on:
        return []
    stay = log.stays[-1]
    given = {
        "as planned": "the planned dose was given there", "missed": "none of it was given there",
        "unknown": "what was given there is not known: ask for the drug chart before the next dose",
        "amount": f"{mg_words(stay.given.amount_ug)} mg a day was given there",
    }[stay.given.kind]  # fmt: skip
    reason = (
        f"in hospital from {stay.first} to {stay.last}: {given}. No reduction until the illness and its new"
        " medicines are looked at."
    )
    return [by_parameter(knowledge, "hold", reason, "follow_hold_days")]


def _silent(knowledge: Knowledge, days: Sequence[DayTaken]) -> list[Decision]:
    silent = 0
    for day in reversed(days):
        if day.written:
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
