"""The decision of the CDS Hooks service on an order being signed, as a forecast asks for it."""

from __future__ import annotations

from datetime import UTC, datetime, time

from msgspec import Raw

from benzosafe.cds_hooks.cards import indicator_of
from benzosafe.cds_hooks.decision import NOT_CHECKED, Decision, decide, mark_of_missing
from benzosafe.cds_hooks.judged import Judged, judge
from benzosafe.cds_hooks.memory import Now
from benzosafe.cds_hooks.request import HookRequest
from benzosafe.cds_hooks.services import service_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.forecast.decision import (
    MEDICINE_NOT_KNOWN,
    NO_MEDICINE,
    ORDER_UNREADABLE,
    Card,
    Decided,
    Signing,
)
from benzosafe.review.rank import HARD_STOP, own_tier

_SIGNING = service_of("benzosafe-order-sign")


def decide_signing(signing: Signing, knowledge: Knowledge) -> Decided:
    """What the service would do if nothing had been shown before; InputRefused where it would refuse the request."""
    prefetch = {name: Raw(raw) for name, raw in signing.prefetch.items()}
    request = HookRequest(_SIGNING, "forecast", signing.patient, "", signing.drafts, (), prefetch)
    judged = judge(request, {}, knowledge, signing.on)
    now = Now(_SIGNING.hook, "", datetime.combine(signing.on, time(), UTC), quiet_days=0)
    decision = decide(judged, mark_of_missing(judged), (), now)
    ingredients = tuple(order.ingredient for order in judged.drafts.orders)
    return Decided(_card(decision), ingredients or tuple(judged.drafts.ends), _why_not(judged))


def _card(decision: Decision) -> Card | None:
    if decision.first:
        finding = decision.first
        return Card(finding.rule.rule.id, indicator_of(finding), own_tier(finding) == HARD_STOP)
    return Card(NOT_CHECKED, indicator_of(None), hard=False) if decision.not_checked else None


def _why_not(judged: Judged) -> str:
    """Why it could not judge the draft, whether or not it shows a card."""
    if judged.drafts.unreadable:
        return ORDER_UNREADABLE
    if judged.result is None:
        return NO_MEDICINE
    return MEDICINE_NOT_KNOWN if judged.drafts.unresolved else ""
