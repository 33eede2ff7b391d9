"""What is different for this person: each adjustment of a regimen holds, could hold, or does not."""

from __future__ import annotations

from dataclasses import dataclass

from benzosafe.facts.frame import Frame
from benzosafe.knowledge.dosing_model import Adjustment, Regimen
from benzosafe.review.condition import compile_condition
from benzosafe.review.evaluate import row_facts
from benzosafe.review.finding import plain, unknown_leaves

_HARDLY_TESTED = frozenset({"cyp2c19_poor_metaboliser"})


@dataclass(frozen=True)
class Adjusted:
    """An adjustment that holds (`surely`), or that could: then with the facts that are not known."""

    adjustment: Adjustment
    surely: bool
    not_known: tuple[str, ...] = ()
    because: tuple[tuple[str, object], ...] = ()
    """The facts it reads, with their values."""

    @property
    def counts(self) -> bool:
        """Whether the dose is that of its holding: also where it is not known whether it holds.

        JUDGEMENT: except where only an inborn trait is not known that hardly anybody is tested for; it is said then.
        """
        return self.surely or not _HARDLY_TESTED.issuperset(self.not_known)


def adjusted(regimen: Regimen, frame: Frame, row: int) -> list[Adjusted]:
    """The adjustments of a regimen that hold or could hold for a row."""
    facts = row_facts(frame)
    found = []
    for adjustment in regimen.adjustments:
        limits = {name: threshold.lowest for name, threshold in adjustment.thresholds.items()}
        condition = compile_condition(adjustment.when, limits)
        holds = condition.test(facts).value(row)
        if holds is False:
            continue
        because = tuple((name, plain(facts(name), row)) for name in condition.names)
        missing = tuple(dict.fromkeys(unknown_leaves(condition, facts, row)))
        found.append(Adjusted(adjustment, holds is True, missing, because))
    return found
