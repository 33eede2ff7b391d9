"""What is in the blood on every day of a taper, with everything else taken on its own dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from benzosafe.errors import InputRefused, UsageError
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.interval import Interval
from benzosafe.exposure.perpetrator import acting, dose_unit
from benzosafe.exposure.plan import Course
from benzosafe.exposure.predict import basis_of
from benzosafe.exposure.simulation import MOST_DAYS
from benzosafe.exposure.victim import NO_TRAITS, Traits
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.levels_flags import Flag, flags
from benzosafe.taper.levels_runs import BEFORE_DAYS, Daily, LevelOptions, Setting
from benzosafe.taper.levels_steps import Level, StepLevels, gone_day, step_levels, swing_hint
from benzosafe.taper.levels_words import do_words, what_words
from benzosafe.taper.limits import Ceiling, ceiling_of
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import UG_PER_MG

SCHEMA = "benzosafe.taper_levels/1"
_NOTHING = 1e-6
_SLOW_RELEASE = ("extended", "prolonged", "modified", "controlled", "sustained")


@dataclass(frozen=True)
class SeriesDays:
    """One analyte (or all together) on every day [ng/mL]: average with both bands, typical lowest and highest.

    Day 0 is the first of the first step; `before` is the average of the day before it.
    """

    of: str
    before: float
    average: Floats
    people_low: Floats
    people_high: Floats
    typical_low: Floats
    typical_high: Floats
    lowest: Floats
    highest: Floats


@dataclass(frozen=True)
class Levels:
    """Levels through a whole taper: every day, every step, flags, and what it rests on.

    `gone_after_days`: after the last dose, until a tenth of the level is left, when nothing is taken in the end.
    """

    plan: TaperPlan
    beside: tuple[Course, ...]
    units_beside: dict[str, str]
    options: LevelOptions
    people: int
    draws: int
    ceiling: Ceiling
    days: int
    series: tuple[SeriesDays, ...]
    steps: tuple[StepLevels, ...]
    flags: tuple[Flag, ...]
    hints: tuple[str, ...]
    notes: tuple[str, ...]
    basis: tuple[str, ...]
    gone_after_days: int | None


def _checked(setting: Setting) -> Setting:
    """The setting; refused when there is nothing to simulate or the route is not one of a taper."""
    plan = setting.plan
    if not plan.steps or plan.before_ug <= 0:
        raise InputRefused(
            "there is no dose to taper from, or no step.", where=plan.drug, next_step="Give the dose taken now."
        )  # fmt: skip
    if setting.typical.into_blood:
        raise InputRefused("a taper is not taken into a vein.", where=plan.drug, next_step="Choose another route.")
    if any(count is not None and count < 1 for count in (setting.options.people, setting.options.draws)):
        raise UsageError("at least one person and one draw are needed.", next_step="Leave people and draws out.")
    half = setting.options.half_occupancy_ng_per_ml
    if half is not None and not half > 0:
        raise UsageError(f"a level of {half:g} ng/mL at half occupancy is not above 0.", next_step="Leave it out.")
    return setting


def levels(
    knowledge: Knowledge, plan: TaperPlan, beside: tuple[Course, ...] = (), traits: Traits = NO_TRAITS,
    options: LevelOptions | None = None,
) -> Levels:  # fmt: skip
    """Levels [ng/mL] under a plan, after its earlier doses have been taken for long; bands hold 5 to 95 %.

    beside: the other medicines; day 0 of their days is the first of the first step. InputRefused when the drug cannot
    be simulated, UsageError when people or draws do not fit.
    """
    setting = _checked(Setting(knowledge, plan, beside, traits, options or LevelOptions()))
    people, known, every = setting.people(), setting.drawn(), setting.every_day()
    held = setting.held(known)
    ceiling = ceiling_of(knowledge)
    hint = swing_hint(setting, known)
    return Levels(
        plan, beside, {course.name: dose_unit(knowledge, course.name) for course in beside}, setting.options,
        setting.people_count, setting.draws_count, ceiling,
        setting.days, tuple(_days(setting, number, (people, known, every)) for number in range(len(setting.series))),
        step_levels(setting, ceiling, people, known, held),
        flags(setting, known, held, ceiling), (hint,) if hint else (), _notes(setting), _basis(setting),
        gone_day(setting, known),
    )  # fmt: skip


def _days(setting: Setting, number: int, runs: tuple[Daily, Daily, Daily]) -> SeriesDays:
    people, known, every = runs
    shown = known.of(0, setting.days)
    limits = [np.quantile(run.average[number, shown, 1:], [0.05, 0.95], axis=1) for run in (people, known)]
    return SeriesDays(
        setting.series[number], float(known.average[number, BEFORE_DAYS - 1, 0]), known.average[number, shown, 0],
        limits[0][0], limits[0][1], limits[1][0], limits[1][1], every.lowest[number, shown, 0],
        every.peak[number, shown, 0],
    )  # fmt: skip


def _notes(setting: Setting) -> tuple[str, ...]:
    """What was assumed or left out, in words."""
    plan, found = setting.plan, []
    found.append(f"the doses before the first step are taken as taken for {setting.history_days} days or longer")
    if setting.cut_short:
        found.append(f"only the first {MOST_DAYS} of {plan.days} days are followed")
    if any(word in product.form for product in plan.products for word in _SLOW_RELEASE):
        found.append("extended release is not simulated: it is taken up like a plain tablet")
    names = list(dict.fromkeys(course.name for course in setting.beside))
    if names:
        found.append(f"{', '.join(names)}: first intake of each day at 00:00 is assumed, further ones evenly spread")
    if len(setting.series) > 1:
        found.append("all active drug together is a sum by amount; no potency is assumed for a metabolite")
    if setting.options.half_occupancy_ng_per_ml is not None:
        half = setting.options.half_occupancy_ng_per_ml
        found.append(f"receptor occupancy is a model, not a measurement: level / (level + {half:g} ng/mL), as given")
    found.append("the kinetics are those of a 70 kg adult; weight is not taken into account")
    return tuple(found)


def _basis(setting: Setting) -> tuple[str, ...]:
    """What the strength of the others rests on."""
    if not setting.beside:
        return ()
    names = dict.fromkeys(course.name for course in setting.beside)
    return basis_of(setting.knowledge, setting.typical, [acting(setting.knowledge, name, Draws(0)) for name in names])[
        0
    ]


def levels_data(found: Levels) -> dict[str, Any]:
    """All of it as JSON: daily values, a table by step, flags in words; levels in ng/mL, shares of 1, days from 1."""
    plan, start = found.plan, found.plan.steps[0].starts_on
    half = found.options.half_occupancy_ng_per_ml
    return {
        "schema": SCHEMA, "status": "draft", "drug": plan.drug, "route": found.options.route, "unit": "ng/mL",
        "starts_on": start.isoformat(), "days": found.days, "people": found.people, "draws": found.draws,
        "seed": found.options.seed,
        "ceiling": {"share": float(found.ceiling.share), "days": found.ceiling.days},
        "within_limit": plan.within_limit,
        "override": {"by": plan.override.by, "reason": plan.override.reason} if plan.override else None,
        "before_mg_per_day": plan.before_ug / UG_PER_MG,
        "beside": [_course(found, course) for course in found.beside],
        "series": [_series_data(series) for series in found.series],
        "steps": [_step_data(step) for step in found.steps],
        "flags": [_flag_data(flag, found) for flag in found.flags],
        "gone_after_days": found.gone_after_days,
        "occupancy": None if half is None else {"level_at_half_ng_per_ml": half, "is": "a model, not a measurement"},
        "hints": list(found.hints), "notes": list(found.notes), "rests_on": list(found.basis),
    }  # fmt: skip


def _course(found: Levels, course: Course) -> dict[str, Any]:
    last = found.days if course.to_day is None else course.to_day
    stops = course.to_day is not None and course.to_day < found.days
    return {
        "drug": course.name, "from_day": course.from_day + 1, "to_day": min(last, found.days),
        "mg_per_day": course.mg_per_day, "dose_unit": found.units_beside[course.name], "stops_inside": stops,
        "from": (found.plan.steps[0].starts_on + timedelta(days=int(course.from_day))).isoformat(),
        "to": _date(found.plan.steps[0].starts_on + timedelta(days=int(last) - 1)) if course.to_day else None,
    }  # fmt: skip


def _series_data(series: SeriesDays) -> dict[str, Any]:
    names = ("average", "people_low", "people_high", "typical_low", "typical_high", "lowest", "highest")
    lists = {name: [_number(value) for value in getattr(series, name)] for name in names}
    return {"of": series.of, "before": _number(series.before), **lists}


def _step_data(step: StepLevels) -> dict[str, Any]:
    return {
        "number": step.number, "starts_on": step.starts_on.isoformat(), "ends_on": step.ends_on.isoformat(),
        "mg_per_day": step.dose_ug / UG_PER_MG,
        "levels": [
            {"of": one.of, "average": _level(one.average), "trough": _level(one.trough), "peak": _level(one.peak)}
            for one in step.series
        ],
        "exposure_fall": _interval(step.fall), "exposure_fall_on": _date(step.fall_on),
        "steady_on": _date(step.steady_on), "steady_after_days": _interval(step.steady_after_days),
        "swing": _interval(step.swing), "occupancy": _interval(step.occupancy),
    }  # fmt: skip


def _flag_data(flag: Flag, found: Levels) -> dict[str, Any]:
    return {
        "kind": flag.kind, "steps": list(flag.steps), "on": flag.on.isoformat(),
        "day": (flag.on - found.plan.steps[0].starts_on).days + 1, "of": flag.of, "sure": flag.sure,
        "change": _interval(flag.change), "limit": flag.limit, "change_if_dose_held": _interval(flag.held),
        "causes": [{"drug": one.name, "what": one.action, "on": one.on.isoformat()} for one in flag.causes],
        "settled_on": _date(flag.settled_on), "steps_before_settled": list(flag.steps_inside),
        "what": what_words(flag, found.plan, found.ceiling), "do": do_words(flag, found.plan, found.beside),
    }  # fmt: skip


def _level(level: Level) -> dict[str, float]:
    numbers = {"people_low": _number(level.people_low), "people_high": _number(level.people_high)}
    return {**(_interval(level.known) or {}), **numbers}


def _interval(value: Interval | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {name: _number(number) for name, number in zip(("value", "low", "high"), _three(value), strict=True)}


def _three(value: Interval) -> tuple[float, float, float]:
    return value.value, value.low, value.high


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: float) -> float | None:
    """To four significant digits, what nobody could measure as 0; None for what lies beyond the days followed."""
    if not np.isfinite(value):
        return None
    return float(f"{float(value):.4g}") if abs(value) >= _NOTHING else 0.0
