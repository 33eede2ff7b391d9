"""What a forecast asks the bedside: the draft with the record as it then stood, and what the service would do.

The rules are not known here. Whoever runs a forecast hands in the service's own decision as a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class Signing:
    """One order at the moment it was signed, as a record system would send it."""

    patient: str
    on: date
    prefetch: Mapping[str, bytes]
    """The answers to the service's own searches, by name."""

    drafts: bytes
    """The Bundle with the order as a draft."""


@dataclass(frozen=True)
class Card:
    """The card an order gets: about which rule, how loud, and whether it is a hard stop."""

    rule: str
    indicator: str
    hard: bool


@dataclass(frozen=True)
class Decided:
    """What the service made of an order: its card or silence, the order's ingredients, and why it could not judge."""

    card: Card | None = None
    ingredients: tuple[str | None, ...] = ()
    """None for a part that could not be told."""

    why_not: str = ""
    """Why silence is no judgement; empty where it is one."""


class Decide(Protocol):
    """The service's decision; a function that other processes can import by its name."""

    def __call__(self, signing: Signing, knowledge: Knowledge) -> Decided:
        """What the service would do."""
        ...


NO_DATE = "the order has no date that can be read"
MEDICINE_NOT_KNOWN = "the medicine is not known here"
NO_MEDICINE = "the order names no medicine"
ORDER_UNREADABLE = "the order cannot be read"
RECORD_REFUSED = "the patient's record was refused"
WHY_NOT = (NO_DATE, MEDICINE_NOT_KNOWN, NO_MEDICINE, ORDER_UNREADABLE, RECORD_REFUSED)
"""Every reason for which an order is not judged."""
