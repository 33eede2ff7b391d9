"""A change to another drug as plain data and back: counted again when it is read, whoever wrote the file."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.taper.changeover import Changeover, ChangeStage
from benzosafe.taper.changeover_proof import change_faults
from benzosafe.taper.crossover import dose_words
from benzosafe.taper.crossover_equivalence import Equivalent, equivalence_data
from benzosafe.taper.limits import Ceiling
from benzosafe.taper.product import UG_PER_MG, Dose
from benzosafe.taper.record import dose_of
from benzosafe.taper.record_fields import Fields
from benzosafe.taper.stages import stage_data

_MOST_PIECES = 20  # the most that can be asked for; the number itself is not kept with a plan
_MOST_DAYS, _MOST_RATIO = 3_660, 1_000  # JUDGEMENT: ten years, and a thousand times the dose, are slips


def changeover_data(change: Changeover) -> dict[str, Any]:
    """The change as JSON: drugs, equivalence with every source, stages with their portions, dates YYYY-MM-DD."""
    before = [{"at_h": hour, "mg": amount / UG_PER_MG} for hour, amount in change.before]
    return {
        "status": "draft", "from": change.old, "to": change.new,
        "equivalence": equivalence_data(change.old, change.new, change.values, (change.used, change.why)),
        "before": {"doses": before, "words": dose_words(change.before)},
        "made": [{**_stage(change, stage), "back": stage.back} for stage in change.stages],
        "since": change.since.isoformat() if change.since else None,
        "warnings": list(change.warnings), "notes": list(change.notes),
    }  # fmt: skip


def _stage(change: Changeover, stage: ChangeStage) -> dict[str, Any]:
    left = {dose.at_h: dose.amount_ug for dose in stage.old}
    wanted = tuple((hour, floor(change.ratio * (amount - left.get(hour, 0)))) for hour, amount in change.before)
    return stage_data(stage.number, (stage.starts_on, stage.ends_on), (stage.old, stage.new), wanted)


def holds_doses(data: Any) -> bool:
    """Whether a change in a plan's JSON says what is taken in its stages, or only when they are."""
    made = data.get("made") if isinstance(data, dict) else None
    return isinstance(made, list) and any(isinstance(stage, dict) and "old" in stage for stage in made)


def changeover_of(data: Any, ceiling: Ceiling, where: str) -> Changeover:
    """The change from its JSON ('crossover' of a plan); InputRefused names what is missing, wrong or does not add up.

    Every portion is counted again. That its equivalence is a published one is checked in `changeover_checks`.
    """
    fields = Fields(data, "crossover", where)
    equal = fields.group("equivalence")
    used = equal.group("used")
    before = tuple((item.number("at_h", 0.0, 24.0), item.ug("mg", zero=False))
                   for item in fields.group("before").listed("doses"))  # fmt: skip
    since = fields.day("since") if fields.data.get("since") is not None else None
    change = Changeover(
        fields.text("from"), fields.text("to"), before, tuple(_stage_of(item) for item in fields.listed("made")),
        _ratio(used, "exact_ratio"), used.text("table"), used.text("why"),
        tuple(_value(item) for item in equal.listed("values")), fields.texts("warnings"), fields.texts("notes"), since,
    )  # fmt: skip
    if not change.stages or not before or not change.values:
        fields.refuse("made", "names no stages, or not what was taken before or by which equivalence")
    if since is not None and since > change.ends_on:
        fields.refuse("since", f"is after the change ends ({change.ends_on})")
    wrong = change_faults(change, ceiling, _MOST_PIECES)
    if wrong:
        raise InputRefused(
            f"the change to {change.new} does not stand up to being counted again: {wrong[0]}.", where=where,
            next_step="Use the file as it was written, or write it again with: benzosafe taper PATIENT --via DRUG",
        )  # fmt: skip
    return change


def _stage_of(item: Fields) -> ChangeStage:
    starts, ends = item.day("starts_on"), item.day("ends_on")
    days = (ends - starts).days + 1
    if not 1 <= days <= _MOST_DAYS:
        item.refuse("ends_on", "is before the stage starts, or years after it")
    old, new = (_doses(item, key) for key in ("old", "new"))
    back = item.flag("back") if "back" in item.data else False
    return ChangeStage(item.whole("number", 1, _MOST_DAYS), starts, days, old, new, back)


def _doses(item: Fields, key: str) -> tuple[Dose, ...]:
    """The doses of one drug, each stated in mg, and the day's total: what the portions do not add up to is refused."""
    doses = []
    for part in item.listed(key):
        dose = dose_of(part)
        if part.ug("mg") != dose.amount_ug:
            part.refuse("mg", f"states {part.data['mg']:g} mg, but the portions make {dose.amount_ug / UG_PER_MG:g} mg")
        doses.append(dose)
    total = sum(dose.amount_ug for dose in doses)
    if item.ug(f"{key}_mg") != total:
        item.refuse(f"{key}_mg", f"is not {total / UG_PER_MG:g} mg, to which the portions add up")
    return tuple(doses)


def _value(item: Fields) -> Equivalent:
    low, high = _ratios(item, "exact")
    return Equivalent(
        item.text("table"), item.text("title"), item.text("source"), item.text("confidence"), low, high
    )  # fmt: skip


def _ratios(item: Fields, key: str) -> list[Fraction]:
    texts = item.given(key)
    if not isinstance(texts, list) or len(texts) != 2:
        item.refuse(key, "is not a list of two fractions")
    return [_fraction(item, key, text) for text in texts]


def _ratio(item: Fields, key: str) -> Fraction:
    return _fraction(item, key, item.given(key))


def _fraction(item: Fields, key: str, text: Any) -> Fraction:
    """A fraction above 0 as text; no exponents, for a huge one would be counted out for hours."""
    whole, _, part = text.partition("/") if isinstance(text, str) and len(text) <= 40 else ("", "", "")
    good = all(number.isascii() and number.isdigit() for number in (whole, part or "1")) and int(part or 1) > 0
    found = Fraction(int(whole), int(part or 1)) if good else Fraction(0)
    if not 0 < found <= _MOST_RATIO:
        item.refuse(key, "is not a fraction above 0, written as '20/3'")
    return found
