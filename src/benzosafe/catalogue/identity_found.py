"""What the truth check answers: what disagrees, what could not be checked, what was understood."""

from __future__ import annotations

from dataclasses import dataclass, field

from benzosafe.catalogue.listing import Statement

AGREES, REFUSED, NOT_KNOWN = "agrees", "refused", "not_known"


@dataclass(frozen=True)
class Disagreement:
    """Two sides that cannot both be true, or something that must not be offered."""

    code: str
    what: str
    sides: tuple[Statement, ...]


@dataclass
class Checked:
    """The answer: what the listing is about, what disagrees, and what could not be checked."""

    ingredient: str | None
    disagreements: list[Disagreement] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    understood: list[tuple[Statement, str]] = field(default_factory=list)
    """Every statement that was understood, and as what."""

    @property
    def status(self) -> str:
        """`refused` where anything disagrees, `not_known` where anything could not be checked, else `agrees`."""
        return REFUSED if self.disagreements else NOT_KNOWN if self.not_checked else AGREES
