"""Who may touch what: patients their own, prescribers what they wrote, pharmacies what came to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, String, cast, exists, or_, select

from benzosafe.identity.accounts import Account, NotAllowed
from benzosafe.identity.roles import Role
from benzosafe.prescriptions.lifecycle import State
from benzosafe.storage.rx_tables import prescriptions, records

_OPEN_TO_PRESCRIBERS = (State.requested, State.needs_information)


class Stranger(NotAllowed):
    """Not there, or nothing to do with this account: which of the two is not told."""

    def __init__(self) -> None:
        super().__init__(
            "there is no such thing for this account.", next_step="List what there is, or ask an administrator."
        )


def refuse_strangers(who: Account, row: Mapping[str, Any]) -> None:
    """Stranger for whoever has nothing to do with a prescription."""
    if who.disabled or not (
        Role.system in who.roles or _is_patient(who, row["patient"]) or _prescribes(who, row) or _hands(who, row)
    ):
        raise Stranger


def refuse_strangers_to(connection: Connection, who: Account, patient: str) -> None:
    """Stranger for whoever has nothing to do with a patient: no record, prescription or supply joins them."""
    if who.disabled or not (_is_patient(who, patient) or _cares_for(connection, who, patient)):
        raise Stranger


def visible_to(who: Account) -> Any:
    """The prescriptions of which a list may speak, as a condition for a query."""
    rows = prescriptions.c
    ways = []
    if Role.patient in who.roles and who.details.get("patient"):
        ways.append(rows.patient == who.details["patient"])
    if Role.prescriber in who.roles:
        ways.append(or_(rows.made_by == who.id, rows.state.in_([str(state) for state in _OPEN_TO_PRESCRIBERS])))
    if Role.pharmacist in who.roles and who.details.get("pharmacy"):
        ways.append(rows.pharmacy == who.details["pharmacy"])
    return or_(*ways) if ways else None


def _is_patient(who: Account, patient: str) -> bool:
    return Role.patient in who.roles and bool(patient) and who.details.get("patient") == patient


def _prescribes(who: Account, row: Mapping[str, Any]) -> bool:
    mine = row["made_by"] == who.id
    return Role.prescriber in who.roles and (mine or State(row["state"]) in _OPEN_TO_PRESCRIBERS)


def _hands(who: Account, row: Mapping[str, Any]) -> bool:
    return Role.pharmacist in who.roles and bool(row["pharmacy"]) and who.details.get("pharmacy") == row["pharmacy"]


def _cares_for(connection: Connection, who: Account, patient: str) -> bool:
    careful = who.roles & {Role.prescriber, Role.pharmacist}
    seen = visible_to(who)
    if not careful or seen is None:
        return False
    # Asking, or being asked, is not yet care: whoever writes or hands out for a patient learns of them.
    written = cast(prescriptions.c.content, String) != "null"
    through = exists().where(prescriptions.c.patient == patient, seen, written)
    kept = exists().where(records.c.patient == patient, records.c.made_by == who.id)
    return bool(connection.execute(select(or_(through, kept))).scalar())
