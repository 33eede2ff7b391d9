"""Intervals of shares, also where the orders of a patient resemble one another. Nothing is drawn at random."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


def wilson(successes: float, trials: float, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927), as shares; trials need not be whole."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    spread = z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(middle - half, 0.0) if successes else 0.0, min(middle + half, 1.0) if successes < trials else 1.0


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """The hybrid score interval of the difference of two shares (Newcombe 1998, method 10), without correction.

    Each is (successes, trials), with at least one trial.
    """
    (first, low, high), (second, other_low, other_high) = ((n / of, *wilson(n, of)) for n, of in (one, other))
    below, above = math.hypot(first - low, other_high - second), math.hypot(high - first, second - other_low)
    return max(first - second - below, -1.0), min(first - second + above, 1.0)


def independent_trials(trials: int, clusters: int, successes: int, squares: tuple[int, int, int]) -> float:
    """How many independent orders the orders of these patients are worth (Korn and Graubard 1998, without t).

    `squares`: over patients, the sums of cards squared, of cards times orders, and of orders squared. The variance of
    the share is the robust one of a ratio, by patients. Never more than the orders, never fewer than the patients
    where it cannot be told.
    """
    share = successes / trials if trials else 0.0
    if clusters < 2 or not 0 < share < 1:
        return float(clusters)
    cards, both, orders = squares
    spread = cards - 2 * share * both + share * share * orders
    variance = max(spread, 0.0) * clusters / (clusters - 1) / trials**2
    return float(trials) if variance <= 0 else min(share * (1 - share) / variance, float(trials))


def clustered(successes: int, trials: int, clusters: int, squares: tuple[int, int, int]) -> tuple[float, float]:
    """The 95 % interval of a share of orders: Wilson's, of as many orders as these are worth."""
    if not trials:
        return 0.0, 1.0
    worth = independent_trials(trials, clusters, successes, squares)
    return wilson(successes / trials * worth, worth)
