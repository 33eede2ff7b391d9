"""Logging in by an OpenID provider, where one is set."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from benzosafe.identity import accounts, sessions
from benzosafe.identity.sessions import OPENID, OPENID_ACR
from benzosafe.prescriptions.desk import SYSTEM
from benzosafe.service.outgoing import OutgoingFailed, OutgoingRefused
from benzosafe.service.problems import Problem
from benzosafe.service.rx import openid
from benzosafe.service.rx.bodies import Session
from benzosafe.service.rx.room import Room
from benzosafe.service.rx.session_routes import peer_of, set_cookie, shown
from benzosafe.service.rx.signed_in import refuse_foreign
from benzosafe.service.settings import OpenId
from benzosafe.smart.door import SmartRefused
from benzosafe.smart.identity import Identity

_FOLDER = "/rx/openid"
_NOT_SAID = Problem(502, "The OpenID provider cannot be reached.", next_step="Log in with password and code instead.")


def router(room: Room, provider: OpenId) -> APIRouter:
    """/rx/openid."""
    routes = APIRouter(prefix=_FOLDER, tags=["accounts"])
    back = f"{room.state.settings.base_url}{_FOLDER}/back"
    cookie = f"{room.cookie}-openid"
    door, vault = room.state.outgoing, room.desk.vault

    @routes.get("", summary="Log in by the OpenID provider", response_class=RedirectResponse, status_code=303)
    async def begin(request: Request) -> RedirectResponse:
        refuse_foreign(room, request)
        room.count_try(peer_of(request))
        try:
            begun = await openid.begin(provider, door, vault, back, room.now())
        except (OutgoingFailed, OutgoingRefused):
            raise _NOT_SAID from None
        answer = RedirectResponse(begun.url, 303)
        # Lax, because the browser comes back from the provider's site; it opens nothing by itself.
        answer.set_cookie(
            cookie, begun.kept, max_age=int(openid.LONGEST.total_seconds()), path="/", secure=room.secure,
            httponly=True, samesite="lax",
        )  # fmt: skip
        return answer

    @routes.get("/back", summary="The browser comes back from the provider")
    async def back_again(request: Request, response: Response) -> Session:
        try:
            kept = openid.opened(vault, request.cookies.get(cookie, ""))
            given = dict(request.query_params)
            who = await openid.finish(provider, door, kept, given, (back, room.now()))
        except SmartRefused as refusal:
            raise Problem(401, refusal.what, next_step=refusal.next_step) from None
        except (OutgoingFailed, OutgoingRefused):
            raise _NOT_SAID from None
        response.delete_cookie(cookie, path="/", secure=room.secure, httponly=True, samesite="lax")
        before = request.cookies.get(room.cookie, "")
        return await run_in_threadpool(_begun, room, who, response, before)

    return routes


def _begun(room: Room, who: Identity, response: Response, before: str) -> Session:
    """A session for the account that carries the provider's name for the person; for looking, unless `acr` is asked."""
    provider = room.state.settings.openid
    proved_by = OPENID_ACR if provider is not None and provider.acr else OPENID
    with room.desk.entering(SYSTEM, room.now()) as ledger:
        fitting = [one for one in accounts.everybody(ledger) if one.details.get("openid_subject") == who.subject]
        found = fitting[0] if len(fitting) == 1 and not fitting[0].disabled and not fitting[0].renew else None
        if found is None:
            ledger.note("log-in refused", "accounts/unknown", why="no account for this person of the provider")
        else:
            sessions.forget(ledger, before)
            token = sessions.begin(ledger, room.desk.vault, found, proved_by)
    if found is None:
        raise Problem(403, "No account here is for this person.", next_step="An administrator records it.")
    set_cookie(room, response, token)
    return shown(found, token)
