"""The stages of a change to another drug, made of real products: never more of the new drug than was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.taper.crossover import Crossover, Stage
from benzosafe.taper.makeable import makeable
from benzosafe.taper.product import UG_PER_MG, Dose, Product, mg_words


@dataclass(frozen=True)
class MadeStage:
    """A stage with what is taken at each hour of the old and of the new drug."""

    stage: Stage
    old: tuple[Dose, ...]
    new: tuple[Dose, ...]


def made_stages(
    change: Crossover, old: Sequence[Product], new: Sequence[Product], most_pieces: int
) -> tuple[MadeStage, ...]:
    """Every stage made of products; the new drug rounded down, the old one kept exactly.

    InputRefused when the old drug's doses cannot be made, or nothing of the new drug is small enough.
    """
    return tuple(
        MadeStage(
            stage, _exactly(change.drug, stage.old, old, most_pieces), _down(change.to, stage.new, new, most_pieces)
        )
        for stage in change.stages
    )


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
    """What is taken in every stage, in mg and in words."""
    return [
        {
            "number": item.stage.number, "starts_on": item.stage.starts_on.isoformat(),
            "ends_on": item.stage.ends_on.isoformat(), "old": _taken(item.old), "new": _taken(item.new),
            "new_wanted_mg": sum(amount for _, amount in item.stage.new) / UG_PER_MG,
            "new_mg": sum(dose.amount_ug for dose in item.new) / UG_PER_MG,
        }
        for item in stages
    ]  # fmt: skip


def _taken(doses: Sequence[Dose]) -> list[dict[str, Any]]:
    return [
        {"at_h": dose.at_h, "mg": dose.amount_ug / UG_PER_MG, "words": [portion.words for portion in dose.portions]}
        for dose in doses
    ]
