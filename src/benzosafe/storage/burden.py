"""What cards cost and what was done with them: per hook and rule, with every denominator."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from benzosafe.storage import tables

NO_REASON = "no reason given"


@dataclass
class RuleBurden:
    """One rule at one hook. A card belongs to the rule it is about; a rule folded into it is counted beside it."""

    hook: str
    rule: str
    orders: int
    cards: int = 0
    folded: int = 0
    accepted: int = 0
    overridden: Counter[str] = field(default_factory=Counter)
    """By the code of the reason."""
    dismissed: int = 0
    silences: Counter[str] = field(default_factory=Counter)
    """By reason."""

    @property
    def no_answer(self) -> int:
        """Cards of which nothing was heard: neither accepted nor refused, as far as is known."""
        return self.cards - self.accepted - self.overridden.total() - self.dismissed

    @property
    def fires_per_1000_orders(self) -> float | None:
        """Cards per thousand orders seen at the hook; None when it saw none."""
        return 1000 * self.cards / self.orders if self.orders else None

    @property
    def acceptance(self) -> float | None:
        """Accepted as a share of the cards that were answered; None when none was."""
        answered = self.cards - self.no_answer
        return self.accepted / answered if answered else None


@dataclass(frozen=True)
class HookBurden:
    """One hook."""

    hook: str
    calls: int
    orders: int
    cards: int
    not_checked: Mapping[str, int]
    """Calls in which a list was not available, by list."""


@dataclass(frozen=True)
class Burden:
    """The report of a period."""

    since: datetime
    until: datetime
    hooks: tuple[HookBurden, ...]
    rules: tuple[RuleBurden, ...]
    unknown_cards: int
    """Feedback of the period about cards that this database did not show."""


def read_burden(connection: Connection, since: datetime, until: datetime) -> Burden:
    """Count a period; of several answers to one card the last counts."""
    hooks = _hooks(connection, since, until)
    orders = {hook.hook: hook.orders for hook in hooks}
    rules: dict[tuple[str, str], RuleBurden] = {}

    def line(hook: str, rule: str) -> RuleBurden:
        return rules.setdefault((hook, rule), RuleBurden(hook, rule, orders[hook]))

    calls, shown, silent = tables.calls.c, tables.showings.c, tables.silences.c
    period = and_(calls.called_at >= since, calls.called_at < until)
    about = (shown.position == 0).label("about")
    query = select(calls.hook, shown.rule, about, func.count()).join_from(tables.showings, tables.calls)
    for hook, rule, is_about, count in connection.execute(query.where(period).group_by(calls.hook, shown.rule, about)):
        if is_about:
            line(hook, rule).cards += count
        else:
            line(hook, rule).folded += count
    query = select(calls.hook, silent.rule, silent.why, func.count()).join_from(tables.silences, tables.calls)
    for hook, rule, why, count in connection.execute(query.where(period).group_by(calls.hook, silent.rule, silent.why)):
        line(hook, rule).silences[why] += count
    for hook, rule, outcome, reason in _last_answers(connection, since, until):
        _count(line(hook, rule), outcome, reason)
    ordered = tuple(rules[key] for key in sorted(rules))
    return Burden(since, until, hooks, ordered, _unknown_cards(connection, since, until))


def _count(line: RuleBurden, outcome: str, reason: str) -> None:
    if outcome == "accepted":
        line.accepted += 1
    elif outcome == "overridden":
        line.overridden[reason or NO_REASON] += 1
    else:
        line.dismissed += 1


def _hooks(connection: Connection, since: datetime, until: datetime) -> tuple[HookBurden, ...]:
    calls, shown = tables.calls.c, tables.showings.c
    period = and_(calls.called_at >= since, calls.called_at < until)
    cards: dict[str, int] = dict(
        connection.execute(
            select(calls.hook, func.count())
            .join_from(tables.showings, tables.calls)
            .where(period, shown.position == 0)
            .group_by(calls.hook)
        ).all()
    )
    missing: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for hook, names in connection.execute(select(calls.hook, calls.not_checked).where(period)):
        missing[hook].update(names)
    totals = select(calls.hook, func.count(), func.sum(calls.orders)).where(period).group_by(calls.hook)
    return tuple(
        HookBurden(hook, count, int(orders or 0), cards.get(hook, 0), dict(sorted(missing[hook].items())))
        for hook, count, orders in sorted(connection.execute(totals))
    )


def _last_answers(connection: Connection, since: datetime, until: datetime) -> list[tuple[str, str, str, str]]:
    calls, shown, answer = tables.calls.c, tables.showings.c, tables.feedback.c
    query = (
        select(answer.card, calls.hook, shown.rule, answer.outcome, answer.reason_code)
        .join_from(tables.feedback, tables.showings, answer.card == shown.card)
        .join(tables.calls)
        .where(calls.called_at >= since, calls.called_at < until, shown.position == 0)
        .order_by(answer.outcome_at, answer.id)
    )
    last = {card: (hook, rule, outcome, reason) for card, hook, rule, outcome, reason in connection.execute(query)}
    return list(last.values())


def _unknown_cards(connection: Connection, since: datetime, until: datetime) -> int:
    answer, shown = tables.feedback.c, tables.showings.c
    known = select(shown.id).where(shown.card == answer.card).exists()
    query = select(func.count(answer.card.distinct())).where(
        answer.outcome_at >= since, answer.outcome_at < until, ~known
    )
    return connection.execute(query).scalar_one()
