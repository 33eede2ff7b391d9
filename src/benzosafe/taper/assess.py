"""Whether, before how: what is known and not known of a patient before a benzodiazepine or Z-drug is tapered.

It weighs and explains; it decides nothing. Every statement keeps its sources, and what the record does not say is
listed as not known, never read as absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import log
from typing import Literal

from benzosafe.errors import InputRefused, KnowledgeIssue
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import UnknownFact
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.knowledge.taper_advice_model import AdvicePart, TaperAdvice
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Order, Record
from benzosafe.review.condition import Condition, ConditionError, Facts, compile_condition
from benzosafe.review.evaluate import evaluate
from benzosafe.review.finding import fill, findings_of_row, plain, unknown_leaves
from benzosafe.review.rank import rank
from benzosafe.taper.assess_facts import facts_about, label_of
from benzosafe.taper.plan import Override
from benzosafe.taper.start_refusals import instead_for

State = Literal["present", "absent", "not known"]
Decision = Literal["not computed", "not proposed", "may be proposed"]
# JUDGEMENT: findings of these topics are about stopping, or about the record, and are no harm of going on.
_TOPICS_NOT_OF_CONTINUING = frozenset({"dependence", "identity"})
REVIEW = "review:"  # how the names of points begin that are findings of the ordinary review
_SERIOUS = frozenset({"contraindicated", "high"})
_CONDITIONS = ("when", "unclear_when", "done_when")
ABOUT_THE_DRUG = "flag_short_half_life"  # the flag about how long the drug acts, not about the patient
_EIGHTH = 0.125
_ANY_DAY = date(2000, 1, 1)  # whether conditions compile does not depend on it


@dataclass(frozen=True)
class Point:
    """One statement about this patient: whether it holds, what it says, what to do, and where it stands.

    `missing`: facts, in words, that would settle it; `done`: what it asks for is already in place.
    """

    name: str
    title: str
    words: str
    state: State
    evidence: tuple[Evidence, ...]
    level: str = ""
    instead: str = ""
    missing: tuple[str, ...] = ()
    done: bool = False

    @property
    def low_title(self) -> str:
        """The title as it stands inside a sentence."""
        return self.title if self.title[1:2].isupper() else self.title[0].lower() + self.title[1:]


@dataclass(frozen=True)
class Ground:
    """A fact the likelihood of dependence rests on, in words; 'not known' when it is not known."""

    label: str
    value: str


@dataclass(frozen=True)
class Dependence:
    """Likelihood of physical dependence: every word it may be (none, rare, possible, likely); empty when not known."""

    likelihood: tuple[str, ...]
    dose_band: tuple[str, ...]
    recorded: bool | None
    rests_on: tuple[Ground, ...]
    words: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class SuggestedPace:
    """This share of the current dose every so many days, and why, in one sentence."""

    share: Fraction
    days: int
    why: str
    evidence: tuple[Evidence, ...]

    @property
    def days_to_an_eighth(self) -> int:
        """Days until an eighth of the dose is left, so that nobody begins a plan of years unawares [d]."""
        return round(log(_EIGHTH) / log(1 - self.share) * self.days)


@dataclass(frozen=True)
class Assessment:
    """Everything to weigh before a taper of one drug on a date; `pace` is None when no plan may be computed."""

    drug: str
    on: date
    dependence: Dependence
    flags: tuple[Point, ...]
    setting: Literal["outpatient", "specialist"]
    setting_points: tuple[Point, ...]
    refusals: tuple[Point, ...]
    holds: tuple[Point, ...]
    guidance: tuple[Point, ...]
    harm_of_continuing: tuple[Point, ...]
    harm_of_stopping: tuple[Point, ...]
    first: tuple[Point, ...]
    ends: tuple[Point, ...]
    pace: SuggestedPace | None
    not_known: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def blocks(self) -> tuple[Point, ...]:
        """Reasons for which a plan is proposed only when a named clinician overrides them."""
        return tuple(point for point in self.holds if point.level == "block" and point.state == "present")

    @property
    def decision(self) -> Decision:
        """Whether a plan may be computed and proposed at all; the choice stays with patient and clinician."""
        return "not computed" if self.refusals else "not proposed" if self.blocks else "may be proposed"


def assess(knowledge: Knowledge, record: Record, drug: str, on: date, via: str | None = None) -> Assessment:
    """What to weigh before `drug` (an ingredient the record says is taken on that date) is tapered.

    `via`: the long-acting drug it is changed to first, which is then the one the pace is for.
    UsageError: no benzodiazepine or Z-drug of that name; InputRefused: not taken, or the person has died.
    """
    from benzosafe.taper.assess_pace import dependence_of, suggested_pace

    if record.deceased:
        raise InputRefused("the person has died.", where="patient", next_step="Check which patient was meant.")
    frame = Frame([Scenario("as_is", record, record.orders)], knowledge, on)
    facts = facts_about(frame, drug)
    points = {name: _point(knowledge, name, facts, drug) for name in knowledge.taper_advice}
    flags = _part(knowledge, points, "flag")
    refusals = _present(_part(knowledge, points, "refusal"))
    dependence = dependence_of(knowledge, facts, drug)
    slowing = tuple(flag for flag in flags if via is None or flag.name != ABOUT_THE_DRUG)
    major = [flag for flag in flags if flag.level == "major" and flag.state == "present"]
    return Assessment(
        drug, on, dependence, flags,
        "specialist" if major else "outpatient", _part(knowledge, points, "setting"),
        refusals, _not_absent(_part(knowledge, points, "hold")),
        _present(_part(knowledge, points, "guidance")),
        (*_not_absent(_part(knowledge, points, "harm_of_continuing")), *_serious_findings(frame, drug)),
        _not_absent(_part(knowledge, points, "harm_of_stopping")),
        _not_absent(_part(knowledge, points, "first")),
        _part(knowledge, points, "end"),
        None if refusals else suggested_pace(knowledge, facts, slowing, dependence, drug), _not_known(points),
    )  # fmt: skip


def require_go_ahead(assessment: Assessment, override: Override | None = None) -> None:
    """Refuse to go on to a plan: never over a refusal, over a block only with an override.

    InputRefused says what stands against it and what to do instead.
    """
    if assessment.refusals:
        first = assessment.refusals[0]
        raise InputRefused(
            f"no taper of {assessment.drug} is computed: {first.title}. {first.words}", where="medicines",
            next_step=first.instead,
        )  # fmt: skip
    if assessment.blocks and override is None:
        titles = "; ".join(point.title for point in assessment.blocks)
        first = assessment.blocks[0]
        raise InputRefused(
            f"no taper of {assessment.drug} is proposed: {titles}. {first.words}", where="patient",
            next_step=f"{first.instead} A named clinician may go on with --override 'NAME: REASON'.",
        )  # fmt: skip


@lru_cache(maxsize=4)
def _compiled(knowledge: Knowledge) -> dict[str, dict[str, Condition]]:
    """The conditions of every statement, compiled once for a knowledge base."""
    limits = {name: number.lowest for name, number in knowledge.parameters.items()}
    return {
        name: {field: compile_condition(text, limits) for field in _CONDITIONS if (text := getattr(advice, field))}
        for name, advice in knowledge.taper_advice.items()
    }


def _point(knowledge: Knowledge, name: str, facts: Facts, drug: str) -> Point:
    advice, conditions = knowledge.taper_advice[name], _compiled(knowledge)[name]
    answers = {field: condition.test(facts).value(0) for field, condition in conditions.items()}
    state, missing = _state(knowledge, advice, conditions, facts)
    read = dict.fromkeys(fact for condition in conditions.values() for fact in condition.names)
    values = {fact: plain(facts(fact), 0) for fact in read} if "{" in advice.words else {}
    return Point(
        name, advice.title, fill(advice.words, values, []), state, advice.evidence, advice.level,
        instead_for(advice, drug), missing, answers.get("done_when") is True,
    )  # fmt: skip


def _state(
    knowledge: Knowledge, advice: TaperAdvice, conditions: dict[str, Condition], facts: Facts
) -> tuple[State, tuple[str, ...]]:
    """Whether a statement holds, and in words what would settle it."""
    when, unclear = conditions.get("when"), conditions.get("unclear_when")
    answer = True if when is None else when.test(facts).value(0)
    if answer:
        return "present", ()
    missing = [label_of(knowledge, fact) for fact in unknown_leaves(when, facts, 0)] if when else []
    if unclear is not None:
        maybe = unclear.test(facts).value(0)
        if maybe is not False:
            answer = None
            missing += (
                [advice.unclear] if maybe else [label_of(knowledge, f) for f in unknown_leaves(unclear, facts, 0)]
            )
    return ("absent" if answer is False else "not known"), tuple(dict.fromkeys(missing))


def _part(knowledge: Knowledge, points: dict[str, Point], part: AdvicePart) -> tuple[Point, ...]:
    return tuple(point for name, point in points.items() if knowledge.taper_advice[name].part == part)


def _present(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(point for point in points if point.state == "present")


def _not_absent(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(point for point in points if point.state != "absent")


def _serious_findings(frame: Frame, drug: str) -> tuple[Point, ...]:
    """Findings of the ordinary review that are high or worse and concern the drug, by their titles."""
    found = rank(findings_of_row(frame, evaluate(frame), 0)).findings
    return tuple(
        Point(f"{REVIEW}{item.rule.rule.id}", item.rule.rule.title, item.reason, "present", item.rule.rule.evidence,
              item.severity or "")
        for item in found
        if item.severity in _SERIOUS and drug in item.ingredients and item.rule.topic not in _TOPICS_NOT_OF_CONTINUING
    )  # fmt: skip


def _not_known(points: dict[str, Point]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each thing not known, with the statements it would settle; the ones that settle most first."""
    found: dict[str, dict[str, None]] = {}
    for point in points.values():
        for label in point.missing:
            found.setdefault(label, {})[point.title] = None
    return tuple(sorted(((label, tuple(titles)) for label, titles in found.items()), key=lambda item: -len(item[1])))


def check_advice(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Faults in the statements that need the facts to be known: conditions, fact names, kinds of fact."""
    drug = next(name for name, known in knowledge.drugs.items() if known.benzodiazepine)
    order = Order("1", drug, drug, "handwritten", active=True)
    record = Record("nobody", orders=(order,))
    facts = facts_about(Frame([Scenario("as_is", record, record.orders)], knowledge, _ANY_DAY), drug)
    limits = {name: number.lowest for name, number in knowledge.parameters.items()}
    issues = []
    for name, advice in knowledge.taper_advice.items():
        for field in _CONDITIONS:
            try:
                if text := getattr(advice, field):
                    compile_condition(text, limits).try_every_part(facts)
            except (ConditionError, UnknownFact) as error:
                issues.append(KnowledgeIssue("taper_advice.yaml", 1, f"{name}.{field}", str(error).strip("'\"")))
    return issues
