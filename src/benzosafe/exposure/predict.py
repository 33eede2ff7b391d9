"""What one drug does to the exposure of another: ratio, interval, how soon, how long, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benzosafe.exposure.combine import turnover_rates
from benzosafe.exposure.draws import Draws, typical
from benzosafe.exposure.interval import Interval, study_interval
from benzosafe.exposure.perpetrator import Acting, acting
from benzosafe.exposure.study import single_dose_ratios
from benzosafe.exposure.timing import Timing, Turnover, course_days, daily, daily_levels, timings
from benzosafe.exposure.victim import Victim, build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge

_VICTIM_AFTER_H = 1.0
_DRAWS = Draws(60, 1)
_UNTOUCHED = 1e-9


@dataclass(frozen=True)
class MetaboliteRatio:
    """An active metabolite: its steady level with over without, and its share of all active drug at rest, by amount."""

    analyte: str
    ratio: Interval
    share: float


@dataclass(frozen=True)
class Prediction:
    """AUC and peak ratio of one dose at full effect, steady levels of metabolites, and when the levels come and go.

    `active_ratio`: steady level of the drug and its main active metabolites together, by amount and not by effect;
    None without such a metabolite. `nothing_acts`: no enzyme that clears any of them is touched; the interval is then
    the scatter of studies alone.
    """

    victim: str
    perpetrator: str
    mg_per_day: float | None
    route: Route
    auc_ratio: Interval
    cmax_ratio: Interval
    metabolites: tuple[MetaboliteRatio, ...]
    active_ratio: Interval | None
    timings: tuple[Timing, ...]
    basis: tuple[str, ...]
    transferred: bool
    nothing_acts: bool


def predict(
    knowledge: Knowledge, victim: str, perpetrator: str, mg_per_day: float | None = None, route: Route = "oral",
    draws: Draws = _DRAWS,
) -> Prediction:  # fmt: skip
    """The interaction of two drugs; InputRefused says why when it cannot be predicted."""
    built = build_victim(knowledge, victim, route, draws)
    who = acting(knowledge, perpetrator, draws)
    dose = who.reference_mg_per_day if mg_per_day is None else mg_per_day
    turnover = turnover_rates(knowledge, draws)
    course = course_days(who)
    ratios = single_dose_ratios(
        built, (daily(who, dose, course + 28),), turnover, course * 24.0 + _VICTIM_AFTER_H
    )  # fmt: skip
    levels = _steady_levels(built, who, dose, turnover)
    metabolites, active = _metabolites(knowledge, built, levels, draws)
    basis, transferred = basis_of(knowledge, built, [who])
    return Prediction(
        built.analyte, perpetrator, dose, route, study_interval(ratios.auc, knowledge, draws),
        study_interval(ratios.cmax, knowledge, draws), metabolites, active, timings(built, who, dose, turnover),
        basis, transferred, bool(np.abs(np.vstack([ratios.auc, levels]) - 1.0).max() < _UNTOUCHED),
    )  # fmt: skip


def _steady_levels(victim: Victim, who: Acting, mg_per_day: float | None, turnover: Turnover) -> Floats:
    """Level of each analyte with over without at full effect, shape (analytes, draws)."""
    days = course_days(who, victim)
    return daily_levels(victim, (daily(who, mg_per_day, days),), turnover, days)[:, -1]


def _metabolites(
    knowledge: Knowledge, victim: Victim, levels: Floats, draws: Draws
) -> tuple[tuple[MetaboliteRatio, ...], Interval | None]:
    """The metabolites that count, and all active drug together when there are any."""
    shares, places = victim.active_shares(), victim.main_analytes()
    found = tuple(
        MetaboliteRatio(
            victim.analytes[place], study_interval(levels[place], knowledge, draws), float(shares[place, 0])
        )
        for place in places[1:]
    )
    if not found:
        return (), None
    together = (shares[places] * levels[places]).sum(axis=0) / shares[places].sum(axis=0)
    return found, study_interval(together, knowledge, draws)


def basis_of(knowledge: Knowledge, victim: Victim, acting_ones: Sequence[Acting]) -> tuple[tuple[str, ...], bool]:
    """What the number rests on, in words; and whether any of it was carried over from elsewhere."""
    touched = {action.enzyme for who in acting_ones for action in who.actions}
    lines: list[str] = []
    transferred = False
    analytes = [knowledge.dispositions[victim.analytes[place]] for place in victim.main_analytes()]
    shares = [(item.analyte, share) for item in analytes for share in item.shares]
    for analyte, share in shares:
        if share.enzyme in touched:
            q = share.share
            lines.append(
                f"{share.enzyme.upper()} carries {_percent(typical(q))} ({_percent(q.lowest)} to {_percent(q.highest)})"
                f" of {analyte} clearance: {share.basis}, {q.confidence} ({q.source})"
            )
            transferred |= share.basis == "transferred"
    for who in acting_ones:
        seen: dict[str, str] = {action.enzyme: action.basis for action in who.actions}
        lines += [f"strength of {who.name} on {enzyme.upper()}: {basis}" for enzyme, basis in seen.items() if enzyme in
                  {share.enzyme for _, share in shares} | {"cyp3a4"}]  # fmt: skip
        lines += who.assumed
    if not any(share.enzyme in touched for _, share in shares):
        lines.append(
            f"none of the enzymes involved is known to clear {victim.analyte}; the interval is the scatter of studies"
        )
    return tuple(lines), transferred


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
