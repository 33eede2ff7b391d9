"""From dosage and strength to milligrams: one dose, doses a day, milligrams a day, and what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benzosafe.patient.tables import Bounds, Tri


@dataclass(frozen=True)
class MaxDose:
    """A ceiling on what may be taken: `amount` of `unit` in `per` x `per_unit` (FHIR maxDosePerPeriod)."""

    amount: float
    unit: str = ""
    per: float = 1
    per_unit: str = "d"


@dataclass(frozen=True)
class Dosage:
    """One structured dosage (FHIR Dosage) in plain values; None and "" mean not stated.

    `unit` is a UCUM code or a word; `period_unit` is s, min, h, d, wk, mo or a; `days_of_week` are mon..sun;
    `times_of_day` are HH:MM[:SS]; `when` are FHIR event codes (HS, MORN, ACM ...); `timing_code` is BID, TID, Q4H ...;
    dosages with different `sequence` follow one another, those with the same (or none) are taken together.
    """

    amount_low: float | None = None
    amount_high: float | None = None
    unit: str = ""
    frequency_low: float | None = None
    frequency_high: float | None = None
    period_low: float | None = None
    period_high: float | None = None
    period_unit: str = ""
    days_of_week: tuple[str, ...] = ()
    times_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    timing_code: str = ""
    as_needed: Tri = None
    max_doses: tuple[MaxDose, ...] = ()
    bounds_days: float | None = None
    route: str | None = None
    sequence: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Product:
    """What one unit of the product holds [mg] of the ingredient in question.

    `strength_mg` is mg per tablet (capsule, patch ...) or, for a liquid, mg per `per_ml` mL.
    `other_strengths_mg` are those of the other ingredients of a combination product.
    """

    strength_mg: float | None = None
    form: str | None = None
    per_ml: float | None = None
    other_strengths_mg: tuple[float | None, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class WorkedDose:
    """The dose worked out [mg], how it was read, and every conflict and problem met on the way."""

    dose_mg_single: Bounds | None = None
    times_per_day: Bounds | None = None
    dose_mg_per_day: Bounds | None = None
    days_per_week: float | None = None
    prn: Tri = None
    duration_days: float | None = None
    route: str | None = None
    sig: str = ""
    sig_reading: str = ""
    conflicts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def work_out_dose(dosages: Sequence[Dosage], product: Product, *, directions: str = "") -> WorkedDose:
    """Milligrams a dose and a day [mg, mg/d]: structured dosage first, else the directions text; both shown if they differ."""
    raise NotImplementedError
