"""Likelihood of physical dependence and dose bands, after the 2025 joint tapering guideline (asam_2025, Table 2)."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Bools, Floats, Ints, Vocabulary, Word
from benzosafe.facts.exposure import days_of_use, days_per_week
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact

BANDS = Vocabulary(("low", "moderate", "high"))
LIKELIHOODS = Vocabulary(("none", "rare", "possible", "likely"))


@fact("benzodiazepine")
def benzodiazepine_dose_band(frame: Frame) -> Word:
    """Dose band of the benzodiazepines taken. Source: asam_2025, Table 2.

    Drug-specific mg where the guideline gives them, else diazepam equivalents.
    """
    mask = frame.member("benzodiazepine") & frame.possibly_active
    low, high = _band_range(frame, mask)
    taken = frame.any_row(mask)
    return Word(np.where(taken, low, -1), np.where(taken, high, -1), BANDS)


@fact("bzra")
def physical_dependence(frame: Frame) -> Word:
    """Likelihood that stopping would cause clinically significant withdrawal: none, rare, possible or likely."""
    # JUDGEMENT: the table is for benzodiazepines; Z-drugs are read through it too, for want of a table of their own.
    member = frame.member("bzra") & frame.systemic
    mask = member & (frame.possibly_active | _recently_stopped(frame))
    band_low, band_high = _band_range(frame, mask)
    duration, weekly = days_of_use(frame, mask), days_per_week(frame, mask)
    least = _likelihood(frame, duration.low, weekly.low, band_low)
    most = _likelihood(frame, duration.high, weekly.high, band_high)
    none_taken = ~frame.any_row(mask)
    hidden = none_taken & ~frame.nothing_hidden("bzra")
    # A stopped one without a date may have been stopped yesterday: anything from none to likely.
    undated = frame.any_row(member & ~frame.possibly_active & (np.isnan(frame.days_ended) | (frame.days_ended < 0)))
    none = np.where(hidden, -1, 0)
    highest = np.where(none_taken, np.where(undated & ~hidden, LIKELIHOODS.words.index("likely"), none), most)
    return Word(np.where(none_taken, none, least), highest, LIKELIHOODS)


def _recently_stopped(frame: Frame) -> Bools:
    window = frame.knowledge.parameters["recently_stopped_days"].highest
    days = frame.days_ended
    return ~frame.possibly_active & (days >= 0) & (days <= window)


def _likelihood(frame: Frame, days: Floats, weekly: Floats, band: Ints) -> Ints:
    """The guideline's table, for one end of what is known."""
    parameters = frame.knowledge.parameters
    short = parameters["dependence_short_use_days"].lowest
    long = parameters["dependence_long_use_days"].lowest
    seldom = weekly <= parameters["dependence_occasional_days_per_week"].lowest
    rare, possible, likely = 1, 2, 3
    middle = np.where(band == BANDS.words.index("low"), possible, likely)
    regular = np.where(days < short, possible, np.where(days < long, middle, likely))
    return np.where(seldom, rare, regular).astype(np.int64)


def _band_range(frame: Frame, mask: Bools) -> tuple[Ints, Ints]:
    """Lowest and highest band the dose could be in; several drugs add up as shares of their own limits."""
    dose, limits = frame.dose_per_day, frame.catalog.dependence_limits
    ends = []
    for amount, pick in ((dose.low, 1), (dose.high, 0)):
        low, moderate = (
            frame.sum_row(amount / limits[band][pick][frame.ingredient], mask) <= 1.0 for band in ("low", "moderate")
        )
        ends.append(np.where(low, 0, np.where(moderate, 1, 2)).astype(np.int64))
    return ends[0], ends[1]
