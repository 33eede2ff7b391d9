"""The answer to one call: at most one card, and what is to be remembered of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from benzosafe.cds_hooks.cards import Content, card_id, finding_card, not_checked_card
from benzosafe.cds_hooks.drafts import Drafts, read_drafts
from benzosafe.cds_hooks.memory import Earlier, Now, apart, fingerprint, fingerprint_of_missing, why_quiet
from benzosafe.cds_hooks.prefetch import Sent, read_sent
from benzosafe.cds_hooks.request import HookRequest
from benzosafe.cds_hooks.services import ORDER_HOOKS, WORDS_OF_KEY
from benzosafe.cds_hooks.suggestions import Wanted, best_change, suggestions
from benzosafe.facts.catalog import catalog_of
from benzosafe.fhir.searches import LIST_OF_KEY, REQUESTS
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order
from benzosafe.review.evaluate import RANK
from benzosafe.review.finding import Finding
from benzosafe.review.rank import INTERRUPTIVE, own_tier
from benzosafe.review.review import Review, review
from benzosafe.storage.events import HookCall, Showing, Silence

Json = dict[str, Any]
EXTENSION = "org.benzosafe"
NOT_CHECKED = "not_checked"
_IN_SCOPE = ("bzra", "opioid")


@dataclass(frozen=True)
class Setting:
    """What an answer depends on beside the request: knowledge, the time, and memory."""

    knowledge: Knowledge
    now: datetime
    country: str
    quiet_days: int
    key_of: Callable[[str], str]
    """A key for a patient or user that tells nothing of them."""
    earlier: Callable[[str], Sequence[Earlier]]
    """What was shown before, by the patient's key."""
    report_url: Callable[[Review], str] | None = None


@dataclass(frozen=True)
class Answer:
    """The response, and the call as it is remembered."""

    body: Json
    call: HookCall


def answer(request: HookRequest, setting: Setting, fetched: Mapping[str, bytes] = MappingProxyType({})) -> Answer:
    """Review what was sent and proposed, and say the one thing that matters; InputRefused when it cannot be read.

    `fetched`: what could be read of `prefetch.not_sent`, by name.
    """
    on, hook = setting.now.date(), request.service.hook
    sent = read_sent(request, fetched, setting.knowledge, on)
    drafts = read_drafts(request, sent.resources, setting.knowledge, on)
    patient_key = setting.key_of(f"{request.fhir_server}\x1f{request.patient_id}")
    user_key = setting.key_of(request.user_id) if request.user_id else ""
    now = Now(hook, user_key, setting.now, setting.quiet_days)
    call = HookCall(
        request.instance, request.service.id, hook, setting.now, patient_key, user_key,
        len(drafts.orders), sent.missing, setting.knowledge.version,
    )  # fmt: skip
    if hook in ORDER_HOOKS and not drafts.orders:
        return _answered(call, sent, [], [], [])
    result = review(sent.record, setting.knowledge, on, drafts.orders)
    earlier = setting.earlier(patient_key)
    orders = result.scenarios[-1].orders
    shown, silent = apart(_relevant(result, drafts), orders, earlier, now)
    if shown:
        cards, showings = _card(request, setting, sent, drafts, result, shown)
        return _answered(call, sent, cards, showings, silent)
    if silent or not _needs_data(result, drafts, sent):
        return _answered(call, sent, [], [], silent)
    return _without_data(request, call, sent, earlier, now, drafts)


def _relevant(result: Review, drafts: Drafts) -> list[Finding]:
    """Findings worth a card: severe enough, and where there are drafts, about them."""
    found = [finding for finding in result.verdict.findings if own_tier(finding) <= INTERRUPTIVE]
    if drafts.orders:
        found = [finding for finding in found if drafts.focus.intersection(finding.orders)]
    return sorted(found, key=own_tier)


def _card(
    request: HookRequest, setting: Setting, sent: Sent, drafts: Drafts, result: Review, shown: Sequence[Finding]
) -> tuple[list[Json], list[Showing]]:
    first, orders = shown[0], result.scenarios[-1].orders
    name = card_id(request.instance, request.service.id, fingerprint(first, orders))
    best = best_change(result, drafts, first)
    wanted = Wanted(result, drafts, request.patient_id, setting.now.date(), setting.country, setting.knowledge)
    others = [finding for finding in result.verdict.findings if finding is not first]
    content = Content(
        first, others, best, _words(sent),
        [finding for finding in result.verdict.undecided if finding.rank_possible >= RANK["high"]],
        suggestions(name, wanted, best), setting.report_url(result) if setting.report_url else "",
    )  # fmt: skip
    showings = [
        Showing(name, finding.rule.rule.id, fingerprint(finding, orders), own_tier(finding), place)
        for place, finding in enumerate([first, *others])
    ]
    return [finding_card(name, content, setting.knowledge)], showings


def _needs_data(result: Review, drafts: Drafts, sent: Sent) -> bool:
    """Whether saying nothing could be taken for safety: a sedative or opioid is at stake and a list was not told."""
    if sent.other_names:  # the client asked by another definition; what it did not find is not ours to report
        return False
    if not {REQUESTS, "conditions"}.intersection(sent.missing):
        return False
    if not drafts.orders:
        return REQUESTS in sent.missing or any(map(_at_stake(result), result.scenarios[-1].orders))
    return any(map(_at_stake(result), drafts.orders))


def _at_stake(result: Review) -> Callable[[Order], bool]:
    catalog, drugs = catalog_of(result.knowledge), result.knowledge.drugs

    def is_at_stake(order: Order) -> bool:
        if order.active is False:
            return False
        if order.ingredient is None or order.ingredient not in drugs:
            return order.ingredient is None
        classes = catalog.classes_of(order.ingredient)
        return any(name in classes for name in _IN_SCOPE)

    return is_at_stake


def _without_data(
    request: HookRequest, call: HookCall, sent: Sent, earlier: Sequence[Earlier], now: Now, drafts: Drafts
) -> Answer:
    lists = [name for name in sent.missing if name in LIST_OF_KEY]
    mark = fingerprint_of_missing(lists)
    why = why_quiet(mark, INTERRUPTIVE, earlier, now)
    if why:
        return _answered(call, sent, [], [], [Silence(NOT_CHECKED, mark, INTERRUPTIVE, why)])
    name = card_id(request.instance, request.service.id, mark)
    drugs = ", ".join(sorted({order.ingredient for order in drafts.orders if order.ingredient}))
    card = not_checked_card(name, _words(sent), f": {drugs}" if drugs else "")
    return _answered(call, sent, [card], [Showing(name, NOT_CHECKED, mark, INTERRUPTIVE, 0)], [])


def _words(sent: Sent) -> list[str]:
    return [WORDS_OF_KEY[name] for name in sent.missing]


def _answered(
    call: HookCall, sent: Sent, cards: list[Json], showings: Sequence[Showing], silent: Sequence[Silence]
) -> Answer:
    """The body says in its extension what was not checked and what stayed quiet, also where there is no card."""
    told = {
        "knowledge": call.knowledge_version,
        "status": "draft",
        "notChecked": list(sent.missing),
        "quiet": [{"rule": item.rule, "why": item.why} for item in silent],
    }
    patient = f"Patient/{sent.record.patient_id}" if cards else ""
    remembered = replace(call, showings=tuple(showings), silences=tuple(silent), patient=patient)
    return Answer({"cards": cards, "extension": {EXTENSION: told}}, remembered)
