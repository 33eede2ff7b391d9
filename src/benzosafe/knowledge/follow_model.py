"""What the following of a taper reads: signs that must not wait, and withdrawal scales with what each band leads to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from benzosafe.knowledge.model import Evidence, Name, Strict
from benzosafe.knowledge.rule_model import Threshold

BandAction = Literal["go_on", "hold", "step_back", "seek_help"]


class RedFlag(Strict):
    """A sign that needs emergency help: the words people write for it, and what to do."""

    label: str
    words: tuple[str, ...] = Field(min_length=1)
    do: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Band(Strict):
    """A band of a scale's total, with the action it leads to and where that action comes from."""

    name: str
    low: int
    high: int
    action: BandAction
    evidence: Evidence


class Scale(Strict):
    """A withdrawal scale: its items, the points each may have, its highest total, and its bands where published.

    `unscored`: items at the end that are asked but not counted; `turned`: items whose answer counts the other way
    round; `flag_items`: item number to the red flag it asks about.
    """

    label: str
    scored: int
    unscored: int = 0
    points_per_item: int
    highest: Threshold
    turned: tuple[int, ...] = ()
    flag_items: dict[int, Name] = Field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    note: str = ""
