"""What the following of a taper reads: signs that must not wait, and what each band of a withdrawal scale leads to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from benzosafe.knowledge.model import Evidence, Strict

BandAction = Literal["go_on", "hold", "step_back", "seek_help"]


class RedFlag(Strict):
    """A sign that needs emergency help: the words people write for it, and what to do."""

    label: str
    words: tuple[str, ...] = Field(min_length=1)
    do: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class BandStep(Strict):
    """What a band of a withdrawal scale leads to in a taper, and where that comes from."""

    action: BandAction
    evidence: Evidence


class ScaleSteps(Strict):
    """What each band of a withdrawal scale leads to, by the band's name in `scales/`; none where it has no bands."""

    bands: dict[str, BandStep] = Field(default_factory=dict)
