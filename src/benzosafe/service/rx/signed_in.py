"""Whose call it is: the session's cookie, and for every change the page's own token beside it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi import Request

from benzosafe.errors import BenzosafeError
from benzosafe.identity.accounts import Account
from benzosafe.identity.roles import Role
from benzosafe.identity.sessions import csrf_of, whose
from benzosafe.service.note import note_of
from benzosafe.service.problems import Problem
from benzosafe.service.rx.room import Room
from benzosafe.storage.database import DatabaseFailed

CSRF_HEADER = "X-CSRF-Token"
_BEFORE_RENEWAL = frozenset({"/rx/session", "/rx/me/renew"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class SignedIn:
    """Somebody with a session."""

    account: Account
    token: str

    @property
    def csrf(self) -> str:
        """What the page sends along with every change."""
        return csrf_of(self.token)

    def must_be(self, *roles: Role) -> Account:
        """The account, where it has one of these roles; Problem 403 where not."""
        if not self.account.roles & set(roles):
            raise Problem(403, f"This is for: {', '.join(roles)}.", next_step="Ask one of them.")
        return self.account


def refuse_foreign(room: Room, request: Request) -> None:
    """A page of another site gets nothing, whatever cookies its browser adds."""
    origin = request.headers.get("origin", room.site.origin)
    if origin != room.site.origin or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        note_of(request.scope).refused = "another site"
        raise Problem(403, "The call comes from another site.", where="Origin", next_step="Use the pages of this one.")


def signed_in(room: Room) -> Callable[[Request], Iterator[SignedIn]]:
    """The dependency of every route that is not open; what is refused to somebody is kept in the audit chain."""

    def found(request: Request) -> Iterator[SignedIn]:
        me = _found(room, request)
        try:
            yield me
        except DatabaseFailed:
            raise  # there is nothing to keep it in
        except (BenzosafeError, Problem) as refusal:
            with room.desk.entering(me.account, room.now()) as ledger:
                step = getattr(request.scope.get("route"), "name", "")
                ledger.note("refused", f"accounts/{me.account.id}", step=step, why=refusal.what)
            raise

    return found


def _found(room: Room, request: Request) -> SignedIn:
    """Whose call it is; Problem where it is nobody's, or its page is not ours."""
    token = request.cookies.get(room.cookie, "")
    session = whose(room.desk.engine, room.desk.vault, token, room.now()) if token else None
    if session is None:
        note_of(request.scope).refused = "no session"
        raise Problem(401, "Nobody is logged in.", next_step="Log in: POST /rx/session.")
    if request.method not in _READING:
        refuse_foreign(room, request)
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), csrf_of(token).encode()):
            note_of(request.scope).refused = "no page token"
            raise Problem(
                403, "The call does not carry the token of its session.", where=CSRF_HEADER,
                next_step="Send the csrf that the log-in gave.",
            )  # fmt: skip
    account = session.account
    if session.only_looks and request.method not in _READING and request.url.path != "/rx/session":
        raise Problem(
            403, "A log-in by the OpenID provider is for looking, because it may have asked for one factor only.",
            next_step="Log in with password and code.",
        )  # fmt: skip
    if account.renew and request.url.path not in _BEFORE_RENEWAL:
        raise Problem(
            403, "Somebody else has seen the secrets of this account.",
            next_step="Make new ones first: POST /rx/me/renew.",
        )  # fmt: skip
    return SignedIn(account, token)
