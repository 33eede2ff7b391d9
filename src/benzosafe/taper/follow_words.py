"""A revision as plain data and in words: what to do, why, what changed, and the old plan kept whole."""

from __future__ import annotations

from typing import Any

from benzosafe.taper.changeover_follow_words import stage_changes, stage_data_now
from benzosafe.taper.follow import Revision, next_change
from benzosafe.taper.follow_decision import ACTION_WORDS, Decision
from benzosafe.taper.follow_record import REVISION_SCHEMA, Chain, chained_data
from benzosafe.taper.follow_steps import Doses
from benzosafe.taper.plan import Pace
from benzosafe.taper.product import UG_PER_MG, mg_words

_CONTACT = {
    "seek_help": "emergency number now", "assess_anew": "clinician or emergency department today, before any dose",
    "restart": "clinician today, before the first dose", "step_back": "clinician within a day",
    "hold": "clinician before the next reduction", "stay": "clinician at the next visit",
    "slow_down": "clinician before the next reduction", "go_on": "as planned",
}  # fmt: skip
_WAITING = (
    "The plan waits: no dose and no reduction of it counts until the person was seen. Nothing is stopped abruptly."
)
_WAITING_CHANGE = (
    "The change waits: no dose and no stage of it counts until a clinician agreed what is taken. Neither medicine is"
    " stopped abruptly."
)
_OWN = ("seek_help", "assess_anew", "step_back")

_EARLY = (
    "Nothing is changed here: what is taken now goes on as the prescriber wrote it, and nothing is stopped abruptly."
)


def revision_data(revision: Revision) -> dict[str, Any]:
    """A revision as JSON: doses in mg a day, dates as YYYY-MM-DD, both plans whole, the chain by SHA-256."""
    chain = Chain(revision.number, revision.of, revision.on, revision.changed_over, revision.was.patient)
    return {
        "schema": REVISION_SCHEMA, "status": "draft", "drug": revision.old.drug, "on": revision.on.isoformat(),
        "revision": revision.number, "revision_of": revision.of,
        "action": revision.action, "contact": contact(revision),
        "decisions": [_decision(item) for item in revision.decisions],
        "planned_mg_per_day": None if revision.planned_ug is None else revision.planned_ug / UG_PER_MG,
        "take_mg_per_day": None if revision.dose_ug is None else revision.dose_ug / UG_PER_MG,
        "take": None if revision.doses is None else _by_hour(revision.doses),
        "restart_not_above_mg_per_day": None if revision.restart_ug is None else revision.restart_ug / UG_PER_MG,
        "hold_until": revision.hold_until.isoformat() if revision.hold_until else None,
        "stage": stage_data_now(course, revision.stage) if (course := revision.course) else None,
        "request": _request(revision), "changes": list(changes(revision)), "notes": list(revision.notes),
        "old_plan": chained_data(revision.old, revision.was),
        "new_plan": chained_data(revision.new, chain) if revision.new else None,
    }  # fmt: skip


def _decision(item: Decision) -> dict[str, Any]:
    return {
        "action": item.action, "reason": item.reason, "source": item.source, "at": item.at,
        "confidence": item.confidence,
    }  # fmt: skip


def _request(revision: Revision) -> dict[str, Any] | None:
    asked = revision.request
    if asked is None:
        return None
    return {
        "before": _by_hour(asked.before),
        "target_mg_per_day": asked.target_ug / UG_PER_MG,
        "pace": {"share": float(asked.pace.share), "days": asked.pace.days}, "shape": asked.shape,
        "starts_on": asked.starts_on.isoformat(),
    }  # fmt: skip


def _by_hour(doses: Doses) -> list[dict[str, float]]:
    return [{"at_h": hour, "mg": amount / UG_PER_MG} for hour, amount in doses]


def contact(revision: Revision) -> str:
    """Whom to call, and how soon."""
    if revision.action not in ("seek_help", "assess_anew", "restart"):
        if any(item.today for item in revision.decisions):
            return "clinician TODAY"
        if any(item.soon for item in revision.decisions):
            return "clinician within a day"
    if revision.changing:
        return _CONTACT[revision.action] if revision.action in _OWN else "prescriber before the next stage"
    if revision.early:
        before = "prescriber before the next stage" if revision.was.change else "prescriber before the first step"
        return _CONTACT["seek_help"] if revision.action == "seek_help" else before
    if revision.action == "go_on" and revision.dose_ug != revision.planned_ug:
        return _CONTACT["hold"]
    return _CONTACT[revision.action]


def changes(revision: Revision) -> tuple[str, ...]:
    """What is different from the old plan, in words."""
    if revision.changing:
        known = revision.course if revision.stage else None
        return stage_changes(known, revision.stage) if known and revision.stage else (_WAITING_CHANGE,)
    if revision.early and revision.action != "seek_help":
        return (_EARLY,)
    if revision.doses is None:
        return (_WAITING,)
    lines = [_dose_change(revision)]
    old, asked = next_change(revision.old, revision.on), revision.request
    if asked is None:
        return (*lines, _ending(revision, old is None))
    if asked.pace != revision.old.pace:
        lines.append(f"Pace: {_pace(revision.old.pace)} becomes {_pace(asked.pace)}.")
    was = f"{old[0]} ({mg_words(old[1])} mg)" if old else "none was left"
    steps = [step for step in revision.new.steps if step.delivered_ug < asked.before_ug] if revision.new else []
    now = f"{steps[0].starts_on} ({mg_words(steps[0].delivered_ug)} mg)" if steps else f"not before {asked.starts_on}"
    if was != now:
        lines.append(f"Next reduction: {was} becomes {now}.")
    if revision.new:
        ends = (revision.old.steps[-1].ends_on, revision.new.steps[-1].ends_on)
        lines.append(f"Last day of the plan: {ends[0]} becomes {ends[1]}." if ends[0] != ends[1] else "Its end stays.")
    return tuple(lines)


def _dose_change(revision: Revision) -> str:
    dose, planned = revision.dose_ug or 0, revision.planned_ug or 0
    if dose == planned:
        return f"Dose now: stays at {mg_words(dose)} mg a day."
    return f"Dose now: {mg_words(dose)} mg a day, where the plan had {mg_words(planned)} mg."


def _ending(revision: Revision, ended: bool) -> str:
    if revision.dose_ug != revision.planned_ug and not revision.notes:
        return "No reduction is left: what is taken is not above the dose where the plan ends. It is not raised again."
    if revision.action == "go_on" and not revision.notes:
        return "The plan goes on unchanged."
    if revision.action == "stay":
        return "The taper ends here at a lower stable dose, if patient and clinician agree; the old plan is kept."
    return "No reduction is left in the plan." if ended else "No further reduction follows from the old plan."


def _pace(pace: Pace) -> str:
    return f"{100 * float(pace.share):.3g} % every {pace.days} days"


def revision_words(revision: Revision) -> str:
    """A revision as text for a person, the action that leads first."""
    lines = [
        f"DRAFT, not clinically reviewed. {revision.old.drug}, revision {revision.number}, {revision.on}",
        f"{ACTION_WORDS[revision.action].upper()}. Contact: {contact(revision)}.", "",
    ]  # fmt: skip
    for item in revision.decisions:
        place = f", {item.at}" if item.at else ""
        lines.append(f"- {ACTION_WORDS[item.action]}: {item.reason} [{item.source}{place}; {item.confidence}]")
    if revision.hold_until:
        lines.append(f"- No reduction before {revision.hold_until}.")
    lines += ["", "What changes:", *(f"- {line}" for line in changes(revision))]
    lines += [f"- {note}" for note in revision.notes]
    lines.append(f"The plan before is kept: SHA-256 {revision.of[:16]}...")
    return "\n".join(lines)
