"""Scores rows about one drug alone: peak, half-life, area, levels at steady state, beside what was observed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from benzosafe.accuracy.fields import BAD_DATA, reason_of
from benzosafe.accuracy.interactions import ingredient_of
from benzosafe.accuracy.scored import NOT_STATED, Scored
from benzosafe.accuracy.single_drug_metrics import Measured, is_ratio, measure
from benzosafe.accuracy.single_drug_run import NotDone, Run, Schedule, compartment_of, in_blood, under
from benzosafe.accuracy.single_drug_words import (
    Regimen,
    Wanted,
    read_beside,
    read_measure,
    read_observed,
    read_regimen,
    read_traits,
)
from benzosafe.errors import BenzosafeError
from benzosafe.exposure.draws import Draws, typical
from benzosafe.exposure.interval import interval
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.victim import Traits, Victim, build_victim
from benzosafe.knowledge.kinetics_model import Disposition, Route
from benzosafe.knowledge.load import Knowledge

_DOSE_MATTERS = ("concentration", "area")
_NARROW = 1.5  # doses no further apart than this have a middle that can be compared
Beside = tuple[tuple[str, float | None], ...]


def score_single(
    rows: list[dict[str, Any]], knowledge: Knowledge, draws: int = 200, seed: int = 1,
    sources: dict[str, Any] | None = None,
) -> list[Scored]:  # fmt: skip
    """One score for each value observed, in order; one that cannot be predicted says why."""
    work = _Work(knowledge, Draws(draws, seed), sources or {})
    return [scored for row in rows for scored in _score_row(row, work)]


@dataclass(frozen=True)
class _Work:
    """What all rows share; runs are kept, since many rows ask for the same one."""

    knowledge: Knowledge
    draws: Draws
    sources: Mapping[str, Any]
    runs: dict[Any, Run] = field(default_factory=dict)
    cited_by: dict[str, frozenset[str]] = field(default_factory=dict)

    def cited(self, disposition: Disposition) -> frozenset[str]:
        """Sources of the numbers a drug is simulated with: a row from one of them would be scored against itself."""
        if disposition.analyte not in self.cited_by:
            unused = {"therapeutic_ng_per_ml", "spread"}
            found = re.findall(r"'source': '([^']+)'", str(disposition.model_dump(exclude=unused)))
            self.cited_by[disposition.analyte] = frozenset(source.casefold() for source in found)
        return self.cited_by[disposition.analyte]

    def run(self, row: _Row, traits: Traits, beside: Beside, schedule: Schedule) -> Run:
        """A drug in some people beside other drugs, its first analyte measured."""
        key = (row.drug, row.analyte, row.regimen.route, traits, beside, schedule)
        if key not in self.runs:
            victim = self._victim(row.drug, row.analyte, row.regimen.route, traits)
            if beside:
                who = [(acting(self.knowledge, name, self.draws), mg) for name, mg in beside]
                victim = under(victim, [(one, mg or one.reference_mg_per_day or 1.0) for one, mg in who])
            run = Run(victim, schedule)
            self.runs[key] = run.of(row.analyte) if row.analyte else run
        return self.runs[key]

    def _victim(self, drug: str, analyte: str, route: Route, traits: Traits) -> Victim:
        """The drug; or its metabolite, when that is what is measured and only what a dose makes of it is known."""
        made = next((
            d for d in self.knowledge.dispositions.values()
            if drug in d.formed_from_mg_per_mg and drug in self.knowledge.dispositions and d.analyte in analyte.lower()
        ), None)  # fmt: skip
        if made is None:
            return build_victim(self.knowledge, drug, route, self.draws, traits)
        victim = build_victim(self.knowledge, made.analyte, route, self.draws, traits)
        return replace(victim, dose_factor=typical(made.formed_from_mg_per_mg[drug]))


@dataclass(frozen=True)
class _Row:
    """A row with what all of its values share, read when first asked for."""

    raw: Mapping[str, Any]
    work: _Work

    @cached_property
    def drug(self) -> str:
        """The ingredient given."""
        text = str(self.raw.get("drug") or "")
        if not text:
            raise NotDone("drug: missing")
        return ingredient_of(text, self.work.knowledge)

    @cached_property
    def analyte(self) -> str:
        """What is measured; empty for the drug itself."""
        text = str(self.raw.get("analyte") or "").split("/")[0].strip()
        return "" if text.lower() == self.drug else text

    @cached_property
    def regimen(self) -> Regimen:
        """How it is given."""
        raw = self.raw.get("regimen")
        if not isinstance(raw, Mapping):
            raise NotDone("regimen: missing, or not a mapping")
        return read_regimen(raw)

    @cached_property
    def people(self) -> str:
        """Who took it, in words."""
        raw = self.raw.get("population")
        return str(raw.get("description") or "") if isinstance(raw, Mapping) else str(raw or "")

    @cached_property
    def beside(self) -> Beside:
        """What is taken beside it throughout, with daily doses [mg/d]."""
        regimen = self.raw.get("regimen")
        text = str(regimen.get("comedication") or "") if isinstance(regimen, Mapping) else ""
        return tuple(read_beside(text, self.work.knowledge)) if text else ()

    @cached_property
    def study(self) -> str:
        """The source's id or author and year."""
        source = self.raw.get("source")
        return str(source.get("study") or "" if isinstance(source, Mapping) else source or "")

    @cached_property
    def tlast_h(self) -> float | None:
        """When sampling ended [h], when one of the values says so."""
        ends = [entry.get("tlast_h") for entry in self.raw["observed"] if isinstance(entry, Mapping)]
        return next((float(end) for end in ends if isinstance(end, int | float)), None)


def _score_row(raw: Mapping[str, Any], work: _Work) -> list[Scored]:
    raw = raw if isinstance(raw, Mapping) else {}
    observed = raw.get("observed")
    drug = str(raw.get("drug") or "")
    if not isinstance(observed, list) or not observed:
        why = "observed: missing, or not a list of values"
        return [Scored(str(raw.get("id") or "?"), drug, "", NOT_STATED, "single", None, skipped=why)]
    row = _Row(raw, work)
    return [_score(row, entry if isinstance(entry, Mapping) else {}, drug) for entry in observed]


def _score(row: _Row, entry: Mapping[str, Any], drug: str) -> Scored:
    metric = str(entry.get("metric") or NOT_STATED)
    blank = Scored(f"{row.raw.get('id') or '?'} {metric}", drug, "", metric, "single", None)
    try:
        wanted = read_measure(metric, row.drug, row.work.knowledge)
        observed, dimension = read_observed(entry, wanted.change)
        blank = replace(blank, observed=observed)
        measured = _predict(row, wanted, entry)
        if dimension != measured.dimension:
            raise NotDone(f"the unit '{entry.get('unit')}' does not measure a {measured.dimension}")
        found = interval(measured.values)
        if not (np.isfinite(found.value) and found.value > 0):
            raise NotDone("the value predicted is not above zero")
        beside = tuple(dict.fromkeys((*dict(row.beside), *wanted.beside)))
        return replace(
            blank, predicted=found.value, low=found.low, high=found.high, notes=_notes(row, wanted), beside=beside
        )
    except NotDone as error:
        why, hint = str(error), ""
    except (BenzosafeError, *BAD_DATA) as error:
        why, hint = reason_of(error)
    return replace(blank, skipped=why, hint=hint)


def _predict(row: _Row, wanted: Wanted, entry: Mapping[str, Any]) -> Measured:
    """The value, one a draw, unless the deck or a parameter has the row set aside."""
    use = str(row.raw.get("use") or "absolute")
    if use != "absolute":
        raise NotDone(f"the deck's use for it: {use}")
    used = _used(row, wanted)
    if used:
        raise NotDone(f"used to set a parameter ({used})")
    traits = read_traits(row.people, wanted.people)
    beside = (*row.beside, *((name, None) for name in wanted.beside if name not in dict(row.beside)))
    if wanted.change or wanted.against is not None:
        return _ratio(row, wanted, entry, traits, beside)
    found = _one(row, wanted, entry, traits, beside)
    if found.dimension not in _DOSE_MATTERS:
        return found
    return Measured(found.values * _dose_mg(row.regimen, entry), found.dimension)


def _ratio(row: _Row, wanted: Wanted, entry: Mapping[str, Any], traits: Traits, beside: Beside) -> Measured:
    """What other drugs change, or some people over others."""
    above = below = beside
    other = traits
    if wanted.against is not None:
        other = read_traits(row.people, wanted.against)
    elif beside:
        below = ()
    else:
        raise NotDone("what brings the change is not stated")
    # What is seen of clearance after a swallowed dose is what bioavailability leaves of it.
    swallowed = wanted.base == "CL" and row.regimen.route == "oral"
    wanted = replace(wanted, base="CL_F" if swallowed else wanted.base)
    over = _one(row, wanted, entry, traits, above).values
    return Measured(over / _one(row, wanted, entry, other, below).values, "share")


def _one(row: _Row, wanted: Wanted, entry: Mapping[str, Any], traits: Traits, beside: Beside) -> Measured:
    """One measure of one run, for 1 mg a dose."""
    run = row.work.run(row, traits, beside, row.regimen.schedule)
    base = wanted.base
    if not is_ratio(base):
        for token in base.split("_"):
            if len(token) > 2 and compartment_of(run.victim, token) is not None:
                run = run.of(token)
                base = "_".join(part for part in base.split("_") if part != token)
    found = measure(base, entry, run, row.tlast_h)
    matrix = str(entry.get("matrix") or row.raw.get("matrix") or "")
    if (wanted.blood or "blood" in matrix) and found.dimension in _DOSE_MATTERS:
        return Measured(found.values * in_blood(run, row.work.knowledge, row.work.draws), found.dimension)
    return found


def _dose_mg(regimen: Regimen, entry: Mapping[str, Any]) -> float:
    """The dose; the middle of several only when they are alike, or when the values cover the same range."""
    if regimen.dose_mg is None:
        raise NotDone("the dose is not stated")
    if regimen.span > _NARROW and not isinstance(entry.get("value"), list):
        raise NotDone("the value depends on the dose, and several doses are given")
    return regimen.dose_mg


def _notes(row: _Row, wanted: Wanted) -> tuple[str, ...]:
    traits = read_traits(row.people, wanted.people)
    victim = row.work.run(row, traits, (), row.regimen.schedule).victim
    known = {effect.when for effect in victim.disposition.covariates}
    notes = [f"no effect of {trait} on {victim.analyte} is known here" for trait in sorted(traits - known)]
    given = dict(row.beside)
    notes += [f"dose of {name} not stated: its usual one" for name in wanted.beside if name not in given]
    return (*row.regimen.notes, *notes)


def _used(row: _Row, wanted: Wanted) -> str:
    """The study or row that set a parameter of what is asked for, if this is it."""
    knowledge = row.work.knowledge
    victim = row.work.run(row, frozenset(), (), row.regimen.schedule).victim
    places = {compartment_of(victim, token) for token in (row.analyte, *wanted.base.split("_")) if token}
    asked = [name for name in victim.analytes[1:] if victim.compartment_of(name) in places]
    keys: list[str] = []
    for disposition in (knowledge.dispositions[name] for name in (victim.analyte, *asked)):
        keys += [*disposition.set_from, *(key.study for share in disposition.shares for key in share.set_from)]
        if row.study.casefold() in row.work.cited(disposition):
            keys.append(row.study)
    for name in (*dict(row.beside), *wanted.beside):
        effects = knowledge.potencies[name].effects if name in knowledge.potencies else ()
        keys += [key.study for effect in effects for key in effect.set_from if key.victim == row.drug]
    return next((key for key in keys if key and _same_study(key, row)), "")


def _same_study(key: str, row: _Row) -> bool:
    """Whether a row is a study named by its id, its source, or author and year."""
    wanted = key.casefold()
    if wanted in (str(row.raw.get("id") or "").casefold(), row.study.casefold()):
        return True
    if row.people.casefold().startswith(wanted):
        return True
    source = row.work.sources.get(row.study)
    citation = str(source.get("citation") or "" if isinstance(source, Mapping) else "").casefold()
    named = re.fullmatch(r"([^\W\d_]+) ((?:19|20)\d\d)[a-z]?", wanted)
    return bool(named and citation.startswith(named[1]) and named[2] in citation)
