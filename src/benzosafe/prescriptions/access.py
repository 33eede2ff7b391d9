"""Who may touch which prescription: patients their own, prescribers what they wrote, pharmacies what came to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.identity.accounts import Account, NotAllowed
from benzosafe.identity.roles import Role
from benzosafe.prescriptions.lifecycle import State

_OPEN_TO_PRESCRIBERS = (State.requested, State.needs_information)


def refuse_strangers(who: Account, row: Mapping[str, Any]) -> None:
    """NotAllowed for whoever has nothing to do with it; nothing is said about whether it exists."""
    if who.disabled or not (
        Role.system in who.roles or _is_patient(who, row) or _prescribes(who, row) or _hands(who, row)
    ):
        raise NotAllowed("this is not for this account.", next_step="Ask an administrator what it may do.")


def _is_patient(who: Account, row: Mapping[str, Any]) -> bool:
    return Role.patient in who.roles and bool(row["patient"]) and who.details.get("patient") == row["patient"]


def _prescribes(who: Account, row: Mapping[str, Any]) -> bool:
    mine = row["made_by"] == who.id
    return Role.prescriber in who.roles and (mine or State(row["state"]) in _OPEN_TO_PRESCRIBERS)


def _hands(who: Account, row: Mapping[str, Any]) -> bool:
    return Role.pharmacist in who.roles and bool(row["pharmacy"]) and who.details.get("pharmacy") == row["pharmacy"]
