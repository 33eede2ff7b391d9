"""Parameter draws: typical first, ranges kept, the same for the same name and seed."""

from __future__ import annotations

import numpy as np
import pytest

from benzosafe.exposure.draws import Draws
from benzosafe.exposure.interval import interval, study_interval
from benzosafe.knowledge.model import Quantity


def quantity(value=None, low=None, high=None):
    return Quantity(value=value, low=low, high=high, unit="1", source="x", population="y", confidence="recalled")


def test_the_range_is_the_middle_90_percent():
    drawn = Draws(4000, 1).positive(quantity(2, 1, 4), "a")
    assert drawn[0] == 2
    assert np.quantile(drawn[1:], [0.05, 0.95]) == pytest.approx([1, 4], rel=0.06)


def test_a_share_stays_a_share_and_keeps_both_ends_of_a_lopsided_range():
    drawn = Draws(4000, 1).share(quantity(0.88, 0.8, 1.0), "f")
    assert drawn.min() > 0.6 and drawn.max() < 1
    assert np.quantile(drawn[1:], 0.05) == pytest.approx(0.8, abs=0.01)


def test_same_name_same_draws_other_name_other_draws():
    draws = Draws(50, 3)
    first, again, other = (draws.positive(quantity(1, 0.5, 2), name) for name in ("a", "a", "b"))
    assert (first == again).all()
    assert (first[1:] != other[1:]).all()
    assert (Draws(50, 4).positive(quantity(1, 0.5, 2), "a")[1:] != first[1:]).all()


def test_without_a_range_nothing_is_drawn():
    assert (Draws(5).positive(quantity(3), "a") == 3).all()


def test_spread_between_studies_never_turns_an_inhibitor_into_an_inducer(knowledge):
    ratios = np.append(1.2, np.linspace(1.05, 1.4, 40))
    wide = study_interval(ratios, knowledge, Draws(40))
    assert wide.low >= 1.0
    assert wide.high > interval(ratios).high
