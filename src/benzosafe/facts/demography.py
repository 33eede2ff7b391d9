"""Who the patient is: age, sex, pregnancy, alcohol, genotype."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Number, Truth, Word
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact
from benzosafe.patient.tables import Record

_DAYS_PER_YEAR = 365.25
_PRECISION_DAYS = {"day": 0, "month": 31, "year": 366}


@fact()
def age_years(frame: Frame) -> Number:
    """Age on the review date [a]; a range when only the month or year of birth is known."""

    def age(record: Record) -> float | tuple[float, float] | None:
        if record.birth_on is None:
            return record.age_years
        days = (frame.on - record.birth_on).days
        slack = _PRECISION_DAYS[record.birth_precision]
        if slack:
            return ((days - slack) / _DAYS_PER_YEAR, days / _DAYS_PER_YEAR)
        had_birthday = (frame.on.month, frame.on.day) >= (record.birth_on.month, record.birth_on.day)
        return float(frame.on.year - record.birth_on.year - (not had_birthday))

    return Number.of([age(record) for record in frame.records]).take(frame.patient_of_row)


@fact()
def sex(frame: Frame) -> Word:
    """Administrative sex: female or male."""
    return Word.of([record.sex for record in frame.records]).take(frame.patient_of_row)


@fact()
def pregnant(frame: Frame) -> Truth:
    """Pregnant on the review date, from a status observation or the problem list."""
    status = frame.word("pregnancy_status")
    listed = frame.truth("pregnancy")
    impossible = ~frame.truth("could_be_pregnant")
    yes = status.is_in(frozenset({"pregnant"})).yes | (listed.yes & ~status.is_in(frozenset({"not_pregnant"})).yes)
    no = ~yes & (status.is_in(frozenset({"not_pregnant"})).yes | impossible.yes)
    return Truth(yes, no)


@fact()
def breastfeeding(frame: Frame) -> Truth:
    """Breastfeeding on the review date."""
    status = frame.word("breastfeeding_status").is_in(frozenset({"breastfeeding"}))
    listed = frame.truth("lactation")
    yes = status.yes | (listed.yes & ~status.no)
    return Truth(yes, ~yes & (status.no | (~frame.truth("could_be_pregnant")).yes))


@fact()
def could_be_pregnant(frame: Frame) -> Truth:
    """Female and of an age at which pregnancy is possible."""
    parameters = frame.knowledge.parameters
    age = frame.number("age_years")
    first = parameters["childbearing_age_from_years"].lowest
    last = parameters["childbearing_age_to_years"].highest
    in_range = Truth((age.low >= first) & (age.high <= last), (age.high < first) | (age.low > last))
    return in_range & frame.word("sex").is_in(frozenset({"female"}))


@fact("alcohol")
def alcohol_use(frame: Frame) -> Truth:
    """Any current alcohol use: stated, screened above zero, or listed."""
    status = frame.word("alcohol_status")
    drinks, screen = frame.number("alcohol_drinks_per_week"), frame.number("audit_c_score")
    listed = frame.truth("alcohol_active")
    yes = listed.yes | status.is_in(frozenset({"current"})).yes | (drinks.low > 0) | (screen.low > 0)
    denied = status.is_in(frozenset({"none", "former"})).yes | (drinks.high <= 0) | (screen.high <= 0)
    denied |= frame.by_record(lambda record: "alcohol" in record.known_absent or "ethanol" in record.known_absent)
    return Truth(yes, ~yes & denied)


@fact("alcohol")
def alcohol_unhealthy(frame: Frame) -> Truth:
    """Alcohol use disorder, or an AUDIT-C at its positive cut-off for the sex (AUDIT-C, Bush 1998)."""
    disorder = frame.truth("alcohol_use_disorder")
    score, parameters = frame.number("audit_c_score"), frame.knowledge.parameters
    male, female = frame.word("sex").is_in(frozenset({"male"})), frame.word("sex").is_in(frozenset({"female"}))
    lower, upper = parameters["audit_c_positive_female"].lowest, parameters["audit_c_positive_male"].lowest
    positive = (score.low >= upper) | (female.yes & (score.low >= lower))
    negative = (score.high < lower) | (male.yes & (score.high < upper)) | frame.truth("alcohol_use").no
    return Truth(disorder.yes | positive, ~disorder.yes & ~positive & negative)


@fact()
def cyp2c19_poor_metaboliser(frame: Frame) -> Truth:
    """CYP2C19 phenotype reported as poor metaboliser."""
    return frame.word("cyp2c19_phenotype").is_in(frozenset({"poor"}))


@fact()
def patient_is_child(frame: Frame) -> Truth:
    """Under the age of majority used by labels for adult dosing [18 a]."""
    age = frame.number("age_years")
    adult = frame.knowledge.parameters["adult_age_years"].lowest
    return Truth(age.high < adult, np.asarray(age.low >= adult))
