"""Tiers that respect attention: what is shown first, what is folded away, and why. Nothing vanishes."""

from __future__ import annotations

from dataclasses import dataclass

from benzosafe.review.evaluate import SEVERITY_OF_RANK
from benzosafe.review.finding import Finding, reads_exposure

HARD_STOP, INTERRUPTIVE, IN_LINE, ON_DEMAND = 0, 1, 2, 3
_TIER = {"contraindicated": HARD_STOP, "high": INTERRUPTIVE, "moderate": IN_LINE, "low": ON_DEMAND, "info": ON_DEMAND}
# JUDGEMENT: between findings of one severity, the one that kills soonest comes first.
_TOPICS = ("respiratory", "identity", "dependence", "duplication", "metabolism", "populations", "dose", "monitoring")


@dataclass(frozen=True)
class Suppressed:
    """A finding that is folded away or shown less loudly, and why."""

    finding: Finding
    kind: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """Findings in the order to be read, those folded away, and those that could not be decided."""

    findings: list[Finding]
    suppressed: list[Suppressed]
    undecided: list[Finding]


def rank(found: list[Finding]) -> Verdict:
    """Sort what the rules said into shown, suppressed and undecided, with a tier each."""
    certain = [finding for finding in found if finding.rank]
    undecided = [finding for finding in found if not finding.rank and not finding.excluded]
    suppressed = [
        Suppressed(f, "excluded", f"a documented exclusion holds: {_names(f.excluded_by)}")
        for f in certain
        if f.excluded
    ]
    shown = [finding for finding in certain if not finding.excluded]
    covered = _covered(shown)
    suppressed += covered
    hidden = {id(item.finding) for item in covered}
    shown = sorted((f for f in shown if id(f) not in hidden), key=_order)
    for finding in shown:
        finding.tier = own_tier(finding)
    shown.sort(key=lambda finding: (finding.tier, *_order(finding)))
    return Verdict(
        shown,
        suppressed + _one_interruption(shown),
        sorted(undecided, key=lambda f: (-f.rank_possible, f.rule.rule.id)),
    )


def _covered(shown: list[Finding]) -> list[Suppressed]:
    """Findings that a broader finding of at least the same severity already says."""
    found = []
    for finding in shown:
        for broader in shown:
            # A verdict on one order says nothing about another order.
            same_subject = broader.place.order is None or broader.place.order == finding.place.order
            if same_subject and _says_it(broader, finding):
                found.append(Suppressed(finding, "covered", f"said by '{broader.rule.rule.title}'"))
                broader.covers.append(finding)
                break
    return found


def _says_it(broader: Finding, finding: Finding) -> bool:
    """Whether one finding makes another superfluous: at least as severe, and written to say it.

    Where each says the other and both are as severe, the one that cites what was measured stays, not the predicted one.
    """
    if finding.rule.rule.id not in broader.rule.rule.supersedes:
        return False
    mutual = broader.rule.rule.id in finding.rule.rule.supersedes
    return broader.rank > finding.rank or (
        broader.rank == finding.rank and not (mutual and reads_exposure(broader.rule))
    )


def own_tier(finding: Finding) -> int:
    """The tier of a finding by itself, before only one of several may interrupt."""
    severity = SEVERITY_OF_RANK[finding.rank]
    own = {str(level): tier for level, tier in finding.rule.rule.tier.items()}
    return own.get(severity, _TIER[severity])


def _order(finding: Finding) -> tuple[int, int, int, int, str]:
    topic = _TOPICS.index(finding.rule.topic) if finding.rule.topic in _TOPICS else len(_TOPICS)
    return (-finding.rank, not finding.caused_by_draft, topic, -finding.rank_possible, finding.rule.rule.id)


def _one_interruption(shown: list[Finding]) -> list[Suppressed]:
    """Only the first finding may interrupt; the others keep their severity and are shown in line."""
    louder = [finding for finding in shown if finding.tier == INTERRUPTIVE]
    first = next((finding for finding in shown if finding.tier <= INTERRUPTIVE), None)
    found = []
    for finding in louder:
        if finding is not first:
            finding.tier = IN_LINE
            title = first.rule.rule.title if first else ""
            found.append(Suppressed(finding, "attention", f"shown in line: '{title}' already interrupts"))
    return found


def _names(facts: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in facts)
