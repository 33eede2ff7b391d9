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
        "analytes": [_band(band, simulation.times_h) for band in simulation.bands],
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else None,
        "doses": [
            {"at_h": float(t), "mg": float(mg)} for t, mg in zip(plan.times_h, plan.amounts_mg, strict=True) if t >= 0
        ],
        "beside": [_course(course, simulation) for course in plan.beside],
        "exposure_by_day": [{"day": day + 1, **ratio.as_dict()} for day, ratio in enumerate(simulation.exposure)],
        "exposure_peak": _peak(simulation),
        "therapeutic_range_ng_per_ml": list(simulation.therapeutic_ng_per_ml or ()) or None,
        "rests_on": list(simulation.basis),
        "assumed": list(plan.assumed),
        "bands_mean": {
            "people": "5 to 95 % of people, at the typical parameters",
            "typical": "5 to 95 % of where the typical person may lie, given how well the parameters are known",
        },
    }  # fmt: skip


def _band(band: Band, times_h: Floats) -> dict[str, Any]:
    at = int(np.argmax(band.typical))
    highest = Interval(band.typical[at], band.typical_low[at], band.typical_high[at])
    return {
        "analyte": band.analyte,
        "typical": _numbers(band.typical),
        "people_low": _numbers(band.people_low), "people_high": _numbers(band.people_high),
        "typical_low": _numbers(band.typical_low), "typical_high": _numbers(band.typical_high),
        "highest": {
            "at_h": float(times_h[at]), **highest.as_dict(),
            "people_low": _number(band.people_low[at]), "people_high": _number(band.people_high[at]),
        },
        "end": Interval(band.typical[-1], band.typical_low[-1], band.typical_high[-1]).as_dict(),
    }  # fmt: skip


def _course(course: Any, simulation: Simulation) -> dict[str, Any]:
    end = simulation.plan.days if course.to_day is None else course.to_day
    return {
        "drug": course.name, "from_day": course.from_day + 1, "to_day": end, "mg_per_day": course.mg_per_day,
        "stops_inside": course.to_day is not None and course.to_day < simulation.plan.days,
    }  # fmt: skip


def _peak(simulation: Simulation) -> dict[str, Any] | None:
    """The day on which exposure differs most from the same doses alone, and the dose it is like."""
    if not simulation.exposure:
        return None
    day = int(np.argmax([abs(np.log(ratio.value)) for ratio in simulation.exposure]))
    ratio = simulation.exposure[day]
    plan = simulation.plan
    given = plan.amounts_mg[(plan.times_h >= 24.0 * day) & (plan.times_h < 24.0 * (day + 1))]
    mg = float(given.sum()) if len(given) else None
    return {
        "day": day + 1, "auc_ratio": ratio.as_dict(), "mg_that_day": mg,
        "like_mg_per_day": like_dose(mg, ratio).as_dict() if mg else None,
        "back_to_normal_day": _back_to_normal(simulation.exposure, day),
    }  # fmt: skip


def _back_to_normal(exposure: Sequence[Interval], peak: int) -> int | None:
    """First day after the peak on which less than a tenth of the change is left; None when not within the days."""
    largest = abs(np.log(exposure[peak].value))
    for day in range(peak + 1, len(exposure)):
        if abs(np.log(exposure[day].value)) <= 0.1 * largest:
            return day + 1
    return None


def _numbers(values: Floats, digits: int = 4) -> list[float]:
    return [_number(value, digits) for value in values]


def _number(value: float, digits: int = 4) -> float:
    return float(f"{float(value):.{digits}g}")
