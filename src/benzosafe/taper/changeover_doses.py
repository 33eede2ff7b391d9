"""What doses of two drugs lead to: far too much, more than before, an absence, lost supply, a stay, a silent diary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_days import DayOfBoth, pair_of
from benzosafe.taper.changeover_where import pair_words
from benzosafe.taper.follow_decision import Decision, by_parameter, number_of
from benzosafe.taper.follow_doses import hospital_decisions, silent_decisions
from benzosafe.taper.log_entries import Log

_ABRUPT = ("asam_2025", "verified", "Rec 2, never stopped abruptly")


def dose_decisions_of_both(
    knowledge: Knowledge, change: Changeover, log: Log, days: Sequence[DayOfBoth]
) -> list[Decision]:  # fmt: skip
    """Decisions from what was taken of both drugs; which stage that is, is found apart."""
    recent = days[-int(number_of(knowledge, "follow_reading_valid_days")) :]
    return [
        *_overdose(knowledge, change, days), *_above(knowledge, change, days), *_absent(knowledge, days),
        *_interrupted(knowledge, recent), *_supply(log, days),
        *(hospital_decisions(knowledge, log, recent[0].on) if recent else ()),
        *silent_decisions(knowledge, [day.written for day in days]),
    ]  # fmt: skip


def beyond(knowledge: Knowledge, change: Changeover, days: Sequence[DayOfBoth]) -> list[DayOfBoth]:
    """The last days on which more was taken than before the change, counted as the new drug or of one drug alone."""
    settled = int(number_of(knowledge, "follow_settled_days"))
    most_new = max(stage.pair_ug[1] for stage in change.stages)
    before = change.before_pair
    return [
        day for day in days[-settled:]
        if day.taken and day.by != "hospital" and (
            change.total_ug(day.taken) > change.total_ug(before) or day.taken[0] > before[0] or day.taken[1] > most_new
        )
    ]  # fmt: skip


def _overdose(knowledge: Knowledge, change: Changeover, days: Sequence[DayOfBoth]) -> list[Decision]:
    """Far more than planned on one of the last days that were written."""
    times = number_of(knowledge, "follow_overdose_multiple")
    for day in days[-int(number_of(knowledge, "follow_settled_days")) :]:
        if day.taken is None or not day.written or day.by == "hospital":
            continue
        planned = pair_of(change, day.planned)
        if change.total_ug(day.taken) > times * change.total_ug(planned):
            reason = (
                f"{pair_words(change, day.taken)} was taken on {day.on}, together more than {times:g} times the planned"
                f" {pair_words(change, planned)}. If it was really taken, call the emergency number or a poison centre."
            )
            return [by_parameter(knowledge, "seek_help", reason, "follow_overdose_multiple")]
    return []


def _above(knowledge: Knowledge, change: Changeover, days: Sequence[DayOfBoth]) -> list[Decision]:
    found = beyond(knowledge, change, days)
    if not found or found[-1].taken is None:
        return []
    reason = (
        f"{pair_words(change, found[-1].taken)} was taken on {found[-1].on}: together more than before the change, or"
        " more of one than any stage has, as when the old dose is taken beside the new one. Sleepiness that grows and"
        " slow breathing are an emergency. A clinician agrees the dose today; nothing is stopped or lowered suddenly."
    )
    return [replace(by_parameter(knowledge, "hold", reason, "follow_settled_days"), today=True)]


def _absent(knowledge: Knowledge, days: Sequence[DayOfBoth]) -> list[Decision]:
    missed = 0
    for day in reversed(days):
        if not day.missed:
            break
        missed += 1
    if not missed:
        return []
    if missed <= number_of(knowledge, "follow_missed_days_go_on"):
        unknown = days[-1].taken is None
        what = "it is not known what was taken on the last day: find out" if unknown else "1 day was missed"
        reason = f"{what}. Take the next doses as planned, both medicines, and never double them."
        return [by_parameter(knowledge, "go_on", reason, "follow_missed_days_go_on")]
    reason = (
        f"for {missed} days no dose of either medicine is known. With two drugs of different length no dose to restart"
        " with is named: a clinician sees the person before any dose is taken. Shaking, sweating, fast heart, confusion"
        " or a seizure is an emergency. If it was taken after all, find out what and correct the diary."
    )
    return [by_parameter(knowledge, "assess_anew", reason, "follow_missed_days_go_on")]


def _interrupted(knowledge: Knowledge, recent: Sequence[DayOfBoth]) -> list[Decision]:
    """An interruption of several days that is over: neither level is steady yet."""
    longest, run = 0, 0
    for day in recent:
        longest = longest if day.missed else max(longest, run)
        run = run + 1 if day.missed else 0
    if longest <= number_of(knowledge, "follow_missed_days_go_on"):
        return []
    reason = (
        f"after {longest} days without a known dose both medicines are taken again: no further stage until the levels"
        " are steady; watch for sedation and for withdrawal."
    )
    return [replace(by_parameter(knowledge, "hold", reason, "follow_reading_valid_days"), soon=True)]


def _supply(log: Log, days: Sequence[DayOfBoth]) -> list[Decision]:
    """Supply of either medicine that was lost, with no dose written since."""
    lost = max((day.on for day in log.days if day.supply_lost), default=None)
    if lost is None or any(day.on > lost and day.written and not day.missed for day in days):
        return []
    reason = (
        f"the supply was lost on {lost}: call prescriber or pharmacy today for both medicines; doses are neither"
        " stretched nor left out to make them last, and one does not stand in for the other."
    )
    return [Decision("hold", reason, *_ABRUPT, today=True)]
