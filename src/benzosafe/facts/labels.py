"""Facts in words a clinician would use."""

from __future__ import annotations

from benzosafe.knowledge.load import Knowledge

_OWN = {
    "age_years": "age",
    "pregnant": "pregnancy",
    "promise_overdue_days": "days since a promise was due",
    "alcohol_use": "alcohol use",
    "alcohol_unhealthy": "unhealthy alcohol use",
    "bzra_days_of_use": "days on a benzodiazepine or Z-drug",
    "bzra_days_per_week": "days a week on a benzodiazepine or Z-drug",
    "bzra_diazepam_equivalent_mg_per_day": "diazepam equivalent a day [mg]",
    "opioid_mme_per_day": "opioid dose a day [MME]",
    "opioid_bzra_overlap_days": "days of opioid and benzodiazepine or Z-drug together",
    "physical_dependence": "likelihood of physical dependence",
    "benzodiazepine_dose_band": "benzodiazepine dose band",
    "bzra_supply_left_days": "days of benzodiazepine or Z-drug supply left",
    "bzra_supply_gap_days": "days without benzodiazepine or Z-drug supply",
    "order_dose_mg_per_day": "dose a day [mg]",
    "order_dose_mg_single": "single dose [mg]",
    "order_indication": "reason for the order",
    "order_share_of_label_max": "dose as a share of the label maximum",
    "order_share_of_labelled_start": "dose as a share of the highest first day of a source",
    "order_share_of_lowest_start": "dose as a share of the lowest first day of a source",
    "order_given_once": "given once, in an emergency or before a procedure",
    "order_single_is_usual_day": "single dose as large as the usual dose of a day",
    "order_below_smallest_made": "single dose smaller than anything that is sold",
    "order_unit_slip_suspected": "a wrong unit suspected",
    "order_exposure_ratio": "exposure with the other medicines over that without, 5 to 95 %",
    "order_exposure_ratio_typical": "exposure with the other medicines over that without, best estimate",
    "order_like_mg_per_day": "dose a day that alone would give the same exposure [mg]",
    "order_exposure_building_days": "days from the first dose of the newest other medicine to its full effect",
    "order_exposure_fading_from_days": "days after the last dose of the stopped medicine until its effect fades",
    "order_exposure_returning_days": "days after the last dose of the stopped medicine until its effect is gone",
}
_SUFFIXES = {
    "_active": "{} taken",
    "_count": "number of: {}",
    "_started_days_ago": "days since start of: {}",
    "_stopped_days_ago": "days since stop of: {}",
    "_days_ago": "days since: {}",
    "_allergy": "allergy to: {}",
}


def fact_label(knowledge: Knowledge, name: str) -> str:
    """A fact's name in words."""
    if name in _OWN:
        return _OWN[name]
    for suffix, words in _SUFFIXES.items():
        stem = name.removesuffix(suffix)
        if stem != name:
            return words.format(_subject(knowledge, stem))
    return _subject(knowledge, name)


def _subject(knowledge: Knowledge, stem: str) -> str:
    for kind in (knowledge.classes, knowledge.conditions, knowledge.observations):
        if stem in kind:
            return str(kind[stem].label)
    words = stem.replace("_", " ").replace("bzra", "benzodiazepine or Z-drug")
    for enzyme in ("cyp3a4", "cyp2c19", "cyp1a2", "cyp2d6", "cyp2c9", "cyp2b6", "ugt2b15", "ugt2b7"):
        words = words.replace(enzyme, enzyme.upper())
    return words
