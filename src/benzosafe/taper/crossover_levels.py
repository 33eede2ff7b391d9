"""Levels of both drugs and their active metabolites through a change, and the change as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np

from benzosafe.errors import InputRefused
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.patient_plan import LONGEST_HISTORY_DAYS, repeated_doses, slowest_half_life_h
from benzosafe.exposure.plan import Plan
from benzosafe.exposure.simulation import Band, Simulation, simulate_plan
from benzosafe.exposure.victim import build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.crossover import Crossover, Doses, dose_words
from benzosafe.taper.crossover_circumstances import Circumstances
from benzosafe.taper.crossover_equivalence import equivalence_data
from benzosafe.taper.product import UG_PER_MG

SCHEMA = "benzosafe.crossover/1"
AFTER_DAYS = 28  # shown after the last stage, with its doses: diazepam and nordazepam still rise for weeks
_HALF_LIVES_BEFORE = 6.0
_FEW_DRAWS = 2  # only the typical person and the differences between people are shown


@dataclass(frozen=True)
class Troughs:
    """The lowest level of each day [ng/mL] of an analyte from one drug: typical person, 5 and 95 % of people."""

    drug: str
    analyte: str
    days: tuple[date, ...]
    typical: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class CrossoverLevels:
    """Daily troughs of everything that is active, and what the simulation assumed or could not do."""

    troughs: tuple[Troughs, ...]
    assumed: tuple[str, ...]


def crossover_levels(
    knowledge: Knowledge, change: Crossover, who: Circumstances, people: int = 100, seed: int = 1
) -> CrossoverLevels:
    """Simulate both drugs from steady state through the change and four weeks on; a model, not a measurement.

    A drug without a known clearance and volume is left out, and said. Needs at least 2 people for the band.
    """
    found: list[Troughs] = []
    assumed: list[str] = ["both are swallowed", "the doses before the change have been taken for long", *who.assumed]
    old = [(0, change.before), *_offsets(change, new=False)]
    new = _offsets(change, new=True)
    for drug, periods in ((change.drug, old), (change.to, new)):
        try:
            plan = _plan(knowledge, drug, periods, change, who)
            simulated = simulate_plan(knowledge, plan, max(people, 2), _FEW_DRAWS, seed)
        except InputRefused as refused:
            assumed.append(f"no levels of {drug}: {refused.what}")
            continue
        found += [_troughs(drug, band, simulated, change.stages[0].starts_on) for band in simulated.bands]
        assumed += [*simulated.assumed, *simulated.basis]
    return CrossoverLevels(tuple(found), tuple(dict.fromkeys(assumed)))


def _offsets(change: Crossover, new: bool) -> list[tuple[int, Doses]]:
    """First day of each stage, counted from the first stage, with its doses of one of the drugs."""
    begins = change.stages[0].starts_on
    return [((stage.starts_on - begins).days, stage.new if new else stage.old) for stage in change.stages]


def _plan(
    knowledge: Knowledge, drug: str, periods: Sequence[tuple[int, Doses]], change: Crossover, who: Circumstances
) -> Plan:
    """One drug's doses through the change; what was taken before it began for six half-lives or four months."""
    days = change.days + AFTER_DAYS
    route: Route = "oral"
    victim = build_victim(knowledge, drug, route, Draws(0), who.traits)
    history = min(int(np.ceil(_HALF_LIVES_BEFORE * slowest_half_life_h(victim) / 24.0)), LONGEST_HISTORY_DAYS)
    before = change.before if drug == change.drug else ()
    spans = [(-history, before), *periods]
    ends = [start for start, _ in spans[1:]] + [days]
    made = [
        repeated_doses([hour for hour, _ in doses], [ug / UG_PER_MG for _, ug in doses], first, end)
        for (first, doses), end in zip(spans, ends, strict=True)
        if doses and end > first
    ]
    times, amounts = (np.concatenate([part[place] for part in made]) for place in (0, 1))
    order = np.argsort(times, kind="stable")
    return Plan(
        drug, times[order], amounts[order], float(days), route, who.beside, who.traits, change.stages[0].starts_on
    )


def _troughs(drug: str, band: Band, simulated: Simulation, begins: date) -> Troughs:
    count = int(simulated.plan.days)
    place = np.minimum((simulated.times_h / 24.0).astype(int), count - 1)

    def lowest(curve: Floats) -> tuple[float, ...]:
        return tuple(float(f"{max(curve[place == day].min(), 0.0):.3g}") for day in range(count))

    days = tuple(begins + timedelta(days=day) for day in range(count))
    return Troughs(drug, band.analyte, days, lowest(band.typical), lowest(band.people_low), lowest(band.people_high))


# --- as data -------------------------------------------------------------------------------------------------------


def crossover_data(change: Crossover, levels: CrossoverLevels | None = None) -> dict[str, Any]:
    """The change as JSON: doses in mg, dates as YYYY-MM-DD, a source with every value of the equivalence."""
    return {
        "schema": SCHEMA, "status": "draft", "from": change.drug, "to": change.to,
        "discouraged": change.discouraged,
        "against": [
            {"what": item.what, "why": item.why, "source": item.source, "confidence": item.confidence}
            for item in change.against
        ],
        "not_known": list(change.unknown),
        "equivalence": equivalence_data(
            change.drug, change.to, change.values, (change.chosen.table, change.why_chosen)
        ),
        "before": {"doses": _doses(change.before), "words": dose_words(change.before)},
        "stages": [
            {
                "number": stage.number, "starts_on": stage.starts_on.isoformat(), "ends_on": stage.ends_on.isoformat(),
                "days": stage.days, change.drug: _doses(stage.old), change.to: _doses(stage.new),
                "words": {change.drug: dose_words(stage.old), change.to: dose_words(stage.new)},
                "total_mg": _number(stage.total_ug / UG_PER_MG),
                "total_mg_by_any_table": [_number(end / UG_PER_MG) for end in stage.range_ug],
            }
            for stage in change.stages
        ],
        "warnings": list(change.warnings), "notes": list(change.notes),
        "levels": _levels_data(levels) if levels else None,
    }  # fmt: skip


def _levels_data(levels: CrossoverLevels) -> dict[str, Any]:
    return {
        "what": "lowest level of each day, simulated; a model, not a measurement", "unit": "ng/mL",
        "band": "5 to 95 % of people", "assumed": list(levels.assumed),
        "troughs": [
            {
                "from": item.drug, "analyte": item.analyte, "days": [day.isoformat() for day in item.days],
                "typical": list(item.typical), "low": list(item.low), "high": list(item.high),
            }
            for item in levels.troughs
        ],
    }  # fmt: skip


def _doses(doses: Doses) -> list[dict[str, float]]:
    return [{"at_h": hour, "mg": amount / UG_PER_MG} for hour, amount in doses]


def _number(value: Fraction) -> float:
    return round(float(value), 4)
