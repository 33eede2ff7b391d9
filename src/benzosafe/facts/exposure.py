"""How long and how much: benzodiazepine and Z-drug exposure, supply and recent change."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Bools, Number, Truth, zero_for_nan
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact

_WEEK_DAYS = 7.0
_PERCENT = 100.0


def current(frame: Frame, group: str) -> Bools:
    """Orders of the group that are certainly taken."""
    return frame.member(group) & frame.certainly_active


@fact("bzra")
def bzra_days_of_use(frame: Frame) -> Number:
    """Days of continuous use of a benzodiazepine or Z-drug up to the review date [d]."""
    return days_of_use(frame, current(frame, "bzra"))


@fact("benzodiazepine")
def benzodiazepine_days_of_use(frame: Frame) -> Number:
    """Days of continuous use of a benzodiazepine up to the review date [d]."""
    return days_of_use(frame, current(frame, "benzodiazepine"))


@fact("z_drug")
def z_drug_days_of_use(frame: Frame) -> Number:
    """Days of continuous use of a Z-drug up to the review date [d]."""
    return days_of_use(frame, current(frame, "z_drug"))


def days_of_use(frame: Frame, mask: Bools) -> Number:
    """Longest use among masked orders [d]; at least the dated ones, open-ended where a start is not known."""
    days = np.where(frame.possibly_active, frame.days_taken, frame.days_taken - np.maximum(frame.days_ended, 0.0))
    low = frame.max_row(np.maximum(zero_for_nan(days), 0.0), mask, 0.0)
    return Number(low, np.where(frame.any_row(mask & np.isnan(days)), np.inf, low))


@fact("bzra")
def bzra_days_per_week(frame: Frame) -> Number:
    """Days a week on which a benzodiazepine or Z-drug is taken; open between 0 and 7 for an as-needed order."""
    return days_per_week(frame, current(frame, "bzra"))


def days_per_week(frame: Frame, mask: Bools) -> Number:
    """Days a week of use, the most over the masked orders of each row [d/wk]."""
    ends = np.array([_days_per_week(order.days_per_week, order.prn) for order in frame.orders]).reshape(-1, 2)
    return Number(frame.max_row(ends[:, 0], mask, 0.0), frame.max_row(ends[:, 1], mask, 0.0))


def _days_per_week(stated: float | None, prn: bool | None) -> tuple[float, float]:
    if stated is not None:
        return (stated, stated)
    return (_WEEK_DAYS, _WEEK_DAYS) if prn is False else (0.0, _WEEK_DAYS)


@fact("bzra")
def bzra_diazepam_equivalent_mg_per_day(frame: Frame) -> Number:
    """Diazepam equivalents of benzodiazepines and Z-drugs, lowest to highest over all published tables [mg/d]."""
    least, most = (table[frame.ingredient] for table in frame.catalog.diazepam_mg_per_mg)
    dose = frame.dose_per_day
    member = frame.member("bzra")
    taken = member & frame.certainly_active
    low = frame.sum_row(dose.low * zero_for_nan(least), taken)
    finite = np.isfinite(dose.high) & ~np.isnan(most)
    high = frame.sum_row(np.where(finite, dose.high, 0.0) * zero_for_nan(most), member & frame.possibly_active)
    open_ended = frame.any_row(((member & ~finite) | frame.unresolved) & frame.possibly_active) | ~frame.orders_known
    return Number(low, np.where(open_ended, np.inf, high))


@fact("bzra")
def bzra_supply_left_days(frame: Frame) -> Number:
    """Days for which a benzodiazepine or Z-drug is still on hand [d]; unknown when the supply was not recorded."""
    ends = -frame.days_out_of_supply
    mask = frame.member("bzra") & frame.possibly_active
    undated = frame.any_row(mask & np.isnan(ends))
    latest = frame.max_row(zero_for_nan(ends), mask & ~np.isnan(ends), 0.0)
    left = np.maximum(latest, 0.0)
    none = ~frame.any_row(mask)
    return Number(np.where(none, np.inf, left), np.where(none | undated, np.inf, left))


@fact("bzra")
def bzra_supply_gap_days(frame: Frame) -> Number:
    """Days without supply since that of the last benzodiazepine or Z-drug ran out [d]; 0 while there is some."""
    ended = frame.days_out_of_supply
    mask = frame.member("bzra") & frame.possibly_active
    undated = frame.any_row(mask & np.isnan(ended))
    gap = np.maximum(frame.min_row(np.nan_to_num(ended, nan=np.inf), mask & ~np.isnan(ended), 0.0), 0.0)
    return Number(np.where(undated, 0.0, gap), np.where(undated, np.inf, gap))


@fact("bzra")
def bzra_reduction_percent_14d(frame: Frame) -> Number:
    """Largest fall of a benzodiazepine's or Z-drug's daily dose within the last 14 days [%]."""
    window = frame.knowledge.parameters["recent_reduction_days"].highest
    changed = frame.days_since_change
    before = np.array(
        [np.nan if o.previous_dose_mg_per_day is None else o.previous_dose_mg_per_day for o in frame.orders]
    )
    now = frame.dose_per_day
    recent = current(frame, "bzra") & (changed >= 0) & (changed <= window) & (before > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        least = np.nan_to_num(_PERCENT * (before - now.high) / before, nan=0.0, neginf=0.0)
        most = np.nan_to_num(_PERCENT * (before - now.low) / before, nan=0.0)
    low = np.maximum(frame.max_row(least, recent, 0.0), 0.0)
    return Number(low, np.maximum(frame.max_row(most, recent, 0.0), 0.0))


@fact("bzra")
def bzra_prn_without_maximum(frame: Frame) -> Truth:
    """An as-needed benzodiazepine or Z-drug has no stated daily maximum."""
    loose = np.array(
        [o.prn is True and (o.dose_mg_per_day is None or np.isinf(o.dose_mg_per_day.high)) for o in frame.orders], bool
    )
    return Truth.known(frame.any_row(current(frame, "bzra") & loose))


@fact("bzra")
def bzra_tapered_before_stop(frame: Frame) -> Truth:
    """The last dose before a benzodiazepine or Z-drug ended was a small part of the most that had been taken."""
    share = frame.knowledge.parameters["tapered_last_dose_share"].highest
    ended = frame.member("bzra") & frame.systemic & ~frame.possibly_active & (frame.days_ended >= 0)
    latest = frame.min_row(frame.days_ended, ended, np.inf)
    last = ended & (frame.days_ended == latest[frame.order_row])
    dose = frame.dose_per_day
    before = np.array([o.previous_dose_mg_per_day or 0.0 for o in frame.orders])
    finite = np.where(np.isfinite(dose.high), dose.high, 0.0)
    most = frame.max_row(np.maximum(finite, before), frame.member("bzra") & frame.systemic, 0.0)
    final = frame.max_row(np.where(np.isfinite(dose.high), dose.high, np.inf), last, np.inf)
    small = frame.any_row(last) & (most > 0) & (final <= share * most)
    return Truth(small, ~small & np.isfinite(final))
