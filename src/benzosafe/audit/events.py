"""The audit chain as FHIR R4 AuditEvents: one for each entry, with its place in the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Engine

from benzosafe.audit.concerned import names_of, patients_of
from benzosafe.audit.ledger import entries
from benzosafe.storage.database import reading
from benzosafe.storage.snapshot import AT_ONCE, one_moment

SYSTEM = "https://benzosafe.org/audit"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_PATIENT_ROLE = {"system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1", "display": "Patient"}
_DONE, _REFUSED = "0", "4"
_ORDER, _PATIENT, _LOG_IN = ("110109", "Order Record"), ("110110", "Patient Record"), ("110114", "User Authentication")
_ACCOUNT, _SECRETS = ("110136", "Security Roles Changed"), ("110137", "User Security Attributes Changed")
_EXPORT, _AUDIT, _ALERT = ("110106", "Export"), ("110101", "Audit Log Used"), ("110113", "Security Alert")


@dataclass(frozen=True)
class _Kind:
    """What an action is in FHIR: create, read, update, delete or execute, and of what type."""

    action: str
    type: tuple[str, str]
    outcome: str = _DONE


def _kinds(action: str, kind: tuple[str, str], *names: str, outcome: str = _DONE) -> dict[str, _Kind]:
    return dict.fromkeys(names, _Kind(action, kind, outcome))


KINDS: dict[str, _Kind] = {
    **_kinds("C", _ORDER, "request", "draft", "reviewed", "finding answered", "task made", "fill"),
    **_kinds("R", _ORDER, "view", "listed", "tasks listed", "counter-check looked at", "advice looked at"),
    **_kinds(
        "U", _ORDER, "task done", "ask", "answer", "decline", "change", "review", "sign", "transmit", "receive",
        "verify", "dispense", "dispense_part", "transfer", "clarify", "hold", "release", "refuse", "cancel", "expire",
    ),
    **_kinds("R", _EXPORT, "papers made"),
    **_kinds("C", _PATIENT, "record kept", "outside fill kept"),
    **_kinds("R", _PATIENT, "record viewed", "history viewed", "care taken over"),
    **_kinds("E", _LOG_IN, "factors proved", "logged in", "logged out", "passkey used", "recovery code used"),
    **_kinds("E", _LOG_IN, "log-in refused", outcome=_REFUSED),
    **_kinds("C", _ACCOUNT, "account made"),
    **_kinds("R", _ACCOUNT, "accounts listed"),
    **_kinds("U", _ACCOUNT, "account disabled"),
    **_kinds("C", _SECRETS, "key made", "passkey made", "recovery code made"),
    **_kinds(
        "U", _SECRETS, "key retired", "key revoked", "passkey removed", "recovery code replaced", "password changed",
        "second factor renewed", "secret sealed anew",
    ),
    **_kinds("R", _AUDIT, "audit read", "audit exported"),
    **_kinds("E", _ALERT, "refused", outcome=_REFUSED),
}  # fmt: skip
"""Every action that an entry may have."""


_OTHER = _Kind("E", ("110100", "Application Activity"))
"""Of an entry that another version of benzosafe wrote: told, never left out."""


def audit_events(engine: Engine, since: int = 0) -> Iterator[dict[str, Any]]:
    """The entries after one as AuditEvents, one after the other, with names of accounts and patients where known."""
    found = entries(one_moment(engine), since)
    while some := list(islice(found, AT_ONCE)):
        with reading(engine) as connection:
            names = names_of(connection, (entry["actor"] for entry in some))
            patients = patients_of(connection, (entry["about"] for entry in some))
        for entry in some:
            yield audit_event(entry, names.get(entry["actor"], ""), patients.get(entry["about"], ""))


def audit_event(entry: dict[str, Any], name: str = "", patient: str = "") -> dict[str, Any]:
    """One entry as an AuditEvent; its number and its hash in the chain are details of what it is about."""
    kind = KINDS.get(entry["action"], _OTHER)
    code, display = kind.type
    said = [("entry", entry["seq"]), ("hash", entry["hash"]), *entry["details"].items()]
    patient = str(entry["details"].get("patient", "")) or patient
    about, _, which = entry["about"].partition("/")
    return {
        "resourceType": "AuditEvent", "id": f"entry-{entry['seq']}",
        "type": {"system": _DICOM, "code": code, "display": display},
        "subtype": [{"system": SYSTEM, "code": entry["action"].replace(" ", "-"), "display": entry["action"]}],
        "action": kind.action, "recorded": entry["at"], "outcome": kind.outcome,
        "agent": [{"who": _named("accounts", entry["actor"], name), "requestor": True}],
        "source": {"observer": {"display": "benzosafe"}},
        "entity": [
            {
                "what": _named(about, which),
                "detail": [{"type": one, "valueString": _text(value)} for one, value in said if _text(value).strip()],
            },
            *([{"what": _named("patients", patient), "role": _PATIENT_ROLE}] if patient.strip() else []),
        ],
    }  # fmt: skip


def ndjson(engine: Engine, since: int = 0) -> Iterator[bytes]:
    """The same as lines of JSON."""
    for event in audit_events(engine, since):
        yield json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _named(kind: str, which: str, name: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"identifier": {"system": f"{SYSTEM}/{kind}", "value": which.strip() or "unknown"}}
    return found | ({"display": name} if name.strip() else {})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
