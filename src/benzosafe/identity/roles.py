"""What an account may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account may do; the system makes moves that the calendar makes."""

    patient = "patient"
    prescriber = "prescriber"
    pharmacist = "pharmacist"
    administrator = "administrator"
    auditor = "auditor"
    system = "system"
