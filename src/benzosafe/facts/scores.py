"""Published points scores, computed only within their validity."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Number, Truth
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact

_MADE_OF: dict[str, tuple[str, ...]] = {
    "bipolar_or_schizophrenia": ("bipolar_disorder", "schizophrenia"),
    "kidney_disease": ("chronic_kidney_disease",),
    "chronic_pulmonary_disease": ("copd", "asthma", "interstitial_lung_disease"),
}


@fact("opioid", "benzodiazepine", "antidepressant")
def riosord_score(frame: Frame) -> Number:
    """CIP-RIOSORD points with an opioid prescription, from certain to possible. Source: zedler_2018."""
    score = frame.knowledge.scores["riosord_cip"]
    applies = frame.truth(score.applies_when)
    low, high = np.zeros(frame.size), np.zeros(frame.size)
    for item, points in score.points.items():
        truth = _item(frame, item)
        low += points * truth.yes
        high += points * ~truth.no
    return Number(np.where(applies.yes, low, -np.inf), np.where(applies.yes, high, np.inf))


@fact("opioid", "benzodiazepine", "antidepressant")
def riosord_class(frame: Frame) -> Number:
    """CIP-RIOSORD risk class 1 to 7: an order of concern, never a percentage. Source: zedler_2018."""
    begins = np.array(frame.knowledge.scores["riosord_cip"].class_from)
    points = frame.number("riosord_score")
    known = np.isfinite(points.low)
    low = np.searchsorted(begins, points.low, side="right").astype(float)
    high = np.searchsorted(begins, points.high, side="right").astype(float)
    return Number(np.where(known, low, -np.inf), np.where(known, high, np.inf))


def _item(frame: Frame, item: str) -> Truth:
    if item == "extended_release_opioid":
        slow = np.array([o.form == "extended-release" or o.route == "transdermal" for o in frame.orders], bool)
        return Truth.known(frame.any_row(slow & frame.member("opioid") & frame.certainly_active))
    if item == "opioid_at_least_100_mme":
        dose, limit = frame.number("opioid_mme_per_day"), frame.knowledge.scores["riosord_cip"].mme_from.lowest
        return Truth(dose.low >= limit, dose.high < limit)
    joined = frame.truth(_MADE_OF.get(item, (item,))[0])
    for name in _MADE_OF.get(item, (item,))[1:]:
        joined = joined | frame.truth(name)
    return joined
