"""What a call comes to: the one finding a card is about, that something was not checked, or silence and why.

The service says it in a card; a forecast counts it. Both ask here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benzosafe.cds_hooks.judged import Judged
from benzosafe.cds_hooks.memory import Now, apart, fingerprint_of_missing, why_quiet
from benzosafe.review.finding import Finding
from benzosafe.review.rank import INTERRUPTIVE
from benzosafe.storage.events import Earlier, Silence

NOT_CHECKED = "not_checked"
"""What stands in a rule's place for the card that says what could not be checked."""


@dataclass(frozen=True)
class Decision:
    """At most one card: about the first finding, or that something was not checked; and what stays quiet."""

    first: Finding | None = None
    not_checked: bool = False
    silent: tuple[Silence, ...] = ()


def mark_of_missing(judged: Judged) -> str:
    """The same as long as the same data is missing."""
    return fingerprint_of_missing((*judged.not_told, *judged.drafts.unresolved))


def decide(judged: Judged, missing: str, earlier: Sequence[Earlier], now: Now) -> Decision:
    """Which card a judgement gives, with what was shown before; `missing` is the mark of the missing data."""
    shown, silent = apart(judged.relevant, judged.repeats, earlier, now)
    if shown and judged.result:
        return Decision(shown[0], silent=tuple(silent))
    if silent or not judged.needs_data:
        return Decision(silent=tuple(silent))
    why = why_quiet(missing, INTERRUPTIVE, earlier, now, repeats=False)
    if why:
        return Decision(silent=(Silence(NOT_CHECKED, missing, INTERRUPTIVE, why),))
    return Decision(not_checked=True)
