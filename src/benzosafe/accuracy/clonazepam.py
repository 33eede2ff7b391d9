"""The part of the report about clonazepam: each of its rows, and in plain words what is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import log

from benzosafe.accuracy.scored import Scored
from benzosafe.knowledge.load import Knowledge

DRUG = "clonazepam"
_CLOSE = 1.25  # within the limits of bioequivalence nobody would call it a miss
_WITH = "_with_"
_CHANGE = re.compile(r"change|increase|rise|fall|decrease|reduction")


def clonazepam_section(interactions: Sequence[Scored], single: Sequence[Scored], knowledge: Knowledge) -> str:
    """The section without its heading."""
    own = [row for row in (*interactions, *single) if row.victim == DRUG and not row.skipped]
    induced = _induced_changes(own, _inducers(knowledge))
    lines = [
        _in_short(own), "", _on_induction(induced), "", _on_share(knowledge), "",
        "| row | what | observed | predicted | interval | in plain words |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    return "\n".join([*lines, *(_table_row(row, induced.get(row.id)) for row in own)])


def _in_short(own: Sequence[Scored]) -> str:
    counted = [row for row in own if row.counted]
    near, held = sum(row.within_2_fold for row in counted), sum(row.covered for row in counted)
    beside = [row for row in counted if row.kind != "single"]
    return (
        f"{len(counted)} values count, {len(beside)} of them AUC ratios with another drug and"
        f" {len(counted) - len(beside)} values of studies of clonazepam by itself or beside an inducer. {near} lie"
        f" within twofold, {held} within the interval."
    )


def _inducers(knowledge: Knowledge) -> frozenset[str]:
    """Drugs that do nothing but induce, so that what they do can only be a fall."""
    return frozenset(
        name for name, potency in knowledge.potencies.items()
        if potency.effects and all(effect.action == "induction" for effect in potency.effects)
    )  # fmt: skip


def _induced_changes(own: Sequence[Scored], inducers: frozenset[str]) -> dict[str, tuple[float, float]]:
    """Row to (observed, predicted) change that an inducer brings: a ratio, or a value over that without the inducer."""
    by_id = {row.id: row for row in own if row.counted}
    found: dict[str, tuple[float, float]] = {}
    for row in by_id.values():
        alone = by_id.get(row.id.split(_WITH)[0]) if _WITH in row.id else None
        is_ratio = row.kind != "single" or _CHANGE.search(row.group) is not None
        if inducers & {*row.beside, row.perpetrator} and (is_ratio or alone is not None):
            seen, said = (1.0, 1.0) if alone is None else (alone.observed or 1.0, alone.predicted or 1.0)
            found[row.id] = ((row.observed or 1.0) / seen, (row.predicted or 1.0) / said)
    return found


def _on_induction(changes: Mapping[str, tuple[float, float]]) -> str:
    if not changes:
        return "No study of clonazepam with an inducer is scored."
    weak = [name for name, change in changes.items() if _is_weak(change)]
    told = "; ".join(f"{name}: factor {seen:.2f} seen, {said:.2f} predicted" for name, (seen, said) in changes.items())
    if len(weak) > len(changes) / 2:
        verdict = "induction of clonazepam is under-predicted, so that its level falls more than benzosafe says"
    elif weak:
        verdict = "induction of clonazepam errs either way"
    else:
        verdict = "induction of clonazepam is not under-predicted"
    return (
        f"With inducers: in {len(weak)} of {len(changes)} values the change predicted is smaller than the one seen:"
        f" **{verdict}** ({told})."
    )


def _on_share(knowledge: Knowledge) -> str:
    share = next((item for item in knowledge.dispositions[DRUG].shares if item.enzyme == "cyp3a4"), None)
    if share is None:
        return "No share of CYP3A4 is known."
    number, basis = share.share, {"transferred": "carried over from elsewhere"}.get(share.basis, share.basis)
    return (
        f"Why: the share of CYP3A4 in its clearance, {number.value:g} ({number.lowest:g} to {number.highest:g}), is"
        f" {basis} ({' '.join(number.note.split())})."
    )


def _table_row(row: Scored, change: tuple[float, float] | None) -> str:
    what = f"with {row.perpetrator}" if row.perpetrator else row.group.replace("_", " ")
    assumed = " (no number given)" if row.assumed else ""
    return (
        f"| {row.id} | {what} | {row.observed:.3g}{assumed} | {row.predicted:.3g} | {row.low:.3g} to {row.high:.3g} |"
        f" {'; '.join(_words(row, change))} |"
    )


def _words(row: Scored, change: tuple[float, float] | None) -> Iterator[str]:
    """How far off, which way, whether the interval says so, and whether an inducer's effect is too small."""
    seen, said = row.observed or 1.0, row.predicted or 1.0
    if row.fold_error <= _CLOSE:
        yield "close"
    else:
        extent = "more than twofold too" if not row.within_2_fold else f"{100 * abs(said / seen - 1):.0f} % too"
        yield f"**{extent} {'high' if said > seen else 'low'}**"
    if row.kind != "single" and (seen - 1.0) * (said - 1.0) < 0.0:
        yield f"a {'rise' if seen > 1.0 else 'fall'} was seen, a {'rise' if said > 1.0 else 'fall'} is predicted"
    if change is not None and _is_weak(change):
        yield "induction too weak"
    if not row.covered:
        yield "outside the interval"


def _is_weak(change: tuple[float, float]) -> bool:
    """Whether the change predicted is smaller than the one seen."""
    seen, said = change
    return abs(log(said)) < abs(log(seen))
