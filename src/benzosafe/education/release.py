"""What a clinician has released of a paper; what was not is not shown to the patient, and the paper says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from benzosafe.errors import UsageError, nearest
from benzosafe.knowledge.education_model import Part

PARTS: tuple[Part, ...] = tuple(part for part in get_args(Part) if part != "general")


@dataclass(frozen=True)
class Release:
    """Who released which parts of a paper on which day; by nobody, nothing but what is general is shown."""

    by: str = ""
    on: date | None = None
    parts: frozenset[Part] = frozenset()

    def shows(self, part: Part) -> bool:
        """Whether a part may be shown to the patient."""
        return part == "general" or (bool(self.by) and part in self.parts)


NOTHING = Release()


def release_of(by: str | None, held_back: Sequence[str], on: date) -> Release:
    """A release of all parts but those held back; UsageError for a part there is not, or parts without a name."""
    wrong = next((part for part in held_back if part not in PARTS), None)
    if wrong is not None:
        raise UsageError(
            f"there is no part '{wrong}'.{nearest(wrong, PARTS)}", where="--hold-back",
            next_step=f"The parts are: {', '.join(PARTS)}.",
        )  # fmt: skip
    name = " ".join((by or "").split())
    if not name:
        if held_back or by is not None:
            raise UsageError("nobody released anything.", where="--release", next_step="Add --release 'Dr A. Lee'.")
        return NOTHING
    return Release(name, on, frozenset(part for part in PARTS if part not in held_back))
