"""A CDS Hooks request as it comes: each part read by itself, so that one bad part does not lose the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from benzosafe.cds_hooks.services import Service
from benzosafe.errors import InputRefused
from benzosafe.fhir.refusals import decode_json, text_bytes

T = TypeVar("T")
WHERE = "CDS Hooks request"
_MOST_KEYS = 100
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class _Body(Struct, rename="camel"):
    hook: Raw | UnsetType = UNSET
    hook_instance: Raw | UnsetType = UNSET
    fhir_server: Raw | UnsetType = UNSET
    fhir_authorization: Raw | UnsetType = UNSET
    context: Raw | UnsetType = UNSET
    prefetch: Raw | UnsetType = UNSET


class _Context(Struct, rename="camel"):
    patient_id: Raw | UnsetType = UNSET
    user_id: Raw | UnsetType = UNSET
    draft_orders: Raw | UnsetType = UNSET
    medications: Raw | UnsetType = UNSET
    selections: Raw | UnsetType = UNSET


class _Authorization(Struct):
    access_token: str | None = None
    token_type: str | None = None
    scope: str | None = None


@dataclass(frozen=True)
class HookRequest:
    """What a client asks: for whom, with which drafts, and which data it sent along."""

    service: Service
    instance: str
    patient_id: str
    user_id: str
    drafts: bytes | None
    """The Bundle of draft orders or refills, as JSON."""
    selections: tuple[str, ...]
    """References of the drafts just chosen; none means all."""
    prefetch: dict[str, Raw] = field(repr=False)
    fhir_server: str = ""
    access_token: str = field(default="", repr=False)


def read_request(data: bytes, service: Service) -> HookRequest:
    """A request to one service; InputRefused says which part cannot be read."""
    body: _Body | None = _read(decode_json(text_bytes(data, WHERE), WHERE), _Body)
    if body is None:
        raise _refused("the body is not an object.", "$", "Send the hook request as one JSON object.")
    hook = _read(body.hook, str)
    if hook != service.hook:
        raise _refused(
            f"this service answers {service.hook}, the request says {_shown(hook)}.", "hook",
            "GET /cds-services tells which service answers which hook.",
        )  # fmt: skip
    instance = _read(body.hook_instance, str)
    if not instance or len(instance) > 128:
        raise _refused("hookInstance is missing or no text.", "hookInstance", "Send a UUID that is new for every call.")
    context: _Context | None = _read(body.context, _Context)
    if context is None:
        raise _refused("there is no context object.", "context", "Send the context that the hook defines.")
    authorization = _read(body.fhir_authorization, _Authorization)
    return HookRequest(
        service, instance, _patient(context), str(_read(context.user_id, str) or "")[:128],
        _drafts(context, service), tuple(_read(context.selections, list[str]) or ()), _prefetch(body.prefetch),
        str(_read(body.fhir_server, str) or "")[:512], _bearer(authorization),
    )  # fmt: skip


def _bearer(authorization: _Authorization | None) -> str:
    if authorization is None or (authorization.token_type or "Bearer").lower() != "bearer":
        return ""
    return authorization.access_token or ""


def _patient(context: _Context) -> str:
    """The id, also where the client writes Patient/id."""
    written = _read(context.patient_id, str)
    name = (written or "").removeprefix("Patient/")
    if not _ID.fullmatch(name):
        raise _refused("patientId is missing or not a FHIR id.", "context.patientId", "Send the id of one Patient.")
    return name


def _drafts(context: _Context, service: Service) -> bytes | None:
    if service.hook == "patient-view":
        return None
    name = "medications" if service.hook == "medication-refill" else "draftOrders"
    given = context.medications if name == "medications" else context.draft_orders
    if isinstance(given, UnsetType) or bytes(given) == b"null":
        raise _refused("the orders are missing.", f"context.{name}", "Send the Bundle of orders the hook is about.")
    return bytes(given)


def _prefetch(raw: Raw | UnsetType) -> dict[str, Raw]:
    found: dict[str, Raw] | None = _read(raw, dict[str, Raw])
    if found is None:
        return {}
    if len(found) > _MOST_KEYS:
        raise _refused(f"prefetch has {len(found)} names.", "prefetch", "Send what the discovery asks for.")
    return found


def _read(raw: Raw | UnsetType, kind: type[T]) -> T | None:
    if raw is UNSET or isinstance(raw, UnsetType):
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _shown(value: Any) -> str:
    return f"'{str(value)[:40]}'" if value else "none"


def _refused(what: str, where: str, next_step: str) -> InputRefused:
    return InputRefused(what, where=f"{WHERE} {where}", next_step=next_step)
