"""From enzyme activity to what the body sees: clearance by a well-stirred liver, and what survives gut and liver.

All results are relative to rest (activity 1), except `oral_availability`, which is the whole share reaching the blood.
Source of the liver model: Rowland, Benet, Graham 1973; of the gut model: competing exponents of Yang 2007 (Qgut), in
its ratio form Fg' = 1 / (1 + (1/Fg - 1) A).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.kinetics.arrays import Floats


@dataclass(frozen=True)
class Organs:
    """Extraction of one drug, one value a person.

    `extraction`: blood clearance over liver blood flow (0 to below 1; 0 means flow does not matter);
    `gut_availability`: share surviving the gut wall; `absorbed`: share absorbed into it.
    """

    extraction: Floats
    gut_availability: Floats
    absorbed: Floats

    def select(self, part: slice) -> Organs:
        """The same for some of the people."""
        return Organs(self.extraction[part], self.gut_availability[part], self.absorbed[part])

    def clearance_factor(self, activity: Floats) -> Floats:
        """Systemic clearance over that at rest: intrinsic change damped by blood flow."""
        return np.asarray(activity / (1.0 + self.extraction * (activity - 1.0)))

    def liver_availability(self, activity: Floats) -> Floats:
        """Share surviving one pass through the liver."""
        kept = 1.0 - self.extraction
        return np.asarray(kept / (1.0 + self.extraction * (activity - 1.0)))

    def gut_survival(self, gut_activity: Floats) -> Floats:
        """Share surviving the gut wall."""
        return np.asarray(1.0 / (1.0 + (1.0 / self.gut_availability - 1.0) * gut_activity))

    def oral_availability(self, activity: Floats, gut_activity: Floats) -> Floats:
        """Share of a swallowed dose that reaches the blood."""
        return self.absorbed * self.gut_survival(gut_activity) * self.liver_availability(activity)

    def auc_ratio(self, activity: Floats, gut_activity: Floats, oral: bool) -> Floats:
        """AUC with changed activity over AUC at rest, activity held constant."""
        slower = 1.0 / self.clearance_factor(activity)
        if not oral:
            return slower
        rest = self.absorbed * self.gut_availability * (1.0 - self.extraction)
        return np.asarray(slower * self.oral_availability(activity, gut_activity) / rest)


def blended(shares: list[Floats], activities: list[Floats]) -> Floats:
    """Intrinsic clearance relative to rest: shares times their enzymes' activity, the rest unchanged.

    Never the product of single ratios: pathways run side by side.
    """
    rest = 1.0 - sum(shares, np.zeros(1))
    return np.asarray(sum((share * part for share, part in zip(shares, activities, strict=True)), rest))
