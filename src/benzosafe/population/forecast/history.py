"""One patient's record through time: the current resources, and what a record system would have sent at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

import msgspec

from benzosafe.fhir.bundle import reference_tail
from benzosafe.fhir.searches import PATIENT, SEARCHES
from benzosafe.population.forecast.moments import Json, Moment, at_path, is_before, known_from
from benzosafe.population.forecast.then import as_draft, as_it_stood
from benzosafe.population.intake.reading import medicine_pointed_to
from benzosafe.population.rows import PatientRows, Row

ORDER = "MedicationRequest"
_HANDED_ON = frozenset({"MedicationStatement", "MedicationDispense"})
_ORDERED_BY = ("basedOn", "derivedFrom", "authorizingPrescription")
_ASKED = {address.partition("?")[0].partition("/")[0]: name for name, address in SEARCHES.items()}
ASKED_KINDS = tuple(_ASKED)
"""Kinds of resource the service asks for."""

_LOOKED_AT = frozenset({*_ASKED, "Medication", "Encounter"})
_OF_OBSERVATIONS = parse_qs(SEARCHES["observations"].partition("?")[2])
_CATEGORIES = frozenset(_OF_OBSERVATIONS["category"][0].split(","))
_MOST_OBSERVATIONS = int(_OF_OBSERVATIONS["_count"][0])


@dataclass(frozen=True)
class Kept:
    """One resource that is on the record now, and since when."""

    row: Row
    body: Json = field(repr=False)
    since: Moment | None

    @property
    def place(self) -> tuple[tuple[date, float], str, bytes]:
        """Where an order stands among those of its patient; of the same moment, the one with the lower id first."""
        return (self.since or Moment(date.min)).sorted_by, self.row.id, self.row.resource


@dataclass(frozen=True)
class Sent:
    """What would have been sent, and how much of it rests on dates that are not there."""

    prefetch: dict[str, bytes]
    undated: bool
    """Whether some resource has no date, and so was taken as on record all along."""

    end_undated: bool
    """Whether some medicine or problem has ended, and no one can tell when."""


class History:
    """The record of one patient through time."""

    def __init__(self, person: PatientRows) -> None:
        self.patient = person.patient
        self.kept = _current(person.rows)
        self.rows = PatientRows(person.patient, tuple(kept.row for kept in self.kept))

    @cached_property
    def orders(self) -> list[Kept]:
        """Every MedicationRequest in the order in which they were signed."""
        return sorted((kept for kept in self.kept if kept.row.kind == ORDER), key=lambda kept: kept.place)

    @cached_property
    def medications(self) -> list[Kept]:
        """Products to which medication records point."""
        return [kept for kept in self.kept if kept.row.kind == "Medication"]

    @cached_property
    def person(self) -> Json:
        """The Patient resource; nothing where there is none."""
        return next((kept.body for kept in self.kept if kept.row.kind == "Patient"), {})

    def on_record(self, order: Kept) -> list[Kept]:
        """What the service is sent of the record when an order is signed: what was known before it."""
        return [kept for kept in self.kept if kept.row.kind in _ASKED and self._was_known(kept, order)]

    def _was_known(self, kept: Kept, order: Kept) -> bool:
        if kept is order or order.since is None:
            return False
        kind = kept.row.kind
        if kind == "Patient" or (kept.since is None and not _comes_of(kept.body, order.row.id)):
            return True
        if kept.since is None:
            return False
        if kind == ORDER:
            return kept.place < order.place
        if kind in _HANDED_ON:
            return is_before(kept.since, order.since, at_once=False) and not _comes_of(kept.body, order.row.id)
        return is_before(kept.since, order.since, at_once=True)

    def sent(self, order: Kept, known: Iterable[Kept]) -> Sent:
        """The answers to the service's searches, each resource as it stood when the order was signed."""
        assert order.since is not None
        found: dict[str, list[Kept]] = {name: [] for name in SEARCHES}
        for kept in known:
            found[_ASKED[kept.row.kind]].append(kept)
        found["observations"] = _searched(found["observations"])
        prefetch: dict[str, bytes] = {}
        undated = end_undated = False
        for name, some in found.items():
            stood = [as_it_stood(kept.row.kind, kept.body, kept.row.resource, order.since.day) for kept in some]
            end_undated |= any(no_end for _, no_end in stood)
            undated |= any(kept.since is None for kept in some) and name != PATIENT
            if name != PATIENT:
                entries = [(kept.row.full_url, raw) for kept, (raw, _) in zip(some, stood, strict=True)]
                prefetch[name] = bundle_of(entries + self._pointed_to(some)) if some else b"null"
            elif stood:
                prefetch[name] = stood[0][0]
        return Sent(prefetch, undated, end_undated)

    def draft(self, order: Kept) -> bytes:
        """The Bundle with an order as a draft, and the product it points to."""
        return bundle_of([(order.row.full_url, as_draft(order.row.resource)), *self._pointed_to([order])])

    def _pointed_to(self, some: Sequence[Kept]) -> list[tuple[str, bytes]]:
        if not self.medications:
            return []
        wanted = {address for kept in some if (address := medicine_pointed_to(kept.row.resource))}
        tails = {reference_tail(address) for address in wanted}
        rows = (kept.row for kept in self.medications)
        return [(row.full_url, row.resource) for row in rows if row.id in tails or (row.full_url or None) in wanted]


def bundle_of(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A Bundle as a search gives it, of addresses and resources."""
    return b'{"resourceType":"Bundle","type":"searchset","entry":[%s]}' % b",".join(
        b'{"fullUrl":%s,"resource":%s}' % (msgspec.json.encode(url), raw) if url else b'{"resource":%s}' % raw
        for url, raw in entries
    )


def _current(rows: Iterable[Row]) -> list[Kept]:
    """Each resource once, in an order that does not depend on the files; of several versions the newest."""
    newest: dict[tuple[str, str], tuple[tuple[str, bytes], Row, Json]] = {}
    for row in rows:
        if row.kind not in _LOOKED_AT:
            continue
        body = _body(row.resource)
        name = row.id or row.resource.hex()
        version = (str(at_path(body, "meta.lastUpdated") or ""), row.resource)
        if (row.kind, name) not in newest or newest[row.kind, name][0] < version:
            newest[row.kind, name] = version, row, body
    found = (item for _, item in sorted(newest.items(), key=lambda item: item[0]))
    return [Kept(row, body, known_from(row.kind, body)) for _, row, body in found]


def _body(resource: bytes) -> Json:
    try:
        found = msgspec.json.decode(resource)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _comes_of(body: Json, order_id: str) -> bool:
    """Whether a medication record was made from an order: handed out on it, or taken over from it."""
    written = [body.get(name) for name in _ORDERED_BY]
    linked = [item for value in written for item in (value if isinstance(value, list) else ())]
    references = (at_path(item, "reference") for item in linked)
    return bool(order_id) and any(isinstance(text, str) and reference_tail(text) == order_id for text in references)


def _searched(observations: list[Kept]) -> list[Kept]:
    """What the search for observations gives: those of its categories, the newest, and no more than it asks for."""
    asked = [kept for kept in observations if _is_asked(kept.body.get("category"))]
    asked.sort(key=lambda kept: (kept.since or Moment(date.min)).sorted_by, reverse=True)
    return asked[:_MOST_OBSERVATIONS]


def _is_asked(category: Any) -> bool:
    """An observation without any category is kept: its source does not tell them apart."""
    concepts = category if isinstance(category, list) else []
    codings = [item.get("coding") for item in concepts if isinstance(item, dict)]
    codes = [at_path(one, "code") for coding in codings if isinstance(coding, list) for one in coding]
    return not codes or not _CATEGORIES.isdisjoint(code for code in codes if isinstance(code, str))
