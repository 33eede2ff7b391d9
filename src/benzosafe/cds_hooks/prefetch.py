"""From what the client sent, and what could be fetched, to the record: null is 'none', absent is 'not told'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from benzosafe.cds_hooks.request import WHERE, HookRequest
from benzosafe.cds_hooks.services import PREFETCH
from benzosafe.errors import InputRefused
from benzosafe.fhir.read import Most, read_bundle
from benzosafe.fhir.searches import LIST_OF_KEY, is_failed, is_whole, one_bundle, searches_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record

# JUDGEMENT: no record comes near these; beyond them an answer would come too late to be of use.
MOST = Most(medicines=1_000, resources=20_000)


@dataclass(frozen=True)
class Sent:
    """The record, which of our names stayed without an answer, and whether the data was asked for by other names."""

    record: Record
    missing: tuple[str, ...]
    other_names: bool
    resources: bytes
    """All that was sent, as one Bundle."""


def not_sent(request: HookRequest) -> dict[str, str]:
    """What the client left out or failed to read, by name: the address to read it at, relative to its FHIR server."""
    asked, sent = searches_of(request.patient_id), request.prefetch
    return {name: address for name, address in asked.items() if name not in sent or is_failed(bytes(sent[name]))}


def read_sent(request: HookRequest, fetched: Mapping[str, bytes], knowledge: Knowledge, on: date) -> Sent:
    """The record of the patient of the request; InputRefused when the data is of somebody else.

    `fetched`: answers to `not_sent`, by name; one that failed is left out.
    """
    parts = {name: bytes(raw) for name, raw in request.prefetch.items()}
    other_names = bool(parts) and not PREFETCH.keys() & parts.keys()
    parts |= fetched
    bundle = one_bundle(parts, request.patient_id)
    record = read_bundle(bundle, f"{WHERE} prefetch", knowledge, on, MOST)
    if record.patient_id != request.patient_id:
        raise InputRefused(
            f"the data is of Patient/{record.patient_id[:64]}, the context names Patient/{request.patient_id}.",
            where=f"{WHERE} prefetch", next_step="Send the data of the patient in the context; nothing was reviewed.",
        )  # fmt: skip
    missing = tuple(name for name in PREFETCH if not _is_told(name, parts.get(name), record))
    return Sent(record, missing, other_names, bundle)


def _is_told(name: str, raw: bytes | None, record: Record) -> bool:
    """Whether an answer came, whole: a list that has further pages, or lost entries, is not told."""
    if raw is None or is_failed(raw) or not is_whole(name, raw):
        return False
    return name not in LIST_OF_KEY or bool(getattr(record.coverage, LIST_OF_KEY[name]))
