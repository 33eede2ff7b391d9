"""One regimen from many records: the same medicine seen as request, statement and dispense is one member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from benzosafe.patient.tables import DataGap, Order


def build_regimen(orders: Sequence[Order], on: date) -> tuple[list[Order], list[DataGap]]:
    """The regimen's members with history and conflicts; nothing is resolved silently.

    `Order.same_as` holds the order_ids (or FHIR references 'MedicationRequest/1') this record is linked to
    (basedOn, authorizingPrescription, derivedFrom); a link to something absent is ignored.
    """
    raise NotImplementedError
