"""The whole of a screen in numbers for its page: findings by rule, patients by tier, age and sex, what is not known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benzosafe import __version__
from benzosafe.errors import InputRefused
from benzosafe.facts.labels import fact_label
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.screen.parts import part_tables
from benzosafe.population.screen.strata import AGE_BANDS, SEXES, age_band, sex_group
from benzosafe.review.evaluate import RANK

SCHEMA = "benzosafe.screen_summary/1"
TIERS = (0, 1, 2, 3)
STATUS_OF_KNOWLEDGE = "draft: no value here has had a clinical review"
_INTERRUPTING = 1
_MOST_RULES = 20
_MOST_REASONS = 12
_NOT_CHECKED = "not_checked"
_FACTS = ("status", "age_years", "sex", "bzra", "do_not_taper", "worst_tier", "undecided",
          "bzra_diazepam_equivalent_mg_per_day_high")  # fmt: skip
Pair = tuple[str, int]


def summary_data(folder: Path, told: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """What the page about a screen shows, from its parts and its quality.json; `told` is what its manifest says."""
    return {
        "schema": SCHEMA,
        "engine_version": __version__,
        "knowledge_status": STATUS_OF_KNOWLEDGE,
        **told,
        **_people(folder),
        "findings": _findings(folder, knowledge),
        "not_checked": _not_checked(folder, knowledge),
        "quality": _quality(folder),
    }


def _quality(folder: Path) -> dict[str, Any]:
    path = folder / "quality.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputRefused(f"cannot be read: {error}.", where=str(path), next_step="Screen again.") from None
    return found


def _people(folder: Path) -> dict[str, Any]:
    """Reviewed patients by worst tier, by age and sex; of those on a benzodiazepine, reasons not to taper."""
    tiers: Counter[int | None] = Counter()
    groups: Counter[tuple[str, str]] = Counter()
    interrupting: Counter[tuple[str, str]] = Counter()
    reasons: Counter[str] = Counter()
    some: Counter[str] = Counter()
    for table in part_tables(folder, "facts", _FACTS):
        reviewed = table.filter(pc.equal(table["status"], "reviewed"))
        ages, sexes, bzra, stops, worst, undecided, most = (column.to_pylist() for column in reviewed.columns[1:])
        tiers.update(worst)
        for age, sex, tier in zip(ages, sexes, worst, strict=True):
            who = age_band(age), sex_group(sex)
            groups[who] += 1
            interrupting[who] += tier is not None and tier <= _INTERRUPTING
        kept = [found for found, taken in zip(stops, bzra, strict=True) if found and taken]
        reasons.update(reason for found in kept for reason in dict.fromkeys(found))
        some["do_not_taper"] += len(kept)
        some["bzra"] += sum(bool(taken) for taken in bzra)
        some["perhaps"] += sum(not taken and high != 0 for taken, high in zip(bzra, most, strict=True))
        some["undecided"] += sum(bool(count) for count in undecided)
    return {
        "worst_tier": [{"tier": tier, "patients": tiers[tier]} for tier in (*TIERS, None)],
        "groups": [
            {"age_band": band, "sex": sex, "reviewed": groups[band, sex], "interrupting": interrupting[band, sex]}
            for band in AGE_BANDS for sex in SEXES
        ],
        "on_benzodiazepine_or_z_drug": some["bzra"], "perhaps_on_benzodiazepine_or_z_drug": some["perhaps"],
        "with_undecided": some["undecided"],
        "do_not_taper": {"patients": some["do_not_taper"], "reasons": _most(reasons, _MOST_REASONS)},
    }  # fmt: skip


def _findings(folder: Path, knowledge: Knowledge) -> dict[str, Any]:
    """Patients by rule and tier: each patient once a rule, at the most urgent tier it has there."""
    found: Counter[tuple[str, int]] = Counter()
    states: Counter[str] = Counter()
    for table in part_tables(folder, "findings", ("patient", "rule", "state", "tier")):
        states.update(table["state"].to_pylist())
        shown = table.filter(pc.and_(pc.equal(table["state"], "shown"), pc.is_valid(table["tier"])))
        found.update(_rule_and_tier(shown))
    rules: dict[str, Counter[int]] = {}
    for (rule, tier), count in found.items():
        rules.setdefault(rule, Counter())[tier] += count
    ranked = sorted(rules.items(), key=lambda item: (*_urgency(item[1]), item[0]))
    return {
        "by_state": dict(sorted(states.items())),
        "rules": len(ranked),
        "by_rule": [
            {"rule": rule, "title": _title(rule, knowledge), "patients": tiers.total(),
             "by_tier": {str(tier): tiers[tier] for tier in TIERS}}
            for rule, tiers in ranked
        ],
    }  # fmt: skip


def _urgency(tiers: Counter[int]) -> tuple[int, ...]:
    """Rules that interrupt for the most patients come first."""
    return -(tiers[0] + tiers[1]), -tiers[0], -tiers.total()


def _rule_and_tier(shown: pa.Table) -> Iterable[tuple[str, int]]:
    """Of each patient and rule the most urgent tier; a patient stands in one part only."""
    least = shown.group_by(["patient", "rule"]).aggregate([("tier", "min")])
    return zip(least["rule"].to_pylist(), least["tier_min"].to_pylist(), strict=True)


def _not_checked(folder: Path, knowledge: Knowledge) -> dict[str, Any]:
    """Rules that could not be decided, for how many patients, and the facts whose absence was the reason."""
    rules: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    worst: dict[str, str] = {}
    for table in part_tables(folder, "gaps", ("kind", "rule", "severity_possible", "missing")):
        mine = table.filter(pc.equal(table["kind"], _NOT_CHECKED))
        counted = mine.group_by(["rule", "severity_possible"]).aggregate([([], "count_all")])
        for rule, severity, count in zip(*(column.to_pylist() for column in counted.columns), strict=True):
            rules[rule] += count
            worst[rule] = max(worst.get(rule, ""), severity or "", key=_rank)
        facts.update(_counted(pc.list_flatten(mine["missing"])))
    ranked = sorted(rules, key=lambda rule: (-_rank(worst[rule]), -rules[rule], rule))
    return {
        "rules": len(rules),
        "by_rule": [
            {"rule": rule, "title": _title(rule, knowledge), "could_be": worst[rule], "patients": rules[rule]}
            for rule in ranked[:_MOST_RULES]
        ],
        "by_fact": _facts(facts, knowledge),
    }


def _counted(values: pa.ChunkedArray) -> dict[str, int]:
    counts = pc.value_counts(values)
    return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))


def _rank(severity: str) -> int:
    return RANK.get(severity, 0)


def _facts(facts: Counter[str], knowledge: Knowledge) -> list[dict[str, Any]]:
    return [
        {"fact": name, "label": fact_label(knowledge, name), "count": count} for name, count in _top(facts, _MOST_RULES)
    ]


def _title(rule: str, knowledge: Knowledge) -> str:
    known = knowledge.rules.get(rule)
    return known.title if known else rule.replace("_", " ")


def _top(counted: Counter[str], most: int) -> list[Pair]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:most]


def _most(counted: Counter[str], most: int) -> list[dict[str, Any]]:
    return [{"reason": reason, "patients": count} for reason, count in _top(counted, most)]
