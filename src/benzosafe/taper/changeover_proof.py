"""Checks a change by counting the portions of every day and of both drugs again: what fails here is on no paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from benzosafe.taper.changeover import Changeover, ChangeStage
from benzosafe.taper.limits import Ceiling, Stretch, falls
from benzosafe.taper.product import Dose, mg_words


def change_faults(change: Changeover, ceiling: Ceiling, most_pieces: int) -> list[str]:
    """Everything a change does not keep to, in words; none for a sound one.

    The total as the new drug is never above what was taken before the change, and never falls by more than the ceiling;
    at no hour is more of the new drug taken than the old one it stands for. Only a return to exactly the doses of an
    earlier stage brings back the old drug.
    """
    found = [*_order(change), *_totals(change), *_returns(change), *_old_comes_back(change)]
    for stage in change.stages:
        found += [*_hours(change, stage), *_portions(change.old, stage.number, stage.old, most_pieces)]
        found += _portions(change.new, stage.number, stage.new, most_pieces)
    stretches = [Stretch(round(change.total_ug(stage.pair_ug)), stage.days) for stage in change.stages]
    lost = falls(round(change.total_ug(change.before_pair)), stretches, ceiling)
    found += [
        f"stage {stage.number} from {stage.starts_on} falls by {float(fall):.1%} in {ceiling.days} days"
        for stage, fall in zip(change.stages, lost, strict=True) if fall > ceiling.share
    ]  # fmt: skip
    if change.stages[-1].old:
        found.append(f"after the change {change.old} is still taken")
    return found


def _order(change: Changeover) -> Iterator[str]:
    numbers = [0, *(stage.number for stage in change.stages)]
    for stage, (before, number) in zip(change.stages, pairwise(numbers), strict=True):
        if stage.back != (number < before) or number > before + 1:
            yield f"stage {number} does not follow stage {before}"
        if stage.days < 1:
            yield f"stage {number} has no days"
    for earlier, later in pairwise(change.stages):
        if later.starts_on != earlier.ends_on + timedelta(days=1):
            yield f"stage {later.number} is from {later.starts_on}, but the one before ends on {earlier.ends_on}"


def _totals(change: Changeover) -> Iterator[str]:
    """What rounding down lost in one stage may be made good in the next, but never beyond what was taken before."""
    before = change.total_ug(change.before_pair)
    for stage in change.stages:
        total = change.total_ug(stage.pair_ug)
        if total > before:
            yield (
                f"in stage {stage.number} the total rises to {mg_words(float(total))} mg of {change.new}, from"
                f" {mg_words(float(before))} mg before the change"
            )


def _returns(change: Changeover) -> Iterator[str]:
    """A number stands for one set of doses, so that going back, or waiting, is never a new dose."""
    doses: dict[int, tuple[tuple[Dose, ...], tuple[Dose, ...]]] = {}
    for stage in change.stages:
        if doses.setdefault(stage.number, (stage.old, stage.new)) != (stage.old, stage.new):
            yield f"stage {stage.number} has different doses on different days"


def _old_comes_back(change: Changeover) -> Iterator[str]:
    left = dict(change.before)
    for stage in change.stages:
        now = {dose.at_h: dose.amount_ug for dose in stage.old}
        if not stage.back and any(amount > left.get(hour, 0) for hour, amount in now.items()):
            yield f"in stage {stage.number} more {change.old} is taken than in the stage before"
        left = now


def _hours(change: Changeover, stage: ChangeStage) -> Iterator[str]:
    """Hour by hour: no more of the old drug than before, and of the new one no more than the old one it replaces."""
    before = dict(change.before)
    for drug, doses in ((change.old, stage.old), (change.new, stage.new)):
        if len({dose.at_h for dose in doses}) != len(doses):
            yield f"stage {stage.number} names an hour of {drug} twice"
    old = {dose.at_h: dose.amount_ug for dose in stage.old}
    new = {dose.at_h: dose.amount_ug for dose in stage.new}
    for hour in sorted(old.keys() | new.keys()):
        left = before.get(hour, 0) - old.get(hour, 0)
        if left < 0:
            yield f"in stage {stage.number} more {change.old} is taken at {hour:g} h than before the change"
        elif Fraction(new.get(hour, 0)) > change.ratio * left:
            yield f"in stage {stage.number} more {change.new} is taken at {hour:g} h than it stands for"


def _portions(drug: str, number: int, doses: Sequence[Dose], most_pieces: int) -> Iterator[str]:
    for dose in doses:
        if not dose.amount_ug:
            yield f"stage {number} has a dose of {drug} that holds nothing"
        if sum(portion.pieces for portion in dose.portions) > most_pieces:
            yield f"stage {number} takes more than {most_pieces} pieces of {drug} at once"
        if any(portion.cut and not portion.product.halves for portion in dose.portions):
            yield f"stage {number} cuts a tablet of {drug} that has no score"
