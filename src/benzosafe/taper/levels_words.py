"""What a flag means and what to do about it, in sentences; nothing here ever asks to stop abruptly."""

from __future__ import annotations

from benzosafe.exposure.interval import Interval
from benzosafe.exposure.plan import Course
from benzosafe.taper.levels_causes import Cause
from benzosafe.taper.levels_flags import Flag
from benzosafe.taper.limits import Ceiling
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import mg_words


def what_words(flag: Flag, plan: TaperPlan, ceiling: Ceiling) -> str:
    """What happens in the flagged steps, how sure that is, and what causes it."""
    first = _step(plan, flag.steps[0])
    numbers = f"Step{'s' if len(flag.steps) > 1 else ''} {_numbers(flag.steps)}"
    steps = f"{numbers} ({mg_words(first.delivered_ug)} mg a day from {first.starts_on})"
    of = f"{flag.of} alone" if flag.alone else flag.of
    limit = f"{flag.limit * 100:.0f} %"
    over = f"more than {limit}" if flag.sure else f"not surely less than {limit}"
    if flag.kind == "falls":
        tablets = f"{float(max(_step(plan, number).rolling_fall for number in flag.steps)) * 100:.0f} %"
        what = f"falls by {percent(flag.change)} within {ceiling.days} days, most on {flag.on}"
        although = f"while the tablets fall by {tablets}"
    else:
        what, although = f"rises by {percent(flag.change)}, most on {flag.on}", "although the dose does not"
    causes = "; ".join(cause_words(cause, flag.kind == "falls", plan) for cause in flag.causes)
    return f"{steps}: the level of {of} {what}: {over}, {although}. Cause: {causes}."


def cause_words(cause: Cause, falls: bool, plan: TaperPlan) -> str:
    """'fluconazole, last taken on 2026-05-10; clonazepam is then broken down faster'."""
    if cause.action == "doses":
        moved = "the doses of the plan, or the hours at which they are taken"
        return moved if plan.override is None else f"the doses of the plan (OVERRIDE: {plan.override.reason})"
    when = {
        "stops": f"last taken on {cause.on}", "starts": f"taken from {cause.on} on",
        "dose raised": f"taken at a higher dose from {cause.on} on",
        "dose lowered": f"taken at a lower dose from {cause.on} on", "taken": f"taken since {cause.on}", "doses": "",
    }[cause.action]  # fmt: skip
    return f"{cause.name}, {when}; {plan.drug} is then broken down {'faster' if falls else 'more slowly'}"


def do_words(flag: Flag, plan: TaperPlan, beside: tuple[Course, ...]) -> str:
    """What to do: hold, move the step, ask the prescriber; with how far holding the dose helps."""
    if any(cause.action == "doses" for cause in flag.causes):
        return "Keep the hours of the day as they were, or take smaller steps; ask the prescriber."
    who = " and ".join(cause.name for cause in flag.causes)
    ahead = [cause for cause in flag.causes if cause.on >= plan.steps[0].starts_on]
    when = f"before {' and '.join(_turn(cause) for cause in ahead)}" if ahead else "now, before the first step"
    return " ".join(_fall(flag, plan, who, when) if flag.kind == "falls" else _rise(flag, beside, who, when))


def _fall(flag: Flag, plan: TaperPlan, who: str, when: str) -> list[str]:
    sentences = [_hold(flag, plan), f"With the dose held the level would still fall by about {percent(flag.held)}."]
    if flag.held.value > flag.limit:
        sentences.append(
            f"Holding is not enough: {when}, ask the prescriber whether {who} can be timed or changed "
            f"otherwise, and whether more {plan.drug} is needed for a while."
        )
    else:
        sentences.append(f"Ask the prescriber {when}.")
    sentences.append(f"Watch for withdrawal symptoms; neither {plan.drug} nor {who} is changed on one's own account.")
    return sentences


def _rise(flag: Flag, beside: tuple[Course, ...], who: str, when: str) -> list[str]:
    sentences = [
        f"Ask the prescriber {when}.",
        "Watch for sleepiness, falls and slow breathing, above all with opioids or alcohol; "
        "the taper is not made faster because of it.",
    ]
    starts = {cause.name for cause in flag.causes if cause.action in ("starts", "dose raised", "taken")}
    if any(course.name in starts and course.to_day is not None for course in beside):
        sentences.append(f"When {who} ends, the level falls again: no step from then until it has settled.")
    return sentences


def _hold(flag: Flag, plan: TaperPlan) -> str:
    if not flag.steps_inside:
        return "No further step begins while the level is changing; none should be added."
    first = _step(plan, flag.steps_inside[0])
    place = plan.steps.index(first)
    held = plan.steps[place - 1].delivered_ug if place else plan.before_ug
    hold = f"Hold {mg_words(held)} mg a day and begin step {first.number}"
    if flag.settled_on is None:
        return f"{hold} only when the level has settled, beyond the days shown; later steps move by as much."
    return f"{hold} on {flag.settled_on}, not on {first.starts_on}; later steps move by as much."


def percent(share: Interval) -> str:
    """'41 % (30 to 52 %)'."""
    value, low, high = (max(number, 0.0) * 100 for number in (share.value, share.low, share.high))
    return f"{value:.0f} % ({low:.0f} to {high:.0f} %)"


def _turn(cause: Cause) -> str:
    words = {
        "stops": "stops", "starts": "starts", "dose raised": "is raised", "dose lowered": "is lowered",
        "taken": "changes", "doses": "",
    }  # fmt: skip
    return f"{cause.name} {words[cause.action]}"


def _step(plan: TaperPlan, number: int) -> TaperStep:
    return next(step for step in plan.steps if step.number == number)


def _numbers(steps: tuple[int, ...]) -> str:
    """'7' or '7 to 9'."""
    return str(steps[0]) if len(steps) == 1 else f"{steps[0]} to {steps[-1]}"
