"""What one drug does to the exposure of another: ratio, interval, how soon, how long, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benzosafe.exposure.combine import Taken, combine, turnover_rates
from benzosafe.exposure.draws import Draws, typical
from benzosafe.exposure.interval import Interval, interval, study_interval
from benzosafe.exposure.perpetrator import Acting, acting
from benzosafe.exposure.study import single_dose_ratios
from benzosafe.exposure.victim import Victim, build_victim
from benzosafe.kinetics.arrays import TO_INTEGRAL, Floats
from benzosafe.kinetics.timeline import build_timeline
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge

_REACHED = 0.9
_GONE = 0.1
_WORTH_TIMING = 0.10  # a change below a tenth has no onset worth naming
_HALF_LIVES_TO_FULL = 6.0
_SHORTEST_COURSE_DAYS, _LONGEST_COURSE_DAYS = 28, 180
_VICTIM_AFTER_H = 1.0
_DRAWS = Draws(60, 1)


@dataclass(frozen=True)
class Prediction:
    """AUC and peak ratio at full effect, days to 90 % of it, days after the last dose until a tenth is left."""

    victim: str
    perpetrator: str
    mg_per_day: float | None
    route: Route
    auc_ratio: Interval
    cmax_ratio: Interval
    onset_days: Interval | None
    offset_days: Interval | None
    basis: tuple[str, ...]
    transferred: bool


def predict(
    knowledge: Knowledge, victim: str, perpetrator: str, mg_per_day: float | None = None, route: Route = "oral",
    draws: Draws = _DRAWS,
) -> Prediction:  # fmt: skip
    """The interaction of two drugs; InputRefused says why when it cannot be predicted."""
    built = build_victim(knowledge, victim, route, draws)
    who = acting(knowledge, perpetrator, draws)
    dose = mg_per_day or who.reference_mg_per_day
    course = _course_days(who)
    turnover = turnover_rates(knowledge, draws)
    ratios = single_dose_ratios(
        built, (daily(who, dose, course + 28),), turnover, course * 24.0 + _VICTIM_AFTER_H
    )  # fmt: skip
    onset, offset = timing(built, who, dose, turnover, course)
    basis, transferred = basis_of(knowledge, built, [who])
    return Prediction(
        built.analyte, perpetrator, dose, route, study_interval(ratios.auc, knowledge, draws),
        study_interval(ratios.cmax, knowledge, draws), onset, offset, basis, transferred,
    )  # fmt: skip


def daily(who: Acting, mg_per_day: float | None, days: float, start_h: float = 0.0) -> Taken:
    """A perpetrator taken every day at its usual number of doses."""
    per_day = who.doses_per_day
    count = int(np.ceil(days * per_day))
    amount = mg_per_day or 1.0
    return Taken(
        who, start_h + np.arange(count) * 24.0 / per_day, np.full(count, amount / per_day), np.full(count, amount)
    )  # fmt: skip


def _course_days(who: Acting) -> int:
    full = _HALF_LIVES_TO_FULL * who.half_life_h / 24.0
    return int(min(max(full, _SHORTEST_COURSE_DAYS), _LONGEST_COURSE_DAYS))


def timing(
    victim: Victim, who: Acting, mg_per_day: float | None, turnover: dict[tuple[str, str], Floats], course: int
) -> tuple[Interval | None, Interval | None]:
    """Days to 90 % of the change, and days after the last dose until a tenth of it is left."""
    watched = 2 * course + 28
    ratios = daily_ratios(victim, (daily(who, mg_per_day, course),), turnover, watched)
    full = np.log(ratios[course - 1])
    if abs(full[0]) < np.log1p(_WORTH_TIMING):
        return None, None
    share = np.log(ratios) / np.where(np.abs(full) > 1e-9, full, np.nan)
    reached = np.argmax(share[:course] >= _REACHED, axis=0) + 1.0
    gone = np.argmax(np.concatenate([share[course:], np.zeros((1, share.shape[1]))]) <= _GONE, axis=0) + 1.0
    return interval(reached.astype(float)), interval(gone.astype(float))


def daily_ratios(victim: Victim, taken: Sequence[Taken], turnover: dict[tuple[str, str], Floats], days: int) -> Floats:
    """AUC ratio of a dose on each day as enzyme activity stands on average that day, shape (days, draws)."""
    interaction = combine(victim, taken, turnover)
    if not interaction.sites:
        return np.ones((days, victim.body.people))
    edges: Floats = np.arange(days + 1, dtype=np.float64) * 24.0
    before = np.append(interaction.breaks_h, 0.0)
    timeline = build_timeline(edges, before, interaction.fast, coarseness=6.0)
    activities = interaction.activities(timeline, interaction.levels(timeline))
    blended = np.ones((*timeline.nodes_h.shape, victim.body.people))
    for number, site in enumerate(activities):
        if interaction.weights[0, number].any():
            blended += interaction.weights[0, number] * (site - 1.0)
    gut = activities[interaction.gut] if interaction.gut >= 0 else np.ones(1)
    ratio = victim.organs.auc_ratio(blended, gut, victim.availability is None)
    return _by_day(ratio, timeline.lengths, timeline.starts, days)


def _by_day(values: Floats, lengths: Floats, starts: Floats, days: int) -> Floats:
    """Average over each day of values at the nodes."""
    areas = np.einsum("j,sjp->sp", TO_INTEGRAL[-1], values) * lengths[:, None]
    day = np.minimum(np.floor(starts / 24.0 + 1e-9).astype(np.int64), days - 1)
    found = np.zeros((days, values.shape[-1]))
    np.add.at(found, day[day >= 0], areas[day >= 0])
    return found / 24.0


def basis_of(knowledge: Knowledge, victim: Victim, acting_ones: Sequence[Acting]) -> tuple[tuple[str, ...], bool]:
    """What the number rests on, in words; and whether any of it was carried over from elsewhere."""
    touched = {action.enzyme for who in acting_ones for action in who.actions}
    lines: list[str] = []
    transferred = False
    for share in victim.disposition.shares:
        if share.enzyme in touched:
            q = share.share
            lines.append(
                f"{share.enzyme.upper()} carries {_percent(typical(q))} ({_percent(q.lowest)} to {_percent(q.highest)})"
                f" of {victim.analyte} clearance: {share.basis}, {q.confidence} ({q.source})"
            )
            transferred |= share.basis == "transferred"
    for who in acting_ones:
        seen: dict[str, str] = {action.enzyme: action.basis for action in who.actions}
        lines += [f"strength of {who.name} on {enzyme.upper()}: {basis}" for enzyme, basis in seen.items() if enzyme in
                  {s.enzyme for s in victim.disposition.shares} | {"cyp3a4"}]  # fmt: skip
        lines += who.assumed
    if not any(share.enzyme in touched for share in victim.disposition.shares):
        lines.append(f"none of the enzymes involved is known to clear {victim.analyte}")
    return tuple(lines), transferred


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
