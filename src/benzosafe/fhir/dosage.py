"""FHIR Dosage into plain values; what they amount to in milligrams is worked out in the patient room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from benzosafe.fhir.elements import (
    CodeableConcept,
    Dosage,
    DoseAndRate,
    Quantity,
    Range,
    Ratio,
    Repeat,
    present,
)
from benzosafe.fhir.reading import Entry, Reading, codes_of, number, text_of, unit_of
from benzosafe.patient import dose

_DAYS_OF = {
    "h": 1 / 24, "hour": 1 / 24, "d": 1.0, "day": 1.0, "wk": 7.0, "week": 7.0,
    "mo": 30.0, "month": 30.0, "a": 365.0, "year": 365.0,
}  # fmt: skip
_ROUTE_OF_CODE = {
    "26643006": "oral", "37839007": "sublingual", "54471007": "buccal",
    "47625008": "intravenous", "34206005": "subcutaneous", "78421000": "intramuscular",
    "45890007": "transdermal", "6064005": "topical", "46713006": "nasal",
    "37161004": "rectal", "447694001": "inhaled", "54485002": "ophthalmic", "10547007": "otic", "16857009": "vaginal",
    "PO": "oral", "SL": "sublingual", "BUC": "buccal", "IV": "intravenous", "IVPUSH": "intravenous",
    "IVINJ": "intravenous", "SQ": "subcutaneous", "IM": "intramuscular", "TRNSDERM": "transdermal",
    "TOPICAL": "topical", "NASINHL": "nasal", "PR": "rectal", "OPTHALTA": "ophthalmic",
    "OTIC": "otic", "VAGINSI": "vaginal",
}  # fmt: skip
_ROUTE_OF_WORD = {
    "oral": "oral", "orally": "oral", "mouth": "oral", "po": "oral", "sublingual": "sublingual", "buccal": "buccal",
    "intravenous": "intravenous", "iv": "intravenous", "subcutaneous": "subcutaneous", "injection": "injection",
    "intramuscular": "intramuscular", "im": "intramuscular", "transdermal": "transdermal", "topical": "topical",
    "cutaneous": "topical", "nasal": "nasal", "intranasal": "nasal", "rectal": "rectal", "rectally": "rectal",
    "inhalation": "inhaled", "inhaled": "inhaled", "ophthalmic": "ophthalmic", "otic": "otic", "vaginal": "vaginal",
}  # fmt: skip


def read_dosages(
    entry: Entry, path: str, written: Sequence[Dosage | None] | None, reading: Reading
) -> tuple[dose.Dosage, ...]:
    """Every dosage of a medication resource, in plain values."""
    return tuple(
        read_dosage(entry, f"{path}[{place}]", item, reading)
        for place, item in enumerate(written or ())
        if item is not None
    )


def read_dosage(entry: Entry, path: str, written: Dosage, reading: Reading) -> dose.Dosage:
    """One dosage: amount, how often, limits and route; a rate (2 mg/h) is an amount each hour."""
    repeat = (written.timing and written.timing.repeat) or Repeat()
    low, high, unit = _amount(written)
    frequency, period, period_unit = number(repeat.frequency), number(repeat.period), _period_unit(repeat)
    if low is None and high is None:
        low, high, unit, period_unit = _rate(written, period_unit)
        frequency, period = (1.0, 1.0) if low is not None else (frequency, period)
    return dose.Dosage(
        amount_low=low, amount_high=high, unit=unit,
        frequency_low=frequency, frequency_high=number(repeat.frequency_max) or frequency,
        period_low=period, period_high=number(repeat.period_max) or period, period_unit=period_unit,
        days_of_week=tuple(day[:3].lower() for day in present(repeat.day_of_week)),
        times_of_day=tuple(present(repeat.time_of_day)), when=tuple(present(repeat.when)),
        timing_code=_timing_code(written), as_needed=_as_needed(written), max_doses=_max_doses(written),
        bounds_days=_bounds_days(entry, path, repeat, reading), route=read_route(written.route),
        sequence=written.sequence, text=(written.text or written.patient_instruction or "").strip(),
    )  # fmt: skip


def _amount(written: Dosage) -> tuple[float | None, float | None, str]:
    for part in (
        *present(written.dose_and_rate),
        DoseAndRate(dose_quantity=written.dose_quantity or written.dose, dose_range=written.dose_range),
    ):
        if part.dose_quantity and number(part.dose_quantity.value) is not None:
            value = number(part.dose_quantity.value)
            return value, value, unit_of(part.dose_quantity)
        if part.dose_range and (part.dose_range.low or part.dose_range.high):
            return _range(part.dose_range)
    return None, None, ""


def _range(limits: Range) -> tuple[float | None, float | None, str]:
    low, high = limits.low or Quantity(), limits.high or Quantity()
    return number(low.value), number(high.value), unit_of(low) or unit_of(high)


def _rate(written: Dosage, period_unit: str) -> tuple[float | None, float | None, str, str]:
    """An infusion as an amount in each unit of time."""
    for part in present(written.dose_and_rate):
        given, per = part.rate_quantity, ""
        if part.rate_ratio and part.rate_ratio.denominator and number(part.rate_ratio.denominator.value) in (1.0, None):
            given, per = part.rate_ratio.numerator, unit_of(part.rate_ratio.denominator)
        if given is not None and number(given.value) is not None:
            unit, _, time = unit_of(given).rpartition("/")
            unit, time = (unit_of(given), per) if per else (unit, time)
            if unit:
                return (
                    number(given.value),
                    number(given.value),
                    unit,
                    {"hr": "h", "hour": "h", "day": "d"}.get(time, time),
                )
    return None, None, "", period_unit


def _period_unit(repeat: Repeat) -> str:
    return (repeat.period_unit or "").strip()


def _timing_code(written: Dosage) -> str:
    code = written.timing.code if written.timing else None
    found = [value for _, value in codes_of(code)]
    return (found[0] if found else text_of(code)).strip().upper()


def _as_needed(written: Dosage) -> bool | None:
    return True if written.as_needed_codeable_concept else written.as_needed_boolean


def _max_doses(written: Dosage) -> tuple[dose.MaxDose, ...]:
    given = written.max_dose_per_period
    limits = present(given if isinstance(given, list) else [given])
    return tuple(found for limit in limits if (found := _max_dose(limit)))


def _max_dose(limit: Ratio) -> dose.MaxDose | None:
    if limit.numerator is None or number(limit.numerator.value) is None:
        return None
    per = limit.denominator or Quantity()
    amount = number(limit.numerator.value) or 0.0
    return dose.MaxDose(amount, unit_of(limit.numerator), number(per.value) or 1.0, unit_of(per) or "d")


def _bounds_days(entry: Entry, path: str, repeat: Repeat, reading: Reading) -> float | None:
    limit = repeat.bounds_duration or (repeat.bounds_range.high if repeat.bounds_range else None)
    if limit is not None:
        return days_of(limit)
    start, end = bounds_span(entry, path, repeat, reading)
    return float((end - start).days + 1) if start and end else None


def bounds_span(entry: Entry, path: str, repeat: Repeat | None, reading: Reading) -> tuple[date | None, date | None]:
    """First and last day a dosage is meant for."""
    return reading.span(entry, f"{path}.timing.repeat.boundsPeriod", repeat.bounds_period if repeat else None)


def days_of(quantity: Quantity | None) -> float | None:
    """A duration in days [d], or None when it is not one."""
    value = number(quantity.value) if quantity else None
    if quantity is None or value is None:
        return None
    unit = unit_of(quantity).lower() or "d"
    factor = _DAYS_OF.get(unit) or _DAYS_OF.get(unit.rstrip("s"))
    return value * factor if factor else None


def read_route(route: CodeableConcept | None) -> str | None:
    """The route in the words the knowledge uses, else as written."""
    coded = next((_ROUTE_OF_CODE[code] for _, code in codes_of(route) if code in _ROUTE_OF_CODE), None)
    text = text_of(route).lower()
    return coded or next(
        (_ROUTE_OF_WORD[word] for word in text.replace("-", " ").split() if word in _ROUTE_OF_WORD),
        text or None,
    )


def strength_mg(strength: Ratio | None) -> tuple[float, Quantity] | None:
    """Milligrams of the ingredient [mg] and what they are in (one tablet, 5 mL), or None."""
    if strength is None or strength.numerator is None:
        return None
    value = number(strength.numerator.value)
    factor = _MG.get(unit_of(strength.numerator).lower())
    if value is None or factor is None:
        return None
    return value * factor, strength.denominator or Quantity()


_MG = {
    "mg": 1.0,
    "milligram": 1.0,
    "g": 1000.0,
    "gram": 1000.0,
    "ug": 0.001,
    "mcg": 0.001,
    "microgram": 0.001,
}
