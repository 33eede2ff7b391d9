"""Which regimens fit a person, by indication, age, weight, sex and route; what is not known is said, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benzosafe.knowledge.dosing_model import Dosing, Regimen

Tri = bool | None
Ends = tuple[float, float]


@dataclass(frozen=True)
class Who:
    """What of a person decides which regimen fits; None is not known, a pair is a range."""

    age_years: Ends | None = None
    weight_kg: Ends | None = None
    sex: str | None = None


@dataclass(frozen=True)
class Fit:
    """A regimen that fits, or could: then what would have to be known."""

    regimen: Regimen
    not_known: tuple[str, ...] = ()

    @property
    def surely(self) -> bool:
        """Whether it fits whatever is not known."""
        return not self.not_known


def fitting(dosing: Dosing, indications: Sequence[str], who: Who, route: str = "oral") -> list[Fit]:
    """The regimens of an indication that fit or could; of the first indication for which there is any.

    `indications`: what is asked for first, then what it implies, wider and wider.
    """
    for indication in indications:
        ours = [item for item in dosing.regimens if item.indication == indication and item.route == route]
        if ours:
            return [fit for regimen in ours if (fit := _fit(regimen, who))]
    return []


def _fit(regimen: Regimen, who: Who) -> Fit | None:
    checks: tuple[tuple[str, Callable[[], Tri]], ...] = (
        ("age", lambda: _within(who.age_years, regimen.min_age_years, regimen.max_age_years, 200)),
        ("weight", lambda: _within(who.weight_kg, regimen.min_weight_kg, regimen.max_weight_kg, 500)),
        ("sex", lambda: None if regimen.sex and who.sex is None else regimen.sex in (None, who.sex)),
    )
    answers = {name: check() for name, check in checks}
    if False in answers.values():
        return None
    return Fit(regimen, tuple(name for name, answer in answers.items() if answer is None))


def _within(ends: Ends | None, low: float, high: float, all_of_it: float) -> Tri:
    """Whether a value lies in [low, high); anything does where that is everything."""
    if low <= 0 and high >= all_of_it:
        return True
    if ends is None:
        return None
    if ends[1] < low or ends[0] >= high:
        return False
    return True if ends[0] >= low and ends[1] < high else None
