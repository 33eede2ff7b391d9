"""An assessment as JSON and as lines of text under headings, in the order in which it is talked through."""

from __future__ import annotations

from typing import Any

from benzosafe.knowledge.model import Evidence
from benzosafe.taper.assess import REVIEW, Assessment, Dependence, Point, SuggestedPace

SCHEMA = "benzosafe.assessment/1"
_LISTS = (
    "flags", "setting_points", "refusals", "holds", "guidance", "harm_of_continuing", "harm_of_stopping", "first",
    "ends",
)  # fmt: skip
_MOST_NOT_KNOWN = 8  # lines with what each would settle; the rest stand in one line
_DAYS_PER_YEAR = 365.25
_DECISIONS = {
    "not computed": "No plan can be computed.",
    "not proposed": "No plan is proposed unless a named clinician overrides the reasons below with a reason.",
    "may be proposed": "A plan may be proposed; whether to taper is for the patient and the clinician to choose.",
}


def assessment_data(assessment: Assessment) -> dict[str, Any]:
    """An assessment as plain data for JSON: every statement with its state and sources, nothing left out."""
    return {
        "schema": SCHEMA,
        "status": "draft",
        "drug": assessment.drug,
        "on": assessment.on.isoformat(),
        "decision": assessment.decision,
        "dependence": _dependence_data(assessment.dependence),
        "setting": assessment.setting,
        **{name: [_point_data(point) for point in getattr(assessment, name)] for name in _LISTS},
        "suggested_pace": _pace_data(assessment.pace) if assessment.pace else None,
        "not_known": [{"what": label, "would_settle": list(titles)} for label, titles in assessment.not_known],
    }


def _dependence_data(dependence: Dependence) -> dict[str, Any]:
    return {
        "likelihood": list(dependence.likelihood),
        "dose_band": list(dependence.dose_band),
        "recorded": dependence.recorded,
        "rests_on": {ground.label: ground.value for ground in dependence.rests_on},
        "words": dependence.words,
        "sources": _sources(dependence.evidence),
    }


def _pace_data(pace: SuggestedPace) -> dict[str, Any]:
    return {
        "share": float(pace.share), "days": pace.days, "days_to_an_eighth": pace.days_to_an_eighth, "why": pace.why,
        "sources": _sources(pace.evidence),
    }  # fmt: skip


def _point_data(point: Point) -> dict[str, Any]:
    return {
        "name": point.name, "title": point.title, "state": point.state, "level": point.level, "words": point.words,
        "instead": point.instead, "missing": list(point.missing), "done": point.done,
        "sources": _sources(point.evidence),
    }  # fmt: skip


def _sources(evidence: tuple[Evidence, ...]) -> list[dict[str, str]]:
    return [
        {"id": item.source, "at": item.at, "strength": item.strength, "confidence": item.confidence}
        for item in evidence
    ]


def assessment_words(assessment: Assessment) -> list[tuple[str, list[str]]]:
    """An assessment as headings with lines; headings that would be empty are left out."""
    parts = [
        (
            f"Whether to taper {assessment.drug} (draft)",
            [_DECISIONS[assessment.decision], *_lines(assessment.guidance)],
        ),
        ("Why no plan is computed", _lines(assessment.refusals)),
        ("Reasons not to taper now", _holds(assessment)),
        ("Physical dependence", _dependence(assessment.dependence)),
        ("Risk of complicated withdrawal", _flags(assessment)),
        ("Setting", _setting(assessment)),
        ("Harm of continuing", _harms(assessment.harm_of_continuing)),
        ("Harm of stopping", _harms(assessment.harm_of_stopping)),
        ("What to put in place first", [_first(point) for point in assessment.first]),
        ("Suggested pace", _pace(assessment.pace)),
        ("Where it may end", _lines(assessment.ends)),
        ("Not known, and it would matter", _not_known(assessment)),
    ]
    return [(heading, lines) for heading, lines in parts if lines]


def _line(point: Point) -> str:
    instead = f" {point.instead}" if point.instead else ""
    return f"{point.title}: {point.words}{instead} {_cited(point.evidence)}"


def _lines(points: tuple[Point, ...]) -> list[str]:
    return [_line(point) for point in points]


def _cited(evidence: tuple[Evidence, ...]) -> str:
    """'[asam_2025, Rec 6; house, ... (recalled)]'."""
    each = (
        f"{item.source}{f', {item.at}' if item.at else ''}{' (recalled)' if item.confidence == 'recalled' else ''}"
        for item in evidence
    )
    return f"[{'; '.join(each)}]"


def _open(points: tuple[Point, ...]) -> list[str]:
    titles = [point.low_title for point in points if point.state == "not known"]
    return [f"Not known whether it applies: {'; '.join(titles)}."] if titles else []


def _holds(assessment: Assessment) -> list[str]:
    present = [point for point in assessment.holds if point.state == "present"]
    blocks = [f"BLOCKS A PLAN. {_line(point)}" for point in present if point.level == "block"]
    cautions = [_line(point) for point in present if point.level != "block"]
    return [*blocks, *cautions, *_open(assessment.holds)]


def _dependence(dependence: Dependence) -> list[str]:
    rests = "; ".join(f"{ground.label}: {ground.value}" for ground in dependence.rests_on)
    return [f"{dependence.words} {_cited(dependence.evidence)}", f"Rests on {rests}."]


def _harms(points: tuple[Point, ...]) -> list[str]:
    """What holds, then what the ordinary review found, by title, then what is not known."""
    found = [point for point in points if point.name.startswith(REVIEW)]
    lines = [_line(point) for point in points if point.state == "present" and point not in found]
    cited = [f"The review of all medicines finds ({p.level}): {p.title} {_cited(p.evidence)}" for p in found]
    return [*lines, *cited, *_open(points)]


def _flags(assessment: Assessment) -> list[str]:
    found = []
    for flag in assessment.flags:
        first = " (asks for specialist advice)" if flag.level == "major" and flag.state == "present" else ""
        said = f". {flag.words} {_cited(flag.evidence)}" if flag.state == "present" else ""
        found.append(f"{flag.title}: {flag.state}{first}{said}")
    return found


def _setting(assessment: Assessment) -> list[str]:
    lines = _lines(assessment.setting_points)
    if assessment.setting == "specialist":
        major = [flag.low_title for flag in assessment.flags if flag.level == "major" and flag.state == "present"]
        lines.insert(0, f"Discuss specialist or inpatient care before the first step: {'; '.join(major)}.")
    return lines


def _first(point: Point) -> str:
    if point.done:
        return f"{point.title}: recorded as done {_cited(point.evidence)}"
    if point.state == "not known":
        return f"If it applies (not known: {', '.join(point.missing)}). {_line(point)}"
    return _line(point)


def _pace(pace: SuggestedPace | None) -> list[str]:
    if pace is None:
        return []
    years = pace.days_to_an_eighth / _DAYS_PER_YEAR
    return [
        f"{float(100 * pace.share):g} % of the current dose every {pace.days} days. {pace.why} {_cited(pace.evidence)}",
        f"At this pace an eighth of the dose is left after about {years:.1f} years; it is adjusted to what happens.",
    ]


def _not_known(assessment: Assessment) -> list[str]:
    full, rest = assessment.not_known[:_MOST_NOT_KNOWN], assessment.not_known[_MOST_NOT_KNOWN:]
    lines = [f"{label}: {'; '.join(titles)}" for label, titles in full]
    return [*lines, f"Also: {'; '.join(label for label, _ in rest)}"] if rest else lines
