"""What is kept of a patient: the record that reviews are made of, fills from elsewhere, and the whole history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from benzosafe.audit.canonical import digest
from benzosafe.audit.ledger import Ledger
from benzosafe.errors import InputRefused, UsageError
from benzosafe.identity.accounts import Account, NotAllowed
from benzosafe.identity.roles import Role
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.access import Stranger, refuse_strangers_to
from benzosafe.prescriptions.desk import Desk
from benzosafe.prescriptions.history import as_data, handed, told
from benzosafe.prescriptions.outside import Imported, import_fills
from benzosafe.prescriptions.safety import read_record
from benzosafe.storage.rx_tables import records

_UNNAMED = ("", "patient")
"""What a record is called that names nobody."""


def keep_record(desk: Desk, who: Account, patient: str, text: str, now: datetime, reason: str = "") -> int:
    """A patient's record for the reviews; returns its version. InputRefused where it cannot be read."""
    _refuse_uncaring(who)
    found = read_record(text, desk.knowledge, desk.day(now))
    if found.patient_id not in (*_UNNAMED, patient):
        raise InputRefused(
            f"it is the record of '{found.patient_id}', not of '{patient}'.", where="record",
            next_step="Keep it under the patient whose it is.",
        )  # fmt: skip
    with desk.entering(who, now) as ledger:
        _refuse_taking_over(ledger, who, patient, reason)
        before = shelf.newest_record(ledger.connection, patient)
        version = before["version"] + 1 if before else 1
        row = {
            "id": desk.new_id(), "patient": patient, "version": version, "text": text, "sha": digest(text),
            "made_at": now, "made_by": who.id,
        }  # fmt: skip
        ledger.insert(records, row, "record kept", patient=patient, version=version)
    return version


def _refuse_taking_over(ledger: Ledger, who: Account, patient: str, reason: str) -> None:
    """A first record is how a prescriber's care begins; to take over somebody else's patient needs a reason, kept."""
    first = Role.prescriber in who.roles and shelf.newest_record(ledger.connection, patient) is None
    if first:
        return
    try:
        refuse_strangers_to(ledger.connection, who, patient)
    except Stranger:
        if Role.prescriber not in who.roles or not reason.strip():
            raise
        ledger.note("care taken over", f"patients/{patient}", reason=reason, patient=patient)


def record_of(desk: Desk, who: Account, patient: str, now: datetime) -> dict[str, Any]:
    """The newest record of a patient, for those who care for them; the view is kept in the audit chain."""
    with desk.entering(who, now) as ledger:
        refuse_strangers_to(ledger.connection, who, patient)
        ledger.note("record viewed", f"patients/{patient}")
        found = shelf.newest_record(ledger.connection, patient)
    if found is None:
        raise UsageError("no record of this patient is kept here.", next_step="Keep one; without it nothing is judged.")
    return {name: found[name] for name in ("version", "text", "made_at", "made_by")}


def import_outside(desk: Desk, who: Account, patient: str, file: tuple[bytes, str], now: datetime) -> Imported:
    """Keep fills from elsewhere, such as a monitoring programme's export, for a patient in one's care."""
    with desk.entering(who, now) as ledger:
        _refuse_uncaring(who)
        refuse_strangers_to(ledger.connection, who, patient)
        return import_fills(ledger, desk.knowledge, patient, file, who.id)


def history(desk: Desk, who: Account, patient: str, now: datetime) -> list[dict[str, Any]]:
    """Every supply of a patient with its sources, and where they disagree; the view is kept in the audit chain."""
    with desk.entering(who, now) as ledger:
        refuse_strangers_to(ledger.connection, who, patient)
        ledger.note("history viewed", f"patients/{patient}")
        return as_data(told(handed(ledger.connection, patient)))


def _refuse_uncaring(who: Account) -> None:
    if not {Role.prescriber, Role.pharmacist} & who.roles:
        raise NotAllowed("this is for prescribers and pharmacists.", next_step="Ask one of them.")
