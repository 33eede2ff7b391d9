"""Intervals against published values, and what resemblance within patients does to them."""

from __future__ import annotations

import pytest

from benzosafe.population.forecast.intervals import clustered, independent_trials, wilson


@pytest.mark.parametrize(
    "successes, trials, low, high",
    # Newcombe RG. Two-sided confidence intervals for the single proportion. Stat Med 1998;17:857-872, table I.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_published(successes, trials, low, high):
    found = wilson(successes, trials)
    assert found == pytest.approx((low, high), abs=5e-5)


def squares(patients):
    """Over patients with (cards, orders): cards squared, cards times orders, orders squared."""
    return tuple(
        sum(f(c, n) for c, n in patients) for f in (lambda c, n: c * c, lambda c, n: c * n, lambda c, n: n * n)
    )


def interval(patients):
    cards, orders = (sum(part) for part in zip(*patients, strict=True))
    return clustered(cards, orders, len(patients), squares(patients))


def test_one_order_a_patient_is_wilson():
    patients = [(1, 1)] * 81 + [(0, 1)] * 182
    worth = independent_trials(263, 263, 81, squares(patients))
    assert worth == pytest.approx(262)  # as many less one, for the variance is estimated
    assert interval(patients) == pytest.approx((0.2553, 0.3662), abs=3e-4)


def test_orders_of_a_patient_that_are_all_alike_are_worth_one():
    alike = [(10, 10)] * 20 + [(0, 10)] * 40
    one_each = [(1, 1)] * 20 + [(0, 1)] * 40
    assert interval(alike) == pytest.approx(interval(one_each))


def test_the_variance_is_the_robust_one_of_a_ratio():
    patients = [(3, 4), (0, 5), (1, 1), (0, 2), (2, 6), (0, 3)]
    share = 6 / 21
    spread = sum((cards - share * orders) ** 2 for cards, orders in patients)
    variance = spread * 6 / 5 / 21**2
    assert independent_trials(21, 6, 6, squares(patients)) == pytest.approx(share * (1 - share) / variance)


@pytest.mark.parametrize("patients", [[(0, 30)], [(30, 30)], [(4, 30)], [(0, 10)] * 3])
def test_what_cannot_be_told_counts_patients(patients):
    cards, orders = (sum(part) for part in zip(*patients, strict=True))
    assert independent_trials(orders, len(patients), cards, squares(patients)) == len(patients)
    low, high = interval(patients)
    assert 0 <= low <= cards / orders <= high <= 1 and high - low > 0.5


def test_of_nothing_nothing_is_known():
    assert wilson(0, 0) == clustered(0, 0, 0, (0, 0, 0)) == (0.0, 1.0)
