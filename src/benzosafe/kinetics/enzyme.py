"""Enzyme activity over time: reversible inhibition, destruction, induction and turnover, several causes at once.

For one enzyme at one site (liver or gut wall), with relative perpetrator levels x_j(t):

    dE/dt = kdeg (1 + sum_j fold_j h_j(x_j)) - kdeg (1 + sum_j loss_j x_j) E ,   E = 1 at rest
    activity = E / (1 + sum_j index_j x_j)

index_j is [I]/Ki, loss_j is kinact[I]/(KI+[I])/kdeg, fold_j the extra synthesis, all at the reference dose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.relaxation import relaxed
from benzosafe.kinetics.timeline import Timeline


@dataclass(frozen=True)
class Influence:
    """One perpetrator on one enzyme and site. Arrays have one value a person; 0 means no such action.

    `half_level`: relative level of half-maximal induction; infinite makes induction proportional to level.
    `mean_shape`: average of the induction shape over a day at the reference dose, below 1 when it saturates.
    """

    index: Floats
    loss: Floats
    fold: Floats
    half_level: float = np.inf
    mean_shape: float = 1.0

    def select(self, part: slice) -> Influence:
        """The same for some of the people."""
        return Influence(self.index[part], self.loss[part], self.fold[part], self.half_level, self.mean_shape)

    def induction_shape(self, level: Floats) -> Floats:
        """Induction relative to that at the reference level (1 at level 1)."""
        if np.isinf(self.half_level):
            return level
        return np.asarray(level * (1.0 + self.half_level) / (level + self.half_level))

    def average_induction(self, level: Floats) -> Floats:
        """Extra synthesis on average over a day at a steady average level, shape (levels, people)."""
        return np.asarray(self.induction_shape(level)[..., None] * self.mean_shape * self.fold)


def activity(
    timeline: Timeline, levels: list[Floats], influences: list[Influence], turnover_per_h: Floats, start: Floats
) -> tuple[Floats, Floats]:
    """Activity at the nodes, shape (segments, nodes, people), and the enzyme amount at the end.

    levels: one (segments, nodes) array a perpetrator. Exact up to the quartic through the nodes.
    """
    people = len(turnover_per_h)
    shape = (*timeline.nodes_h.shape, people)
    competition, amount = np.ones(shape), np.ones(shape)
    for level, influence in zip(levels, influences, strict=True):
        if influence.index.any():
            competition += level[:, :, None] * influence.index
    if any(influence.loss.any() or influence.fold.any() for influence in influences) or np.any(start != 1.0):
        amount, start = _amount(timeline, levels, influences, turnover_per_h, start)
    return amount / competition, start


def _amount(
    timeline: Timeline, levels: list[Floats], influences: list[Influence], turnover_per_h: Floats, start: Floats
) -> tuple[Floats, Floats]:
    """Enzyme amount at the nodes, and at the very end."""
    loss = synthesis = np.ones((*timeline.nodes_h.shape, len(turnover_per_h)))
    for level, influence in zip(levels, influences, strict=True):
        if influence.loss.any():
            loss = loss + level[:, :, None] * influence.loss
        if influence.fold.any():
            synthesis = synthesis + influence.induction_shape(level)[:, :, None] * influence.fold
    return relaxed(timeline, synthesis, loss, turnover_per_h, start)


def fastest_change(influences: list[Influence], turnover_per_h: Floats, highest_level: float) -> float:
    """The largest rate at which the enzyme amount can change [1/h], for choosing segments."""
    loss = sum((float(np.max(item.loss, initial=0.0)) for item in influences), 0.0)
    return float(np.max(turnover_per_h)) * (1.0 + loss * highest_level)
