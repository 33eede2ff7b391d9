"""What the benzodiazepine or Z-drug is for: the stated reason; an unstated one stays unknown."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Truth
from benzosafe.facts.exposure import current
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import FACTS, Fact, fact

PURPOSES: dict[str, tuple[str, ...]] = {
    "seizures": ("epilepsy", "seizure_history", "seizure_cluster", "status_epilepticus"),
    "anxiety": (
        "anxiety_disorder",
        "generalised_anxiety_disorder",
        "social_anxiety_disorder",
        "phobia",
        "panic_disorder",
    ),
    "panic": ("panic_disorder",),
    "insomnia": ("insomnia",),
    "alcohol_withdrawal": ("alcohol_withdrawal",),
    "spasticity": ("spasticity", "muscle_spasm", "movement_disorder"),
    "procedure": ("procedural_sedation",),
}


@fact("bzra")
def bzra_indication_stated(frame: Frame) -> Truth:
    """Every active benzodiazepine or Z-drug has a reason written with it."""
    stated = np.array([bool(order.indication or order.indication_text) for order in frame.orders], bool)
    mask = current(frame, "bzra")
    return Truth.known(~frame.any_row(mask & ~stated))


def _for_purpose(frame: Frame, purpose: str) -> Truth:
    """Whether a benzodiazepine or Z-drug is taken for the purpose."""
    concepts = PURPOSES[purpose]
    mask = current(frame, "bzra")
    meant = np.array([order.indication in concepts for order in frame.orders], bool)
    unstated = np.array([order.indication is None for order in frame.orders], bool)
    yes = frame.any_row(mask & meant)
    present = frame.truth(concepts[0])
    for concept in concepts[1:]:
        present = present | frame.truth(concept)
    maybe = frame.any_row(mask & unstated) & ~present.no
    return Truth(yes, ~yes & ~maybe)


def _register(purpose: str) -> None:
    name = f"bzra_for_{purpose}"
    meaning = f"A benzodiazepine or Z-drug is taken for {purpose.replace('_', ' ')}; unknown when no reason is written."
    FACTS[name] = Fact(name, lambda frame: _for_purpose(frame, purpose), "row", ("bzra",), meaning)


for _purpose in PURPOSES:
    _register(_purpose)
