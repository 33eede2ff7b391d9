"""From the options of `simulate` to a plan: the patient's file or the schedule's file is read here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benzosafe.errors import InputRefused

if TYPE_CHECKING:  # kinetics is loaded when something is simulated, not to show the help
    from benzosafe.exposure.plan import Plan
    from benzosafe.exposure.written_plan import Written
    from benzosafe.exposure.written_schedule import Listing
    from benzosafe.knowledge.load import Knowledge


def plan_of(patient: str | None, on: str | None, written: Written, knowledge: Knowledge) -> Plan:
    """The plan of a patient or of the options."""
    from benzosafe.cli.inputs import read_day, read_patient, tell
    from benzosafe.exposure.written_plan import plan_of_record, plan_of_written

    if patient is None:
        return plan_of_written(written, knowledge, tell)
    day = read_day(on)
    return plan_of_record(written, knowledge, read_patient(patient, knowledge, day), day, tell)


def listing_of(path: Path | None) -> Listing | None:
    """The text of --schedule."""
    from benzosafe.exposure.written_schedule import Listing

    if path is None:
        return None
    try:
        return Listing(str(path), path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}.", where=str(path), next_step="Check the path.") from None
    except UnicodeDecodeError as error:
        raise InputRefused(f"is not UTF-8 (byte {error.start}).", where=str(path), next_step="Save it so.") from None
