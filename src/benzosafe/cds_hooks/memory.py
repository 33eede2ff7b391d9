"""One finding is shown once: what was shown or answered before stays quiet while nothing changed, and is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benzosafe.patient.tables import Order
from benzosafe.review.finding import Finding
from benzosafe.review.rank import HARD_STOP, own_tier
from benzosafe.storage.events import Earlier, Silence, SilenceReason

# JUDGEMENT: choosing an order and signing it belong together for so long.
_SESSION = timedelta(hours=12)
_REPEATS_OF = {"order-sign": frozenset({"order-select"})}


@dataclass(frozen=True)
class Now:
    """The present call: which hook, by whom, when, and for how many days an answered finding stays quiet."""

    hook: str
    user_key: str
    at: datetime
    quiet_days: int


def fingerprint(finding: Finding, orders: Iterable[Order]) -> str:
    """The same as long as rule, severity, medicines and their doses are the same."""
    named = set(finding.orders)
    doses = sorted(
        f"{order.ingredient} {order.dose_mg_per_day.low:g}-{order.dose_mg_per_day.high:g}"
        if order.dose_mg_per_day
        else str(order.ingredient)
        for order in orders
        if order.order_id in named
    )
    rule = finding.rule.rule
    return _digest(rule.id, rule.version, finding.severity, *finding.ingredients, *doses)


def fingerprint_of_missing(names: Sequence[str]) -> str:
    """The same as long as the same data is missing."""
    return _digest("not_checked", *names)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def why_quiet(mark: str, tier: int, earlier: Iterable[Earlier], now: Now, repeats: bool) -> SilenceReason | None:
    """Why a finding need not be shown again, or None when it must be.

    A hard stop is quiet only once overridden with a reason: accepting a suggestion is not yet doing it. `repeats`:
    whether it is about what is taken already; what is new is never a stable repeat.
    """
    same = [item for item in earlier if item.fingerprint == mark]
    for item in same:
        repeated = item.hook in _REPEATS_OF.get(now.hook, ()) and now.user_key and item.user_key == now.user_key
        if repeated and now.at - item.called_at <= _SESSION and (tier > HARD_STOP or item.overridden):
            return "shown before"
    quiet = timedelta(days=now.quiet_days)
    if repeats and tier > HARD_STOP and any(item.answered and now.at - item.called_at <= quiet for item in same):
        return "stable repeat"
    return None


def apart(
    findings: Mapping[str, Finding], repeats: Collection[str], earlier: Sequence[Earlier], now: Now
) -> tuple[list[Finding], list[Silence]]:
    """Findings, by their fingerprints, to show, and those that stay quiet with the reason."""
    shown: list[Finding] = []
    silent: list[Silence] = []
    for mark, finding in findings.items():
        tier = own_tier(finding)
        why = why_quiet(mark, tier, earlier, now, mark in repeats)
        if why is None:
            shown.append(finding)
        else:
            silent.append(Silence(finding.rule.rule.id, mark, tier, why))
    return shown, silent
