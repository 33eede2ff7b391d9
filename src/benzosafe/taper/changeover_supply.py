"""The supply of a change: each drug by itself from the first day of the change on, under its own schedule's law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover, ChangeStage
from benzosafe.taper.limits import Ceiling, Stretch, ceiling_of, falls
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import UG_PER_MG, Dose
from benzosafe.taper.supply import Fill, fills
from benzosafe.taper.supply_data import fills_data


def drug_runs(change: Changeover, plan: TaperPlan, ceiling: Ceiling) -> tuple[TaperPlan, TaperPlan]:
    """What is taken of the old drug during the change, and of the new one through the change and the taper after it.

    Falls are those of each drug alone, so those of the old one are beyond any limit: the limit of a change is on both
    together. What was taken before is not counted in tablets and left out.
    """
    old = [(stage.starts_on, stage.days, stage.old) for stage in change.shown]
    new = [(stage.starts_on, stage.days, stage.new) for stage in change.shown]
    after = [(step.starts_on, step.days, step.doses) for step in plan.steps]
    return (
        _run(plan, change.old, old, (change.before_pair[0], 0), ceiling),
        _run(plan, change.new, [*new, *after], (0, plan.target_ug), ceiling),
    )


def _run(
    plan: TaperPlan, drug: str, days: Sequence[tuple[date, int, tuple[Dose, ...]]], ends_ug: tuple[int, int],
    ceiling: Ceiling,
) -> TaperPlan:  # fmt: skip
    amounts = [sum(dose.amount_ug for dose in doses) for _, _, doses in days]
    rolling = falls(
        ends_ug[0], [Stretch(amount, span) for amount, (_, span, _) in zip(amounts, days, strict=True)], ceiling
    )
    steps = []
    for number, ((starts_on, span, doses), amount) in enumerate(zip(days, amounts, strict=True), start=1):
        before = amounts[number - 2] if number > 1 else ends_ug[0]
        fall = Fraction(max(before - amount, 0), before) if before else Fraction(0)
        steps.append(TaperStep(number, starts_on, span, amount, doses, fall, rolling[number - 1], stop=not amount))
    used = dict.fromkeys(part.product for _, _, doses in days for dose in doses for part in dose.portions)
    within = all(step.rolling_fall <= ceiling.share or step.stop for step in steps)
    return TaperPlan(
        drug, (), tuple(steps), plan.pace, plan.shape, ends_ug[1], tuple(used), plan.notes, plan.override, within
    )  # fmt: skip


def change_fills(
    knowledge: Knowledge, change: Changeover, plan: TaperPlan, jurisdiction: str, fill_days: int | None = None
) -> tuple[tuple[Fill, ...], tuple[Fill, ...]]:
    """The fills of the old and the new drug, each as long as the law of its schedule allows; errors as `fills`."""
    old, new = drug_runs(change, plan, ceiling_of(knowledge))
    made = fills(knowledge, old, jurisdiction, fill_days), fills(knowledge, new, jurisdiction, fill_days)
    _check(change, plan, made)
    return made


def change_supply_data(
    knowledge: Knowledge, change: Changeover, plan: TaperPlan, where: tuple[str, int | None, date | None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pharmacist's data of the old and of the new drug, as `fills_data` writes them, counted from the same days.

    `where`: jurisdiction, days of a fill, and the day the plan was made.
    """
    jurisdiction, fill_days, planned_on = where
    change_fills(knowledge, change, plan, jurisdiction, fill_days)
    found = [
        fills_data(knowledge, run, jurisdiction, fill_days, planned_on)
        for run in drug_runs(change, plan, ceiling_of(knowledge))
    ]
    old, new = found
    shown = change.shown
    last = max((stage.ends_on for stage in shown if stage.old), default=None)
    old |= {
        "before_mg_per_day": change.before_pair[0] / UG_PER_MG, "ends_on": last.isoformat() if last else None,
    }  # fmt: skip
    return old, new


def _check(change: Changeover, plan: TaperPlan, made: tuple[tuple[Fill, ...], tuple[Fill, ...]]) -> None:
    """What is handed out is what is taken of each drug in the days of the change and the taper, counted anew."""
    wanted = (_taken(change.shown, 0), _taken(change.shown, 1) + sum(s.delivered_ug * s.days for s in plan.steps))
    for drug, one, ug in zip((change.old, change.new), made, wanted, strict=True):
        counted = sum((count.taken_ug for fill in one for count in fill.counts), Fraction(0))
        assert counted == ug, f"the fills of {drug} hold {counted} microgram, the days take {ug}"


def _taken(stages: Sequence[ChangeStage], place: int) -> int:
    return sum(stage.pair_ug[place] * stage.days for stage in stages)
