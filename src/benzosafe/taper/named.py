"""Published taper schedules by name, worked out for a dose and held against the ceiling: to compare, never to follow.

Their doses are arithmetic only: nobody asked whether a tablet makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Confidence
from benzosafe.knowledge.taper_model import PublishedTaper
from benzosafe.taper.design import last_dose_ug
from benzosafe.taper.limits import Stretch, ceiling_of
from benzosafe.taper.named_run import Run, exact, shares_lost, stretches_of
from benzosafe.taper.product import UG_PER_MG, mg_words

FOR_COMPARISON = "For comparison only, not a plan: its doses are arithmetic, and no tablet was asked for. Draft."


@dataclass(frozen=True)
class Comparison:
    """A published schedule beside the dose taken; without `runs`, `why_not` says why it was not worked out."""

    name: str
    title: str
    source: str
    at: str
    confidence: Confidence
    note: str
    why_not: str
    runs: tuple[Run, ...]

    @property
    def breaks_ceiling(self) -> bool | None:
        """Whether every reading breaks the ceiling; None: some do and some do not, or nothing was worked out."""
        answers = {bool(run.breaches) for run in self.runs}
        return answers.pop() if len(answers) == 1 else None

    @property
    def verdict(self) -> str:
        """Whether it breaks the ceiling, in words."""
        if not self.runs:
            return f"Not worked out: {self.why_not}"
        broken = sum(bool(run.breaches) for run in self.runs)
        found = f"Breaks the ceiling in {broken} of {len(self.runs)} readings." if broken else "Keeps to the ceiling."
        return f"{found} One end of the equivalence is not worked out: {self.why_not}" if self.why_not else found


def compare(
    knowledge: Knowledge, drug: str, before_ug: int, names: Iterable[str] | None = None
) -> tuple[Comparison, ...]:
    """Published schedules (all, or those named) from a daily dose of a drug [ug a day], in the order of tapers.yaml.

    A schedule in milligrams of another drug is worked out from the lowest and from the highest published equivalence.
    Raises UsageError for a name or drug that does not exist, InputRefused for a dose that is not above 0.
    """
    chosen = _chosen(knowledge, names)
    if drug not in knowledge.drugs or not knowledge.drugs[drug].benzodiazepine:
        known = [name for name, item in knowledge.drugs.items() if item.benzodiazepine]
        raise UsageError(
            f"'{drug}' is not a benzodiazepine or Z-drug known here.{nearest(drug, known)}", where="--drug",
            next_step="List the drugs with: benzosafe knowledge list",
        )  # fmt: skip
    if before_ug <= 0:
        raise InputRefused(
            f"a dose of {mg_words(before_ug)} mg a day cannot be tapered.", where=drug,
            next_step="Give the dose that is taken now.",
        )  # fmt: skip
    return tuple(_comparison(knowledge, name, drug, before_ug) for name in chosen)


def comparison_data(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Comparisons as JSON: doses in mg a day, shares as fractions of 1 rounded to four places."""
    return [
        {
            "name": item.name, "title": item.title, "source": item.source, "at": item.at,
            "confidence": item.confidence, "note": item.note, "status": "draft", "for_comparison_only": True,
            "applies": bool(item.runs), "why_not": item.why_not, "breaks_ceiling": item.breaks_ceiling,
            "verdict": item.verdict, "readings": [_run_data(run) for run in item.runs],
        }
        for item in comparisons
    ]  # fmt: skip


def equivalences(knowledge: Knowledge, drug: str, other: str) -> list[tuple[Fraction, str]]:
    """Published mg of `other` worth 1 mg of `drug`, with the table's name, lowest first; empty when no table has both.

    Only within one table, as tables disagree up to four-fold; diazepam is every table's measure.
    """
    found = set()
    for table in knowledge.equivalence.values():
        if drug in table.mg and (other in table.mg or other == "diazepam"):
            least, most = (exact(mg) for mg in table.mg[drug])
            low, high = (exact(mg) for mg in table.mg.get(other, (table.diazepam_mg, table.diazepam_mg)))
            found |= {(low / most, table.title), (high / least, table.title)}
    return sorted(found)


def _chosen(knowledge: Knowledge, names: Iterable[str] | None) -> list[str]:
    wanted = list(knowledge.tapers) if names is None else list(names)
    for name in wanted:
        if name not in knowledge.tapers:
            raise UsageError(
                f"no published schedule is called '{name}'.{nearest(name, knowledge.tapers)}", where="--compare",
                next_step=f"The schedules are: {', '.join(knowledge.tapers)}.",
            )  # fmt: skip
    return [name for name in knowledge.tapers if name in wanted]


def _comparison(knowledge: Knowledge, name: str, drug: str, before_ug: int) -> Comparison:
    schedule = knowledge.tapers[name]
    why_not, runs = _why_not(knowledge, schedule, drug), []
    starts = [] if why_not else _starts(knowledge, schedule, drug, before_ug)
    for start_ug, equivalence in starts:
        if schedule.at_most_mg is not None and start_ug > schedule.at_most_mg * UG_PER_MG:
            why_not = why_not or (
                f"it begins at no more than {mg_words(schedule.at_most_mg * UG_PER_MG)} mg {schedule.dose_in or drug} "
                f"a day; this is {mg_words(start_ug)} mg{f' ({equivalence})' if equivalence else ''}."
            )
            continue
        runs += _runs(knowledge, schedule, schedule.dose_in or drug, start_ug, equivalence)
    return Comparison(
        name, schedule.title, schedule.source, schedule.at, schedule.confidence, schedule.note, why_not, tuple(runs)
    )


def _why_not(knowledge: Knowledge, schedule: PublishedTaper, drug: str) -> str:
    if drug not in schedule.drugs and not set(knowledge.drugs[drug].classes) & set(schedule.classes):
        whom = (*schedule.drugs, *(knowledge.classes[name].label for name in schedule.classes))
        return f"it is written for {' and '.join(whom)}, not for {drug}."
    if not equivalences(knowledge, drug, schedule.dose_in or "diazepam"):
        return f"no published table says what {drug} is worth in {schedule.dose_in or 'diazepam'}."
    return ""


def _starts(knowledge: Knowledge, schedule: PublishedTaper, drug: str, before_ug: int) -> list[tuple[int, str]]:
    """Where the schedule begins [ug a day of its drug]: both ends of the equivalence, when it is in another's mg."""
    if schedule.dose_in in (None, drug):
        return [(before_ug, "")]
    found = equivalences(knowledge, drug, schedule.dose_in or "")
    ends = [("lowest", found[0]), ("highest", found[-1])]
    return [
        (ceil(before_ug * ratio), f"{which} published equivalence of {mg_words(before_ug)} mg {drug}: {title}")
        for which, (ratio, title) in (ends if found[0][0] != found[-1][0] else ends[:1])
    ]


def _runs(knowledge: Knowledge, schedule: PublishedTaper, drug: str, start_ug: int, equivalence: str) -> list[Run]:
    last, ceiling, found = last_dose_ug(knowledge, drug), ceiling_of(knowledge), []
    for reading, phases in schedule.readings.items():
        seen: list[tuple[Stretch, ...]] = []
        for quick in (False, True):
            stretches = tuple(stretches_of(phases, quick, start_ug, last, ceiling))
            if stretches in seen:
                continue
            seen.append(stretches)
            shares = shares_lost(start_ug, stretches, last, ceiling)
            ranged = any(one != other for phase in phases for one, other in (phase.size or (0, 0), phase.every_days))
            name = f"{reading}, {'quickest' if quick else 'slowest'}" if ranged else reading
            breaches = tuple(number for number, share in enumerate(shares) if share > ceiling.share)
            found.append(Run(name, drug, start_ug, equivalence, stretches, shares, breaches, ceiling))
    return found


def _run_data(run: Run) -> dict[str, Any]:
    return {
        "reading": run.reading, "drug": run.drug, "from_mg_per_day": run.before_ug / UG_PER_MG,
        "equivalence": run.equivalence, "days": run.days, "stops_from_mg_per_day": run.stops_from_ug / UG_PER_MG,
        "largest_fall": round(float(run.largest_fall), 4), "breaches": len(run.breaches),
        "breaks_ceiling": bool(run.breaches), "words": run.words,
        "steps": [
            {"mg_per_day": stretch.amount_ug / UG_PER_MG, "days": stretch.days if stretch.amount_ug else None,
             "rolling_fall": round(float(share), 4), "breach": number in run.breaches}
            for number, (stretch, share) in enumerate(zip(run.stretches, run.rolling_falls, strict=True))
        ],
    }  # fmt: skip
