"""Logging in and out, and what people do with their own accounts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from benzosafe.audit.ledger import entering
from benzosafe.identity import accounts, passkeys, sessions
from benzosafe.identity.accounts import Account, Enrolled
from benzosafe.identity.factors import NOBODY, Second, password_right, prove
from benzosafe.identity.passkeys import LOG_IN, REGISTER, PasskeyAnswer
from benzosafe.service.problems import Problem
from benzosafe.service.rx.bodies import Factors, LogIn, NewPasskey, NewPassword, Secrets, Session
from benzosafe.service.rx.room import Room
from benzosafe.service.rx.signed_in import SignedIn, refuse_foreign, signed_in

NOT_LET_IN = (
    "Name, password or second factor is wrong, or the account rests.",
    "Try again; after five failures an account rests for a quarter of an hour.",
)


def second_of(room: Room, given: Factors, purpose: str) -> Second:
    """The second factor that was sent."""
    return PasskeyAnswer(room.site, purpose, given.passkey) if given.passkey is not None else given.code


def proved(room: Room, name: str, given: Factors, purpose: str, peer: str) -> Account:
    """The account of both factors; Problem 401 where they do not hold, in the same words whatever is wrong."""
    room.count_try(peer)
    right = password_right(room.desk.engine, name, given.password)
    with entering(room.desk.engine, room.desk.vault.chain_key, NOBODY, room.now()) as ledger:
        found = prove(ledger, room.desk.vault, name, right, second_of(room, given, purpose))
    if found is None:
        raise Problem(401, NOT_LET_IN[0], next_step=NOT_LET_IN[1])
    return found


def peer_of(request: Request) -> str:
    """The address that called."""
    return request.client.host if request.client else "unknown"


def set_cookie(room: Room, response: Response, token: str) -> None:
    """The session's cookie: for this host alone, out of reach of scripts, and never sent along from other sites."""
    response.set_cookie(
        room.cookie, token, max_age=int(sessions.LONGEST.total_seconds()), path="/", secure=room.secure, httponly=True,
        samesite="strict",
    )  # fmt: skip


def shown(who: Account, token: str) -> Session:
    """A session as its page sees it."""
    return Session(
        name=who.name, shown_as=who.shown_as, roles=sorted(who.roles), csrf=sessions.csrf_of(token), renew=who.renew
    )


def secrets_of(made: Enrolled) -> Secrets:
    """What is shown once."""
    return Secrets(
        name=made.account.name, totp_secret=made.totp_secret, totp_link=made.link(), recovery_codes=list(made.codes)
    )


def router(room: Room) -> APIRouter:
    """/rx/session and /rx/me."""
    routes = APIRouter(prefix="/rx", tags=["accounts"])
    _session(routes, room)
    _own_account(routes, room)
    _own_passkeys(routes, room)
    return routes


def _session(routes: APIRouter, room: Room) -> None:
    needed = Depends(signed_in(room))
    desk = room.desk

    @routes.post("/session", summary="Log in with both factors")
    def log_in(body: LogIn, request: Request, response: Response) -> Session:
        refuse_foreign(room, request)
        who = proved(room, body.name, body, LOG_IN, peer_of(request))
        with desk.entering(who, room.now()) as ledger:
            sessions.forget(ledger, request.cookies.get(room.cookie, ""))
            token = sessions.begin(ledger, desk.vault, who, "passkey" if body.passkey is not None else "code")
        set_cookie(room, response, token)
        return shown(who, token)

    @routes.post("/session/challenge", summary="What a browser needs to answer with a passkey")
    def challenge(request: Request) -> dict[str, Any]:
        refuse_foreign(room, request)
        room.count_try(peer_of(request))
        with entering(desk.engine, desk.vault.chain_key, NOBODY, room.now()) as ledger:
            return passkeys.answer_options(ledger, room.site, LOG_IN, None)

    @routes.get("/session", summary="Who is logged in")
    def session(me: SignedIn = needed) -> Session:
        return shown(me.account, me.token)

    @routes.delete("/session", summary="Log out", status_code=204)
    def log_out(response: Response, me: SignedIn = needed) -> None:
        with desk.entering(me.account, room.now()) as ledger:
            sessions.end(ledger, me.account, me.token)
        response.delete_cookie(room.cookie, path="/", secure=room.secure, httponly=True, samesite="strict")


def _own_account(routes: APIRouter, room: Room) -> None:
    needed = Depends(signed_in(room))
    desk = room.desk

    @routes.post("/me/password", summary="A new password; other sessions end", status_code=204)
    def password(body: NewPassword, request: Request, me: SignedIn = needed) -> None:
        who = proved(room, me.account.name, body, LOG_IN, peer_of(request))
        with desk.entering(who, room.now()) as ledger:
            accounts.set_password(ledger, who.name, body.new_password)
            sessions.end_all(ledger, who.id, but=me.token)

    @routes.post("/me/renew", summary="The first log-in: a password and a second factor that only the owner knows")
    def renew(body: NewPassword, request: Request, me: SignedIn = needed) -> Secrets:
        who = proved(room, me.account.name, body, LOG_IN, peer_of(request))
        with desk.entering(who, room.now()) as ledger:
            accounts.set_password(ledger, who.name, body.new_password)
            made = accounts.new_second_factor(ledger, desk.vault, who.name, desk.new_id())
            sessions.end_all(ledger, who.id, but=me.token)
        return secrets_of(made)

    @routes.post("/me/second-factor", summary="A new code generator and new recovery codes; other sessions end")
    def second_factor(body: Factors, request: Request, me: SignedIn = needed) -> Secrets:
        who = proved(room, me.account.name, body, LOG_IN, peer_of(request))
        with desk.entering(who, room.now()) as ledger:
            made = accounts.new_second_factor(ledger, desk.vault, who.name, desk.new_id())
            sessions.end_all(ledger, who.id, but=me.token)
        return secrets_of(made)


def _own_passkeys(routes: APIRouter, room: Room) -> None:
    needed = Depends(signed_in(room))
    desk = room.desk

    @routes.get("/me/passkeys", summary="One's own passkeys")
    def listed(me: SignedIn = needed) -> list[dict[str, Any]]:
        with desk.entering(me.account, room.now()) as ledger:
            return passkeys.listed(ledger, me.account)

    @routes.post("/me/passkeys/challenge", summary="What a browser needs to make a passkey")
    def challenge(me: SignedIn = needed) -> dict[str, Any]:
        with desk.entering(me.account, room.now()) as ledger:
            return passkeys.register_options(ledger, room.site, me.account)

    @routes.post("/me/passkeys", summary="Keep a passkey, with both factors", status_code=204)
    def make(body: NewPasskey, request: Request, me: SignedIn = needed) -> None:
        who = proved(room, me.account.name, body, LOG_IN, peer_of(request))
        with desk.entering(who, room.now()) as ledger:
            given = PasskeyAnswer(room.site, REGISTER, body.answer)
            passkeys.register(ledger, who, given, desk.new_id(), body.label)

    @routes.delete("/me/passkeys/{passkey}", summary="Take a passkey out of use", status_code=204)
    def remove(passkey: str, me: SignedIn = needed) -> None:
        with desk.entering(me.account, room.now()) as ledger:
            passkeys.remove(ledger, me.account, passkey)
