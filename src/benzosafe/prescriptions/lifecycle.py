"""The life cycle of a prescription as one table of moves: who may make each, from where to where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from benzosafe.errors import BenzosafeError, nearest
from benzosafe.identity.accounts import NotAllowed
from benzosafe.identity.roles import Role


class State(StrEnum):
    """Where a prescription stands."""

    requested = "requested"
    needs_information = "needs_information"
    declined = "declined"
    drafted = "drafted"
    reviewed = "reviewed"
    signed = "signed"
    transmitted = "transmitted"
    received = "received"
    verified = "verified"
    partly_dispensed = "partly_dispensed"
    dispensed = "dispensed"
    held = "held"
    cancelled = "cancelled"
    expired = "expired"


@dataclass(frozen=True)
class Move:
    """One way from some states to another."""

    name: str
    sources: tuple[State, ...]
    target: State
    roles: tuple[Role, ...]
    needs_reason: bool = False
    new: bool = False
    """Whether it begins a prescription."""


class MoveRefused(BenzosafeError):
    """A move that may not be made now, or by this person."""

    exit_code = 4


class NotForRole(NotAllowed, MoveRefused):
    """A move that this person may never make, whenever it is."""


_S, _R = State, Role
_AT_PHARMACY = (_S.received, _S.verified, _S.partly_dispensed, _S.dispensed)
LIVE = (_S.signed, _S.transmitted, *_AT_PHARMACY, _S.held)
"""Signed, and not at its end."""
MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("request", (), _S.requested, (_R.patient, _R.prescriber), new=True),
        Move("ask", (_S.requested,), _S.needs_information, (_R.prescriber,), needs_reason=True),
        Move("answer", (_S.needs_information,), _S.requested, (_R.patient, _R.prescriber), needs_reason=True),
        Move("decline", (_S.requested, _S.needs_information), _S.declined, (_R.prescriber,), needs_reason=True),
        Move("draft", (_S.requested,), _S.drafted, (_R.prescriber,), new=True),
        Move("change", (_S.drafted, _S.reviewed), _S.drafted, (_R.prescriber,)),
        Move("review", (_S.drafted, _S.reviewed), _S.reviewed, (_R.prescriber,)),
        Move("sign", (_S.reviewed,), _S.signed, (_R.prescriber,)),
        Move("transmit", (_S.signed,), _S.transmitted, (_R.prescriber,)),
        Move("receive", (_S.transmitted,), _S.received, (_R.pharmacist,)),
        Move("verify", (_S.received, _S.verified, _S.dispensed, _S.partly_dispensed), _S.verified, (_R.pharmacist,)),
        Move("dispense_part", (_S.verified, _S.partly_dispensed), _S.partly_dispensed, (_R.pharmacist,)),
        Move("dispense", (_S.verified, _S.partly_dispensed), _S.dispensed, (_R.pharmacist,)),
        Move("transfer", _AT_PHARMACY, _S.transmitted, (_R.pharmacist,), needs_reason=True),
        Move("clarify", _AT_PHARMACY, _S.held, (_R.pharmacist,), needs_reason=True),
        Move("hold", (_S.transmitted, *_AT_PHARMACY), _S.held, (_R.prescriber,), needs_reason=True),
        Move("release", (_S.held,), _S.transmitted, (_R.prescriber,), needs_reason=True),
        Move(
            "refuse", (_S.received, _S.verified, _S.partly_dispensed), _S.declined, (_R.pharmacist,), needs_reason=True
        ),
        Move("cancel", (_S.drafted, _S.reviewed, *LIVE), _S.cancelled, (_R.prescriber,), needs_reason=True),
        Move("expire", LIVE, _S.expired, (_R.system,)),
    )
}
ENDS = (State.declined, State.cancelled, State.expired)


def allowed_move(name: str, state: State | None, roles: frozenset[Role], reason: str = "") -> Move:
    """The move, if it may be made from here by somebody with these roles; else MoveRefused with the reason."""
    found = MOVES.get(name)
    if found is None:
        raise MoveRefused(f"'{name}' is no move.{nearest(name, MOVES)}", next_step=f"Moves: {', '.join(MOVES)}.")
    if not roles & set(found.roles):
        raise NotForRole(f"'{name}' is for a {' or '.join(found.roles)}.", next_step="Ask one of them.")
    if not (found.new if state is None else state in found.sources):
        able = [other.name for other in MOVES.values() if state in other.sources and other.roles != (Role.system,)]
        where = state.replace("_", " ") if state else "not there yet"
        raise MoveRefused(
            f"it is {where}, and '{name}' leads from: {', '.join(found.sources) or 'nothing'}.",
            next_step=f"From here: {', '.join(able)}." if able else "It has ended; write a new one.",
        )
    if found.needs_reason and not reason.strip():
        raise MoveRefused(f"'{name}' needs a reason.", next_step="Say why; it is kept.")
    return found


def diagram() -> str:
    """The life cycle as a Mermaid state diagram, written from the table of moves."""
    lines = ["stateDiagram-v2"]
    for one in MOVES.values():
        label = f"{one.name} ({', '.join(one.roles)})"
        lines += [f"    [*] --> {one.target}: {label}"] if one.new else []
        lines += [f"    {source} --> {one.target}: {label}" for source in one.sources]
    return "\n".join([*lines, *(f"    {end} --> [*]" for end in ENDS)]) + "\n"
