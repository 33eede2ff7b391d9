"""A change to a long-acting benzodiazepine: which doses of both on which days, and how sure the equivalence is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from benzosafe.errors import InputRefused, UsageError
from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.crossover_circumstances import Against, Circumstances, reasons_against, refuse_forbidden
from benzosafe.taper.crossover_equivalence import Equivalent, chosen_of, equivalents
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.product import mg_words
from benzosafe.taper.start import Start, continued

Doses = tuple[tuple[float, int], ...]
# Said of doses before they are made of products, and no longer after.
AS_WANTED = "doses of the new drug are what is wanted: where tablets do not make them, take the next lower one"
_NIGHT_ENDS_H = 4.0  # a dose at midnight or shortly after belongs to the evening before


@dataclass(frozen=True)
class Stage:
    """The same doses of both drugs for some days: (hour, micrograms), in order of hour.

    `total_ug`: both as the new drug by the chosen ratio [ug/d]; `range_ug`: the same by every published table.
    """

    number: int
    starts_on: date
    days: int
    old: Doses
    new: Doses
    total_ug: Fraction
    range_ug: tuple[Fraction, Fraction]

    @property
    def ends_on(self) -> date:
        """The last day of the stage."""
        return self.starts_on + timedelta(days=self.days - 1)


@dataclass(frozen=True)
class Crossover:
    """A change from one drug to another: every published equivalence, the one used and why, reasons against, stages.

    `ratio`: mg of the new drug for 1 mg of the old. `unknown`: what would speak against it and is not known.
    """

    drug: str
    to: str
    before: Doses
    values: tuple[Equivalent, ...]
    chosen: Equivalent
    ratio: Fraction
    why_chosen: str
    against: tuple[Against, ...]
    unknown: tuple[str, ...]
    stages: tuple[Stage, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def discouraged(self) -> bool:
        """Whether anything known speaks against the change."""
        return bool(self.against)

    @property
    def days(self) -> int:
        """Days from the first stage to the end of the last."""
        return sum(stage.days for stage in self.stages)

    @property
    def ends_on(self) -> date:
        """The last day of the last stage."""
        return self.stages[-1].ends_on


def crossover(
    knowledge: Knowledge, start: Start, to: str, who: Circumstances, begins_on: date, table: str | None = None
) -> Crossover:
    """The change to a long-acting drug, one dose at a time, the night dose first. Source: asam_2025, Rec 7.

    The total in equivalents by the chosen ratio never rises and falls by less than a microgram a dose. `table`: the
    equivalence to use instead of the guideline's lower one. UsageError for a drug that is not long-acting;
    InputRefused without a published equivalence or where a label forbids the new drug.
    """
    _refuse_target(knowledge, start, to)
    values = equivalents(knowledge, start.drug, to)
    refuse_forbidden(knowledge, start.drug, to, who)
    chosen = chosen_of(values, table)
    against, unknown = reasons_against(knowledge, to, who)
    ratio = chosen.low
    days = _stage_days(knowledge, who, bool(against))
    whole = Fraction(str(knowledge.parameters["crossover_whole_dose_share"].highest))
    stages = _stages(start.doses, ratio, values, (begins_on, days, whole))
    facts = knowledge.drugs[start.drug].benzodiazepine
    notes = [
        "optional, and a clinician's decision after each stage: go on, wait, or step back (asam_2025, Rec 7)",
        AS_WANTED,
        *([f"{start.drug} is long-acting itself: there is little to gain"] if _is_long(facts) else []),
        *_recalled(values),
    ]
    return Crossover(
        start.drug, to, start.doses, values, chosen, ratio, _why(chosen, values, who, table), against, unknown, stages,
        _warnings(knowledge, start, stages, values, who), tuple(notes),
    )  # fmt: skip


def after_crossover(start: Start, change: Crossover) -> Start:
    """Where the taper of the new drug starts: its doses in the last stage, the place among several agents kept."""
    note = f"changed from {change.drug} to {change.to} until {change.ends_on} by {change.chosen.title}"
    return continued(start, change.to, change.stages[-1].new, (note,))


def _refuse_target(knowledge: Knowledge, start: Start, to: str) -> None:
    known = knowledge.drugs.get(to)
    facts = known.benzodiazepine if known else None
    novel = "novel_benzodiazepine"
    if not _is_long(facts) or novel in catalog_of(knowledge).classes_of(to):
        drugs = knowledge.drugs.values()
        long = sorted(drug.name for drug in drugs if _is_long(drug.benzodiazepine) and novel not in drug.classes)
        raise UsageError(
            f"'{to}' is not a long-acting benzodiazepine.", where="--via", next_step=f"Long-acting: {', '.join(long)}."
        )
    if to == start.drug:
        raise UsageError(
            f"{to} is what is taken already.", where="--via", next_step="Leave it out and taper it directly."
        )
    if novel in catalog_of(knowledge).classes_of(start.drug):
        raise InputRefused(
            "an illicit or novel benzodiazepine has no equivalence (asam_2025, Table 2 note c).", where=start.drug,
            next_step="Ask addiction medicine; it must not be stopped at once.",
        )  # fmt: skip


def _is_long(facts: object) -> bool:
    return getattr(facts, "duration", "") == "long"


# --- how careful ---------------------------------------------------------------------------------------------------


def _at_risk(who: Circumstances) -> list[str]:
    """Risks of sedation that are there or are not known to be absent."""
    return [name if known else f"{name} (not known)" for name, known in who.sedation_risks if known is not False]


def _stage_days(knowledge: Knowledge, who: Circumstances, discouraged: bool) -> int:
    """Days of a stage: the long end of the source's one to two weeks with any risk, so that accumulation is seen."""
    length = knowledge.parameters["crossover_stage_days"]
    return int(length.highest if discouraged or _at_risk(who) else length.lowest)


def _why(chosen: Equivalent, values: Sequence[Equivalent], who: Circumstances, table: str | None) -> str:
    lowest, highest = min(value.low for value in values), max(value.high for value in values)
    spread = f"published values run from {float(lowest):.3g} to {float(highest):.3g} mg for 1 mg"
    if table is not None:
        return f"{chosen.title}, as asked for; {spread}"
    risks = _at_risk(who)
    # JUDGEMENT: the lower dose also without a risk of sedation: too little is noticed and can be added to at the next
    # review, too much of a drug that stays for weeks cannot be taken back.
    reason = (
        f"because of {', '.join(risks)}" if risks else "because what is too much of it cannot be taken back for weeks"
    )
    return f"{chosen.title}: the lower of those the guideline prints, {reason}; {spread}"


def _warnings(
    knowledge: Knowledge, start: Start, stages: Sequence[Stage], values: Sequence[Equivalent], who: Circumstances
) -> tuple[str, ...]:
    """Tables by which the whole change is a larger fall than the ceiling, or a rise where sedation is the risk."""
    ceiling, end = ceiling_of(knowledge), stages[-1].total_ug
    by_change: dict[str, list[str]] = {}
    for value in values:
        lowest, highest = value.low * start.amount_ug, value.high * start.amount_ug
        fall = 1 - end / lowest
        if fall > ceiling.share:
            words = (
                f"the change lowers the dose by {float(fall):.0%}, more than the {float(ceiling.share):.0%} of the "
                "ceiling: watch for withdrawal, and wait longer between stages"
            )
            by_change.setdefault(words, []).append(value.title)
        elif end > highest and _at_risk(who):
            words = f"the change raises the dose by {float(end / highest - 1):.0%}: watch for sedation"
            by_change.setdefault(words, []).append(value.title)
    return tuple(f"by {'; '.join(titles)}: {words}" for words, titles in by_change.items())


def _recalled(values: Sequence[Equivalent]) -> list[str]:
    names = [value.title for value in values if value.confidence == "recalled"]
    return [f"not re-read in its source: {'; '.join(names)}"] if names else []


# --- stages --------------------------------------------------------------------------------------------------------


def _stages(
    doses: Doses, ratio: Fraction, values: Sequence[Equivalent], pace: tuple[date, int, Fraction]
) -> tuple[Stage, ...]:  # fmt: skip
    """One stage after each dose, or half of a dose that is more than so much of the day, has been replaced."""
    begins_on, days, whole = pace
    day_ug = sum(amount for _, amount in doses)
    left = dict(doses)
    found: list[Stage] = []
    for hour, amount in sorted(doses, key=_from_night):
        # Of an odd number of micrograms the larger half stays the old drug.
        parts = (amount // 2, amount - amount // 2) if Fraction(amount, day_ug) > whole and amount > 1 else (amount,)
        for part in parts:
            left[hour] -= part
            new = tuple((at, floor(ratio * (mine - left[at]))) for at, mine in doses if mine > left[at])
            old = tuple((at, left[at]) for at, _ in doses if left[at])
            begins = begins_on + timedelta(days=days * len(found))
            found.append(_stage(len(found) + 1, (begins, days), (old, new), ratio, values))
    return tuple(found)


def _from_night(dose: tuple[float, int]) -> float:
    """Sorts the last dose of the day first; soon after midnight is still night."""
    hour = dose[0]
    return -(hour + 24.0 if hour < _NIGHT_ENDS_H else hour)


def _stage(
    number: int, when: tuple[date, int], doses: tuple[Doses, Doses], ratio: Fraction, values: Sequence[Equivalent]
) -> Stage:  # fmt: skip
    old, new = (sum(amount for _, amount in part) for part in doses)
    ends = (min(value.low for value in values), max(value.high for value in values))
    low, high = (old * end + new for end in ends)
    return Stage(number, *when, *doses, old * ratio + new, (low, high))


def dose_words(doses: Doses) -> str:
    """'0.5 mg at 08:00, 1 mg at 21:00', or 'none'."""
    words = [f"{mg_words(amount)} mg at {int(hour):02d}:{round(hour % 1 * 60):02d}" for hour, amount in doses]
    return ", ".join(words) or "none"
