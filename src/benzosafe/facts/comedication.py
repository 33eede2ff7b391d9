"""What else is taken: opioids in morphine equivalents, other depressants, sedative load."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benzosafe.facts.column import Number, Truth, zero_for_nan
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact

_MME_ROUTES = (None, "oral", "sublingual", "buccal", "rectal")  # the factors hold for oral doses
_ANYTHING_SEDATIVE_LOAD = 2.0  # the largest weight of the model: what an unresolved drug could add


@fact("opioid")
def opioid_mme_per_day(frame: Frame) -> Number:
    """Oral morphine milligram equivalents of the opioids taken [mg/d]. Source: cdc_2022.

    Open-ended upwards while an opioid has no factor or no known dose.
    """
    factor = _mme_factor(frame)
    dose = frame.dose_per_day
    opioid = frame.member("opioid")
    known = opioid & ~np.isnan(factor)
    factor = zero_for_nan(factor)
    low = frame.sum_row(dose.low * factor, known & frame.certainly_active)
    finite = known & np.isfinite(dose.high)
    high = frame.sum_row(np.where(np.isfinite(dose.high), dose.high, 0.0) * factor, finite & frame.possibly_active)
    open_ended = frame.any_row(((opioid & ~finite) | frame.unresolved) & frame.possibly_active) | ~frame.orders_known
    return Number(low, np.where(open_ended, np.inf, high))


def _mme_factor(frame: Frame) -> np.ndarray:
    """Factor of each order; the fentanyl factor holds for patches only."""
    factor = frame.catalog.mme_factor[frame.ingredient]
    patch_only = frame.catalog.patch_only_mme[frame.ingredient]
    transdermal = np.array([order.route == "transdermal" for order in frame.orders], bool)
    factor = np.where(patch_only & ~transdermal, np.nan, factor)
    # A patch's strength is a rate: a dose below that of the weakest patch was read from a bare "50 mcg".
    weakest = frame.knowledge.parameters["weakest_fentanyl_patch_mg_per_day"].lowest
    factor = np.where(patch_only & transdermal & (frame.dose_per_day.high < weakest), np.nan, factor)
    swallowed = np.array([order.route in _MME_ROUTES for order in frame.orders], bool)
    factor = np.where(swallowed | transdermal, factor, np.nan)
    return np.where(_is_oud_treatment(frame), np.nan, factor)


def _is_oud_treatment(frame: Frame) -> np.ndarray:
    """Orders given for opioid use disorder: their dose is not counted in morphine equivalents."""
    stated = np.array([order.indication == "opioid_use_disorder" for order in frame.orders], bool)
    return stated & frame.member("opioid_agonist_treatment")


@fact("opioid")
def opioid_not_in_mme_table(frame: Frame) -> Truth:
    """An active opioid has no factor in the CDC 2022 table, so the total is a lower limit."""
    without = frame.member("opioid") & np.isnan(_mme_factor(frame)) & ~_is_oud_treatment(frame)
    yes = frame.any_row(without & frame.certainly_active)
    maybe = frame.any_row((without | frame.unresolved) & frame.possibly_active) | ~frame.orders_known
    return Truth(yes, ~yes & ~maybe)


@fact("opioid_agonist_treatment")
def opioid_agonist_treatment_for_oud(frame: Frame) -> Truth:
    """Methadone or buprenorphine taken as treatment of opioid use disorder."""
    taken = frame.truth("opioid_agonist_treatment_active")
    stated = frame.any_row(_is_oud_treatment(frame) & frame.certainly_active)
    disorder = frame.truth("opioid_use_disorder")
    yes = stated | (taken.yes & disorder.yes)
    return Truth(yes, ~yes & (taken.no | (taken.yes & disorder.no)))


@fact("opioid", "bzra")
def opioid_bzra_overlap_days(frame: Frame) -> Number:
    """Days since an opioid and a benzodiazepine or Z-drug have been taken together; endless when they are not."""
    days = frame.days_taken
    together = frame.truth("opioid_active").yes & frame.truth("bzra_active").yes
    ends = [_longest_use(frame, days, group) for group in ("opioid", "bzra")]
    low = np.minimum(ends[0].low, ends[1].low)
    high = np.minimum(ends[0].high, ends[1].high)
    return Number(np.where(together, low, np.inf), np.where(together, high, np.inf))


def _longest_use(frame: Frame, days: np.ndarray, group: str) -> Number:
    mask = frame.member(group) & frame.certainly_active
    low = frame.max_row(zero_for_nan(days), mask, 0.0)
    high = np.where(frame.any_row(mask & np.isnan(days)), np.inf, low)
    return Number(low, high)


@fact("cns_depressant")
def other_cns_depressant_count(frame: Frame) -> Number:
    """Different CNS depressants taken beside benzodiazepines and Z-drugs, alcohol included."""
    other = frame.member("cns_depressant") & ~frame.member("bzra")
    return _with_alcohol(frame, _count(frame, other))


@fact("cns_depressant")
def cns_depressant_count(frame: Frame) -> Number:
    """Different CNS depressants taken, alcohol included; a drug with several classes counts once."""
    return _with_alcohol(frame, _count(frame, frame.member("cns_depressant")))


@fact("respiratory_depressant")
def respiratory_depressant_count(frame: Frame) -> Number:
    """Different drugs that depress breathing by themselves, alcohol included."""
    return _with_alcohol(frame, _count(frame, frame.member("respiratory_depressant")))


def _count(frame: Frame, member: np.ndarray) -> Number:
    low = frame.distinct_row(member & frame.certainly_active)
    high = frame.distinct_row(member & frame.possibly_active)
    high = high + np.bincount(frame.order_row[frame.unresolved], minlength=frame.size)
    return Number(low, np.where(frame.orders_known, high, np.inf))


def _with_alcohol(frame: Frame, count: Number) -> Number:
    """Alcohol that is drunk but not listed as a medicine counts as one more.

    Alcohol that was never asked about does not widen the count: the alcohol checks say so themselves.
    """
    unlisted = frame.truth("alcohol_use").yes & ~frame.truth("alcohol_active").yes
    return Number(count.low + unlisted, count.high + unlisted)


@fact("cns_depressant", "sedating_antidepressant", "antipsychotic")
def sedative_load(frame: Frame) -> Number:
    """Sum of the sedative load weights of the different drugs taken. Source: linjakumpu_2003."""
    weight = frame.catalog.sedative_load[frame.ingredient]
    low = frame.sum_row(weight, _first_of_each(frame, frame.certainly_active))
    high = frame.sum_row(weight, _first_of_each(frame, frame.possibly_active))
    high = high + _ANYTHING_SEDATIVE_LOAD * np.bincount(frame.order_row[frame.unresolved], minlength=frame.size)
    return Number(low, np.where(frame.orders_known, high, np.inf))


def _first_of_each(frame: Frame, mask: np.ndarray) -> np.ndarray:
    """One order of each ingredient and row, so that two strengths of a drug count once."""
    chosen = np.zeros(len(mask), bool)
    places = np.flatnonzero(mask & (frame.ingredient >= 0))
    width = len(frame.catalog.ingredients) + 1
    _, first = np.unique(frame.order_row[places] * width + frame.ingredient[places], return_index=True)
    chosen[places[first]] = True
    return chosen


@fact()
def unresolved_drug_active(frame: Frame) -> Truth:
    """An active order could not be resolved to an ingredient."""
    return Truth.known(frame.any_row(frame.unresolved))


@fact("opioid_rescue")
def naloxone_available(frame: Frame) -> Truth:
    """An overdose reversal medicine is on the list or said to be at home; naloxone inside a tablet does not count."""
    home = frame.word("naloxone_at_home")
    kit = frame.member("opioid_rescue") & ~_combined_or_oral(frame)
    yes = frame.any_row(kit & frame.certainly_active) | home.is_in(frozenset({"yes"})).yes
    maybe = frame.any_row((kit | frame.unresolved) & frame.possibly_active) | ~frame.orders_known
    return Truth(yes, ~yes & (home.is_in(frozenset({"no"})).yes | ~maybe))


def _combined_or_oral(frame: Frame) -> np.ndarray:
    """Orders that are one part of a combination product, or are swallowed or held in the mouth."""
    # A draft may carry the id of an order on the list: they are two orders, not parts of one product.
    ids = [(order.source == "draft", order.order_id.split("#")[0]) for order in frame.orders]
    parts = Counter(zip(frame.order_row.tolist(), ids, strict=True))
    return np.array([
        parts[row, name] > 1 or order.route in ("oral", "sublingual", "buccal")
        for row, name, order in zip(frame.order_row.tolist(), ids, frame.orders, strict=True)
    ], bool)  # fmt: skip
