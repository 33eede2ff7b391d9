"""What administrators and auditors do: accounts and signing keys; the audit chain. Neither prescribes nor dispenses."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Query

from benzosafe.audit import ledger as chain
from benzosafe.audit.events import audit_events
from benzosafe.identity import accounts, keys, sessions
from benzosafe.identity.accounts import Asked, NotAllowed
from benzosafe.identity.roles import Role
from benzosafe.service.rx.bodies import NewUser, Reason, Secrets
from benzosafe.service.rx.room import Room
from benzosafe.service.rx.session_routes import secrets_of
from benzosafe.service.rx.signed_in import SignedIn, signed_in
from benzosafe.storage.snapshot import one_moment

MOST_EVENTS = 1000
DETAILS = ("profession", "registration", "pharmacy", "patient", "openid_subject")


def asked_of(body: NewUser) -> Asked:
    """The account that was asked for."""
    details = {name: value for name in DETAILS if (value := getattr(body, name).strip())}
    return Asked(body.name, frozenset(map(Role, body.roles)), body.password, body.shown_as, details, renew=True)


def router(room: Room) -> APIRouter:
    """/rx/users and /rx/audit."""
    routes = APIRouter(prefix="/rx", tags=["office"])
    _users(routes, room)
    _keys(routes, room)
    _audit(routes, room)
    return routes


def _users(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.get("/users", summary="All accounts")
    def everybody(me: SignedIn = needed) -> list[dict[str, Any]]:
        who = me.must_be(Role.administrator, Role.auditor)
        with desk.entering(who, room.now()) as ledger:
            ledger.note("accounts listed", f"accounts/{who.id}")
            return [one.data for one in accounts.everybody(ledger)]

    @routes.post("/users", summary="Make an account; its secrets are shown once", status_code=201)
    def make(body: NewUser, me: SignedIn = needed) -> Secrets:
        who = me.must_be(Role.administrator)
        with desk.entering(who, room.now()) as ledger:
            return secrets_of(accounts.enrol(ledger, desk.vault, asked_of(body), desk.new_id()))

    @routes.post("/users/{name}/disable", summary="Disable an account; its sessions end", status_code=204)
    def disable(name: str, me: SignedIn = needed) -> None:
        who = me.must_be(Role.administrator)
        with desk.entering(who, room.now()) as ledger:
            accounts.set_disabled(ledger, name)
            sessions.end_all(ledger, accounts.named(ledger, name)["id"])

    @routes.post("/users/{name}/second-factor", summary="A new second factor for somebody who has lost it")
    def second_factor(name: str, me: SignedIn = needed) -> Secrets:
        who = me.must_be(Role.administrator)
        with desk.entering(who, room.now()) as ledger:
            made = accounts.new_second_factor(ledger, desk.vault, name, desk.new_id())
            sessions.end_all(ledger, made.account.id)
        return secrets_of(made)


def _keys(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.post("/users/{name}/keys", summary="A new signing key for a prescriber; the old one is retired")
    def rotate(name: str, body: Reason, me: SignedIn = needed) -> dict[str, str]:
        who = me.must_be(Role.administrator)
        with desk.entering(who, room.now()) as ledger:
            if accounts.named(ledger, name)["granted_by"] == who.id:
                raise NotAllowed(
                    "whoever made the account does not let it sign.", next_step="Ask another administrator."
                )
            return {"public_key": keys.rotate(ledger, desk.vault, name, desk.new_id(), body.reason)}

    @routes.post("/users/{name}/keys/revoke", summary="Revoke a prescriber's keys, as after a loss")
    def revoke(name: str, body: Reason, me: SignedIn = needed) -> dict[str, int]:
        who = me.must_be(Role.administrator)
        with desk.entering(who, room.now()) as ledger:
            return {"revoked": keys.revoke(ledger, name, body.reason)}


def _audit(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.get("/audit", summary="The audit chain as FHIR AuditEvents, a thousand at a time")
    def events(since: int = Query(default=0, ge=0, le=2_000_000_000), me: SignedIn = needed) -> dict[str, Any]:
        who = me.must_be(Role.auditor)
        with desk.entering(who, room.now()) as ledger:
            ledger.note("audit read", f"accounts/{who.id}", since=since)
        found = []
        for number, event in enumerate(audit_events(desk.engine, since)):
            if number == MOST_EVENTS:
                break
            found.append({"resource": event})
        return {"resourceType": "Bundle", "type": "collection", "entry": found}

    @routes.get("/audit/verify", summary="Whether anything was changed, taken out or moved")
    def verify(me: SignedIn = needed) -> dict[str, Any]:
        me.must_be(Role.auditor)
        faults = chain.faults(one_moment(desk.engine), desk.vault.chain_key)
        return {"faults": faults, "head": chain.head(desk.engine).words}
