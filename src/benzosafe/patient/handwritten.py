"""The short YAML a person writes about one patient, and one medicine written as a sentence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from benzosafe.patient.tables import Order, Record, SourceKind

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


def read_handwritten(text: str, name: str, knowledge: Knowledge, on: date) -> Record:
    """The patient in the file; a fault of the whole file raises InputRefused naming file and line."""
    raise NotImplementedError


def read_medicine_line(text: str, knowledge: Knowledge, *, order_id: str, source: SourceKind, on: date) -> list[Order]:
    """A medicine written as one sentence ("clonazepam 1 mg twice daily since 2024-02-01 for panic disorder")."""
    raise NotImplementedError
