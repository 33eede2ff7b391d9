"""What a launch ends with: access to one patient's record, for one person, renewed while they stay signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from benzosafe.smart.discovery import SmartServer
from benzosafe.smart.door import Door, Random, SmartRefused, text_of
from benzosafe.smart.grant import Grant, TokenRequest, ask
from benzosafe.smart.identity import Expected, Identity, identify
from benzosafe.smart.launch import App, Pending, token_request
from benzosafe.smart.scopes import lacking

_FHIR_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True)
class Token:
    """Access for one person to one patient's record; prints without its secrets."""

    server: SmartServer
    app: App
    grant: Grant
    patient: str
    """Empty when the record system named none: then nothing may be shown as this patient's."""
    encounter: str
    identity: Identity | None
    """Who is signed in; None when the record system did not say."""
    refresh_token: str = field(repr=False)

    @property
    def lacking(self) -> frozenset[str]:
        """Kinds of resource that the granted scopes do not show, or show in part only."""
        return lacking(self.grant.scope)


async def redeem(request: TokenRequest, pending: Pending, door: Door, now: datetime) -> Token:
    """Exchange the code for a token and check who and whom it is for."""
    grant = await ask(request, door, now)
    id_token, expected = text_of(grant.stated, "id_token"), Expected(pending.app.client_id, pending.nonce)
    identity = await identify(id_token, expected, pending.server, door, now) if id_token else None
    patient, encounter = (_id(grant, name, pending.server) for name in ("patient", "encounter"))
    return Token(
        pending.server, pending.app, grant, patient, encounter, identity, text_of(grant.stated, "refresh_token")
    )


async def refresh(token: Token, door: Door, now: datetime, random: Random) -> Token:
    """A new token for the same patient; SmartRefused when the record system names another.

    Who is signed in stays as it was proved at the launch: an id_token here carries no nonce of ours, and real servers
    leave out its audience, so it proves nothing and is not read.
    """
    server, app = token.server, token.app
    if not token.refresh_token:
        raise SmartRefused("the session cannot be renewed.", where=server.fhir_base, next_step="Launch again.")
    form = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
    grant = await ask(token_request(server, app, form, now, random), door, now)
    patient = _id(grant, "patient", server)
    if patient and patient != token.patient:
        raise SmartRefused(
            "the renewed session is of another patient.", where=server.fhir_base,
            next_step="Nothing was shown. Launch again for the patient at hand.",
        )  # fmt: skip
    renewed = text_of(grant.stated, "refresh_token") or token.refresh_token
    return replace(token, grant=grant, refresh_token=renewed)


def _id(grant: Grant, name: str, server: SmartServer) -> str:
    """The id of a resource in the launch context; empty when none is stated."""
    found = grant.stated.get(name)
    if found is None or found == "":
        return ""
    if not isinstance(found, str) or not _FHIR_ID.fullmatch(found):
        raise SmartRefused(
            f"the {name} it names is no FHIR id.", where=server.fhir_base,
            next_step="Nothing was opened; ask the operator of the record system.",
        )  # fmt: skip
    return found
