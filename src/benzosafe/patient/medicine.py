"""One medicine as any reader met it, turned into one order per ingredient.

Readers (FHIR, hand-written YAML, draft lines) only fill `Medicine`; names, doses and dates are worked out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from benzosafe.patient.dose import Dosage
from benzosafe.patient.tables import DataGap, Order, SourceKind
from benzosafe.patient.timeline import OrderTimes

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class Medicine:
    """One medicine entry: what was written, its codes (system URI, code), dosage, dates and links.

    `strength_mg` is given only where the record states it itself (Medication.ingredient.strength); otherwise the
    strength comes from the product code or the text.
    """

    order_id: str
    text: str
    times: OrderTimes
    codes: tuple[tuple[str, str], ...] = ()
    dosages: tuple[Dosage, ...] = ()
    directions: str = ""
    strength_mg: float | None = None
    route: str | None = None
    form: str | None = None
    indication_text: str = ""
    indication_codes: tuple[tuple[str, str], ...] = ()
    same_as: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def source(self) -> SourceKind:
        """Which kind of record it came from."""
        return self.times.kind


def orders_of(medicine: Medicine, knowledge: Knowledge, on: date) -> tuple[list[Order], list[DataGap]]:
    """One order per ingredient; an unresolved name gives one order without ingredient and a listed gap."""
    raise NotImplementedError
