"""Concentration over time with two bands: how people differ, and how well the typical person is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from benzosafe.errors import UsageError
from benzosafe.exposure.combine import Taken, combine, turnover_rates
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.interval import Interval, interval
from benzosafe.exposure.people import different_people
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.predict import basis_of, daily_ratios
from benzosafe.exposure.victim import NO_TRAITS, Traits, Victim, build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.simulate import Dosing, simulate
from benzosafe.kinetics.system import System
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge

MOST_DAYS = 1_000
MOST_VALUES = 60_000_000  # numbers held at once: about half a gigabyte
_MOST_POINTS = 1_000
_AFTER_DOSE_H = np.array([0.0, 1.5, 4.0, 0.75, 2.5, 7.0, 1.0, 10.0])  # the most telling first
_CROWD_FROM = 1_000  # from so many people on, loading the compiled kernel pays
_NG_PER_MG = 1_000.0  # mg/L to ng/mL


@dataclass(frozen=True)
class Course:
    """A perpetrator from one day to another (None: to the end), with its daily dose (None: its usual one)."""

    name: str
    from_day: float
    to_day: float | None
    mg_per_day: float | None


@dataclass(frozen=True)
class Plan:
    """What is simulated: a drug, its doses [h, mg], and what is taken beside it, over some days.

    Hours run from midnight of day 1; doses and courses before that (negative) are the history and are not shown.
    `assumed` says in words what the input left open.
    """

    drug: str
    times_h: Floats
    amounts_mg: Floats
    days: float
    route: Route = "oral"
    beside: tuple[Course, ...] = ()
    traits: Traits = NO_TRAITS
    starts_on: date | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Band:
    """One analyte over time [ng/mL]: typical person, 5 and 95 % of people, 5 and 95 % of the typical person."""

    analyte: str
    typical: Floats
    people_low: Floats
    people_high: Floats
    typical_low: Floats
    typical_high: Floats


@dataclass(frozen=True)
class Simulation:
    """The result: bands on a common time axis [h], doses, courses, and what it rests on.

    `exposure` is, for each day, the AUC ratio against the same doses with nothing beside them.
    """

    plan: Plan
    times_h: Floats
    bands: tuple[Band, ...]
    exposure: tuple[Interval, ...]
    therapeutic_ng_per_ml: tuple[float, float] | None
    basis: tuple[str, ...]
    people: int
    seed: int


def simulate_plan(knowledge: Knowledge, plan: Plan, people: int = 100, draws: int = 40, seed: int = 1) -> Simulation:
    """Simulate a plan; UsageError when it asks for more than fits in memory."""
    outputs = _outputs(plan)
    _refuse_too_much(plan, people, len(outputs))
    few = Draws(draws, seed)
    uncertain = build_victim(knowledge, plan.drug, plan.route, few, plan.traits)
    sure = build_victim(knowledge, plan.drug, plan.route, Draws(0, seed), plan.traits)
    known = _curves(knowledge, plan, uncertain, few, outputs)
    crowd = different_people(sure, people, seed)
    varied = _curves(knowledge, plan, crowd, Draws(0, seed), outputs)
    bands = tuple(_band(name, varied[name], known[name]) for name in known)
    taken = _taken(knowledge, plan, few)
    basis = basis_of(knowledge, uncertain, [item.acting for item in taken])[0] if taken else ()
    return Simulation(
        plan, outputs, bands, _exposure(knowledge, plan, uncertain, taken, few), _range(uncertain),
        (*_trait_words(plan, uncertain), *basis), people, seed,
    )  # fmt: skip


def _outputs(plan: Plan) -> Floats:
    """Every quarter of an hour for a fortnight; longer, the same times after each dose, so that days compare."""
    hours = plan.days * 24.0
    if hours / 0.25 <= _MOST_POINTS:
        return np.arange(0.0, hours + 1e-9, 0.25)
    inside = plan.times_h[(plan.times_h >= 0) & (plan.times_h < hours)]
    after = np.sort(_AFTER_DOSE_H[: max(2, int(_MOST_POINTS / max(len(inside), 1)))])
    places = np.unique(np.round(np.add.outer(inside, after).ravel(), 6))
    last = inside[-1] if len(inside) else 0.0
    ends = np.array([0.0, hours])
    quiet = np.arange(0.0, hours, max(3.0, hours / 240.0)) if len(inside) < plan.days / 2 else np.zeros(0)
    washout = np.arange(last, hours, max(3.0, hours / 240.0))
    return np.unique(np.concatenate([places[places <= hours], ends, quiet, washout]))


def _refuse_too_much(plan: Plan, people: int, points: int) -> None:
    if plan.days > MOST_DAYS:
        raise UsageError(f"{plan.days:g} days are more than {MOST_DAYS}.", where="--days", next_step="Ask for fewer.")
    if people * points > MOST_VALUES:
        raise UsageError(
            f"{people:,} people at {points:,} times are more than fit in memory.", where="--people",
            next_step=f"At most {MOST_VALUES // points:,} for so many days.",
        )  # fmt: skip


def _taken(knowledge: Knowledge, plan: Plan, draws: Draws) -> list[Taken]:
    found = []
    for course in plan.beside:
        who = acting(knowledge, course.name, draws)
        end = plan.days if course.to_day is None else min(course.to_day, plan.days)
        per_day = who.doses_per_day
        count = max(1, int(np.ceil((end - course.from_day) * per_day - 1e-9)))
        amount = course.mg_per_day or who.reference_mg_per_day or 1.0
        times = (course.from_day + np.arange(count) / per_day) * 24.0
        found.append(Taken(who, times, np.full(count, amount / per_day), np.full(count, amount)))
    return found


def _curves(knowledge: Knowledge, plan: Plan, victim: Victim, draws: Draws, outputs: Floats) -> dict[str, Floats]:
    """Concentrations of every analyte [ng/mL], shape (outputs, people)."""
    taken = [_for_people(item, victim.body.people) for item in _taken(knowledge, plan, draws)]
    turnover = {key: _spread(rate, victim.body.people) for key, rate in turnover_rates(knowledge, draws).items()}
    interaction = combine(victim, taken, turnover)
    system = System(victim.body)
    dosing = Dosing(
        plan.times_h + victim.lag_h, plan.amounts_mg * victim.dose_factor, victim.into_blood, victim.over_h
    )  # fmt: skip
    if victim.body.people >= _CROWD_FROM and len(victim.analytes) == 1 and victim.over_h == 0:
        from benzosafe.kinetics.crowd import simulate_crowd

        return {victim.analyte: simulate_crowd(system, interaction, dosing, outputs).by_output * _NG_PER_MG}
    amounts = simulate(system, interaction, dosing, outputs, coarseness=3.0)
    places = {name: victim.compartment_of(name) for name in victim.analytes}
    return {name: amounts[:, at] / victim.body.volume_of(at) * _NG_PER_MG for name, at in places.items()}


def _for_people(item: Taken, people: int) -> Taken:
    """The typical strength of a perpetrator for every person (draws already have one each)."""
    from dataclasses import replace

    actions = tuple(
        replace(
            action,
            influence=replace(
                action.influence, index=_spread(action.influence.index, people),
                loss=_spread(action.influence.loss, people), fold=_spread(action.influence.fold, people),
            ),
        )
        for action in item.acting.actions
    )  # fmt: skip
    return replace(item, acting=replace(item.acting, actions=actions))


def _spread(values: Floats, people: int) -> Floats:
    return values if len(values) == people else np.repeat(values[:1], people)


def _band(name: str, varied: Floats, known: Floats) -> Band:
    people_low, people_high = _limits(varied)
    typical_low, typical_high = _limits(known)
    return Band(name, known[:, 0], people_low, people_high, typical_low, typical_high)


def _limits(curves: Floats) -> tuple[Floats, Floats]:
    rest = curves[:, 1:] if curves.shape[1] > 1 else curves
    low, high = np.quantile(rest, [0.05, 0.95], axis=1)
    return low, high


def _exposure(
    knowledge: Knowledge, plan: Plan, victim: Victim, taken: Sequence[Taken], draws: Draws
) -> tuple[Interval, ...]:
    if not taken:
        return ()
    ratios = daily_ratios(victim, taken, turnover_rates(knowledge, draws), int(np.ceil(plan.days)))
    return tuple(interval(day) for day in ratios)


def _range(victim: Victim) -> tuple[float, float] | None:
    own = victim.disposition.therapeutic_ng_per_ml
    return (own.lowest, own.highest) if own is not None else None


def like_dose(mg: float, ratio: Interval) -> Interval:
    """The dose that would give the same exposure with nothing beside it [mg]."""
    return Interval(mg * ratio.value, mg * ratio.low, mg * ratio.high)


def _trait_words(plan: Plan, victim: Victim) -> tuple[str, ...]:
    """Which traits changed the kinetics of this drug, and which have no published effect on it."""
    known = {effect.when for effect in victim.disposition.covariates}
    genotype = {trait for trait in plan.traits if trait.startswith("cyp2c19")} if "cyp2c19" in victim.shares else set()
    counted = sorted((set(plan.traits) & known) | genotype)
    left = sorted(set(plan.traits) - set(counted))
    words = [f"taken into account: {', '.join(counted)}".replace("_", " ")] if counted else []
    return (
        *words,
        *([f"no published effect on {victim.analyte}: {', '.join(left)}".replace("_", " ")] if left else []),
    )
