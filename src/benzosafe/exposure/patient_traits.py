"""Traits of a patient that change kinetics: age, sex, conditions, genotype, smoking."""

from __future__ import annotations

from datetime import date

from benzosafe.exposure.victim import Traits
from benzosafe.knowledge.kinetics_model import Covariate
from benzosafe.patient.tables import Record

_BY_CONDITION: dict[str, Covariate] = {
    "cirrhosis": "cirrhosis", "pregnancy": "pregnancy", "obesity": "obesity", "kidney_failure": "renal_failure",
}  # fmt: skip
_BY_PHENOTYPE: dict[str, Covariate] = {
    "poor": "cyp2c19_poor", "intermediate": "cyp2c19_intermediate", "rapid": "cyp2c19_rapid",
    "ultrarapid": "cyp2c19_rapid",  # no drug here has an effect published for it alone
}  # fmt: skip
_OLDER_YEARS = 65.0


def age_years(record: Record, on: date) -> float | None:
    """Age on the review date [a]."""
    if record.age_years is None and record.birth_on is not None:
        return (on - record.birth_on).days / 365.25
    return record.age_years


def traits_on(record: Record, on: date) -> Traits:
    """Traits that change kinetics, as far as they are known; what is not known changes nothing."""
    found: set[Covariate] = set()
    age = age_years(record, on)
    if age is not None and age >= _OLDER_YEARS:
        found.add("age_over_65")
        if record.sex == "male":
            found.add("male_over_65")
    if record.sex == "female":
        found.add("female")
    for condition in record.conditions:
        if condition.present and condition.active is not False:
            found |= {trait for concept, trait in _BY_CONDITION.items() if concept in condition.concepts}
    phenotype = latest_category(record, "cyp2c19_phenotype", on)
    if phenotype in _BY_PHENOTYPE:
        found.add(_BY_PHENOTYPE[phenotype])
    if latest_category(record, "smoking_status", on) == "current":
        found.add("smoker")
    return frozenset(found)


def latest_category(record: Record, concept: str, on: date) -> str | None:
    """The last answer up to the review date; one without a date counts as given on that day."""
    dated = [
        (seen.taken_on or on, place, seen.category)
        for place, seen in enumerate(record.observations)
        if seen.concept == concept and seen.category is not None and (seen.taken_on or on) <= on
    ]
    return max(dated)[2] if dated else None
