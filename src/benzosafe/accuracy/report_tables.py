"""Tables of the accuracy report: agreement by set, victim, mechanism; coverage; misses; every row; what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benzosafe.accuracy.coverage import coverage_of
from benzosafe.accuracy.score import summary_of
from benzosafe.accuracy.scored import Scored, direction, summarise
from benzosafe.knowledge.load import Knowledge

COMMONEST = "midazolam"
_RECORDS = """| record | rows | GMFE | within 2-fold | within Guest |
|---|---|---|---|---|
| best published PBPK suite, CYP3A4 set | 164 | 1.38 | 88 % | 72 % |
| plain CR-IR calculation, oral, static | 83 | 1.34 | 88 % | 75 % |
| the same, induction only | 19 | 1.67 | 63 % | 58 % |"""

_BY_GROUP = {"tmax": "few samples near the peak, or a tablet slower than usual"}


@dataclass(frozen=True)
class Interactions:
    """Interaction rows scored in full, and without what is known of each perpetrator, and of each victim."""

    full: Sequence[Scored]
    no_potency: Sequence[Scored]
    no_shares: Sequence[Scored]
    overlapping: frozenset[str]


def interaction_summary(rows: Interactions, knowledge: Knowledge) -> str:
    """Agreement by set, by victim and by mechanism, with what the counts mean."""
    summary = summary_of(rows.full, knowledge)
    quiet = summary["negative_studies"]
    lines = [
        _table_head("set"), *(_table_row(name, summarise(own)) for name, own in _sets(rows).items()), "",
        _on_counts(rows), "",
        f"Studies that saw no change (ratio 0.8 to 1.25): {quiet['n']}; called unchanged:"
        f" {_percent(quiet['called_unchanged'])} (aim 95 %).",
        "", "The records to beat, on other rows:", "", _RECORDS, "", "By victim:", "", _table_head("victim"),
        *(_table_row(name, own) for name, own in summary["by_victim"].items() if own["n"]),
        "", "By mechanism:", "", _table_head("mechanism"),
        *(_table_row(name, own) for name, own in summary["by_mechanism"].items() if own["n"]),
    ]  # fmt: skip
    return "\n".join(lines)


def _sets(rows: Interactions) -> dict[str, Sequence[Scored]]:
    static = _static(rows.full)
    return {
        "all static rows (aim 1.30, 93 %, 82 %)": static,
        "static, inhibition": [row for row in static if direction(row) == "inhibition"],
        "static, induction (aim 1.45, 80 %, 70 %)": [row for row in static if direction(row) == "induction"],
        f"static, without {COMMONEST}": _without_commonest(static),
        "static, no overlap known": [row for row in static if row.id not in rows.overlapping],
        "dynamic: onset, offset, staggered (aim 85 % within 2-fold)": [r for r in rows.full if r.kind == "dynamic"],
        "truncated AUC": [row for row in rows.full if row.kind == "partial"],
        "static, leaving out every perpetrator's own data (strength class only)": _static(rows.no_potency),
        f"the same, without {COMMONEST}": _without_commonest(_static(rows.no_potency)),
        "static, leaving out every victim's own data (enzyme role only)": _static(rows.no_shares),
        f"the same, without {COMMONEST} (still without every victim's own data)": _without_commonest(
            _static(rows.no_shares)
        ),
    }


def _on_counts(rows: Interactions) -> str:
    """Why the sets differ in size, and how much of all one victim makes up."""
    counted = [row for row in rows.full if row.counted]
    commonest = sum(row.victim == COMMONEST for row in counted)
    full, no_potency, no_shares = (
        {row.id: row for row in _static(own) if row.counted} for own in (rows.full, rows.no_potency, rows.no_shares)
    )
    return (
        f"{COMMONEST.capitalize()} is the victim of {commonest} of all {len(counted)} rows that count"
        f" ({100 * commonest / max(len(counted), 1):.0f} %), so the score without it is given as well.\n\n"
        "Leaving data out changes which rows can be scored. Without perpetrators' own data"
        f" {_difference(full, no_potency, 'perpetrator', 'has no strength class to fall back on')}."
        f" Without victims' own data {_difference(full, no_shares, 'victim', 'cannot be simulated so')}."
    )


def _difference(full: Mapping[str, Scored], left: Mapping[str, Scored], who: str, why: str) -> str:
    lost = [row for row_id, row in full.items() if row_id not in left]
    gained = [row_id for row_id in left if row_id not in full]
    names = ", ".join(sorted({str(getattr(row, who)) for row in lost}))
    fewer = (
        f"{len(lost)} of {len(full)} rows fall away, because their {who} {why} ({names})"
        if lost
        else (f"none of the {len(full)} rows falls away")
    )
    more = (
        f", and {len(gained)} come in that had set a parameter and are left out above ({', '.join(gained)})"
        if gained else ""
    )  # fmt: skip
    return f"{fewer}{more}, which leaves {len(left)}"


def _without_commonest(rows: Sequence[Scored]) -> list[Scored]:
    return [row for row in rows if row.victim != COMMONEST]


def coverage_table(rows: Interactions, single: Sequence[Scored]) -> str:
    """How often the interval holds the observation, by group."""
    groups = coverage_of(rows.full, _static(rows.no_potency))
    own = [row for row in single if row.counted]
    groups["single drugs, all values"] = summarise(own)
    return "\n".join([
        "| group | rows | interval holds |", "|---|---|---|",
        *(f"| {name} | {group['n']} | {_percent(group['interval_coverage'])} |" for name, group in groups.items()),
    ])  # fmt: skip


def _static(rows: Sequence[Scored]) -> list[Scored]:
    return [row for row in rows if row.kind == "static"]


def single_summary(rows: Sequence[Scored], knowledge: Knowledge) -> str:
    """Agreement by metric and by drug."""
    summary = summary_of(rows, knowledge)
    lines = [
        "Aim: 90 % within 1.5-fold, 98 % within 2-fold.", "", _table_head("metric"), _table_row("all", summary),
        *(_table_row(name, own) for name, own in summary["by_mechanism"].items() if own["n"]),
        "", "By drug:", "", _table_head("drug"),
        *(_table_row(name, own) for name, own in summary["by_victim"].items() if own["n"]),
    ]  # fmt: skip
    return "\n".join(lines)


def _table_head(first: str) -> str:
    return (
        f"| {first} | rows | GMFE | bias | within 1.5-fold | within 2-fold | within Guest | Guest, delta 1.25 |"
        " interval holds |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )


def _table_row(name: str, own: Mapping[str, Any]) -> str:
    shares = ("within_1_5_fold", "within_2_fold", "within_guest", "within_guest_with_variability", "interval_coverage")
    if not own["n"]:
        return f"| {name} | 0 | - | - | - | - | - | - | - |"
    cells = " | ".join(_percent(own[key]) for key in shares)
    return f"| {name} | {own['n']} | {own['gmfe']:.2f} | {own['bias']:.2f} | {cells} |"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def misses(rows: Sequence[Scored], reasons: Mapping[str, str]) -> str:
    """Every row missed by more than twofold, with why."""
    missed = [row for row in rows if row.counted and not row.within_2_fold]
    lines = ["| row | what | observed | predicted | why, as far as we can tell |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.id} | {_what(row)} | {row.observed:.3g} | {row.predicted:.3g} | {_reason(row, reasons)} |"
        for row in missed
    ]
    return "\n".join(lines)


def _reason(row: Scored, reasons: Mapping[str, str]) -> str:
    """By the row's id, or by the id before the metric of a single-drug row."""
    return reasons.get(row.id) or reasons.get(row.id.split(" ")[0]) or _BY_GROUP.get(row.group, "not yet understood")


def _what(row: Scored) -> str:
    return f"{row.victim} with {row.perpetrator}" if row.perpetrator else f"{row.victim}, {row.group}"


def rows_table(rows: Sequence[Scored]) -> str:
    """Every row that is scored."""
    lines = [
        "| row | what | observed | predicted | interval | fold | 2-fold | Guest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        if not row.skipped:
            seen = f"{row.observed:.3g}{' (no number given)' if row.assumed else ''}"
            lines.append(
                f"| {row.id} | {_what(row)} | {seen} | {row.predicted:.3g} | {row.low:.3g} to {row.high:.3g} |"
                f" {row.fold_error:.2f} | {'yes' if row.within_2_fold else '**no**'} |"
                f" {'yes' if row.within_guest else 'no'} |"
            )
    return "\n".join(lines)


def skipped_table(rows: Sequence[Scored]) -> str:
    """Every row that is not scored, with why."""
    lines = ["| row | what | reason |", "|---|---|---|"]
    lines += [f"| {row.id} | {_what(row)} | {row.skipped.replace('|', '/')} |" for row in rows if row.skipped]
    return "\n".join(lines)
