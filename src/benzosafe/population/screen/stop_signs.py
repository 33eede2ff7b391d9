"""Reasons on record for which nobody is put on a list for tapering: those for which the taper itself is held back."""

from __future__ import annotations

from functools import lru_cache

from benzosafe.facts.column import is_set
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.condition import Condition, compile_condition
from benzosafe.review.evaluate import row_facts

# What is asked of one drug (its own reason) is asked here of all that are taken.
_OF_THE_REGIMEN = {
    "drug_for_seizures": "bzra_for_seizures", "drug_for_catatonia": "catatonia",
    "drug_for_spasticity": "bzra_for_spasticity", "drug_for_alcohol_withdrawal": "bzra_for_alcohol_withdrawal",
    "drug_reason_stated": "bzra_indication_stated", "drug_for_rem_sleep": "rem_sleep_behaviour_disorder",
}  # fmt: skip
_NOT_OF_THE_PERSON = ("tenfold_suspected", "not_certainly_taken", "not_ready")


def stop_signs(frame: Frame) -> list[list[str]]:
    """Of each row, the reasons that certainly hold, in words; none for whom nothing of the kind is on record."""
    facts = row_facts(frame)
    found: list[list[str]] = [[] for _ in range(frame.size)]
    for title, condition in _signs(frame.knowledge).items():
        yes = condition.test(facts).yes
        for row in range(frame.size) if yes else ():
            if is_set(yes, row):
                found[row].append(title)
    return found


@lru_cache(maxsize=4)
def _signs(knowledge: Knowledge) -> dict[str, Condition]:
    limits = {name: number.lowest for name, number in knowledge.parameters.items()}
    return {
        advice.title: compile_condition(_of_the_regimen(advice.when), limits)
        for name, advice in knowledge.taper_advice.items()
        if advice.part == "hold" and advice.when and name not in _NOT_OF_THE_PERSON
    }


def _of_the_regimen(condition: str) -> str:
    for of_drug, of_regimen in _OF_THE_REGIMEN.items():
        condition = condition.replace(of_drug, of_regimen)
    return condition
