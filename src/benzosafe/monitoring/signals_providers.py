"""How many prescribers and pharmacies: a practice counts once, a chain counts once, and one name may stand for another.

A supply without a name may come from anybody: it can raise the most there may be, never the least. Two names that
different sources give for one supply are one person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from benzosafe.knowledge.signal_model import SignalRule
from benzosafe.monitoring.days_supply import DaysSupply
from benzosafe.monitoring.signals_case import SEDATIVE, Case
from benzosafe.monitoring.signals_found import Explanation, Found, Row, state_of
from benzosafe.monitoring.supplies import Supply, plain

Side = Literal["prescriber", "pharmacy"]
Names = frozenset[str]


@dataclass(frozen=True)
class Count:
    """How many of one side: names as written; at most, when what is one counts once; at least and at most unexplained.

    `rows` name each with its days; `explanations` say what made them fewer.
    """

    names: int
    most: int
    open_least: int
    open_most: int
    rows: tuple[Row, ...]
    explanations: tuple[Explanation, ...]


def several_prescribers(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Several prescribers."""
    yield _judged(case, rule, "several_prescribers", ("prescriber",))


def several_pharmacies(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Several pharmacies."""
    yield _judged(case, rule, "several_pharmacies", ("pharmacy",))


def several_both(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Several prescribers and several pharmacies."""
    yield _judged(case, rule, "several_prescribers_and_pharmacies", ("prescriber", "pharmacy"))


def multiple_provider_episode(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Many prescribers and many pharmacies in a short time."""
    yield _judged(case, rule, "multiple_provider_episode", ("prescriber", "pharmacy"))


_LEAST = {"prescriber": "least_prescribers", "pharmacy": "least_pharmacies"}


def _judged(case: Case, rule: SignalRule, signal: str, sides: Sequence[Side]) -> Found:
    """The state by the rule's numbers, each side held against its own."""
    found = case.of_class(SEDATIVE, rule.number("within_days"))
    counts = {side: count(case, signal, found, side) for side in sides}
    least_days = rule.number("least_supply_days") if "least_supply_days" in rule.thresholds else 0.0
    enough = {side: rule.number(_LEAST[side]) for side in sides}
    surely_supplied = sum(one.low for one in found) >= least_days
    perhaps_supplied = sum(one.high for one in found) >= least_days
    state = state_of(
        sure=surely_supplied and all(counts[side].open_least >= enough[side] for side in sides),
        possible=perhaps_supplied and all(counts[side].open_most >= enough[side] for side in sides),
        unknown=False,
        raw=perhaps_supplied and all(max(counts[side].names, counts[side].most) >= enough[side] for side in sides),
    )
    return Found(
        state, tuple(row for side in sides for row in counts[side].rows),
        tuple(item for side in sides for item in counts[side].explanations) if state != "not seen" else (),
    )  # fmt: skip


def count(case: Case, signal: str, found: Sequence[DaysSupply], side: Side) -> Count:
    """How many prescribers or pharmacies supplies come from."""
    groups, unnamed = _groups(found, side)
    surely = [group for group in groups if any(not one.supply.maybe_same for one in group.found)]
    explained = {group.names for group in groups if all(_why(case, signal, one) for one in group.found)}
    replaced = _replacements(case, signal)
    names = len({name for group in groups for name in group.names})
    return Count(
        names, len(groups) + unnamed,
        _fewer(sum(group.names not in explained for group in surely), replaced),
        _fewer(sum(group.names not in explained for group in groups), replaced) + unnamed,
        tuple(_row(group, side, group.names in explained) for group in groups),
        (*_one(groups, side), *_whys(case, signal, groups, explained), *replaced),
    )  # fmt: skip


@dataclass(frozen=True)
class _Group:
    """Names that are one prescriber, practice, pharmacy or chain, with their supplies."""

    names: Names
    shown: str
    one_because: str
    found: tuple[DaysSupply, ...]


def _groups(found: Sequence[DaysSupply], side: Side) -> tuple[list[_Group], int]:
    """The groups, oldest first, and how many supplies name nobody."""
    links: list[set[str]] = []
    for one in found:
        for tokens in _tokens(one.supply, side):
            touching = [link for link in links if link & tokens]
            links = [link for link in links if link not in touching] + [tokens.union(*touching)]
    members: dict[int, list[DaysSupply]] = defaultdict(list)
    unnamed = 0
    for one in found:
        mine = {place for place, link in enumerate(links) for tokens in _tokens(one.supply, side) if link & tokens}
        for place in mine:
            members[place].append(one)
        unnamed += not mine
    made = [_group(links[place], supplies, side) for place, supplies in members.items() if _named(links[place])]
    unnamed += sum(len(supplies) for place, supplies in members.items() if not _named(links[place]))
    return sorted(made, key=lambda group: (group.found[0].supply.on, group.shown)), unnamed


def _tokens(supply: Supply, side: Side) -> list[set[str]]:
    """What one supply says belongs together: a name with its practice or chain, and names that sources give for one."""
    if side == "pharmacy":
        name = supply.pharmacy or supply.chain
        return [_pair(name, supply.chain)] if name else []
    by_source = [[_pair(who, practice) for who, practice in told.prescribed_by] for told in supply.told]
    said = [pairs for pairs in by_source if pairs]
    if len(said) > 1 and all(len(pairs) == 1 for pairs in said):
        return [set().union(*(pairs[0] for pairs in said))]
    return [pair for pairs in said for pair in pairs]


def _pair(who: str, practice: str) -> set[str]:
    """A name with what it is part of; where only the whole is named, that is the name."""
    return {f"name:{plain(who or practice)}"} | ({f"whole:{plain(practice)}"} if practice else set())


def _named(link: Iterable[str]) -> bool:
    return any(token.startswith("name:") for token in link)


def _group(link: set[str], found: Sequence[DaysSupply], side: Side) -> _Group:
    names = frozenset(token.removeprefix("name:") for token in link if token.startswith("name:"))
    whole = sorted(token.removeprefix("whole:") for token in link if token.startswith("whole:"))
    shown = "; ".join(sorted({name for one in found for name in _shown(one.supply, side) if plain(name) in names}))
    because = (
        f"{'chain' if side == 'pharmacy' else 'practice'} {', '.join(whole)}" if whole else "one supply told twice"
    )
    return _Group(names, shown, because, tuple(found))


def _shown(supply: Supply, side: Side) -> list[str]:
    if side == "pharmacy":
        return [supply.pharmacy or supply.chain]
    return [who or practice for who, practice in supply.prescribed_by]


def _one(groups: Sequence[_Group], side: Side) -> Iterator[Explanation]:
    """Groups of several names, as explanations."""
    for group in groups:
        if len(group.names) > 1:
            kind, how = f"one_{side}", f"{len(group.names)} names count once: {group.one_because}."
            first, last = group.found[0].supply.on, group.found[-1].supply.on
            yield Explanation(kind, f"one {side} under several names", first, last, group.shown, how)


def _why(case: Case, signal: str, one: DaysSupply) -> list[Explanation]:
    """What explains that a supply came from elsewhere; what replaces one name by another is counted apart."""
    found = case.explaining(signal, one.supply.ingredient, one.supply.on, one.supply.on)
    return [item for item in found if not case.knowledge.happenings[item.kind].replaces]


def _whys(case: Case, signal: str, groups: Sequence[_Group], explained: set[Names]) -> Iterator[Explanation]:
    for group in groups:
        if group.names in explained:
            for one in group.found:
                yield from _why(case, signal, one)


def _replacements(case: Case, signal: str) -> list[Explanation]:
    """Events after which a new name stands for an old one; each makes one name fewer."""
    within = case.knowledge.signals[signal].number("within_days")
    return [
        case.told(event)
        for event in case.events
        if case.knowledge.happenings[event.kind].replaces
        and case.reaches(event, signal, "")
        and case.within(event.on, within)
    ]


def _fewer(number: int, replaced: Sequence[Explanation]) -> int:
    return max(min(number, 1), number - len(replaced))


def _row(group: _Group, side: Side, explained: bool) -> Row:
    first, last = group.found[0].supply.on, group.found[-1].supply.on
    number = len({one.supply.on for one in group.found})
    words = f"{side} {group.shown}: {number} {'fill' if number == 1 else 'fills'}"
    certain = any(not one.supply.maybe_same for one in group.found)
    return Row(first, last if last != first else None, "", words, certain, explained)
