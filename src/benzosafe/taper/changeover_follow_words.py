"""A revised change in words and as plain data: what of both drugs is taken now, and what comes next and when."""

from __future__ import annotations

from typing import Any

from benzosafe.taper.changeover import Changeover, ChangeStage, amount_of
from benzosafe.taper.changeover_follow import StageNow
from benzosafe.taper.changeover_moves import latest
from benzosafe.taper.changeover_words import both, range_words, stage_lines, stage_words, total_words
from benzosafe.taper.crossover import dose_words
from benzosafe.taper.product import UG_PER_MG
from benzosafe.taper.record import dose_data


def stage_changes(change: Changeover, stage: StageNow) -> tuple[str, ...]:
    """What is taken now of both drugs, until when, and whether the change moved."""
    back = stage.number < stage.where.number
    lines = [f"{'Back to, when the clinician agrees' if back else 'Taken now'}: {_now(change, stage.number)}."]
    if stage.moved is None:
        lines.append("The change goes on unchanged.")
    else:
        lines.append(f"Until {stage.next_on}, and then only if the prescriber says so: {_next(change, stage.number)}.")
        ends = (change.ends_on, stage.moved.change.ends_on)
        lines.append(
            f"Last day of the change: {ends[0]} becomes {ends[1]}; the taper after it keeps its steps and begins later."
        )
    return (*lines, f"{range_words(change)}.")


def stage_paper_lines(stage: StageNow, change: Changeover) -> list[str]:
    """The stages from now on in lines, as the text of a revision shows them."""
    return ["", "Stages from now on", *stage_lines(stage.moved.change if stage.moved else change)]


def _now(change: Changeover, number: int) -> str:
    if not number:
        return f"{change.old} as before the change ({dose_words(change.before)}) and no {change.new}"
    known = latest(change, number)
    return f"stage {number}, every day {stage_words(change, known)}; {total_words(change, known)}"


def _next(change: Changeover, number: int) -> str:
    last = max(stage.number for stage in change.stages)
    return "the first step of the taper" if number == last else f"stage {number + 1}"


def stage_data_now(change: Changeover, stage: StageNow | None) -> dict[str, Any] | None:
    """The stage now as JSON: both drugs with mg a day and portions; None where no dose is named."""
    if stage is None:
        return None
    known = latest(change, stage.number) if stage.number else None
    return {
        "stage": stage.number, "planned_stage": stage.where.planned_now, "next_on": stage.next_on.isoformat(),
        "take": _take(change, known),
    }  # fmt: skip


def _take(change: Changeover, stage: ChangeStage | None) -> list[dict[str, Any]]:
    if stage is None:
        doses = [{"at_h": hour, "mg": amount / UG_PER_MG} for hour, amount in change.before]
        return [{"drug": change.old, "mg_per_day": change.before_pair[0] / UG_PER_MG, "doses": doses}]
    return [
        {
            "drug": drug, "mg_per_day": amount_of(doses) / UG_PER_MG,
            "doses": [dose_data(dose) for dose in doses],
        }
        for drug, doses in both(change, stage)
    ]  # fmt: skip
