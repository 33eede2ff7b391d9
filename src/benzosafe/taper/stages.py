"""The stages of a change to another drug, made of real products: never more of the new drug than was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.taper.crossover import Crossover, Doses, Stage
from benzosafe.taper.limits import Ceiling, Stretch, falls
from benzosafe.taper.makeable import makeable
from benzosafe.taper.product import UG_PER_MG, Dose, Product, mg_words
from benzosafe.taper.record import dose_data


@dataclass(frozen=True)
class MadeStage:
    """A stage with what is taken at each hour of the old and of the new drug."""

    stage: Stage
    old: tuple[Dose, ...]
    new: tuple[Dose, ...]


def made_stages(
    change: Crossover, products: tuple[Sequence[Product], Sequence[Product]], most_pieces: int, ceiling: Ceiling
) -> tuple[MadeStage, ...]:
    """Every stage made of products (of the old, of the new drug); the new drug rounded down, the old one kept exactly.

    A last stage in which less is taken than before is held for the ceiling's days, so that the taper after it starts
    afresh. InputRefused when the old drug's doses cannot be made, nothing of the new drug is small enough, or rounding
    down takes more in the ceiling's days than it allows.
    """
    old, new = products
    made = [
        MadeStage(
            stage, _exactly(change.drug, stage.old, old, most_pieces), _down(change.to, stage.new, new, most_pieces)
        )
        for stage in change.stages
    ]
    before = round(change.ratio * sum(amount for _, amount in change.before))
    stretches = [Stretch(_equivalent_ug(change, item), item.stage.days) for item in made]
    for item, fall in zip(made, falls(before, stretches, ceiling), strict=True):
        if fall > ceiling.share:
            _refuse_rounding(change, item, fall, ceiling)
    last = made[-1]
    highest = max(before, *(stretch.amount_ug for stretch in stretches))
    if highest - stretches[-1].amount_ug > len(change.before):  # more than rounding to whole micrograms
        made[-1] = replace(last, stage=replace(last.stage, days=max(last.stage.days, ceiling.days)))
    return tuple(made)


def _equivalent_ug(change: Crossover, item: MadeStage) -> int:
    """What is taken a day in a stage, as the new drug by the ratio that is used [ug]."""
    old, new = (sum(dose.amount_ug for dose in doses) for doses in (item.old, item.new))
    return round(change.ratio * old) + new


def _refuse_rounding(change: Crossover, item: MadeStage, fall: Fraction, ceiling: Ceiling) -> None:
    wanted, made = sum(amount for _, amount in item.stage.new), sum(dose.amount_ug for dose in item.new)
    raise InputRefused(
        f"in stage {item.stage.number} of the change the products make {mg_words(made)} mg of the"
        f" {mg_words(wanted)} mg wanted, a fall of {float(fall):.0%} in {ceiling.days} days, more than"
        f" {float(ceiling.share):.0%}.", where=change.to,
        next_step="Name products that come nearer with --products, such as a liquid or a smaller tablet.",
    )  # fmt: skip


def _exactly(
    drug: str, doses: Sequence[tuple[float, int]], products: Sequence[Product], most_pieces: int
) -> tuple[Dose, ...]:
    found = []
    for hour, amount in doses:
        made = makeable(products, amount, most_pieces).get(amount)
        if made is None:
            raise InputRefused(
                f"{mg_words(amount)} mg, which is left during the change, cannot be made of the products.", where=drug,
                next_step="Name products that can: --from-products 'tablet:0.5s,1'.",
            )  # fmt: skip
        found.append(Dose(hour, made))
    return tuple(found)


def _down(
    drug: str, doses: Sequence[tuple[float, int]], products: Sequence[Product], most_pieces: int
) -> tuple[Dose, ...]:
    found = []
    for hour, amount in doses:
        made = makeable(products, amount, most_pieces)
        dose = max(made)
        if dose == 0:
            raise InputRefused(
                f"no product of {drug} is as small as {mg_words(amount)} mg.", where="--products",
                next_step="Name a liquid or a smaller tablet.",
            )  # fmt: skip
        found.append(Dose(hour, made[dose]))
    return tuple(found)


def stages_data(stages: Sequence[MadeStage]) -> list[dict[str, Any]]:
    """What is taken in every stage, in mg, in portions and in words."""
    return [
        stage_data(item.stage.number, (item.stage.starts_on, item.stage.ends_on), (item.old, item.new), item.stage.new)
        for item in stages
    ]


def stage_data(
    number: int, days: tuple[date, date], doses: tuple[Sequence[Dose], Sequence[Dose]], wanted: Doses
) -> dict[str, Any]:
    """One stage: its days, both drugs by the hour, what they add up to, and what was wanted of the new one."""
    old, new = doses
    return {
        "number": number, "starts_on": days[0].isoformat(), "ends_on": days[1].isoformat(),
        "days": (days[1] - days[0]).days + 1, "old": _taken(old), "new": _taken(new),
        "new_wanted_mg": sum(amount for _, amount in wanted) / UG_PER_MG,
        "old_mg": sum(dose.amount_ug for dose in old) / UG_PER_MG,
        "new_mg": sum(dose.amount_ug for dose in new) / UG_PER_MG,
    }  # fmt: skip


def _taken(doses: Sequence[Dose]) -> list[dict[str, Any]]:
    return [{**dose_data(dose), "words": [portion.words for portion in dose.portions]} for dose in doses]
