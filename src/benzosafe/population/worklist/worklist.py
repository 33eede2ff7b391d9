"""The worklist of a screen as data (schema benzosafe.worklist/1): who is to be seen first, why, what can be done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benzosafe import __version__
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.screen.job import read_manifest
from benzosafe.population.screen.strata import AGE_BANDS, SEXES
from benzosafe.population.screen.summary import STATUS_OF_KNOWLEDGE
from benzosafe.population.worklist.candidates import Candidate, Screened, screened_patients
from benzosafe.population.worklist.closer import Closer, Look
from benzosafe.population.worklist.not_judged import not_judged_rows
from benzosafe.population.worklist.ranking import Ranked, rank_by_harm
from benzosafe.population.worklist.top_findings import TopFinding, top_findings
from benzosafe.review.report import cited

SCHEMA = "benzosafe.worklist/1"
CHANGE, DO_NOT_TAPER, NO_CHANGE = "change", "do_not_taper", "no_change_found"
STRATA = (CHANGE, DO_NOT_TAPER, NO_CHANGE)
NOT_ADVICE = (
    "The list says who is in danger and which change the review found best. It decides nothing about a patient, and "
    "nobody is to be tapered to meet a measure. A benzodiazepine or Z-drug must not be stopped at once."
)


def worklist_data(folder: Path, knowledge: Knowledge, capacity: int) -> dict[str, Any]:
    """The patients to be seen first, as many as can be seen, and everyone else counted or listed behind them.

    UsageError where the folder holds no finished screen.
    """
    manifest = read_manifest(folder)
    found = screened_patients(folder)
    closer = Closer(folder, knowledge, date.fromisoformat(manifest["on"]))
    ranked = rank_by_harm(found.candidates, capacity, closer)
    findings = _findings(folder, found.candidates, ranked)
    listed = [_listed(place, look, findings, knowledge) for place, look in enumerate(ranked.listed, start=1)]
    beyond = _beyond(ranked, found.candidates, findings, knowledge)
    return {
        "schema": SCHEMA,
        "engine_version": __version__,
        "knowledge_version": version_of(knowledge),
        "knowledge_status": STATUS_OF_KNOWLEDGE,
        "screened_with": {"engine_version": manifest["engine_version"], "knowledge_version": manifest["knowledge"]},
        "note": NOT_ADVICE,
        "screened_on": manifest["on"],
        "input": manifest["input"],
        "capacity": capacity,
        "counts": _counts(found, ranked, len(beyond)),
        "strata": _strata(listed),
        "groups": _groups(found, ranked),
        "listed": listed,
        "beyond_capacity": beyond,
        "not_judged": not_judged_rows(folder, found.not_judged),
    }


def version_of(knowledge: Knowledge) -> str:
    """The knowledge as a screen names it."""
    return f"{knowledge.version}+{knowledge.digest[:12]}"


def _findings(folder: Path, candidates: Iterable[Candidate], ranked: Ranked[Look]) -> dict[str, TopFinding]:
    of_part: dict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        of_part[candidate.part].add(candidate.patient)
    return top_findings(folder, of_part, {look.candidate.patient for look in ranked.listed})


def _counts(found: Screened, ranked: Ranked[Look], beyond: int) -> dict[str, Any]:
    return {
        "patients": found.by_status.total(),
        "by_status": dict(sorted(found.by_status.items())),
        "candidates": len(found.candidates),
        "listed": len(ranked.listed),
        "beyond_capacity": beyond,
        "in_line_only": found.in_line_only,
        "not_judged": found.by_status["not_known"] + found.by_status["refused"],
        "partly_judged": found.partly_judged,
        "died": found.by_status["deceased"],
        "looked_at_closely": len(ranked.listed) + len(ranked.beyond),
    }


def _strata(listed: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counted = Counter(entry["stratum"] for entry in listed)
    return {stratum: counted[stratum] for stratum in STRATA}


def _groups(found: Screened, ranked: Ranked[Look]) -> list[dict[str, Any]]:
    """Reviewed, in danger and listed, by age band and sex: so that it is seen who is passed over."""
    candidates = Counter(candidate.group for candidate in found.candidates)
    listed = Counter(look.candidate.group for look in ranked.listed)
    return [
        {"age_band": band, "sex": sex, "reviewed": found.groups[band, sex],
         "candidates": candidates[band, sex], "listed": listed[band, sex]}
        for band in AGE_BANDS for sex in SEXES if found.groups[band, sex]
    ]  # fmt: skip


def _listed(place: int, look: Look, findings: Mapping[str, TopFinding], knowledge: Knowledge) -> dict[str, Any]:
    candidate = look.candidate
    top = findings.get(candidate.patient)
    return {
        "rank": place,
        **_about(candidate),
        "stratum": _stratum(look),
        "finding": _finding(top, knowledge, advice=not (candidate.do_not_taper or look.offers.not_offered)),
        "other_findings": top.others if top else 0,
        "undecided_checks": candidate.undecided,
        "preventable_harm": look.harm,
        "preventable_harm_at_most": candidate.burden,
        "changes": [asdict(offer) for offer in look.offers.offered],
        "not_offered": [asdict(item) for item in look.offers.not_offered],
        "can_be_done": list(look.can_be_done),
    }


def _about(candidate: Candidate) -> dict[str, Any]:
    band, sex = candidate.group
    return {
        "patient": candidate.patient, "age_years": candidate.age_years, "age_band": band, "sex": sex,
        "do_not_taper": list(candidate.do_not_taper),
    }  # fmt: skip


def _stratum(look: Look) -> str:
    if look.candidate.do_not_taper:
        return DO_NOT_TAPER
    return CHANGE if look.offers.offered else NO_CHANGE


def _finding(top: TopFinding | None, knowledge: Knowledge, *, advice: bool) -> dict[str, Any] | None:
    """The finding with its rule's title; its advice, which may be to lower a medicine, only where none is held back."""
    if top is None:
        return None
    rule = knowledge.rules.get(top.rule)
    row = top.row or {}
    return {
        "rule": top.rule, "title": rule.title if rule else top.rule.replace("_", " "), "tier": top.tier,
        "severity": top.severity, "severity_possible": row.get("severity_possible"), "topic": row.get("topic"),
        "version": row.get("version"), "reason": row.get("reason") or "",
        "ingredients": list(row.get("ingredients") or ()), "orders": list(row.get("orders") or ()),
        "missing": list(row.get("missing") or ()), "advice": " ".join(rule.advice.split()) if rule and advice else "",
        "sources": [cited(one.source, one.at, one.strength, one.confidence, knowledge) for one in rule.evidence]
        if rule else [],
    }  # fmt: skip


def _beyond(
    ranked: Ranked[Look], candidates: Sequence[Candidate], findings: Mapping[str, TopFinding], knowledge: Knowledge
) -> list[dict[str, Any]]:
    """Everyone behind the list, by what a change could take away: exactly where looked at, else at most."""
    listed = {look.candidate.patient for look in ranked.listed}
    harms = {look.candidate.patient: look.harm for look in ranked.beyond}
    rest = [candidate for candidate in candidates if candidate.patient not in listed]
    rest.sort(key=lambda one: (-harms.get(one.patient, one.burden), *one.at_most_first))
    return [
        {
            "rank": place, **_about(candidate), "finding": _brief(findings.get(candidate.patient), knowledge),
            "preventable_harm": harms.get(candidate.patient), "preventable_harm_at_most": candidate.burden,
        }
        for place, candidate in enumerate(rest, start=len(listed) + 1)
    ]  # fmt: skip


def _brief(top: TopFinding | None, knowledge: Knowledge) -> dict[str, Any] | None:
    if top is None:
        return None
    rule = knowledge.rules.get(top.rule)
    return {
        "rule": top.rule, "title": rule.title if rule else top.rule.replace("_", " "), "tier": top.tier,
        "severity": top.severity,
    }  # fmt: skip
