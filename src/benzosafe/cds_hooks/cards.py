"""Cards in words: a summary of one line, the reason, what to do, what else was found, and what was not checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benzosafe.facts.labels import fact_label
from benzosafe.fhir.write_parts import RULE_SYSTEM
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.finding import Finding
from benzosafe.review.rank import HARD_STOP, INTERRUPTIVE, own_tier
from benzosafe.review.review import TriedChange

Json = dict[str, Any]
OVERRIDE_SYSTEM = "https://benzosafe.org/override-reason"
NON_ADHERENCE = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
WILL_MONITOR = "will-monitor"
_LONGEST_SUMMARY = 139  # the specification: fewer than 140 characters
_MOST_OTHERS = 4
_MOST_UNDECIDED = 3
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/cds-hooks")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~])")

OVERRIDE_REASONS: tuple[tuple[str, str, str], ...] = (
    (OVERRIDE_SYSTEM, WILL_MONITOR, "Will monitor: makes a dated task"),
    (NON_ADHERENCE, "risk-benefit-ratio", "Benefit outweighs the risk for this person"),
    (OVERRIDE_SYSTEM, "already-managed", "Already known and managed (naloxone at home, taper under way)"),
    (OVERRIDE_SYSTEM, "end-of-life-care", "End-of-life or palliative care"),
    (NON_ADHERENCE, "patient-refuses", "The person declines the change"),
    (NON_ADHERENCE, "prefers-alternative", "Another change was made instead"),
    (OVERRIDE_SYSTEM, "not-taken", "One of the medicines is no longer taken"),
    (OVERRIDE_SYSTEM, "wrong-for-this-patient", "Does not apply to this person"),
)


@dataclass(frozen=True)
class Content:
    """What a card may say: the finding it is about, the rest of the verdict, and what is not known."""

    finding: Finding
    others: Sequence[Finding] = ()
    best_change: TriedChange | None = None
    not_checked: Sequence[str] = ()
    undecided: Sequence[Finding] = ()
    suggestions: Sequence[Json] = ()
    report_url: str = ""
    dose_changes: Sequence[str] = ()


def card_id(instance: str, service: str, mark: str) -> str:
    """The same card gets the same id when the same call is answered again."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((instance, service, mark))))


def finding_card(name: str, content: Content, knowledge: Knowledge) -> Json:
    """The card about one finding."""
    rule = content.finding.rule.rule
    drugs = ", ".join(content.finding.ingredients).replace("ethanol", "alcohol")
    card: Json = {
        "uuid": name,
        "summary": _clipped(f"{rule.title}: {drugs}" if drugs else rule.title),
        "detail": _detail(content, knowledge),
        "indicator": indicator_of(content.finding),
        "source": _source(content.finding, knowledge),
        "overrideReasons": [
            {"system": system, "code": code, "display": display} for system, code, display in OVERRIDE_REASONS
        ],
    }
    if content.suggestions:
        card |= {"suggestions": list(content.suggestions), "selectionBehavior": "any"}
    if content.report_url:
        card["links"] = [{"label": "The full report of this review", "url": content.report_url, "type": "absolute"}]
    return card


def not_checked_card(name: str, lists: Sequence[str], about: str) -> Json:
    """The card that says a review could not be made, because what it needs was not there."""
    said = "; ".join(escaped(item) for item in lists)
    return {
        "uuid": name,
        "summary": _clipped(f"Not checked{about}: something needed was not available"),
        "detail": f"**Not checked.** Not available: {said}. That nothing is shown does not mean that nothing is "
        "dangerous.\n\n**What to do.** Ask for the medicines, conditions and alcohol use, or have the record system "
        f"send them; write the medicine so that it can be recognised.\n\n{_DRAFT}",
        "indicator": indicator_of(None),
        "source": {"label": "benzosafe", "url": "https://benzosafe.org"},
    }


_DRAFT = "_Draft: no rule here has had a clinical review by a named clinician. It supports a clinician's judgement._"


def indicator_of(finding: Finding | None) -> str:
    """How loud the card about a finding is; None is the card that says a review could not be made."""
    tier = None if finding is None else own_tier(finding)
    return "critical" if tier == HARD_STOP else "warning" if tier == INTERRUPTIVE else "info"


def _source(finding: Finding, knowledge: Knowledge) -> Json:
    evidence = finding.rule.rule.evidence[0]
    source = knowledge.sources[evidence.source]
    link = source.url or (f"https://doi.org/{source.doi}" if source.doi else "")
    found: Json = {
        "label": f"{source.citation}, {evidence.at}",
        "topic": {"system": RULE_SYSTEM, "code": finding.rule.rule.id, "display": finding.rule.rule.title},
    }
    return found | ({"url": link} if link.startswith(("https://", "http://")) else {})


def _detail(content: Content, knowledge: Knowledge) -> str:
    finding = content.finding
    predicted = finding.predicted["words"] if finding.predicted else ""
    parts = [
        f"**The draft.** {escaped('; '.join(content.dose_changes))}." if content.dose_changes else "",
        f"**Why.** {escaped(' '.join(filter(None, (finding.reason, predicted))))}",
        f"**What to do.** {escaped(' '.join(finding.rule.rule.advice.split()))}",
        *_folded_advice(content),
        _best(content.best_change),
        _others(content.others),
        _sure(finding, knowledge),
        _not_checked(content, knowledge),
        _DRAFT,
    ]
    return "\n\n".join(part for part in parts if part)


def _folded_advice(content: Content) -> list[str]:
    """What findings shown in line ask for, when it is a thing to do today."""
    urgent = [other for other in content.others if other.rule.rule.id.startswith("naloxone")]
    return [f"**Also.** {escaped(' '.join(other.rule.rule.advice.split()))}" for other in urgent[:1]]


def _best(change: TriedChange | None) -> str:
    if change is None:
        return ""
    gone = "; ".join(finding.rule.rule.title for finding in change.removes[:2])
    return (
        f"**The single change that helps most.** {escaped(change.change.words)} (would lower or end: {escaped(gone)})."
    )


def _others(others: Sequence[Finding]) -> str:
    if not others:
        return ""
    lines = [f"- {escaped(other.rule.rule.title)} ({other.severity})" for other in others[:_MOST_OTHERS]]
    rest = len(others) - len(lines)
    return "**Also found.**\n\n" + "\n".join(lines + ([f"- and {rest} more in the full report"] if rest else []))


def _sure(finding: Finding, knowledge: Knowledge) -> str:
    words = f"**How sure.** Severity {finding.severity}, from what is recorded."
    if finding.rank_possible > finding.rank and finding.missing:
        missing = ", ".join(fact_label(knowledge, name) for name in finding.missing[:3])
        words += f" It could be worse: not known are {escaped(missing)}."
    return f"{words} It is wrong when: {escaped(' '.join(finding.rule.rule.wrong_when.split()))}"


def question(finding: Finding, knowledge: Knowledge) -> str:
    """What could not be decided, and for want of what."""
    missing = ", ".join(fact_label(knowledge, name) for name in finding.missing[:2]) or "data"
    return f"{finding.rule.rule.title}: {missing} not known"


def _not_checked(content: Content, knowledge: Knowledge) -> str:
    lines = [f"- not available: {escaped(item)}" for item in content.not_checked]
    lines += [f"- {escaped(question(finding, knowledge))}" for finding in content.undecided[:_MOST_UNDECIDED]]
    rest = len(content.undecided) - _MOST_UNDECIDED
    if rest > 0:
        lines.append(f"- and {rest} more checks that could not be decided")
    return "**Not checked.**\n\n" + "\n".join(lines) if lines else ""


def _clipped(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= _LONGEST_SUMMARY:
        return words
    return words[: _LONGEST_SUMMARY - 1].rsplit(" ", 1)[0].rstrip(",:;") + "…"


def escaped(text: str) -> str:
    """Text as it stands, with nothing in it read as Markdown or HTML."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))
