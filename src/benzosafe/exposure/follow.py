"""Runs the kinetics of a plan: amounts of a drug and its metabolites in many people, with the others or without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benzosafe.exposure.combine import Taken, combine, turnover_rates
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.plan import Plan, dosing_of, taken_beside
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.interaction import Interaction
from benzosafe.kinetics.simulate import simulate
from benzosafe.kinetics.system import System
from benzosafe.knowledge.load import Knowledge

_COARSENESS = 3.0  # within 3e-5, far below what anyone could measure


def follow(
    system: System, interaction: Interaction, plan: Plan, victim: Victim, outputs_h: Floats
) -> Floats:  # fmt: skip
    """Amounts at the outputs, shape (outputs, states, people): mg, and mg h for the areas of the system."""
    return simulate(system, interaction, dosing_of(plan, victim), outputs_h, _COARSENESS)


def interaction_of(
    knowledge: Knowledge, plan: Plan, victim: Victim, draws: Draws, *, alone: bool = False
) -> Interaction:
    """What all the others do to a drug, or (alone) nothing; draws of one person serve for everybody."""
    people = victim.body.people
    taken = [] if alone else [_for_people(item, people) for item in taken_beside(knowledge, plan, draws)]
    turnover = {key: _spread(rate, people) for key, rate in turnover_rates(knowledge, draws).items()}
    return combine(victim, taken, turnover)


def _for_people(item: Taken, people: int) -> Taken:
    """The typical strength of a perpetrator for every person (draws already have one each)."""
    actions = tuple(
        replace(
            action,
            influence=replace(
                action.influence, index=_spread(action.influence.index, people),
                loss=_spread(action.influence.loss, people), fold=_spread(action.influence.fold, people),
            ),
        )
        for action in item.acting.actions
    )  # fmt: skip
    return replace(item, acting=replace(item.acting, actions=actions))


def _spread(values: Floats, people: int) -> Floats:
    return values if len(values) == people else np.repeat(values[:1], people)
