"""Scores interaction rows: each study simulated as it was done, its AUC ratio beside the observed one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benzosafe.accuracy.designs import Design, read_design
from benzosafe.accuracy.scored import Scored
from benzosafe.errors import BenzosafeError
from benzosafe.exposure.combine import Taken, steady_activity, turnover_rates
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.interval import study_interval
from benzosafe.exposure.perpetrator import Acting, acting
from benzosafe.exposure.study import single_dose_ratios
from benzosafe.exposure.victim import NO_TRAITS, Traits, Victim, build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import Route, StudyKey
from benzosafe.knowledge.load import Knowledge

ROUTES: dict[str, Route] = {
    "po": "oral", "oral": "oral", "intraduodenal": "oral", "iv": "intravenous", "i.v.": "intravenous",
    "im": "intramuscular", "i.m.": "intramuscular", "sl": "sublingual", "nasal": "nasal", "buccal": "buccal",
    "pr": "rectal", "rectal": "rectal",
}  # fmt: skip
_KINDS = {"static": "static", "dynamic": "dynamic", "static_partial_auc": "partial"}
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
    drawn = Draws(draws, seed)
    return [_score(row, knowledge, drawn, leave) for row in rows]


def _score(row: Mapping[str, Any], knowledge: Knowledge, draws: Draws, leave: Leave) -> Scored:
    blank = _blank(row)
    if blank.skipped:
        return blank
    try:
        victim = _victim(row, knowledge, draws, leave)
        names, joined = _perpetrators(row, knowledge)
        used = _used(row, knowledge, names, leave)
        if used:
            return _with(blank, skipped=f"used to set a parameter ({used})")
        ratio = _ratio(row, victim, names, joined, _Asked(knowledge, draws, leave))
    except BenzosafeError as error:
        return _with(blank, skipped=error.message)
    except (ArithmeticError, ValueError, KeyError, TypeError, IndexError) as error:
        return _with(blank, skipped=f"cannot be read: {type(error).__name__}: {error}")
    found = study_interval(ratio, knowledge, draws)
    return _with(blank, predicted=found.value, low=found.low, high=found.high, notes=read_design(row).assumed)


def _blank(row: Mapping[str, Any]) -> Scored:
    benchmark = str(row.get("benchmark") or "static")
    value, assumed = _observed(row.get("auc_ratio")), _observed(row.get("auc_ratio_assumed"))
    reason = ""
    if benchmark == "exclude":
        reason = f"excluded by the deck: {row.get('benchmark_note') or row.get('note') or 'no reason given'}"
    elif value is None and assumed is None:
        reason = "no AUC ratio given"
    return Scored(
        str(row.get("id") or "?"), str(row.get("victim") or ""), str(row.get("perpetrator") or ""),
        str(row.get("mechanism") or "not stated"), _KINDS.get(benchmark, "static"),
        value if value is not None else assumed, assumed=value is None, skipped=reason,
    )  # fmt: skip


def _observed(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def _with(blank: Scored, **changes: Any) -> Scored:
    from dataclasses import replace

    return replace(blank, **changes)


def _victim(row: Mapping[str, Any], knowledge: Knowledge, draws: Draws, leave: Leave) -> Victim:
    route = ROUTES.get(str(row.get("victim_route") or "po").lower(), "oral")
    name = ingredient_of(str(row.get("victim") or ""), knowledge)
    return build_victim(knowledge, name, route, draws, _traits(row), leave.shares)


def _traits(row: Mapping[str, Any]) -> Traits:
    words = " ".join(str(row.get(key) or "") for key in ("perpetrator_dose", "design", "note", "population"))
    poor = _POOR.search(str(row.get("perpetrator_dose") or "")) or _POOR.search(str(row.get("population") or ""))
    return frozenset({"cyp2c19_poor"}) if poor and "extensive" not in words.lower().split(",")[0] else NO_TRAITS


def ingredient_of(text: str, knowledge: Knowledge) -> str:
    """The one ingredient a name stands for, or the name itself so that the error can suggest."""
    found = knowledge.names.knows(text) or knowledge.names.resolve(text).ingredients
    return found[0] if found else text.lower()


def _perpetrators(row: Mapping[str, Any], knowledge: Knowledge) -> tuple[list[str], bool]:
    """Ingredients of the perpetrator, and whether they were taken together (else one or the other)."""
    text = str(row.get("perpetrator") or "")
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


@dataclass(frozen=True)
class _Asked:
    """How a row is to be predicted."""

    knowledge: Knowledge
    draws: Draws
    leave: Leave


def _ratio(row: Mapping[str, Any], victim: Victim, names: list[str], joined: bool, asked: _Asked) -> Floats:
    """AUC ratio of a row: perpetrators taken together, or the geometric middle of one or the other."""
    design = read_design(row)
    known: list[Acting] = []
    for name in names:
        try:
            known.append(acting(asked.knowledge, name, asked.draws, asked.leave.potency))
        except BenzosafeError:
            if len(names) == 1:
                raise
    groups = [known] if joined else [[item] for item in known]
    ratios = [_one(row, victim, group, design, asked) for group in groups]
    return np.asarray(np.exp(np.mean(np.log(ratios), axis=0)))


def _one(row: Mapping[str, Any], victim: Victim, group: list[Acting], design: Design, asked: _Asked) -> Floats:
    analyte = str(row.get("analyte") or "")
    if analyte and analyte.lower() != victim.analyte:
        return _metabolite_ratio(analyte.lower(), victim, group, design)
    taken = tuple(_taken(item, design, alone=len(group) == 1) for item in group)
    sampled = _SAMPLED_H if row.get("benchmark") == "static_partial_auc" else None
    turnover = turnover_rates(asked.knowledge, asked.draws)
    return single_dose_ratios(victim, taken, turnover, design.victim_at_h, sampled).auc


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


def _metabolite_ratio(analyte: str, victim: Victim, group: list[Acting], design: Design) -> Floats:
    """AUC ratio of an active metabolite (or of parent and metabolite together) at steady state."""
    doses = [mg for mg in design.amounts_mg if mg is not None]
    per_day = design.doses_per_day or 1
    taken = [
        (item, doses[-1] * per_day if doses and len(group) == 1 else (item.reference_mg_per_day or 1.0))
        for item in group
    ]
    active = steady_activity(victim, taken)

    def blend(shares: Mapping[str, Floats]) -> Floats:
        parts = (share * (active[e, "liver"] - 1.0) for e, share in shares.items() if (e, "liver") in active)
        return np.asarray(1.0 + sum(parts, np.zeros(victim.body.people)))

    body = victim.body
    names = [name.replace("desmethyldiazepam", "nordazepam").strip() for name in re.split(r"[+,]", analyte)]
    names = [name for name in names if name in victim.analytes]
    if not names:
        raise ValueError(f"analyte '{analyte}' is not simulated")
    before = after = np.zeros(body.people)
    for name in names:
        if name == victim.analyte:
            before, after = before + 1.0 / body.clearance, after + 1.0 / (body.clearance * blend(victim.shares))
            continue
        place = victim.analytes.index(name) - 1
        made = body.metabolites[place]
        rest = made.formed / made.clearance
        factor = blend(victim.formation[place]) / blend(victim.shares) / blend(victim.metabolite_shares[place])
        before, after = before + rest, after + rest * factor
    return np.asarray(after / before)


def _used(row: Mapping[str, Any], knowledge: Knowledge, names: list[str], leave: Leave) -> str:
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
    return _author_year(key.study) == _author_year(str(source.get("study") or "")) or "label" in key.study.lower()


def _author_year(text: str) -> tuple[str, str]:
    author = re.match(r"[^\W\d_]+", text.strip())
    year = re.search(r"\b(19|20)\d\d", text)
    return (author[0].lower() if author else "", year[0] if year else "")
