"""AUC ratio of an active metabolite, or of several analytes together, with over without at full effect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benzosafe.accuracy.fields import BadField
from benzosafe.accuracy.single_drug_run import compartment_of, under, whole_area
from benzosafe.exposure.perpetrator import Acting
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats


def metabolite_ratio(analytes: str, victim: Victim, taken: Sequence[tuple[Acting, float]]) -> Floats:
    """Area of the named analytes together under daily doses [mg/d], over the same with nothing else taken.

    `analytes`: names joined by '+'; what follows a comma is a remark. Each is followed down its own chain of parents,
    so that oxazepam after diazepam answers to what happens to nordazepam.
    """
    places = _compartments(analytes, victim)
    changed = under(victim, taken)
    with_them = np.sum([whole_area(changed, place) for place in places], axis=0)
    return np.asarray(with_them / np.sum([whole_area(victim, place) for place in places], axis=0))


def _compartments(analytes: str, victim: Victim) -> list[int]:
    found: list[int] = []
    for name in analytes.split(",", maxsplit=1)[0].split("+"):
        place = compartment_of(victim, name)
        if place is None:
            raise BadField("analyte", f"'{name.strip()}' is not simulated after {victim.analyte}")
        found.append(place)
    return found
