"""Counts of a period as a MeasureReport: groups, their populations, and the share where both its parts are counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from benzosafe.errors import UsageError, nearest
from benzosafe.fhir.write_parts import Json, clean, instant, without_empty

POPULATION_SYSTEM = "http://terminology.hl7.org/CodeSystem/measure-population"
_POPULATIONS = {
    "initial-population": "Initial Population", "numerator": "Numerator", "numerator-exclusion": "Numerator Exclusion",
    "denominator": "Denominator", "denominator-exclusion": "Denominator Exclusion",
    "denominator-exception": "Denominator Exception", "measure-population": "Measure Population",
    "measure-population-exclusion": "Measure Population Exclusion", "measure-observation": "Measure Observation",
}  # fmt: skip


def measure_report(
    name: str, measure: str, period: tuple[date, date], counts: Mapping[str, Mapping[str, int]],
    made_at: datetime | None = None,
) -> Json:  # fmt: skip
    """The counts of each group and population of a measure (its canonical address); UsageError where they cannot be.

    The share is given only where the denominator, less its exclusions and exceptions, is above zero: nobody counted
    is not a share of nought.
    """
    if period[0] > period[1]:
        raise UsageError(f"the period ends ({period[1]}) before it starts ({period[0]}).", where=measure)
    return without_empty({
        "resourceType": "MeasureReport", "id": name, "status": "complete", "type": "summary", "measure": measure,
        "date": instant(made_at) if made_at else "",
        "period": {"start": period[0].isoformat(), "end": period[1].isoformat()},
        "group": [_group(group, populations, measure) for group, populations in counts.items()],
    })  # fmt: skip


def _group(group: str, counts: Mapping[str, int], measure: str) -> Json:
    for population, count in counts.items():
        if population not in _POPULATIONS:
            raise UsageError(
                f"no population is called '{population}'.{nearest(population, _POPULATIONS)}", where=measure
            )
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise UsageError(f"{count} is not a count of {population} in '{group}'.", where=measure)
    return without_empty({
        "code": {"text": clean(group)},
        "population": [
            {
                "code": {"coding": [{"system": POPULATION_SYSTEM, "code": name, "display": _POPULATIONS[name]}]},
                "count": count,
            }
            for name, count in counts.items()
        ],
        "measureScore": _share(group, counts, measure),
    })  # fmt: skip


def _share(group: str, counts: Mapping[str, int], measure: str) -> Json:
    if "numerator" not in counts or "denominator" not in counts:
        return {}
    above = counts["numerator"] - counts.get("numerator-exclusion", 0)
    below = counts["denominator"] - sum(counts.get(f"denominator-{kind}", 0) for kind in ("exclusion", "exception"))
    if not 0 <= above <= below:
        raise UsageError(
            f"{above} of {below} in '{group}' is no share.", where=measure, next_step="Count the group again."
        )
    return {"value": round(above / below, 6), "system": "http://unitsofmeasure.org", "code": "1"} if below else {}
