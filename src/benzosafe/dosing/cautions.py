"""What calls for less although no source gives a number for it: said in words, and never made a factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benzosafe.dosing.adjust import Adjusted
from benzosafe.dosing.person import Patient
from benzosafe.knowledge.dosing_model import DoseCaution
from benzosafe.review.condition import compile_condition
from benzosafe.review.evaluate import row_facts


@dataclass(frozen=True)
class Caution:
    """A reason for a lower start and a slower rise that holds (`surely`), or could."""

    caution: DoseCaution
    surely: bool


def cautions(patient: Patient, counted: Sequence[Adjusted]) -> list[Caution]:
    """The reasons without a number that hold or could hold, but for those that a counted adjustment reads."""
    facts = row_facts(patient.frame)
    with_number = {name for item in counted if item.counts for name, _ in item.because}
    found = []
    for caution in patient.knowledge.dose_cautions.values():
        condition = compile_condition(caution.when, {name: item.lowest for name, item in caution.thresholds.items()})
        holds = condition.test(facts).value(0)
        if holds is not False and with_number.isdisjoint(condition.names):
            found.append(Caution(caution, holds is True))
    return found
