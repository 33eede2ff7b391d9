"""The answer to one call: at most one card, and what is to be remembered of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from benzosafe.cds_hooks.cards import Content, card_id, finding_card, not_checked_card, question
from benzosafe.cds_hooks.decision import NOT_CHECKED, decide, mark_of_missing
from benzosafe.cds_hooks.judged import Judged, Judgements
from benzosafe.cds_hooks.memory import Now
from benzosafe.cds_hooks.request import HookRequest
from benzosafe.cds_hooks.services import WORDS_OF_KEY
from benzosafe.cds_hooks.suggestions import Wanted, best_change, suggestions
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.finding import Finding
from benzosafe.review.rank import INTERRUPTIVE, own_tier
from benzosafe.review.review import Review
from benzosafe.storage.events import Earlier, HookCall, Showing, Silence

Json = dict[str, Any]
EXTENSION = "org.benzosafe"


@dataclass(frozen=True)
class Setting:
    """What an answer depends on beside the request: knowledge, the time, and memory."""

    knowledge: Knowledge
    now: datetime
    country: str
    quiet_days: int
    key_of: Callable[[str], str]
    """A key for a patient or user that tells nothing of them."""
    earlier: Callable[[str, Collection[str]], Sequence[Earlier]]
    """When findings with these fingerprints were shown before, by the patient's key."""
    report_url: Callable[[Review], str] | None = None
    judgements: Judgements = field(default_factory=Judgements)


@dataclass(frozen=True)
class Answer:
    """The response, and the call as it is remembered."""

    body: Json
    call: HookCall


def answer(request: HookRequest, setting: Setting, fetched: Mapping[str, bytes] = MappingProxyType({})) -> Answer:
    """Review what was sent and proposed, and say the one thing that matters; InputRefused when it cannot be read.

    `fetched`: what could be read of `prefetch.not_sent`, by name.
    """
    judged = setting.judgements.of(request, fetched, setting.knowledge, setting.now)
    patient_key = setting.key_of(f"{request.fhir_server}\x1f{request.patient_id}")
    user_key = setting.key_of(request.user_id) if request.user_id else ""
    now = Now(request.service.hook, user_key, setting.now, setting.quiet_days)
    call = HookCall(
        request.instance, request.service.id, now.hook, setting.now, patient_key, user_key,
        len(judged.drafts.orders) + len(judged.drafts.ends), judged.not_told, setting.knowledge.version,
    )  # fmt: skip
    missing = mark_of_missing(judged)
    marks = judged.relevant.keys() | ({missing} if judged.needs_data else set())
    earlier = setting.earlier(patient_key, marks) if marks else ()
    decision = decide(judged, missing, earlier, now)
    if decision.first and judged.result:
        cards, showings = _card(request, setting, judged, judged.result, decision.first)
        return _answered(call, cards, showings, decision.silent, request.patient_id)
    if decision.not_checked:
        return _without_data(call, judged, missing, setting.knowledge)
    return _answered(call, [], [], decision.silent, request.patient_id)


def _card(
    request: HookRequest, setting: Setting, judged: Judged, result: Review, first: Finding
) -> tuple[list[Json], list[Showing]]:
    name = card_id(request.instance, request.service.id, judged.marks[id(first)])
    wanted = Wanted(result, judged.drafts, first, request.patient_id, setting.now.date(), setting.country)
    best = best_change(wanted)
    others = [finding for finding in result.verdict.findings if finding is not first]
    content = Content(
        first, others, best, _words(judged, setting.knowledge), judged.undecided, suggestions(name, wanted, best),
        setting.report_url(result) if setting.report_url else "", dose_changes(judged),
    )  # fmt: skip
    showings = [
        Showing(name, finding.rule.rule.id, judged.marks[id(finding)], own_tier(finding), place)
        for place, finding in enumerate([first, *others])
    ]
    return [finding_card(name, content, setting.knowledge)], showings


def dose_changes(judged: Judged) -> list[str]:
    """What drafts change in the dose of medicines already taken, in words."""
    found = []
    for order in judged.orders:
        dose, before = order.dose_mg_per_day, order.previous_dose_mg_per_day
        if order.order_id in judged.drafts.focus and order.continues and dose and before and dose.high != before:
            found.append(f"{order.ingredient} goes from {before:g} to {dose.high:g} mg a day")
    return found + [f"{name} is stopped" for name in sorted(judged.drafts.ends)]


def _without_data(call: HookCall, judged: Judged, mark: str, knowledge: Knowledge) -> Answer:
    """The card that says what could not be checked."""
    patient_id = judged.sent.record.patient_id
    name = card_id(call.instance, call.service, mark)
    drugs = ", ".join(sorted({order.ingredient for order in judged.drafts.orders if order.ingredient}))
    card = not_checked_card(name, _words(judged, knowledge), f": {drugs}" if drugs else "")
    return _answered(call, [card], [Showing(name, NOT_CHECKED, mark, INTERRUPTIVE, 0)], [], patient_id)


def _words(judged: Judged, knowledge: Knowledge) -> list[str]:
    lists = [WORDS_OF_KEY[name] for name in judged.sent.missing]
    drafts = ["the orders themselves, which could not be read"] if judged.drafts.unreadable else []
    unknown = [f"what '{text[:60]}' is: no medicine known here" for text in judged.drafts.unresolved]
    return lists + drafts + unknown + [question(finding, knowledge) for finding in judged.open_questions]


def _answered(
    call: HookCall, cards: list[Json], showings: Sequence[Showing], silent: Sequence[Silence], patient_id: str
) -> Answer:
    """The body says in its extension what was not checked and what stayed quiet, also where there is no card."""
    told = {
        "knowledge": call.knowledge_version,
        "status": "draft",
        "notChecked": list(call.not_checked),
        "quiet": [{"rule": item.rule, "why": item.why} for item in silent],
    }
    patient = f"Patient/{patient_id}" if cards else ""
    remembered = replace(call, showings=tuple(showings), silences=tuple(silent), patient=patient)
    return Answer({"cards": cards, "extension": {EXTENSION: told}}, remembered)
