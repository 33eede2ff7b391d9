"""Reads one patient from a FHIR server as one Bundle, in which what could not be read says so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from benzosafe.errors import UsageError
from benzosafe.fhir.pages import SearchFailed, read_pages
from benzosafe.fhir.searches import LIST_OF_KEY, PATIENT, one_bundle, searches_of
from benzosafe.smart.door import Door, SmartRefused
from benzosafe.smart.grant import Grant
from benzosafe.smart.scopes import lacking

_MOST_PAGES = 100
_NOT_OFFERED = (404, 405, 501)
_FHIR_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


class Access(Protocol):
    """Somebody who holds tokens for one FHIR server."""

    @property
    def fhir_base(self) -> str:
        """The server, without a slash at its end."""

    async def grant(self, refused: str = "") -> Grant:
        """A token that holds now; another one when the server refused the one named."""


@dataclass(frozen=True)
class PatientRead:
    """The Bundle that a review takes, and what is missing from it."""

    bundle: bytes = field(repr=False)
    not_read: Mapping[str, str]
    """Why, by the name of the search."""


class _Status(Exception):
    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


async def read_patient(patient_id: str, access: Access, door: Door) -> PatientRead:
    """Everything a review asks for; what the server does not show stays unknown in the Bundle, never 'none'."""
    if not _FHIR_ID.fullmatch(patient_id) or set(patient_id) == {"."}:
        raise UsageError(
            f"'{patient_id[:64]}' is not a FHIR id: letters, digits, '-' and '.', at most 64.", where="PATIENT_ID",
            next_step="Give the id of the Patient resource, not a name or a record number.",
        )  # fmt: skip
    reading = _Reading(access, door)
    asked = searches_of(patient_id)
    person = await reading.answer(PATIENT, asked.pop(PATIENT))
    if PATIENT in reading.not_read or not _is_person(person, patient_id):
        raise SmartRefused(
            f"the patient was not read ({reading.not_read.get(PATIENT, 'another answer than this Patient')}).",
            where=access.fhir_base, next_step="Check the id, and that the client may read Patient.",
        )  # fmt: skip
    answers = await asyncio.gather(*(reading.answer(name, address) for name, address in asked.items()))
    parts = {PATIENT: person, **dict(zip(asked, answers, strict=True))}
    return PatientRead(one_bundle(parts, patient_id), reading.not_read)


class _Reading:
    def __init__(self, access: Access, door: Door) -> None:
        self._access, self._door = access, door
        self._base = access.fhir_base.rstrip("/") + "/"
        self.not_read: dict[str, str] = {}

    async def answer(self, name: str, address: str) -> bytes:
        """The answer to one search, or a statement that there is none, with the reason."""
        try:
            found = await read_pages(self._base, address, self._get, _MOST_PAGES)
        except _Status as error:
            self.not_read[name] = str(error)
            offered = name in LIST_OF_KEY or error.status not in _NOT_OFFERED
            return _outcome(f"{_kind(address)}: {error}", offered=offered)
        except SearchFailed as error:
            self.not_read[name] = str(error)
            return _outcome(f"{_kind(address)}: {error}")
        searched = "?" in address  # what is read by its id is whole, whatever the scopes say
        if not searched or _kind(address) not in lacking((await self._access.grant()).scope):
            return found
        self.not_read[name] = f"the granted scopes do not show every {_kind(address)}"
        return b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":%s},{"resource":%s}]}' % (
            found, _outcome(self.not_read[name]),
        )  # fmt: skip

    async def _get(self, url: str) -> bytes:
        """One GET; a token that is refused is renewed once."""
        token = (await self._access.grant()).access_token
        answer = await self._door.request("GET", url, token=token)
        if answer.status == 401:
            token = (await self._access.grant(refused=token)).access_token
            answer = await self._door.request("GET", url, token=token)
        if answer.status != 200:
            raise _Status(answer.status)
        return answer.body


def _outcome(words: str, *, offered: bool = True) -> bytes:
    """An OperationOutcome; one of a search that the server does not offer leaves the list itself known."""
    severity, code = ("error", "incomplete") if offered else ("warning", "not-supported")
    issue = {"severity": severity, "code": code, "diagnostics": words}
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": [issue]})


def _kind(address: str) -> str:
    """The kind of resource an address asks for."""
    return re.split(r"[/?]", address, maxsplit=1)[0]


def _is_person(raw: bytes, patient_id: str) -> bool:
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return isinstance(found, dict) and (found.get("resourceType"), found.get("id")) == ("Patient", patient_id)
