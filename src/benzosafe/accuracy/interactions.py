"""Scores interaction rows: each study simulated as it was done, its AUC ratio beside the observed one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from benzosafe.accuracy.designs import Design, read_design
from benzosafe.accuracy.fields import (
    BAD_DATA,
    BENCHMARKS,
    BadField,
    benchmark_in,
    positive_in,
    reason_of,
    route_in,
    text_in,
)
from benzosafe.accuracy.metabolite import metabolite_ratio
from benzosafe.accuracy.scored import NOT_STATED, Scored
from benzosafe.errors import BenzosafeError
from benzosafe.exposure.combine import Taken, turnover_rates
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.interval import study_interval
from benzosafe.exposure.perpetrator import Acting, acting
from benzosafe.exposure.study import single_dose_ratios
from benzosafe.exposure.victim import NO_TRAITS, Traits, Victim, build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import StudyKey
from benzosafe.knowledge.load import Knowledge

_POOR = re.compile(r"poor metaboli[sz]er|\bPMs?\b")
_SAMPLED_H = 24.0  # a truncated AUC whose length is not given is taken over a day


@dataclass(frozen=True)
class Leave:
    """What to leave out, for testing without a drug's own data: strengths of perpetrators, shares of victims."""

    potency: bool = False
    shares: bool = False


KEEP = Leave()


def score_interactions(
    rows: Sequence[Mapping[str, Any]], knowledge: Knowledge, draws: int = 200, seed: int = 1, leave: Leave = KEEP
) -> list[Scored]:
    """One score a row, in order; a row that cannot be predicted says why."""
    asked = _Asked(knowledge, Draws(draws, seed), leave)
    return [_score(row, asked) for row in rows]


@dataclass(frozen=True)
class _Asked:
    """How rows are to be predicted."""

    knowledge: Knowledge
    draws: Draws
    leave: Leave


def _score(row: Mapping[str, Any], asked: _Asked) -> Scored:
    blank = _named(row)
    try:
        blank = _observed(row, blank)
        return blank if blank.skipped else _predicted(row, blank, asked)
    except (BenzosafeError, *BAD_DATA) as error:
        reason, hint = reason_of(error)
    return replace(blank, skipped=reason, hint=hint)


def _named(row: Mapping[str, Any]) -> Scored:
    """The row by its names alone, whatever is written in its fields."""
    words = {field: row.get(field) for field in ("id", "victim", "perpetrator", "mechanism")}
    row_id, victim, perpetrator, mechanism = (
        str(value) if isinstance(value, str | int | float) else "" for value in words.values()
    )
    return Scored(row_id or "?", victim, perpetrator, mechanism or NOT_STATED, "static", None)


def _observed(row: Mapping[str, Any], blank: Scored) -> Scored:
    """With the kind of row and the ratio observed; skipped when the deck sets it aside or there is no ratio."""
    benchmark = benchmark_in(row)
    value, assumed = positive_in(row, "auc_ratio"), positive_in(row, "auc_ratio_assumed")
    reason = ""
    if benchmark == "exclude":
        reason = f"excluded by the deck: {row.get('benchmark_note') or row.get('note') or 'no reason given'}"
    elif value is None and assumed is None:
        reason = "auc_ratio: missing"
    seen = assumed if value is None else value
    return replace(blank, kind=BENCHMARKS[benchmark], observed=seen, assumed=value is None, skipped=reason)


def _predicted(row: Mapping[str, Any], blank: Scored, asked: _Asked) -> Scored:
    knowledge = asked.knowledge
    victim = _victim(row, asked)
    names, joined = perpetrators_of(row, knowledge)
    used = used_to_set(row, knowledge, names, asked.leave)
    if used:
        return replace(blank, skipped=f"used to set a parameter ({used})")
    known, unknown = _acting_ones(names, joined, asked)
    design = read_design(row)
    groups = [known] if joined else [[item] for item in known]
    ratios = [_ratio(row, victim, group, design, asked) for group in groups]
    # Of one drug or the other, the geometric middle is what a mixed group of people shows.
    found = study_interval(np.exp(np.mean(np.log(ratios), axis=0)), knowledge, asked.draws)
    if not (isfinite(found.value) and found.value > 0):
        raise BadField("auc_ratio", "the ratio predicted is no number above zero")
    notes = tuple(f"what {name} does to enzymes is not known: taken as nothing" for name in unknown)
    return replace(
        blank, predicted=found.value, low=found.low, high=found.high, notes=(*design.assumed, *notes)
    )  # fmt: skip


def _victim(row: Mapping[str, Any], asked: _Asked) -> Victim:
    name = ingredient_of(text_in(row, "victim", required=True), asked.knowledge)
    return build_victim(asked.knowledge, name, route_in(row), asked.draws, _traits(row), asked.leave.shares)


def _traits(row: Mapping[str, Any]) -> Traits:
    dose, design, people = (text_in(row, field) for field in ("perpetrator_dose", "design", "population"))
    words = " ".join((dose, design, str(row.get("note") or ""), people))
    poor = _POOR.search(dose) or _POOR.search(people)
    return frozenset({"cyp2c19_poor"}) if poor and "extensive" not in words.lower().split(",")[0] else NO_TRAITS


def ingredient_of(text: str, knowledge: Knowledge) -> str:
    """The one ingredient a name stands for, or the name itself so that the error can suggest."""
    found = knowledge.names.knows(text) or knowledge.names.resolve(text).ingredients
    return found[0] if found else text.lower()


def perpetrators_of(row: Mapping[str, Any], knowledge: Knowledge) -> tuple[list[str], bool]:
    """Ingredients of the perpetrator, and whether they were taken together (else one or the other)."""
    text = text_in(row, "perpetrator", required=True)
    either = " or " in text and "(" not in text
    parts = re.split(r"\s+or\s+", text) if either else re.split(r"\s*\+\s*(?![^(]*\))", text)
    names = list(dict.fromkeys(name for part in parts for name in _ingredients(part, knowledge)))
    return names, not either


def _ingredients(text: str, knowledge: Knowledge) -> list[str]:
    exact = knowledge.names.knows(text) or knowledge.names.knows(re.sub(r"\s*\(.*\)", "", text))
    for found in (exact, knowledge.names.resolve(text).ingredients):
        acting_ones = [name for name in found if name in knowledge.potencies]
        if acting_ones:
            return acting_ones
    return list(exact[:1] or knowledge.names.resolve(text).ingredients[:1] or [text.lower()])


def _acting_ones(names: list[str], joined: bool, asked: _Asked) -> tuple[list[Acting], list[str]]:
    """Perpetrators with a known effect, and known drugs without one that were taken together with these.

    A name nobody knows, or an alternative whose effect is not known, cannot be left out: the row is refused.
    """
    known: list[Acting] = []
    unknown: list[str] = []
    failed: BenzosafeError | None = None
    for name in names:
        try:
            known.append(acting(asked.knowledge, name, asked.draws, asked.leave.potency))
        except BenzosafeError as error:
            if not (joined and asked.knowledge.names.knows(name)):
                raise
            unknown.append(name)
            failed = error
    if failed is not None and not known:
        raise failed
    return known, unknown


def _ratio(row: Mapping[str, Any], victim: Victim, group: list[Acting], design: Design, asked: _Asked) -> Floats:
    """AUC ratio under perpetrators taken together."""
    analyte = text_in(row, "analyte")
    if analyte and analyte.lower() != victim.analyte:
        return metabolite_ratio(analyte, victim, _daily(group, design))
    taken = tuple(_taken(item, design, alone=len(group) == 1) for item in group)
    sampled_h = _SAMPLED_H if benchmark_in(row) == "static_partial_auc" else None
    turnover = turnover_rates(asked.knowledge, asked.draws)
    return single_dose_ratios(victim, taken, turnover, design.victim_at_h, sampled_h).auc


def _daily(group: list[Acting], design: Design) -> list[tuple[Acting, float]]:
    """Daily doses [mg/d] a course ends with; the reference dose as for `_taken`."""
    doses = [mg for mg in design.amounts_mg if mg is not None]
    stated = doses[-1] * (design.doses_per_day or 1) if doses and len(group) == 1 else None
    return [(item, stated or item.reference_mg_per_day or 1.0) for item in group]


def _taken(item: Acting, design: Design, alone: bool) -> Taken:
    """The design's doses; the reference dose where none is stated, or where several drugs share one statement."""
    times = np.array(design.times_h)
    per_day = design.doses_per_day or item.doses_per_day
    usual = (item.reference_mg_per_day or 1.0) / per_day
    amounts = np.array([usual if mg is None or not alone else mg for mg in design.amounts_mg])
    per_day_mg = (
        amounts * per_day if item.reference_mg_per_day else np.full_like(amounts, float(np.max(amounts)) * per_day)
    )
    return Taken(item, times, amounts, per_day_mg)


def used_to_set(row: Mapping[str, Any], knowledge: Knowledge, names: list[str], leave: Leave) -> str:
    """Which parameter this row's study set, if any."""
    victim = ingredient_of(str(row.get("victim") or ""), knowledge)
    for share in knowledge.dispositions[victim].shares if victim in knowledge.dispositions and not leave.shares else ():
        if any(_same(key, row, victim, names) for key in share.set_from):
            return f"{share.enzyme} share of {victim}"
    for name in names if not leave.potency else ():
        potency = knowledge.potencies.get(name)
        for effect in potency.effects if potency else ():
            if any(_same(key, row, victim, names) for key in effect.set_from):
                return f"{effect.enzyme} {effect.action} by {name}"
    return ""


def _same(key: StudyKey, row: Mapping[str, Any], victim: str, names: list[str]) -> bool:
    if key.victim != victim or key.perpetrator not in names:
        return False
    source = row.get("source")
    source = source if isinstance(source, Mapping) else {"study": str(source or "")}
    if key.pmid and str(source.get("pmid") or "") == key.pmid:
        return True
    return author_year(key.study) == author_year(str(source.get("study") or "")) or "label" in key.study.lower()


def author_year(text: str) -> tuple[str, str]:
    """First author and year of a citation, as far as it begins with one and has the other."""
    author = re.match(r"[^\W\d_]+", text.strip())
    year = re.search(r"\b(19|20)\d\d", text)
    return (author[0].lower() if author else "", year[0] if year else "")
