"""Strata written out: in words with small counts withheld, and for files and FHIR with every count as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from benzosafe.population.measures.stratifiers import STRATIFIERS
from benzosafe.population.measures.tally import Total, Totals, share

Strata = Mapping[str, Mapping[str, Totals]]
"""The totals of one group, by stratifier and stratum."""

SMALL = 11
"""Counts from one up to below this could single people out."""

_SHOWN = ("denominator", "denominator-exclusion", "numerator")
_HEADS = ("denominator", "excluded", "numerator", "share")


def in_order(strata: Strata) -> Iterator[tuple[str, str, Totals]]:
    """Stratifier, stratum and totals, in the order of the stratifier's strata."""
    for name, found in strata.items():
        for stratum in STRATIFIERS[name].strata:
            if stratum in found:
                yield name, stratum, found[stratum]


def strata_lines(strata: Strata) -> list[str]:
    """A small table for each stratifier; a count below eleven is shown as `<11`, and no share that rests on it."""
    lines: list[str] = []
    shown = None
    for name, stratum, totals in in_order(strata):
        if name != shown:
            lines += ["", f"   {'by ' + name:<44}" + "".join(f"{head:>12}" for head in _HEADS)]
            shown = name
        lines.append(f"     {stratum:<42}" + "".join(f"{word:>12}" for word in _words(totals)))
    return lines


def strata_json(strata: Strata) -> dict[str, list[dict[str, Any]]]:
    """By stratifier, each stratum with its populations and share."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, stratum, totals in in_order(strata):
        populations = {key: asdict(total) | {"count": total.count} for key, total in totals.items()}
        found.setdefault(name, []).append({"stratum": stratum, "populations": populations, "share": share(totals)})
    return found


def strata_fhir(strata: Strata, population: Callable[[str, Total], dict[str, Any]]) -> list[dict[str, Any]]:
    """The stratifiers of a group of a MeasureReport; `population` writes one population."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, stratum, totals in in_order(strata):
        part = {
            "value": {"text": stratum},
            "population": [population(key, total) for key, total in totals.items()],
        }
        rate = share(totals)
        if rate is not None:
            part["measureScore"] = {"value": round(rate, 6), "system": "http://unitsofmeasure.org", "code": "1"}
        found.setdefault(name, []).append(part)
    return [{"code": [{"text": name}], "stratum": parts} for name, parts in found.items()]


def _words(totals: Totals) -> list[str]:
    counts = [_word(totals[name]) for name in _SHOWN]
    rate = share(totals)
    withheld = any(_is_small(totals[name]) for name in _SHOWN)
    return [*counts, "-" if rate is None or withheld else f"{rate:.1%}"]


def _word(total: Total) -> str:
    if total.count is None:
        return "open"
    return f"<{SMALL}" if _is_small(total) else f"{total.count:,}"


def _is_small(total: Total) -> bool:
    return 0 < total.certain < SMALL
