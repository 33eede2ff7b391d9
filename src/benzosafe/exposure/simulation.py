"""Concentration over time with two bands: how people differ, and how well the typical person is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.errors import UsageError
from benzosafe.exposure.daily_exposure import DailyExposure, daily_areas, day_edges
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.follow import follow, interaction_of
from benzosafe.exposure.interval import Interval
from benzosafe.exposure.people import different_people
from benzosafe.exposure.perpetrator import dose_unit
from benzosafe.exposure.plan import Plan, dosing_of, taken_beside
from benzosafe.exposure.predict import basis_of
from benzosafe.exposure.victim import Victim, build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.system import System
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Quantity

MOST_DAYS = 1_000
MOST_VALUES = 60_000_000  # numbers held at once: about half a gigabyte
_MOST_POINTS = 1_000
_AFTER_DOSE_H = np.array([0.0, 1.5, 4.0, 0.75, 2.5, 7.0, 1.0, 10.0])  # the most telling first
_JUST_AFTER_H = 1e-3
_CROWD_FROM = 1_000  # from so many people on, loading the compiled kernel pays
_NG_PER_MG = 1_000.0  # mg/L to ng/mL


@dataclass(frozen=True)
class Band:
    """One analyte over time [ng/mL]: typical person, 5 and 95 % of people, 5 and 95 % of the typical person.

    `exposure`: its AUC of each day over that of the same doses with nothing beside them; None on days without any.
    """

    analyte: str
    typical: Floats
    people_low: Floats
    people_high: Floats
    typical_low: Floats
    typical_high: Floats
    exposure: tuple[Interval | None, ...]
    aimed_at: Quantity | None
    aimed_at_sum_of: tuple[str, ...]


@dataclass(frozen=True)
class Simulation:
    """The result: bands on a common time axis [h], doses, courses, and what it rests on.

    `exposure`: as that of a band, of the drug and its main active metabolites together (`exposure_of`), by amount.
    """

    plan: Plan
    times_h: Floats
    bands: tuple[Band, ...]
    exposure: tuple[Interval | None, ...]
    exposure_of: tuple[str, ...]
    basis: tuple[str, ...]
    assumed: tuple[str, ...]
    units_beside: dict[str, str]
    people: int
    seed: int


def simulate_plan(knowledge: Knowledge, plan: Plan, people: int = 100, draws: int = 40, seed: int = 1) -> Simulation:
    """Simulate a plan; UsageError when it asks for more than fits in memory."""
    few, none = Draws(draws, seed), Draws(0, seed)
    uncertain = build_victim(knowledge, plan.drug, plan.route, few, plan.traits)
    sure = build_victim(knowledge, plan.drug, plan.route, none, plan.traits)
    outputs = _outputs(plan, sure)
    _refuse_too_much(plan, people, len(outputs))
    known, exposure = _known(knowledge, plan, uncertain, few, outputs)
    varied = _varied(knowledge, plan, different_people(knowledge, sure, people, seed), none, outputs)
    main = uncertain.main_analytes()
    own = dict(zip((uncertain.analytes[place] for place in main), exposure.each() if exposure else (), strict=False))
    bands = tuple(_band(knowledge, name, varied[name], known[name], own.get(name, ())) for name in uncertain.analytes)
    acting_ones = [item.acting for item in taken_beside(knowledge, plan, few)]
    basis = basis_of(knowledge, uncertain, acting_ones)[0] if acting_ones else ()
    return Simulation(
        plan, outputs, bands, exposure.together() if exposure else (),
        tuple(uncertain.analytes[place] for place in main),
        (*_trait_words(plan, uncertain), *basis), (*plan.assumed, *_intake_words(plan)),
        {course.name: dose_unit(knowledge, course.name) for course in plan.beside}, people, seed,
    )  # fmt: skip


def _outputs(plan: Plan, victim: Victim) -> Floats:
    """Every quarter of an hour for some days; longer, the same times after each dose, so that days compare.

    What goes straight into the blood is highest at the end of its input, so that moment is always there.
    """
    hours = plan.days * 24.0
    inside = plan.times_h[(plan.times_h >= 0) & (plan.times_h < hours)]
    tops = inside + victim.lag_h + victim.over_h + _JUST_AFTER_H if victim.into_blood else np.zeros(0)
    tops = tops[tops < hours]
    if hours / 0.25 <= _MOST_POINTS:
        return np.unique(np.concatenate([np.arange(0.0, hours, 0.25), [hours], tops]))
    after = np.sort(_AFTER_DOSE_H[: max(2, int(_MOST_POINTS / max(len(inside), 1)))])
    places = np.unique(np.round(np.add.outer(inside, after).ravel(), 6))
    last = inside[-1] if len(inside) else 0.0
    ends = np.array([0.0, hours])
    quiet = np.arange(0.0, hours, max(3.0, hours / 240.0)) if len(inside) < plan.days / 2 else np.zeros(0)
    washout = np.arange(last, hours, max(3.0, hours / 240.0))
    return np.unique(np.concatenate([places[places <= hours], ends, quiet, washout, tops]))


def _refuse_too_much(plan: Plan, people: int, points: int) -> None:
    if plan.days > MOST_DAYS:
        raise UsageError(f"{plan.days:g} days are more than {MOST_DAYS}.", where="--days", next_step="Ask for fewer.")
    if people * points > MOST_VALUES:
        raise UsageError(
            f"{people:,} people at {points:,} times are more than fit in memory.", where="--people",
            next_step=f"At most {MOST_VALUES // points:,} for so many days.",
        )  # fmt: skip


def _known(
    knowledge: Knowledge, plan: Plan, victim: Victim, draws: Draws, outputs: Floats
) -> tuple[dict[str, Floats], DailyExposure | None]:
    """Curves of the typical person in all draws [ng/mL], and the exposure of each day when something is beside it."""
    interaction = interaction_of(knowledge, plan, victim, draws)
    if not plan.beside:
        return _levels(victim, follow(System(victim.body), interaction, plan, victim, outputs)), None
    system = System(victim.body, tuple(victim.compartment_of(victim.analytes[at]) for at in victim.main_analytes()))
    edges = day_edges(plan.days)
    times = np.unique(np.concatenate([outputs, edges]))
    amounts = follow(system, interaction, plan, victim, times)
    alone = follow(system, interaction_of(knowledge, plan, victim, draws, alone=True), plan, victim, edges)
    treated = daily_areas(system, victim, amounts[np.searchsorted(times, edges)])
    exposure = DailyExposure(treated, daily_areas(system, victim, alone))
    return _levels(victim, amounts[np.searchsorted(times, outputs)]), exposure


def _varied(knowledge: Knowledge, plan: Plan, victim: Victim, draws: Draws, outputs: Floats) -> dict[str, Floats]:
    """Curves of different people [ng/mL], shape (outputs, people)."""
    interaction = interaction_of(knowledge, plan, victim, draws)
    system = System(victim.body)
    if victim.body.people >= _CROWD_FROM and len(victim.analytes) == 1 and victim.over_h == 0:
        from benzosafe.kinetics.crowd import simulate_crowd

        found = simulate_crowd(system, interaction, dosing_of(plan, victim), outputs)
        return {victim.analyte: found.by_output * _NG_PER_MG}
    return _levels(victim, follow(system, interaction, plan, victim, outputs))


def _levels(victim: Victim, amounts: Floats) -> dict[str, Floats]:
    places = {name: victim.compartment_of(name) for name in victim.analytes}
    return {name: amounts[:, at] / victim.body.volume_of(at) * _NG_PER_MG for name, at in places.items()}


def _band(
    knowledge: Knowledge, name: str, varied: Floats, known: Floats, exposure: tuple[Interval | None, ...]
) -> Band:
    own = knowledge.dispositions[name]
    aimed_at, together = own.therapeutic_ng_per_ml, own.therapeutic_sum_of
    return Band(name, known[:, 0], *_limits(varied), *_limits(known), exposure, aimed_at, together)


def _limits(curves: Floats) -> tuple[Floats, Floats]:
    rest = curves[:, 1:] if curves.shape[1] > 1 else curves
    low, high = np.quantile(rest, [0.05, 0.95], axis=1)
    return low, high


def like_dose(mg: float, ratio: Interval) -> Interval:
    """The dose that would give the same exposure with nothing beside it [mg]."""
    return Interval(mg * ratio.value, mg * ratio.low, mg * ratio.high)


def _intake_words(plan: Plan) -> tuple[str, ...]:
    """When in the day the others are taken: nobody said, and for reversible inhibitors it may matter."""
    names = list(dict.fromkeys(course.name for course in plan.beside))
    if not names:
        return ()
    return (f"{', '.join(names)}: first intake of each day at 00:00 is assumed, further ones evenly spread",)


def _trait_words(plan: Plan, victim: Victim) -> tuple[str, ...]:
    """Which traits changed the kinetics of this drug, and which have no published effect on it."""
    counted = sorted(victim.counted_traits(plan.traits))
    left = sorted(set(plan.traits) - set(counted))
    words = [f"taken into account: {', '.join(counted)}".replace("_", " ")] if counted else []
    return (
        *words,
        *([f"no published effect on {victim.analyte}: {', '.join(left)}".replace("_", " ")] if left else []),
    )
