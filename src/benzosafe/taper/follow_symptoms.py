"""What is felt: red flags, scales within one patient, sleep, alcohol, and what the patient wants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from benzosafe.knowledge.follow_model import BandStep
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import normalise
from benzosafe.taper.follow_decision import Decision, by_evidence, by_parameter, number_of
from benzosafe.taper.log_entries import DayLog, Log, Reading

_DENIALS = (
    "no", "not", "never", "without", "denies", "denied", "no more", "no further", "no longer", "no thoughts of",
    "denies any", "denied any", "without any", "negative for", "no evidence of", "no signs of",
    "no history of", "family history of",
)  # fmt: skip
_NEGATED = "".join(rf"(?<!\b{word} )" for word in _DENIALS)
_NEXT = (
    "What is taken next is decided by those who see the person; nothing is stopped abruptly. Bring this plan and all"
    " medicines."
)


def red_flag_decisions(knowledge: Knowledge, log: Log, on: date) -> list[Decision]:
    """Every red flag of the diary, whenever it was: help first, each named once with its latest day."""
    latest: dict[str, date] = {}
    unknown: dict[str, date] = {}
    for day in log.days:
        for flag in _flags(knowledge, day):
            latest[flag] = day.on
        for flag, answer in day.flags:
            if answer is None and recent(knowledge, day.on, on):
                unknown[flag] = day.on
    found = []
    for name, seen_on in latest.items():
        sign = knowledge.red_flags[name]
        reason = f"{sign.label} on {seen_on}: {sign.do}. {_NEXT}"
        found.append(by_evidence("seek_help", reason, sign.evidence[0]))
    for name in sorted(set(unknown) - set(latest)):
        sign = knowledge.red_flags[name]
        reason = f"{sign.label}: not known on {unknown[name]}. Ask today; if so, {sign.do}."
        found.append(by_evidence("hold", reason, sign.evidence[0]))
    return found


def _flags(knowledge: Knowledge, day: DayLog) -> Iterator[str]:
    """Red flags of one day: answered yes, written in words, or an item of a scale. A 'no' beside words is refused."""
    answers = dict(day.flags)
    yield from (flag for flag, answer in answers.items() if answer)
    for text in day.symptoms:
        for flag in flags_in(knowledge, text):
            if answers.get(flag) is False:
                day.place.refuse(
                    f"{day.on}: '{flag}: no', yet the symptoms say '{text}'.",
                    "If it happened, get emergency help now; then correct the entry that is wrong.",
                )
            yield flag
    for name in knowledge.withdrawal_scales:
        reading: Reading | None = getattr(day, name)
        for asked in knowledge.scales[name].flags:
            if asked.red_flag and reading and reading.items and reading.items[asked.item - 1] >= asked.from_points:
                yield asked.red_flag


def flags_in(knowledge: Knowledge, text: str) -> list[str]:
    """Red flags a text names, unless a denial such as 'no', 'denies any' or 'no thoughts of' stands right before it."""
    plain = normalise(text).replace(",", " ").replace(".", " ")
    return [name for name in knowledge.red_flags if _pattern(knowledge, name).search(plain)]


def _denied(knowledge: Knowledge, text: str) -> bool:
    """Whether a text only says that no red flag is there, as in 'no seizure, not confused', or that nothing is felt."""
    plain = re.sub(r"[,.;/]", " ", normalise(text))
    left = _denial(knowledge).sub(" ", " ".join(plain.split()))
    return not left.replace(" and ", " ").split()


@lru_cache(maxsize=8)
def _denial(knowledge: Knowledge) -> re.Pattern[str]:
    words = {normalise(word) for sign in knowledge.red_flags.values() for word in sign.words}
    flags = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:(?:{'|'.join(_DENIALS)}) (?:{flags})|no symptoms|no symptom|none|nothing)\b")


@lru_cache(maxsize=64)
def _pattern(knowledge: Knowledge, name: str) -> re.Pattern[str]:
    words = "|".join(re.escape(normalise(word)) for word in knowledge.red_flags[name].words)
    return re.compile(rf"{_NEGATED}\b(?:{words})\b(?! free\b)")


def scale_decisions(knowledge: Knowledge, log: Log, on: date) -> list[Decision]:
    """What each scale leads to: its band where published, and its rise against the first total of this patient.

    Symptoms in words are passed on as they stand; nothing grades them, so a clinician hears of them soon.
    """
    found = []
    for name in knowledge.withdrawal_scales:
        readings = [(day.on, getattr(day, name)) for day in log.days if getattr(day, name) is not None]
        if readings and recent(knowledge, readings[-1][0], on):
            first = dict(log.baseline).get(name) or readings[0][1]
            found += _judged(knowledge, name, first.total, readings)
    felt = list(dict.fromkeys(text for day in log.days if recent(knowledge, day.on, on) for text in day.symptoms))
    felt = [text for text in felt if not _denied(knowledge, text)]
    if felt:
        reason = f"written lately and not graded here, so a clinician looks at it within a day: {', '.join(felt)}."
        found.append(Decision("hold", reason, "asam_2025", "verified", "Rec 9", soon=True))
    elif not found:
        reason = "no scale and no symptom was written lately: ask before the next reduction."
        found.append(Decision("go_on", reason, "asam_2025", "verified", "Rec 9"))
    return found


def _judged(knowledge: Knowledge, name: str, first: int, readings: Sequence[tuple[date, Reading]]) -> list[Decision]:
    scale, on, latest = knowledge.scales[name], readings[-1][0], readings[-1][1].total
    found = []
    band, step = band_of(knowledge, name, latest)
    if step:
        reason = f"{scale.label} {latest} of {scale.highest} on {on}: {band}."
        found.append(by_evidence(step.action, reason, step.evidence))
        if step.action in ("hold", "step_back"):
            reason = "significant symptoms: after the pause, reductions are slower."
            found.append(Decision("slow_down", reason, "asam_2025", "verified", "Rec 11"))
    else:
        found.append(by_evidence("go_on", f"{scale.label} {latest} on {on}.", scale.evidence[0]))
    if latest > first and latest >= (1 + number_of(knowledge, "follow_scale_rise_share")) * first:
        reason = f"{scale.label} rose from {first} to {latest}: look at it before the next reduction."
        found.append(by_parameter(knowledge, "hold", reason, "follow_scale_rise_share"))
    return found


def band_of(knowledge: Knowledge, name: str, total: int) -> tuple[str, BandStep | None]:
    """The band a total falls in and what it leads to; nothing for zero or a scale without published bands."""
    band = next((band.name for band in knowledge.scales[name].bands if band.low <= total <= band.high), "")
    return band, knowledge.withdrawal_scales[name].bands.get(band)


def recent(knowledge: Knowledge, day: date, on: date) -> bool:
    """Whether a day lies within the time that still counts."""
    return on - day < timedelta(days=number_of(knowledge, "follow_reading_valid_days"))


def sleep_decisions(knowledge: Knowledge, log: Log, on: date) -> list[Decision]:
    """Several short nights: pause until sleep is better (a recommendation for mood disorders, used for all)."""
    limit = number_of(knowledge, "follow_short_sleep_hours")
    nights = [day for day in log.days if day.sleep_hours is not None and recent(knowledge, day.on, on)]
    short = [day for day in nights if day.sleep_hours is not None and day.sleep_hours < limit]
    if len(short) < number_of(knowledge, "follow_short_sleep_nights"):
        return []
    reason = f"{len(short)} nights under {limit:g} h of sleep lately: pause until sleep is better; offer CBT-I."
    return [by_parameter(knowledge, "hold", reason, "follow_short_sleep_hours")]


def wish_decisions(knowledge: Knowledge, log: Log, on: date) -> list[Decision]:
    """What the patient asked for last; a taper belongs to the patient."""
    lately = (day.wish for day in reversed(log.days) if day.wish and recent(knowledge, day.on, on))
    wish = next(lately, None)
    if wish == "pause":
        return [Decision("hold", "the patient wants to pause.", "asam_2025", "verified", "Rec 4 and 8")]
    if wish == "slower":
        return [Decision("slow_down", "the patient wants to go more slowly.", "asam_2025", "verified", "Rec 4 and 8")]
    if wish == "stop tapering":
        reason = "the patient wants to stay at this dose: a lower stable dose is an accepted end; look again later."
        return [Decision("stay", reason, "asam_2025", "verified", "Rec 4, key takeaways 5 and 6")]
    return []
