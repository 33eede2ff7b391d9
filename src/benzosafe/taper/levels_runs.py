"""The kinetics of a whole taper: average, lowest and highest level of every day, in many people or many draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from benzosafe.errors import UsageError
from benzosafe.exposure.daily_exposure import daily_areas
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.follow import follow, interaction_of
from benzosafe.exposure.patient_plan import LONGEST_HISTORY_DAYS, slowest_half_life_h
from benzosafe.exposure.people import different_people
from benzosafe.exposure.plan import Course, Plan
from benzosafe.exposure.simulation import MOST_DAYS, MOST_VALUES
from benzosafe.exposure.victim import Traits, Victim, build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.system import System
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import UG_PER_MG, Dose

BEFORE_DAYS = 14  # followed before the first step, so that its fall has something to be counted from
_NG_PER_MG = 1_000.0  # mg/L to ng/mL
_HALF_LIVES_BEFORE = 15.0  # still five when an inhibitor makes the slowest analyte three times as slow
_SHORTEST_HISTORY_DAYS = 14
_AFTER_STOP_HALF_LIVES, _AFTER_STOP_DAYS = 5.0, (7, 28)
_FINE_AFTER_H = (0.5, 1.0, 2.0, 4.0)  # looked at on the last day of each step, for people who absorb otherwise
_PEOPLE, _DRAWS = 60, 40
_UNCHANGED = 2e-3  # a level that moves by less is steady
_FIRST_H = 8.0  # where the level of a day without doses is read


@dataclass(frozen=True)
class LevelOptions:
    """How levels are simulated: route, people in the outer band, draws of the parameters, seed.

    Without a number of people and draws there are 60 and 40; half as many where metabolites are followed, for speed.
    `half_occupancy_ng_per_ml`: level at half occupancy, only if the caller has one: a model, not a measurement.
    """

    route: Route = "oral"
    people: int | None = None
    draws: int | None = None
    seed: int = 1
    half_occupancy_ng_per_ml: float | None = None


@dataclass(frozen=True)
class Daily:
    """Levels [ng/mL] of every day, shape (series, days, people): average, before the first dose, lowest and highest.

    Day 0 is the first of the first step; the arrays begin `BEFORE_DAYS` earlier.
    """

    average: Floats
    trough: Floats
    lowest: Floats
    peak: Floats

    def of(self, first: int, end: int) -> slice:
        """The places of the days from `first` up to `end`, not included."""
        return slice(first + BEFORE_DAYS, end + BEFORE_DAYS)


@dataclass(frozen=True)
class _Run:
    """Who takes it (with draws of the same length), what beside, and whether the doses before go on for ever."""

    victim: Victim
    draws: Draws
    beside: tuple[Course, ...]
    held: bool = False


@dataclass(frozen=True)
class Setting:
    """What one taper needs to be simulated, whoever takes it."""

    knowledge: Knowledge
    plan: TaperPlan
    beside: tuple[Course, ...]
    traits: Traits
    options: LevelOptions

    @cached_property
    def typical(self) -> Victim:
        """The typical person."""
        return self._victim(Draws(0))

    @property
    def people_count(self) -> int:
        """How many people make the outer band."""
        return self.options.people or (_PEOPLE if len(self.main) == 1 else _PEOPLE // 2)

    @property
    def draws_count(self) -> int:
        """How many draws of the parameters make the inner band."""
        return self.options.draws or (_DRAWS if len(self.main) == 1 else _DRAWS // 2)

    @cached_property
    def main(self) -> list[int]:
        """The places of the drug and its main active metabolites."""
        return self._whole.main_analytes()

    @cached_property
    def _whole(self) -> Victim:
        """The typical person with every metabolite."""
        return build_victim(self.knowledge, self.plan.drug, self.options.route, Draws(0), self.traits)

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the series: each analyte, and all of them together when there are several."""
        names = tuple(self.typical.analytes[place] for place in self.main)
        return names if len(names) == 1 else (*names, "all active drug together")

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """First day and end (not included) of every step that is followed; day 0 is the first of the first step."""
        start, found = self.plan.steps[0].starts_on, []
        for step in self.plan.steps:
            first = (step.starts_on - start).days
            if first < MOST_DAYS:
                found.append((first, min(first + max(step.days, 1), MOST_DAYS)))
        first, end = found[-1]
        if self.stop_day is not None:
            found[-1] = (first, min(max(end, first + self._after_stop_days), MOST_DAYS))
        return found

    @cached_property
    def days(self) -> int:
        """Days followed from the first step on."""
        return self.spans[-1][1]

    @property
    def cut_short(self) -> bool:
        """Whether the plan goes on beyond the days that are followed."""
        return self.plan.days > MOST_DAYS

    @cached_property
    def stop_day(self) -> int | None:
        """The day from which on nothing is taken any more; None when the plan ends at a dose."""
        last = self.plan.steps[-1]
        day = (last.starts_on - self.plan.steps[0].starts_on).days
        return day if last.delivered_ug == 0 and day < MOST_DAYS else None

    @property
    def history_days(self) -> int:
        """Days of the doses before, long enough for the slowest analyte [d]."""
        days = int(np.ceil(_HALF_LIVES_BEFORE * slowest_half_life_h(self._whole) / 24.0))
        return BEFORE_DAYS + min(max(days, _SHORTEST_HISTORY_DAYS), LONGEST_HISTORY_DAYS)

    @property
    def _after_stop_days(self) -> int:
        shortest, longest = _AFTER_STOP_DAYS
        days = int(np.ceil(_AFTER_STOP_HALF_LIVES * slowest_half_life_h(self._whole) / 24.0))
        return min(max(days, shortest), longest)

    def doses_on(self, day: int) -> tuple[Dose, ...]:
        """What is taken on a day; before the first step and after the last one what was taken then."""
        steps = self.plan.steps[: len(self.spans)]
        begun = [step.doses for step, (first, _) in zip(steps, self.spans, strict=True) if first <= day]
        return begun[-1] if begun else self.plan.before

    def by_day(self, held: bool) -> list[tuple[Dose, ...]]:
        """What is taken on every day of the history and of the taper; held: always what was taken before."""
        return [self.doses_on(-1 if held else day) for day in range(-self.history_days, self.days)]

    def people(self) -> Daily:
        """The levels of different people after those of the typical person, on the last day of each step."""
        crowd = different_people(self.knowledge, self.typical, self.people_count, self.options.seed)
        return self._run(_Run(crowd, Draws(0, self.options.seed), self.beside))

    def drawn(self) -> Daily:
        """The levels of the typical person with every draw of the parameters after the typical one, likewise."""
        return self._run(_Run(self._uncertain, self._draws, self.beside))

    def every_day(self) -> Daily:
        """The levels of the typical person, lowest and highest found on every day."""
        return self._run(_Run(self.typical, Draws(0), self.beside), every_day=True)

    def held(self, known: Daily) -> Floats:
        """As `drawn`, averages only, were the doses before the first step taken for ever, shape (series, days, draws).

        It shows what the others do to the level, and nothing of what the plan does. Where they do nothing new, each day
        is like the last one before the first step (known: what `drawn` gave).
        """
        if self.beside:
            typical = self._averages(_Run(self.typical, Draws(0), self.beside, held=True))[-1]
            if np.ptp(typical) > _UNCHANGED * typical.min():
                return self._averages(_Run(self._uncertain, self._draws, self.beside, held=True))
        last = known.average[:, BEFORE_DAYS - 1 : BEFORE_DAYS]
        return np.repeat(last, known.average.shape[1], axis=1)

    def alone(self, name: str) -> Floats:
        """As `held` for the typical person who takes only one of the others, shape (series, days)."""
        beside = tuple(course for course in self.beside if course.name == name)
        return self._averages(_Run(self.typical, Draws(0), beside, held=True))[:, :, 0]

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.draws_count, self.options.seed)

    @cached_property
    def _uncertain(self) -> Victim:
        return self._victim(self._draws)

    def _victim(self, draws: Draws) -> Victim:
        """The drug with its main metabolites; later ones of the chain change nothing before them and are left out."""
        whole = build_victim(self.knowledge, self.plan.drug, self.options.route, draws, self.traits)
        kept = max(self.main)
        body = replace(whole.body, metabolites=whole.body.metabolites[:kept])
        return replace(
            whole, body=body, formation=whole.formation[:kept], metabolite_shares=whole.metabolite_shares[:kept],
            analytes=whole.analytes[: kept + 1],
        )  # fmt: skip

    def _averages(self, run: _Run) -> Floats:
        system = self._system(run.victim)
        edges = self._edges()
        amounts = self._follow(system, run, *_listed(self.by_day(run.held), -self.history_days), edges)
        return _with_sum(daily_areas(system, run.victim, amounts) * _NG_PER_MG / 24.0)

    def _run(self, run: _Run, *, every_day: bool = False) -> Daily:
        victim, system, edges = run.victim, self._system(run.victim), self._edges()
        by_day = self.by_day(run.held)
        times, doses = _listed(by_day, -self.history_days)
        troughs = self._troughs(by_day)
        outputs = self._outputs(times + victim.lag_h, every_day)
        outputs = np.unique(np.round(np.concatenate([edges, troughs, outputs[outputs <= edges[-1]]]), 6))
        if victim.body.people * len(outputs) > MOST_VALUES:
            raise UsageError(f"{victim.body.people} people are more than fit in memory.", next_step="Ask for fewer.")
        amounts = self._follow(system, run, times, doses, outputs)
        midnights = np.searchsorted(outputs, edges - 1e-9)
        average = daily_areas(system, victim, amounts[midnights]) * _NG_PER_MG / 24.0
        levels = np.stack([amounts[:, at] / victim.body.volume_of(at) * _NG_PER_MG for at in system.areas])
        average, levels = _with_sum(average), _with_sum(levels)
        lowest, peak = (pick.reduceat(levels, midnights[:-1], axis=1) for pick in (np.minimum, np.maximum))
        return Daily(average, levels[:, np.searchsorted(outputs, troughs - 1e-9)], lowest, peak)

    def _system(self, victim: Victim) -> System:
        return System(victim.body, tuple(victim.compartment_of(victim.analytes[at]) for at in self.main))

    def _follow(self, system: System, run: _Run, times: Floats, amounts_mg: Floats, outputs: Floats) -> Floats:
        beside = tuple(course for course in run.beside if course.from_day < self.days)
        plan = Plan(
            self.plan.drug, times, amounts_mg, float(self.days), self.options.route, beside, self.traits
        )  # fmt: skip
        interaction = interaction_of(self.knowledge, plan, run.victim, run.draws)
        return follow(system, interaction, plan, run.victim, outputs)

    def _edges(self) -> Floats:
        """Midnights of all days that are followed [h]."""
        return np.arange(-BEFORE_DAYS, self.days + 1, dtype=np.float64) * 24.0

    def _troughs(self, by_day: list[tuple[Dose, ...]]) -> Floats:
        """When the first dose of each day begins to be taken up; on a day without doses the hour of before [h]."""
        found, hour = [], _FIRST_H
        for day, doses in enumerate(by_day[self.history_days - BEFORE_DAYS :], start=-BEFORE_DAYS):
            hour = min((dose.at_h for dose in doses if dose.amount_ug), default=hour)
            found.append(min(day * 24.0 + hour + self.typical.lag_h, day * 24.0 + 24.0))
        return np.round(np.array(found), 6)

    def _outputs(self, begun: Floats, every_day: bool) -> Floats:
        """Other moments looked at, given when doses begin to be taken up: before and after them [h]."""
        shown = begun[begun >= -BEFORE_DAYS * 24.0]
        last_days = {end - 1 for _, end in self.spans} | {-1}
        fine = shown[np.isin(np.floor(shown / 24.0), list(last_days))]
        after = np.add.outer(fine, np.array([*_FINE_AFTER_H, self.highest_after_h])).ravel()
        return np.concatenate([shown, after, *([shown + self.highest_after_h] if every_day else [])])

    @cached_property
    def highest_after_h(self) -> float:
        """When a single dose is highest in the typical person, counted from the start of its uptake [h]."""
        victim = self.typical
        hours = np.round(np.concatenate([np.arange(0.1, 6.0, 0.1), np.arange(6.0, 24.0, 0.5)]), 6)
        plan = Plan(self.plan.drug, np.zeros(1), np.ones(1), 1.0, self.options.route, (), self.traits)
        interaction = interaction_of(self.knowledge, plan, victim, Draws(0))
        found = follow(System(victim.body), interaction, plan, victim, hours + victim.lag_h)
        return float(hours[int(np.argmax(found[:, victim.compartment_of(victim.analyte), 0]))])


def _listed(by_day: list[tuple[Dose, ...]], first_day: int) -> tuple[Floats, Floats]:
    """Times [h] and amounts [mg] of all doses in order of time."""
    found = [
        (day * 24.0 + dose.at_h, dose.amount_ug / UG_PER_MG)
        for day, doses in enumerate(by_day, start=first_day)
        for dose in doses
        if dose.amount_ug
    ]
    times, amounts = np.array(sorted(found)).T
    return times, amounts


def _with_sum(levels: Floats) -> Floats:
    return levels if len(levels) == 1 else np.concatenate([levels, levels.sum(axis=0, keepdims=True)])
