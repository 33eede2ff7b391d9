"""From a body, its interaction and its doses to amounts and concentrations over time, for N people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.kinetics.arrays import NODES, Bools, Floats, Ints
from benzosafe.kinetics.interaction import AT_REST, Interaction
from benzosafe.kinetics.propagate import EXACT, Doses, apply, propagators
from benzosafe.kinetics.system import CENTRE, GUT, System
from benzosafe.kinetics.timeline import Timeline, build_timeline

_BYTES_AT_ONCE = 64e6
_COARSE = 1e-5


@dataclass(frozen=True)
class Dosing:
    """When doses are taken and how: times [h], amounts [mg], into the gut (or another depot) or straight into blood.

    `over_h` above 0 gives the dose at a constant rate for that long (infusion, zero-order uptake).
    """

    times_h: Floats
    amounts_mg: Floats
    into_blood: bool = False
    over_h: float = 0.0

    @property
    def breaks_h(self) -> Floats:
        """Every time at which something starts or ends [h]."""
        return np.concatenate([self.times_h, self.times_h + self.over_h]) if self.over_h > 0 else self.times_h

    def placed(self, timeline: Timeline, system: System) -> Doses:
        """The doses at the boundaries of a timeline; what lies after its end is not given."""
        inside = self.times_h <= timeline.bounds[-1]
        times, amounts = self.times_h[inside], self.amounts_mg[inside]
        if self.over_h > 0:
            ends = np.minimum(times + self.over_h, timeline.bounds[-1])
            times = np.concatenate([times, ends])
            amounts = np.concatenate([amounts, -amounts]) / self.over_h
        state = system.supply if self.over_h > 0 else CENTRE if self.into_blood else GUT
        return Doses(timeline.boundary_of(times), np.full(len(times), state, np.int64), amounts)


def simulate(
    system: System, interaction: Interaction, dosing: Dosing, outputs_h: Floats, coarseness: float = 1.0
) -> Floats:
    """Amounts at the outputs, shape (outputs, states, people): mg, and mg h for areas.

    coarseness above 1 trades exactness for speed: see `build_timeline`.
    """
    breaks = np.concatenate([dosing.breaks_h, interaction.breaks_h])
    timeline = build_timeline(outputs_h, breaks, interaction.fast, coarseness=coarseness)
    setting = _Setting(interaction, dosing, timeline, interaction.levels(timeline), coarseness <= 1.0)
    people = system.body.people
    at_once = max(1, int(_BYTES_AT_ONCE / (8 * len(timeline.starts) * system.states**2)))
    parts = [slice(start, start + at_once) for start in range(0, people, at_once)]
    return np.concatenate([_some(system, setting, part) for part in parts], axis=2)


@dataclass(frozen=True)
class _Setting:
    """What is the same for everybody."""

    interaction: Interaction
    dosing: Dosing
    timeline: Timeline
    levels: list[Floats]
    exact: bool


def _some(system: System, setting: _Setting, part: slice) -> Floats:
    dosing, timeline = setting.dosing, setting.timeline
    own = System(system.body.select(part), system.areas, dosing.over_h > 0)
    mine = setting.interaction.select(part)
    activities = mine.activities(timeline, setting.levels)
    within, tolerance = (AT_REST, EXACT) if setting.exact else (_COARSE, _COARSE / 100)
    rest = mine.at_rest(activities, within) if activities else np.ones(len(timeline.starts), bool)
    # Before the first dose there is nothing to carry, so one matrix serves, whichever it is.
    rest |= timeline.starts < dosing.times_h.min(initial=np.inf) - 1e-9
    kinds, first = _all_numbered(*kinds_of(timeline, rest))
    courses = mine.courses(own.body, [item[first] for item in activities], (len(first), len(NODES)))
    matrices = propagators(own.terms(), own.states, timeline.lengths[first], courses, tolerance)
    return apply(matrices, kinds, dosing.placed(timeline, own))[timeline.output_at]


def kinds_of(timeline: Timeline, rest: Bools, phase_of: Ints | None = None) -> tuple[Ints, Ints]:
    """Numbers segments that can share a matrix: constant, of one phase and one length; -1 where clearance varies.

    Also gives the first segment of each kind.
    """
    places = np.flatnonzero(rest)
    phase = np.zeros(len(rest)) if phase_of is None else phase_of
    key = np.stack([np.round(timeline.lengths[places], 9), phase[places]])
    _, first, number = np.unique(key, axis=1, return_index=True, return_inverse=True)
    kinds = np.full(len(rest), -1, np.int64)
    kinds[places] = number.ravel()
    return kinds, places[first].astype(np.int64)


def _all_numbered(kinds: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Gives each varying segment a kind of its own."""
    varying = np.flatnonzero(kinds < 0)
    numbered = kinds.copy()
    numbered[varying] = len(first) + np.arange(len(varying))
    return numbered, np.concatenate([first, varying])
