"""What a diary leads to before the first lower dose, while a change to another drug goes on or nothing has begun yet.

The stages of a change are not revised here. What is dangerous leads to its action all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.follow_change import Change
from benzosafe.taper.follow_days import check_against
from benzosafe.taper.follow_decision import Decision, ordered
from benzosafe.taper.follow_medicines import alcohol_decisions, medicine_decisions
from benzosafe.taper.follow_symptoms import red_flag_decisions, scale_decisions, sleep_decisions, wish_decisions
from benzosafe.taper.log_entries import Log
from benzosafe.taper.plan import TaperPlan

_PRESSING = ("seek_help", "assess_anew", "step_back")


def felt_decisions(knowledge: Knowledge, drug: str, log: Log, on: date) -> list[Decision]:
    """Decisions from all that is not a dose: signs, scales, sleep, other medicines, alcohol, what the patient wants."""
    return [
        *red_flag_decisions(knowledge, log, on), *scale_decisions(knowledge, log, on),
        *sleep_decisions(knowledge, log, on), *medicine_decisions(knowledge, drug, log, on),
        *alcohol_decisions(knowledge, drug, log, on), *wish_decisions(knowledge, log, on),
    ]  # fmt: skip


def early_decisions(
    knowledge: Knowledge, plan: TaperPlan, change: Change | None, log: Log, on: date
) -> tuple[Decision, ...]:  # fmt: skip
    """Decisions on a day before the first step, the most pressing first; none names a dose.

    InputRefused when nothing has begun and nothing pressing is written, or the diary contradicts itself.
    """
    first = change.begins_on if change else date.min
    found = felt_decisions(knowledge, plan.drug, log, on)
    if not any(item.action in _PRESSING for item in found) and (change is None or on < first):
        begins = change.begins_on if change else plan.steps[0].starts_on
        raise InputRefused(
            f"the plan begins on {begins}, after {on}.", where=log.file, next_step="There is nothing to follow yet."
        )
    check_against(log, on, min(first, on))
    found += [*_doses(log, change), _next(plan, change, on)]
    if any(item.action == "seek_help" for item in found):
        return ordered(item for item in found if item.action in ("seek_help", "hold"))
    return ordered(_as_hold(item) for item in found)


def _as_hold(item: Decision) -> Decision:
    """There is no step to go back to and no pace to slow: whatever is more than going on waits for the prescriber."""
    if item.action == "step_back":
        reason = f"{item.reason} No step back, because the taper has not begun: call the clinician."
        return replace(item, action="hold", reason=reason, soon=True)
    return replace(item, action="hold") if item.action in ("stay", "slow_down") else item


def _doses(log: Log, change: Change | None) -> list[Decision]:
    """Doses other than planned, which cannot be judged where two drugs are taken or nothing is planned yet."""
    written = [day.on for day in log.days if day.supply_lost or (day.taken and day.taken.kind != "as planned")]
    written += [stay.last for stay in log.stays if stay.given.kind != "as planned"]
    if not written or change is None:
        return []
    reason = (
        f"other doses than planned, or lost supply, are written (last on {max(written)}): they are not judged while two"
        " drugs are taken. Call the prescriber; never double a dose and stop nothing suddenly."
    )
    lost = any(day.supply_lost for day in log.days)
    return [Decision("hold", reason, "asam_2025", "verified", "Rec 2, never stopped abruptly", soon=True, today=lost)]


def _next(plan: TaperPlan, change: Change | None, on: date) -> Decision:
    if change is None:
        reason = f"the first step is on {plan.steps[0].starts_on}: contact the prescriber before it."
        return Decision("hold", reason, "asam_2025", "verified", "Rec 9")
    due = change.next_stage(on)
    when = f"the next stage ({due})" if due else f"the first step of the taper ({plan.steps[0].starts_on})"
    reason = (
        f"the change from {change.old} to {change.new} goes on until {change.ends_on}, and its stages are not revised"
        f" here: contact the prescriber before {when}."
    )
    return Decision("hold", reason, "asam_2025", "verified", "Rec 9")
