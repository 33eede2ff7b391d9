"""Measures of one drug alone by their usual names: peak, half-life, area, clearance, accumulation and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benzosafe.accuracy.single_drug_run import NG_PER_MG, NotDone, Run, Schedule, bioavailability, half_life, whole_area
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.system import CENTRE

_DAY_H = 24.0
_TO_RATIO = re.compile(r"ratio_(?P<a>.+)_to_(?P<b>[^_]+)(?:_day(?P<day>\d+))?|(?P<c>.+)_to_(?P<d>.+)_ratio", re.I)


@dataclass(frozen=True)
class Measured:
    """One value a draw, and what it is: concentration, area, time, clearance, volume or share."""

    values: Floats
    dimension: str


def measure(name: str, entry: Mapping[str, Any], run: Run, tlast_h: float | None) -> Measured:
    """One measure of a run by its name; `tlast_h` is when the study's sampling ended. NotDone says why it cannot."""
    for pattern, dimension, work_out in _MEASURES:
        words = pattern.fullmatch(name)
        if words:
            return Measured(work_out(_Asked(run, words, entry, tlast_h)), dimension)
    if "at_h" in entry:
        return Measured(run.levels(float(entry["at_h"]))[0], "concentration")
    raise NotDone(f"'{name}' is not something that is simulated")


@dataclass(frozen=True)
class _Asked:
    run: Run
    words: re.Match[str]
    entry: Mapping[str, Any]
    tlast_h: float | None


def _half_life(asked: _Asked) -> Floats:
    """The terminal one; where the study took a slope, the same slope: over the second half of its sampling."""
    run, end = asked.run, asked.tlast_h
    if end is None or "slope" not in str(asked.entry.get("stat") or ""):
        return half_life(run.victim, run.compartment)
    early, late = run.levels(0.5 * end, end)
    return np.asarray(np.log(2.0) * 0.5 * end / np.log(early / late))


def _area(asked: _Asked) -> Floats:
    run = asked.run
    return _interval_area(asked) if run.repeated else whole_area(run.victim, run.compartment)


def _interval_area(asked: _Asked) -> Floats:
    run = _of_repeated(asked)
    last = float(run.times_h[-1])
    return run.area(last, last + run.schedule.interval_h)


def _sampled_area(asked: _Asked) -> Floats:
    end = asked.entry.get("tlast_h", asked.tlast_h)
    if end is None:
        raise NotDone("how long the study sampled is not stated")
    return asked.run.area(0.0, float(end))


def _predose(asked: _Asked) -> Floats:
    run = _of_repeated(asked)
    return np.asarray(run.levels(float(run.times_h[-1]) + run.schedule.interval_h)[0])


def _mean_level(asked: _Asked) -> Floats:
    run = _of_repeated(asked)
    first = float(run.times_h[-len(run.schedule.hours)])
    return run.area(first, first + _DAY_H) / _DAY_H


def _level_at(asked: _Asked) -> Floats:
    """At a time after the first dose; after an injection the clock starts when it has been given."""
    hours = float(asked.words["n"]) * {"min": 1.0 / 60.0, "h": 1.0, "d": _DAY_H}[asked.words["unit"].lower()]
    run = asked.run
    return np.asarray(run.levels(hours + (run.victim.over_h if run.victim.into_blood and not run.repeated else 0.0))[0])


def _of_repeated(asked: _Asked) -> Run:
    if not asked.run.repeated:
        raise NotDone("it asks for repeated doses, the row gives one")
    return asked.run


def _own(asked: _Asked) -> Victim:
    if asked.run.compartment != CENTRE:
        raise NotDone("clearance and volume of a metabolite follow from no dose of it")
    return asked.run.victim


def _oral_clearance(asked: _Asked) -> Floats:
    return np.asarray(NG_PER_MG / whole_area(_own(asked), CENTRE))


def _volume_by_area(asked: _Asked) -> Floats:
    victim = _own(asked)
    return np.asarray(victim.body.clearance * victim.half_life_h() / np.log(2.0))


def _volume_over_f(asked: _Asked) -> Floats:
    return np.asarray(_oral_clearance(asked) * asked.run.victim.half_life_h() / np.log(2.0))


def _absorption(asked: _Asked) -> Floats:
    victim = asked.run.victim
    if victim.over_h > 0:
        raise NotDone("it is absorbed at a constant rate here, which has no half-life")
    return np.asarray(np.log(2.0) / victim.body.ka)


def _lag(asked: _Asked) -> Floats:
    victim = asked.run.victim
    if victim.lag_h <= 0:
        raise NotDone("no delay before absorption is modelled for it")
    return np.full(victim.body.people, victim.lag_h)


def _first_pass(asked: _Asked) -> Floats:
    organs = _own(asked).organs
    return np.asarray(1.0 - organs.gut_availability * (1.0 - organs.extraction))


def _accumulation(asked: _Asked) -> Floats:
    """Area of the last interval over that of the first."""
    return np.asarray(_interval_area(asked) / asked.run.area(0.0, asked.run.schedule.interval_h))


def _peak_over_single(asked: _Asked) -> Floats:
    return np.asarray(_of_repeated(asked).peak[0] / Run(asked.run.victim, Schedule(), asked.run.compartment).peak[0])


def _ratio(asked: _Asked) -> Floats:
    """One analyte over another: at steady state (or over all time), or as the mean of one day of the course."""
    words = asked.words
    above, below = asked.run.of(words["a"] or words["c"]), asked.run.of(words["b"] or words["d"])
    if words["day"] is None:
        return whole_area(above.victim, above.compartment) / whole_area(below.victim, below.compartment)
    end = _DAY_H * float(words["day"])
    _of_repeated(asked)
    return above.area(end - _DAY_H, end) / below.area(end - _DAY_H, end)


_NAMED: tuple[tuple[str, str, Callable[[_Asked], Floats]], ...] = (
    (r"Cmax(_ss)?", "concentration", lambda asked: asked.run.peak[0]),
    (r"tmax(_ss)?", "time", lambda asked: asked.run.peak[1]),
    (r"t_half(_beta|_z|_terminal)?", "time", _half_life),
    (r"AUC", "area", _area),
    (r"AUC(_0)?_inf", "area", lambda asked: whole_area(asked.run.victim, asked.run.compartment)),
    (r"AUC_(0_)?t(last)?", "area", _sampled_area),
    (r"AUC_(0_)?(tau|ss)", "area", _interval_area),
    (r"AUC_0_(?P<n>\d+(\.\d+)?)h?", "area", lambda asked: asked.run.area(0.0, float(asked.words["n"]))),
    (r"C_?(predose|trough|min)(_ss)?", "concentration", _predose),
    (r"Css(_mean|_avg|_average)?|C|level", "concentration", _mean_level),
    (r"C_?(?P<n>\d+(\.\d+)?)(?P<unit>min|h|d)(_predose)?", "concentration", _level_at),
    (r"F", "share", lambda asked: bioavailability(asked.run.victim)),
    (r"CL", "clearance", lambda asked: _own(asked).body.clearance),
    (r"CL[_/]F", "clearance", _oral_clearance),
    (r"V|Vbeta|Vz|Varea", "volume", _volume_by_area),
    (r"V(z|beta)?[_/]F", "volume", _volume_over_f),
    (r"Vss", "volume", lambda asked: _own(asked).body.central + asked.run.victim.body.peripheral),
    (r"absorption_t_half", "time", _absorption),
    (r"lag|tlag", "time", _lag),
    (r"first_pass", "share", _first_pass),
    (r"accumulation(_ratio)?", "share", _accumulation),
    (r"ratio_to_single.*", "share", _peak_over_single),
)
_MEASURES = (
    *((re.compile(pattern, re.I), dimension, work_out) for pattern, dimension, work_out in _NAMED),
    (_TO_RATIO, "share", _ratio),
)


def is_ratio(name: str) -> bool:
    """Whether a measure names two analytes, so that none may be taken out of its name."""
    return _TO_RATIO.fullmatch(name) is not None
