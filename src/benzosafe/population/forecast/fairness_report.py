"""Signals by group as data: counts, rates and differences with their intervals, and what they do not prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from benzosafe.knowledge.load import Knowledge
from benzosafe.population.forecast.fairness import GROUPS
from benzosafe.population.forecast.fairness_tally import EVERYBODY, SignalCounts
from benzosafe.population.forecast.intervals import newcombe, wilson
from benzosafe.population.measures.stratifiers import NOT_RECORDED

Json = dict[str, Any]
_PLACES = 4


@dataclass(frozen=True)
class Counts:
    """People of a group by the state of one signal."""

    people: int = 0
    seen: int = 0
    explained: int = 0
    not_seen: int = 0

    @property
    def judged(self) -> int:
        """People of whom the signal could be told."""
        return self.seen + self.explained + self.not_seen

    @property
    def cannot_tell(self) -> int:
        """People of whom it could not."""
        return self.people - self.judged

    def without(self, other: Counts) -> Counts:
        """Everybody here who is not in the other."""
        return Counts(
            self.people - other.people, self.seen - other.seen, self.explained - other.explained,
            self.not_seen - other.not_seen,
        )  # fmt: skip


def fairness_data(counts: SignalCounts, knowledge: Knowledge, first: date, on: date) -> Json:
    """Everything the forecast says of signals by group, on a day, of people supplied from a first day or on it then."""
    least = int(knowledge.parameters["fairness_least_judged"].highest)
    by_signal = [
        {"signal": name, "label": rule.label, **_signal(counts, name, least)}
        for name, rule in knowledge.signals.items()
    ]  # fmt: skip
    compared = sum(row["difference"] is not None for signal in by_signal for row in _rows(signal))
    return {
        "on": on.isoformat(), "supplied_from": first.isoformat(), "people": counts.people[EVERYBODY],
        "left_out": [{"why": why, "count": number} for why, number in sorted(counts.left_out.items())],
        "least_judged": least, "comparisons": compared, "by_signal": by_signal, "rests_on": _rests_on(least, compared),
    }  # fmt: skip


def _rows(signal: Json) -> Iterator[Json]:
    for rows in signal["by"].values():
        yield from rows


def _signal(counts: SignalCounts, signal: str, least: int) -> Json:
    everybody = _counts(counts, signal, *EVERYBODY)
    by: Json = {}
    for kind, groups in GROUPS.items():
        shown = [group for group in groups if counts.people[kind, group] or group == NOT_RECORDED]
        by[kind] = [_group(group, _counts(counts, signal, kind, group), everybody, least) for group in shown]
    return {"everybody": _row(everybody, least), "by": by}


def _counts(counts: SignalCounts, signal: str, kind: str, group: str) -> Counts:
    seen, explained, not_seen = (
        counts.states[signal, kind, group, state] for state in ("seen", "explained", "not seen")
    )
    return Counts(counts.people[kind, group], seen, explained, not_seen)


def _group(group: str, own: Counts, everybody: Counts, least: int) -> Json:
    """A group beside everybody else: no difference where either is too small for a rate."""
    rest = everybody.without(own)
    names = ("difference", "difference_low", "difference_high")
    if min(own.judged, rest.judged) < max(least, 1):
        return {"group": group, **_row(own, least), **dict.fromkeys(names)}
    found = own.seen / own.judged - rest.seen / rest.judged
    values = (found, *newcombe((own.seen, own.judged), (rest.seen, rest.judged)))
    return {"group": group, **_row(own, least), **_rounded(names, values)}


def _row(own: Counts, least: int) -> Json:
    """Counts, and the rate of 'seen' among those judged; none of a group too small for one."""
    names = ("rate", "low", "high")
    counts = {"people": own.people, "judged": own.judged, "seen": own.seen, "explained": own.explained,
              "not_seen": own.not_seen, "cannot_tell": own.cannot_tell}  # fmt: skip
    if own.judged < max(least, 1):
        return counts | dict.fromkeys(names)
    return counts | _rounded(names, (own.seen / own.judged, *wilson(own.seen, own.judged)))


def _rounded(names: tuple[str, ...], values: tuple[float, ...]) -> Json:
    # Adding nothing makes -0.0 a plain zero.
    return {name: round(value, _PLACES) + 0.0 for name, value in zip(names, values, strict=True)}


def _by_chance(compared: int) -> str:
    if not compared:
        return "No two groups were large enough to be compared."
    return (
        f"{compared:,} differences are given, each with a 95 % interval of its own and no correction for their number: "
        f"if no group differed at all, up to about {max(round(compared / 20), 1):,} of those intervals would still "
        "leave out zero."
    )


def _rests_on(least: int, compared: int) -> list[str]:
    return [
        "A signal is a reason to ask and never a verdict. A difference between groups is no proof of bias, and that "
        "none is found is no proof that there is none: groups differ in age, illness, medicines and places of care, "
        "and nothing here is adjusted for any of it.",
        "An explanation counts where it is on record: a group whose journeys, stays or mergers are written down less "
        "often has more signals 'seen', and one with gaps in its data more that 'cannot be told'.",
        _by_chance(compared),
        "Rates are of the people of whom the signal could be told, with Wilson's interval. Each group is compared with "
        "everybody else who could be judged, those 'not recorded' included, by Newcombe's hybrid score interval.",
        f"Groups with fewer than {least} people judged have counts and no rate, and are not compared.",
        "The signals are those of the bedside, each by its own rule. The record is read as it is now, without what is "
        "dated after that day.",
    ]
