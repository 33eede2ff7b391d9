"""A simulation as plain data: the shape that JSON, CSV, pictures and pages are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benzosafe.exposure.interval import Interval
from benzosafe.exposure.simulation import Band, Simulation, like_dose
from benzosafe.kinetics.arrays import Floats

SCHEMA_VERSION = "1"


def report_simulation(simulation: Simulation) -> dict[str, Any]:
    """All of a simulation: times [h], bands [ng/mL], doses [mg], courses, what stood out, what it rests on."""
    plan = simulation.plan
    return {
        "schema_version": SCHEMA_VERSION,
        "status": "draft",
        "drug": plan.drug,
        "route": plan.route,
        "days": plan.days,
        "people": simulation.people,
        "seed": simulation.seed,
        "unit": "ng/mL",
        "times_h": _numbers(simulation.times_h, 6),
        "analytes": [_band(band, simulation) for band in simulation.bands],
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else None,
        "doses": [
            {"at_h": float(t), "mg": float(mg)} for t, mg in zip(plan.times_h, plan.amounts_mg, strict=True) if t >= 0
        ],
        "beside": [_course(course, simulation) for course in plan.beside],
        "exposure_of": list(simulation.exposure_of),
        "exposure_by_day": _by_day(simulation.exposure),
        "exposure_peak": _peak(simulation),
        "rests_on": list(simulation.basis),
        "assumed": list(simulation.assumed),
        "bands_mean": {
            "people": "5 to 95 % of people, at the typical parameters",
            "typical": "5 to 95 % of where the typical person may lie, given how well the parameters are known",
        },
    }  # fmt: skip


def _band(band: Band, simulation: Simulation) -> dict[str, Any]:
    at = int(np.argmax(band.typical))
    highest = Interval(band.typical[at], band.typical_low[at], band.typical_high[at])
    return {
        "analyte": band.analyte,
        "typical": _numbers(band.typical),
        "people_low": _numbers(band.people_low), "people_high": _numbers(band.people_high),
        "typical_low": _numbers(band.typical_low), "typical_high": _numbers(band.typical_high),
        "highest": {
            "at_h": float(simulation.times_h[at]), **highest.as_dict(),
            "people_low": _number(band.people_low[at]), "people_high": _number(band.people_high[at]),
        },
        "end": Interval(band.typical[-1], band.typical_low[-1], band.typical_high[-1]).as_dict(),
        "exposure_by_day": _by_day(band.exposure),
        "aimed_at_ng_per_ml": _aimed_at(band, simulation.bands[0]),
    }  # fmt: skip


def _aimed_at(band: Band, drug: Band) -> dict[str, Any] | None:
    """The range usually aimed at, of this analyte or (`sum_of`) of several together; that of a sum is said once."""
    found = band.aimed_at
    if found is None or (band is not drug and band.analyte in drug.aimed_at_sum_of):
        return None
    return {"low": found.lowest, "high": found.highest, "population": found.population, "note": found.note,
            "confidence": found.confidence, "sum_of": list(band.aimed_at_sum_of)}  # fmt: skip


def _by_day(exposure: Sequence[Interval | None]) -> list[dict[str, Any]]:
    """The ratio of each day; nulls where next to nothing of the drug is in the body."""
    nothing = {"value": None, "low": None, "high": None}
    return [{"day": day, **(ratio.as_dict() if ratio else nothing)} for day, ratio in enumerate(exposure, start=1)]


def _course(course: Any, simulation: Simulation) -> dict[str, Any]:
    end = simulation.plan.days if course.to_day is None else course.to_day
    return {
        "drug": course.name, "from_day": course.from_day + 1, "to_day": end, "mg_per_day": course.mg_per_day,
        "dose_unit": simulation.units_beside.get(course.name, "mg a day"),
        "stops_inside": course.to_day is not None and course.to_day < simulation.plan.days,
    }  # fmt: skip


def _peak(simulation: Simulation) -> dict[str, Any] | None:
    """The day on which exposure differs most from the same doses alone, and the dose it is like.

    Days on which a dose is taken come first: while the last of a drug washes out, the ratio grows without end.
    """
    plan, exposure = simulation.plan, simulation.exposure
    given = np.zeros(len(exposure))
    inside = (plan.times_h >= 0) & (plan.times_h < 24.0 * len(exposure))
    np.add.at(given, (plan.times_h[inside] // 24.0).astype(int), plan.amounts_mg[inside])
    days = [day for day, ratio in enumerate(exposure) if ratio is not None]
    days = [day for day in days if given[day] > 0] or days
    if not days:
        return None
    day = max(days, key=lambda place: _change(exposure[place]))
    ratio = exposure[day]
    assert ratio is not None
    mg = float(given[day])
    return {
        "day": day + 1, "auc_ratio": ratio.as_dict(), "mg_that_day": mg or None,
        "like_mg_per_day": like_dose(mg, ratio).as_dict() if mg else None,
        "back_to_normal_day": _back_to_normal(exposure, day),
    }  # fmt: skip


def _change(ratio: Interval | None) -> float:
    return abs(float(np.log(ratio.value))) if ratio is not None else 0.0


def _back_to_normal(exposure: Sequence[Interval | None], peak: int) -> int | None:
    """First day after the peak from which on less than a tenth of the change is left; None when not within the days."""
    left = [_change(ratio) > 0.1 * _change(exposure[peak]) for ratio in exposure]
    last = max(day for day in range(len(exposure)) if left[day] or day == peak)
    return last + 2 if last + 1 < len(exposure) else None


def _numbers(values: Floats, digits: int = 4) -> list[float]:
    return [_number(value, digits) for value in values]


def _number(value: float, digits: int = 4) -> float:
    return float(f"{float(value):.{digits}g}")
