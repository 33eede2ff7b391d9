"""What is due: reviews, checks and measurements by guideline intervals, and promises that were made.

Of several reasons for the same task the strictest sets the day, and all are shown. A reason that hangs on something not
known is shown as such; that no earlier review is on record is never read as that there was none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import inf
from typing import Literal

from benzosafe.errors import KnowledgeIssue
from benzosafe.facts.column import Column, Number, Truth
from benzosafe.facts.frame import Frame
from benzosafe.facts.labels import fact_label
from benzosafe.facts.registry import UnknownFact
from benzosafe.knowledge.follow_up_model import FollowUp
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.monitoring.red_flags import flags_on_record
from benzosafe.monitoring.response import reasons_of
from benzosafe.monitoring.signals_cover import is_sedative
from benzosafe.patient.course import Promise
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Record
from benzosafe.review.condition import Condition, ConditionError, Facts, compile_condition
from benzosafe.review.finding import plain, unknown_leaves

_KINDS = ("review", "promise", "check", "measure")
State = Literal["overdue", "due", "not known", "coming", "later", "kept"]
_ORDER: dict[State, int] = {"overdue": 0, "due": 1, "not known": 2, "coming": 3, "later": 4, "kept": 5}
REVIEW, TAPER_STEP, WITHDRAWAL = "review", "taper_step", "withdrawal_symptoms"
_LABELS = {
    "taper_step_days_ago": "whether a taper is under way",
    "effect_since_review": "whether anything happened since the last review",
    "suicidal_sign_days_ago": "signs of suicidal thoughts",
}
_OBSERVED_IN = {
    "monitoring_programme": ("pdmp_checked",),
    "alcohol_screen": ("audit_c_score", "audit_score"),
    "pregnancy_plans": ("pregnancy_status",),
}
_ANSWERED_IN = {"alcohol_screen": ("audit_c", "audit")}
_SUICIDALITY = ("suicidal_thoughts", "overdose")
# JUDGEMENT: fills that are no further apart than two usual months belong to one time of use.
_UNBROKEN = timedelta(days=62)
_ANY_DAY = date(2000, 1, 1)  # whether conditions compile does not depend on it
# JUDGEMENT: a task of a certain day counts as done by what was done from a week before it.
_DONE_FROM = timedelta(days=7)


@dataclass(frozen=True)
class Reason:
    """One reason for a task: what it says, how often it asks [d], and where that stands."""

    name: str
    title: str
    why: str
    every_days: float | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Task:
    """Something to be done by somebody by a day; `last_on` None: it is not on record that it ever was.

    `due_on` is the day the strictest reason asks for; `maybe`: reasons that hang on something not known, with what.
    """

    name: str
    kind: str
    title: str
    state: State
    due_on: date
    owner: str
    escalate_on: date
    last_on: date | None = None
    reasons: tuple[Reason, ...] = ()
    maybe: tuple[tuple[Reason, tuple[str, ...]], ...] = ()
    ask: tuple[str, ...] = ()
    done_on: date | None = None

    def escalated(self, on: date) -> bool:
        """Whether it goes to somebody else as well, because it was not done in time."""
        return self.state == "overdue" and on >= self.escalate_on


def tasks(record: Record, frame: Frame, on: date) -> list[Task]:
    """Every task of a patient, the most overdue first, promises among them; frame: the record as it is, in row 0."""
    knowledge = frame.knowledge
    facts = _facts(record, frame, on)
    groups = dict.fromkeys(entry.group for entry in knowledge.follow_up.values())
    found = [_task(knowledge, group, facts, record, on) for group in groups]
    made = [task for task in found if task] + [_promised(promise, knowledge, on) for promise in record.course.promises]
    return sorted(made, key=lambda task: (_ORDER[task.state], task.due_on, _KINDS.index(task.kind), task.name))


def _facts(record: Record, frame: Frame, on: date) -> Facts:
    """The facts of the record, and those of what happened by names of their own."""
    told = "events" in record.course.given
    sign = [flag.on for flag in flags_on_record(record, frame.knowledge, on) if flag.name in _SUICIDALITY]
    effect = True if _effect(frame.knowledge, record, on) else False if told else None
    own: Mapping[str, Column] = {
        "taper_step_days_ago": Number.of([_ago([_taper_step(record, on)], told=told, on=on)]),
        "effect_since_review": Truth.of([effect]),
        "suicidal_sign_days_ago": Number.of([_ago(sign, told=told, on=on)]),
    }
    return Facts(lambda name: own[name] if name in own else frame.column(name))


def _ago(days: Iterable[date | None], *, told: bool, on: date) -> float | None:
    """Days since the newest of them; endless where there is none, and not known where none was asked after."""
    found = [(on - day).days for day in days if day is not None]
    return min(found) if found else inf if told else None


def _taper_step(record: Record, on: date) -> date | None:
    return max(
        (event.on for event in record.course.events if event.kind == TAPER_STEP and event.on <= on), default=None
    )


def _effect(knowledge: Knowledge, record: Record, on: date) -> date | None:
    """The first effect on the person since the last review; what it is given for, and symptoms of a taper, apart."""
    since = last_done(knowledge, REVIEW, record, on) or date.min
    kinds = {name for name, happening in knowledge.happenings.items() if happening.clinical} - _expected(
        knowledge, record, on
    )
    return min(
        (event.on for event in record.course.events if event.kind in kinds and since < event.on <= on), default=None
    )


def _expected(knowledge: Knowledge, record: Record, on: date) -> set[str]:
    """Events that are counted as what this person takes it for; during a taper, symptoms of withdrawal as well."""
    reasons = [reason for reason in reasons_of(record, knowledge) if reason in knowledge.outcomes]
    found = {kind for reason in reasons for kind in knowledge.outcomes[reason].events}
    step = _taper_step(record, on)
    tapering = step is not None and on - step <= _days(knowledge, "follow_up_taper_until_days")
    return found | ({WITHDRAWAL} if tapering else set())


@lru_cache(maxsize=4)
def _compiled(knowledge: Knowledge) -> dict[str, Condition]:
    limits = {name: number.lowest for name, number in knowledge.parameters.items()}
    return {name: compile_condition(entry.when, limits) for name, entry in knowledge.follow_up.items()}


def _task(knowledge: Knowledge, group: str, facts: Facts, record: Record, on: date) -> Task | None:
    """The one task of a group; None while nothing asks for it."""
    last = last_done(knowledge, group, record, on)
    start = _start(facts, record, knowledge, on)
    asking: list[tuple[date, FollowUp, Reason]] = []
    maybe: list[tuple[Reason, tuple[str, ...]]] = []
    for name, entry in knowledge.follow_up.items():
        if entry.group != group:
            continue
        condition = _compiled(knowledge)[name]
        holds, reason = condition.test(facts).value(0), _reason(name, entry)
        if holds is None:
            missing = dict.fromkeys(_label(knowledge, fact) for fact in unknown_leaves(condition, facts, 0))
            maybe.append((reason, tuple(missing)))
        begins = {"effect": _effect(knowledge, record, on), "stop": _stop(facts, on)}.get(entry.counted_from, start)
        day = _day(entry, last, begins, on) if holds else None
        if day is not None and last is None and not (group == REVIEW and "reviews" in record.course.given):
            day = max(day, on)  # not on record is not that it was not done, so nothing is overdue by it
        if day is not None:
            asking.append((day, entry, reason))
    if not asking:
        return _open(knowledge, group, maybe, last, on) if maybe else None
    asking.sort(key=lambda item: item[0])
    due_on, first, _ = asking[0]
    return Task(
        group, first.kind, first.title, _state(knowledge, due_on, on), due_on, first.owner,
        due_on + _days(knowledge, "follow_up_escalate_days"), last, tuple(reason for _, _, reason in asking),
        tuple(maybe), tuple(dict.fromkeys(question for _, entry, _ in asking for question in entry.ask)),
    )  # fmt: skip


def _open(
    knowledge: Knowledge, group: str, maybe: list[tuple[Reason, tuple[str, ...]]], last: date | None, on: date
) -> Task:  # fmt: skip
    """A task of which it is not known whether anything asks for it: shown, and not dropped."""
    entry = knowledge.follow_up[maybe[0][0].name]
    wait = _days(knowledge, "follow_up_escalate_days")
    return Task(group, entry.kind, entry.title, "not known", on, entry.owner, on + wait, last, maybe=tuple(maybe))


def _reason(name: str, entry: FollowUp) -> Reason:
    return Reason(name, entry.title, entry.why, entry.every_days.lowest if entry.every_days else None, entry.evidence)


def _label(knowledge: Knowledge, fact: str) -> str:
    return _LABELS.get(fact) or fact_label(knowledge, fact)


def _start(facts: Facts, record: Record, knowledge: Knowledge, on: date) -> date | None:
    """The first day of use where it is known to the day: of the orders, or of fills that go back further."""
    days = plain(facts("bzra_days_of_use"), 0)
    if not isinstance(days, int | float):
        return None
    start, fills = on - timedelta(days=int(days)), sorted(
        {fill.on for fill in record.course.fills if is_sedative(fill.ingredient, knowledge)}, reverse=True
    )  # fmt: skip
    for fill in fills:
        start = fill if start - _UNBROKEN <= fill < start else start
    return start


def _stop(facts: Facts, on: date) -> date | None:
    days = plain(facts("bzra_stopped_days_ago"), 0)
    return on - timedelta(days=int(days)) if isinstance(days, int | float) else None


def _day(entry: FollowUp, last: date | None, begins: date | None, on: date) -> date | None:
    """When an entry asks for it: on its day after what it counts from, or again and again; None when it was done."""
    if entry.on_day is not None:
        if begins is None:
            return None
        day = begins + timedelta(days=entry.on_day.lowest)
        return None if last is not None and last >= day - _DONE_FROM else day
    assert entry.every_days is not None
    since = last or begins
    if entry.counted_from == "stop" and begins is not None:
        since = max(last or begins, begins)
    return on if since is None else since + timedelta(days=entry.every_days.lowest)


def _state(knowledge: Knowledge, due_on: date, on: date) -> State:
    if due_on <= on:
        return "overdue" if due_on < on else "due"
    return "coming" if due_on <= on + _days(knowledge, "follow_up_soon_days") else "later"


def _days(knowledge: Knowledge, parameter: str) -> timedelta:
    return timedelta(days=knowledge.parameters[parameter].lowest)


def last_done(knowledge: Knowledge, group: str, record: Record, on: date) -> date | None:
    """The last day a task of a group is on record as done; None: not on record, which is not that it was not."""
    return max((day for day in _done(knowledge, group, record) if day is not None and day <= on), default=None)


def _done(knowledge: Knowledge, group: str, record: Record) -> Iterator[date | None]:
    if group == REVIEW:
        yield from (review.on for review in record.course.reviews)
    elif group == "outcome_measure":
        scales = {scale for outcome in knowledge.outcomes.values() for scale in outcome.scales}
        totals = [total for scale in scales if (total := knowledge.scales[scale].observation)]
        yield from _measured(record, scales, totals)
    else:
        yield from _measured(record, _ANSWERED_IN.get(group, ()), _OBSERVED_IN[group])


def _measured(record: Record, scales: Iterable[str], concepts: Iterable[str]) -> Iterator[date | None]:
    asked, wanted = set(scales), set(concepts)
    yield from (answered.on for answered in record.course.answered if answered.scale in asked)
    yield from (item.taken_on for item in record.observations if item.concept in wanted and item.category != "no")


def _promised(promise: Promise, knowledge: Knowledge, on: date) -> Task:
    """A promise as a task; it is kept once it is done, and goes to somebody else when it is not."""
    done = promise.done_on is not None and promise.done_on <= on
    return Task(
        promise.promise_id, "promise", promise.what, "kept" if done else _state(knowledge, promise.due_on, on),
        promise.due_on, promise.owner, promise.due_on + _days(knowledge, "follow_up_escalate_days"),
        promise.made_on, done_on=promise.done_on if done else None,
    )  # fmt: skip


def check_follow_up(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Faults in the entries that need the facts to be known: conditions, fact names, an entry without a day."""
    record = Record("nobody")
    facts = _facts(record, Frame([Scenario("as_is", record, ())], knowledge, _ANY_DAY), _ANY_DAY)
    limits = {name: number.lowest for name, number in knowledge.parameters.items()}
    issues = []
    for name, entry in knowledge.follow_up.items():
        try:
            compile_condition(entry.when, limits).try_every_part(facts)
        except (ConditionError, UnknownFact) as error:
            issues.append(KnowledgeIssue("follow_up.yaml", 1, name, str(error.args[0])))
        if (entry.every_days is None) == (entry.on_day is None):
            issues.append(KnowledgeIssue("follow_up.yaml", 1, name, "needs either 'every_days' or 'on_day'"))
        if entry.group not in (REVIEW, "outcome_measure", *_OBSERVED_IN):
            issues.append(KnowledgeIssue("follow_up.yaml", 1, name, f"nothing tells when '{entry.group}' was done"))
    return issues
