"""Other medicines and alcohol in the diary: what the rules say of the pair, and where the level of the drug goes."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, isfinite

from benzosafe.errors import InputRefused
from benzosafe.exposure.draws import typical
from benzosafe.exposure.predict import Prediction, predict
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.finding import Finding
from benzosafe.review.pair import pair_findings
from benzosafe.taper.follow_decision import Action, Decision, by_evidence, by_parameter, number_of
from benzosafe.taper.follow_symptoms import recent
from benzosafe.taper.log_entries import Change, DayLog, Log

_SPEAKING = ("contraindicated", "high", "moderate")
_ALCOHOL = "ethanol"
_LONGEST_WAIT_DAYS = 90  # JUDGEMENT: a change that takes longer than could be followed is looked at again after this


def medicine_decisions(knowledge: Knowledge, drug: str, log: Log, on: date) -> list[Decision]:
    """Every medicine started or stopped while the plan ran, judged one by one."""
    found: list[Decision] = []
    for day in log.days:
        for began, changes in ((True, day.started), (False, day.stopped)):
            for change in changes:
                found += _change(knowledge, drug, change, (day.on, began), on)
    return found


def _change(knowledge: Knowledge, drug: str, change: Change, when: tuple[date, bool], on: date) -> list[Decision]:
    names = knowledge.names.resolve(change.name).ingredients
    if not names:
        near = ", ".join(knowledge.names.resolve(change.name).suggestions)
        hint = f" Did you mean {near}?" if near else ""
        reason = f"'{change.name}' is not a known medicine, so nothing was checked.{hint} Ask a pharmacist first."
        return [by_parameter(knowledge, "hold", reason, "follow_hold_days")]
    found: list[Decision] = []
    for name in names:
        if name == drug:
            change.place.refuse(f"{name} is the drug that is tapered.", "Write its doses under 'taken'.")
        found += _rules(knowledge, drug, change, name, (*when, on))
        found += _exposure(knowledge, drug, change, name, (*when, on))
    return found


def _rules(knowledge: Knowledge, drug: str, change: Change, name: str, when: tuple[date, bool, date]) -> list[Decision]:
    """What the rules say of both together, worst first; JUDGEMENT: one change at a time, so the taper waits."""
    began_on, began, on = when
    if not began:
        return []
    findings = pair_findings(knowledge, drug, name, change.mg_per_day, "oral", began_on)
    action: Action = "hold" if recent(knowledge, began_on, on) else "go_on"
    return [
        by_evidence(action, f"{name} started on {began_on}: {_said(item)}.", item.rule.rule.evidence[0])
        for item in findings
        if item.severity in _SPEAKING
    ]


def _said(item: Finding) -> str:
    """A rule's title without its capital, and the severity."""
    title = item.rule.rule.title
    return f"{title[0].lower()}{title[1:]} ({item.severity})"


def _exposure(
    knowledge: Knowledge, drug: str, change: Change, name: str, when: tuple[date, bool, date]
) -> list[Decision]:
    """Where the level of the drug goes, and how long reductions wait for it."""
    try:
        found = predict(knowledge, drug, name, change.mg_per_day)
    except InputRefused:
        reason = f"{name}: what it does to the level of {drug} is not known, which is not the same as nothing."
        return [Decision("go_on", reason, "house", "derived")]
    if found.nothing_acts:
        return []
    ratio = found.active_ratio or found.auc_ratio
    up = typical(knowledge.parameters["inhibitor_weak_auc_ratio_from"])
    down = typical(knowledge.parameters["inducer_weak_auc_ratio_to"])
    if down < ratio.value < up:
        return [_small(found, name, when[1])]
    return [_moving(knowledge, found, when, rises=(ratio.value >= up) == when[1])]


def _small(found: Prediction, name: str, began: bool) -> Decision:
    ratio = found.active_ratio or found.auc_ratio
    how = "with" if began else "until now with"
    reason = f"{how} {name} the level of {found.victim} is {ratio} times; watch for sedation and withdrawal."
    return Decision("go_on", reason, "guest_2011", "derived")


def _moving(knowledge: Knowledge, found: Prediction, when: tuple[date, bool, date], *, rises: bool) -> Decision:
    changed_on, began, on = when
    spans = [item.building if began else item.returning for item in found.timings]
    days = max((span.high if isfinite(span.high) else _LONGEST_WAIT_DAYS for span in spans), default=0.0)
    full_on = changed_on + timedelta(days=ceil(min(days, _LONGEST_WAIT_DAYS)))
    ratio = found.active_ratio or found.auc_ratio
    verb = "started" if began else "stopped"
    what = f"{found.perpetrator} {verb} on {changed_on}: the level of {found.victim} {'rises' if rises else 'falls'}"
    what += f" ({ratio} times with it), in full by about {full_on}."
    if full_on < on:
        return Decision("go_on", f"{what} That is over; the dose was felt as it is now.", "guest_2011", "derived")
    what += (
        " Watch for sedation, unsteadiness and slow breathing; no dose is raised."
        if rises
        else " It acts like a hidden reduction: hold reductions until the effect is full, and watch for withdrawal; ask"
        " the prescriber before anything else is changed, for no dose is changed on one's own account."
    )
    wait = max((full_on - on).days, int(number_of(knowledge, "follow_hold_days")))
    return Decision("hold", what, "guest_2011", "derived", "prediction from enzyme shares and potencies", wait)


def alcohol_decisions(knowledge: Knowledge, drug: str, log: Log, on: date) -> list[Decision]:
    """Alcohol lately: the rule of the pair; a heavy day or several days hold the taper."""
    days = [day for day in log.days if day.alcohol_drinks and recent(knowledge, day.on, on)]
    if not days:
        return []
    findings = [
        item for item in pair_findings(knowledge, drug, _ALCOHOL, None, "oral", on) if item.severity in _SPEAKING
    ]
    said = _said(findings[0]) if findings else f"alcohol with {drug}"
    heavy = max(day.alcohol_drinks or 0.0 for day in days) >= number_of(knowledge, "follow_heavy_drinks_per_day")
    often = len(days) >= number_of(knowledge, "follow_drinking_days")
    reason = f"alcohol on {len(days)} of the last days ({_drinks(days)}): {said}; no alcohol with this drug."
    if heavy or often:
        reason += " Drinking that goes on brings a withdrawal of its own: ask about it before the next reduction."
    action: Action = "hold" if heavy or often else "go_on"
    if findings:
        return [by_evidence(action, reason, findings[0].rule.rule.evidence[0])]
    return [by_parameter(knowledge, action, reason, "follow_heavy_drinks_per_day")]


def _drinks(days: list[DayLog]) -> str:
    most = max(day.alcohol_drinks or 0.0 for day in days)
    return f"up to {most:g} drink{'s' if most != 1 else ''} a day"
