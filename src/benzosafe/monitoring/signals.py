"""Signals, not verdicts: each pattern with its data, its rule, what explains it, what to ask and what not to conclude.

They are never added up, and nobody is ranked by them. Symptoms are not read here at all, least of all during a taper;
dependence is no use disorder. What cannot be told is never 'not seen'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.knowledge.signal_model import About, SignalRule
from benzosafe.monitoring import signals_gaps, signals_overlap, signals_providers, signals_refills
from benzosafe.monitoring.signals_case import Case
from benzosafe.monitoring.signals_dose import escalation
from benzosafe.monitoring.signals_found import Explanation, Found, Row, State, joined
from benzosafe.monitoring.signals_urine import Confirmed, unexpected_urine
from benzosafe.patient.course import Course
from benzosafe.patient.tables import Record

Finder = Callable[[Case, SignalRule], Iterator[Found]]

_FINDERS: dict[str, Finder] = {
    "early_refill": signals_refills.early_refill,
    "early_refill_repeated": signals_refills.early_refill_repeated,
    "several_prescribers": signals_providers.several_prescribers,
    "several_pharmacies": signals_providers.several_pharmacies,
    "several_prescribers_and_pharmacies": signals_providers.several_both,
    "multiple_provider_episode": signals_providers.multiple_provider_episode,
    "overlap_sedatives": signals_overlap.overlap_sedatives,
    "overlap_opioid": signals_overlap.overlap_opioid,
    "stockpile": signals_refills.stockpile,
    "lost_reports": signals_refills.lost_reports,
    "escalation": escalation,
    "gap": signals_gaps.gap,
    "under_use": signals_gaps.under_use,
    "abrupt_stop": signals_gaps.abrupt_stop,
    "short_fills": signals_gaps.short_fills,
}
_URINE = "unexpected_urine"
_LISTS = {"fills": "what was handed out", "events": "what happened", "urine": "urine tests"}


@dataclass(frozen=True)
class Signal:
    """One signal: its state, data, rule with its numbers, whose definition it is and how surely that is known.

    `explanations` are on record and apply; `innocent` are always to be thought of. `missing` says why it cannot be
    told. `urgent`: what to do today, where it is seen or may be; empty elsewhere.
    """

    id: str
    label: str
    about: About
    state: State
    data: tuple[Row, ...]
    rule: str
    definition: str
    evidence: tuple[Evidence, ...]
    explanations: tuple[Explanation, ...]
    innocent: tuple[str, ...]
    ask: tuple[str, ...]
    not_conclude: tuple[str, ...]
    missing: tuple[str, ...]
    urgent: str


def signals(
    record: Record, course: Course, knowledge: Knowledge, on: date, urine: Iterable[Confirmed] = ()
) -> list[Signal]:  # fmt: skip
    """Every signal of a patient on a day, seen or not, in the order of the knowledge; urine: confirmed results only."""
    case = Case(record, course, knowledge, on)
    results = tuple(urine)
    return [
        _signal(case, name, rule, joined(tuple(_found(case, name, rule, results))))
        for name, rule in knowledge.signals.items()
    ]


def _found(case: Case, name: str, rule: SignalRule, urine: tuple[Confirmed, ...]) -> Iterator[Found]:
    if name == _URINE:
        yield from unexpected_urine(case, rule, urine)
    else:
        yield from _FINDERS[name](case, rule)


def _signal(case: Case, name: str, rule: SignalRule, found: Found) -> Signal:
    absent = tuple(f"no list of {_LISTS[one]} was given" for one in rule.needs if one not in case.course.given)
    state = _with_missing(found.state, rule) if absent else found.state
    missing = (*absent, *found.unknown)
    if state != "not seen" and "events" not in case.course.given and "events" not in rule.needs:
        missing = (*missing, f"no list of {_LISTS['events']} was given, so what would explain it is not known")
    if state == "cannot tell" and not missing:
        missing = ("it depends on lengths or records that are not certain",)
    return Signal(
        name, rule.label, rule.about, state, found.rows, rule.words, rule.definition, rule.evidence,
        found.explanations if state != "not seen" else (), rule.innocent, rule.ask, rule.not_conclude,
        missing if state != "not seen" else (),
        rule.urgent if state == "seen" or (state == "cannot tell" and found.rows) else "",
    )  # fmt: skip


def _with_missing(state: State, rule: SignalRule) -> State:
    """Without the whole list nothing is 'not seen'; and what is missing on it may be what seems not to be there."""
    if state == "seen" and rule.about == "under_use":
        return "cannot tell"
    return "cannot tell" if state == "not seen" else state
