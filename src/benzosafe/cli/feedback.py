"""`benzosafe feedback`: what the cards of the service cost, and what clinicians did with them."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.storage.burden import Burden, RuleBurden

SCHEMA_VERSION = "1.0"
_USUAL_DAYS = 90


class Format(StrEnum):
    """How the report is written."""

    text = "text"
    json = "json"


def feedback(
    database: Annotated[
        str | None, typer.Option("--database", help="Database URL; as `benzosafe serve` would use, if not set.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="First day (UTC); 90 days before --until.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day (UTC); today if not set.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
) -> None:
    """Report cards per 1,000 orders, acceptance, override reasons and silences, per hook and rule.

    Examples:

      benzosafe feedback --since 2026-10-01

      benzosafe feedback --database sqlite:////var/lib/benzosafe/benzosafe.db --format json
    """
    from benzosafe.service.settings_load import load_settings
    from benzosafe.storage.database import refuse_missing_file
    from benzosafe.storage.store import Store

    last = _day(until, "--until") or datetime.now(UTC).date()
    first = _day(since, "--since") or last - timedelta(days=_USUAL_DAYS)
    if first > last:
        raise UsageError(f"{first} is after {last}.", where="--since", next_step="Choose an earlier day.")
    url = database or load_settings({}, os.environ).settings.database_url
    refuse_missing_file(url)
    store = Store(url)
    if fault := store.ready():
        raise UsageError(f"{fault}.", where=store.place, next_step="Start `benzosafe serve` with it once.")
    report = store.burden(_begin_of(first), _begin_of(last + timedelta(days=1)))
    store.close()
    typer.echo(json.dumps(_as_data(report, first, last), indent=2) if format is Format.json else _as_text(report, last))


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"'{text}' is not a date.", where=option, next_step="Write it as 2026-11-24.") from None


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _as_data(report: Burden, first: date, last: date) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "since": first.isoformat(),
        "until": last.isoformat(),
        "hooks": [
            {"hook": h.hook, "calls": h.calls, "orders": h.orders, "cards": h.cards, "not_checked": dict(h.not_checked)}
            for h in report.hooks
        ],
        "rules": [_rule_as_data(rule) for rule in report.rules],
        "feedback_on_unknown_cards": report.unknown_cards,
    }


def _rule_as_data(rule: RuleBurden) -> dict[str, Any]:
    return {
        "hook": rule.hook,
        "rule": rule.rule,
        "orders": rule.orders,
        "cards": rule.cards,
        "folded": rule.folded,
        "fires_per_1000_orders": rule.fires_per_1000_orders,
        "accepted": rule.accepted,
        "overridden": dict(sorted(rule.overridden.items())),
        "dismissed": rule.dismissed,
        "no_answer": rule.no_answer,
        "acceptance": rule.acceptance,
        "silences": dict(sorted(rule.silences.items())),
    }


def _as_text(report: Burden, last: date) -> str:
    lines = [f"Cards and what was done with them, {report.since.date()} to {last} (UTC)", ""]
    if not report.hooks:
        return "\n".join([*lines, "No calls in this time: nothing is known, not that nothing happened."])
    for hook in report.hooks:
        lines.append(f"{hook.hook}: {hook.calls} calls, {hook.orders} orders, {hook.cards} cards")
        lines += [f"  not available: {name} in {count} calls" for name, count in hook.not_checked.items()]
        rules = [rule for rule in report.rules if rule.hook == hook.hook]
        spoke = [rule for rule in rules if rule.cards or rule.silences]
        lines += [line for rule in spoke for line in _rule_lines(rule)]
        if len(rules) > len(spoke):
            lines.append(f"  {len(rules) - len(spoke)} other rules were only named on these cards (--format json)")
        lines.append("")
    if report.unknown_cards:
        lines.append(f"Feedback on {report.unknown_cards} cards that this database never showed.")
    return "\n".join(lines).rstrip()


def _rule_lines(rule: RuleBurden) -> list[str]:
    fires = "no orders" if rule.fires_per_1000_orders is None else f"{rule.fires_per_1000_orders:.1f} per 1,000 orders"
    accepted = "no answers" if rule.acceptance is None else f"{100 * rule.acceptance:.0f} % of answers accept"
    lines = [
        f"  {rule.rule}: {rule.cards} cards ({fires}), folded into others {rule.folded}; {accepted}",
        f"    accepted {rule.accepted}, overridden {rule.overridden.total()}, dismissed {rule.dismissed}, "
        f"no answer {rule.no_answer}",
    ]
    lines += [f"    overridden: {reason} {count}" for reason, count in sorted(rule.overridden.items())]
    return lines + [f"    silent: {why} {count}" for why, count in sorted(rule.silences.items())]
