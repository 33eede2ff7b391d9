"""What a measure says of one unit, an encounter or a patient: in each population, not in it, or not computed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

POPULATIONS = ("initial-population", "denominator", "denominator-exclusion", "numerator")


class Answer(Struct, frozen=True, gc=False):
    """One unit in one group; None where a value set that would decide is not there."""

    patient: str
    encounter: str
    group: str
    initial: bool | None
    excluded: bool | None
    meets: bool | None
    """Whether the unit meets the numerator, whatever its exclusions."""

    possible: tuple[str, ...] = ()
    """Populations that the unit would be in besides, were something known that its record does not say."""

    notes: tuple[tuple[str, int], ...] = ()
    """What had to be left out or worked out on the way, and how often."""

    @property
    def counts(self) -> Mapping[str, int | None]:
        """The count of each population; the numerator is 0 where the unit is excluded or not in the denominator."""
        return counts_of(self.initial, self.excluded, self.meets)


@cache
def counts_of(initial: bool | None, excluded: bool | None, meets: bool | None) -> Mapping[str, int | None]:
    """The same of what is known of a unit."""
    out = _all(initial, excluded)
    kept = None if excluded is None else not excluded
    values = (initial, initial, out, _all(initial, kept, meets))
    return {name: None if value is None else int(value) for name, value in zip(POPULATIONS, values, strict=True)}


def between(least: Answer, most: Answer) -> Answer:
    """The certain answer, with the populations that only the greatest possible one is in."""
    certain, greatest = least.counts, most.counts
    return replace(least, possible=tuple(name for name in POPULATIONS if greatest[name] == 1 and certain[name] == 0))


def _all(*parts: bool | None) -> bool | None:
    """False where one part is, whatever is not known."""
    if False in parts:
        return False
    return None if None in parts else True


def unless_missing(answer: bool, missing: bool) -> bool | None:
    """An answer that more codes could only turn to true: a no is not known where a value set is missing."""
    return None if missing and not answer else answer
