"""Age bands and sexes by which patients are counted; whoever is of none known is counted too."""

from __future__ import annotations

import math

NOT_KNOWN = "not known"
_BANDS = ((18, "under 18"), (40, "18 to 39"), (65, "40 to 64"), (75, "65 to 74"), (85, "75 to 84"))
_OLDEST = "85 or over"
AGE_BANDS = (*(name for _, name in _BANDS), _OLDEST, NOT_KNOWN)
SEXES = ("female", "male", NOT_KNOWN)


def age_band(age_years: float | None) -> str:
    """The band of an age [a]."""
    if age_years is None or math.isnan(age_years):
        return NOT_KNOWN
    return next((name for below, name in _BANDS if age_years < below), _OLDEST)


def sex_group(sex: str | None) -> str:
    """The sex as it is counted."""
    return sex if sex in SEXES else NOT_KNOWN
