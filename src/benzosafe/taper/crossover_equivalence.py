"""How much of one drug equals another: every published table apart, with its source, and which one is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.rule_model import EquivalenceTable

_YARDSTICK = "diazepam"
# The two tables the joint guideline prints side by side (asam_2025, table of equivalents).
_PRINTED_BY_GUIDELINE = ("vadod_2021", "ashton_2002")


@dataclass(frozen=True)
class Equivalent:
    """What one table says: mg of the new drug for 1 mg of the old one, from the lowest to the highest [mg/mg]."""

    table: str
    title: str
    source: str
    confidence: str
    low: Fraction
    high: Fraction


def equivalents(knowledge: Knowledge, drug: str, to: str) -> tuple[Equivalent, ...]:
    """Every published table that holds both drugs; InputRefused when there is none.

    A value printed as a range stays one, so that nothing is averaged.
    """
    found = []
    for name, table in knowledge.equivalence.items():
        old, new = _mg(table, drug), _mg(table, to)
        if old is not None and new is not None:
            found.append(
                Equivalent(
                    name, table.title, table.source, table.confidence, new[0] / old[1], new[1] / old[0]
                )
            )  # fmt: skip
    if not found:
        raise InputRefused(
            f"no published table holds both {drug} and {to}, so no change to {to} is computed.", where=drug,
            next_step=f"Taper {drug} itself, or ask a specialist; do not derive a dose from half-life or potency.",
        )  # fmt: skip
    return tuple(found)


def chosen_of(values: Sequence[Equivalent], table: str | None) -> Equivalent:
    """The table that is used: the one asked for, else that of the guideline's two with the lower new dose.

    UsageError when the table asked for does not hold both drugs.
    """
    by_name = {value.table: value for value in values}
    if table is not None:
        if table not in by_name:
            raise UsageError(
                f"table '{table}' does not hold both drugs.{nearest(table, by_name)}", where="--equivalence",
                next_step=f"Tables that do: {', '.join(by_name)}.",
            )  # fmt: skip
        return by_name[table]
    # JUDGEMENT: the lower of the two tables of the guideline and not the lowest of all: for clonazepam that would be a
    # quarter of what others say, and too little is withdrawal. Where the guideline prints neither, the lowest of all.
    printed = [by_name[name] for name in _PRINTED_BY_GUIDELINE if name in by_name]
    return min(printed or values, key=lambda value: (value.low, value.table))


def equivalence_data(
    drug: str, to: str, values: Sequence[Equivalent], used: tuple[str, str]
) -> dict[str, Any]:  # fmt: skip
    """Every published equivalence with its source, and which table is used and why."""
    table, why = used
    ratio = next(value.low for value in values if value.table == table)
    return {
        "unit": f"mg of {to} for 1 mg of {drug}",
        "low": _shown(min(value.low for value in values)), "high": _shown(max(value.high for value in values)),
        "used": {"table": table, "ratio": _shown(ratio), "exact_ratio": str(ratio), "why": why},
        "values": [
            {
                "table": value.table, "title": value.title, "source": value.source, "confidence": value.confidence,
                "low": _shown(value.low), "high": _shown(value.high), "exact": [str(value.low), str(value.high)],
            }
            for value in values
        ],
    }  # fmt: skip


def _shown(value: Fraction) -> float:
    return round(float(value), 4)


def _mg(table: EquivalenceTable, drug: str) -> tuple[Fraction, Fraction] | None:
    if drug == _YARDSTICK:
        whole = Fraction(str(table.diazepam_mg))
        return whole, whole
    limits = table.mg.get(drug)
    return (Fraction(str(limits[0])), Fraction(str(limits[1]))) if limits and limits[0] > 0 else None
