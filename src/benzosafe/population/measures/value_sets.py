"""The user's licensed value sets, read from codes.csv or a FHIR Bundle of ValueSets, and our own lists in their place.

Nothing here ships a code of CPT, SNOMED CT or LOINC: those have licences of their own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from benzosafe.errors import InputRefused, UsageError
from benzosafe.fhir.elements import CodeableConcept, codings
from benzosafe.population.measures.dispensing_sets import IDENTIFIER_OF, names_of
from benzosafe.population.measures.value_set_names import OID_OF

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

_NAME_OF = {identifier: name for name, identifier in (OID_OF | IDENTIFIER_OF).items()}
_COLUMNS = ("oid", "system", "code")
_NEXT = (
    "Give codes.csv (name, oid, system, code, display) or a FHIR Bundle of expanded ValueSets, as VSAC exports them."
)


class Holds(Protocol):
    """A list of meanings that a coded field may be in."""

    def __call__(self, concept: CodeableConcept | None) -> bool:
        """Whether the field is in the list."""
        ...


@dataclass(frozen=True)
class Codes:
    """A value set: system and code together decide, any coding of the field will do."""

    members: frozenset[tuple[str, str]]

    def __call__(self, concept: CodeableConcept | None) -> bool:
        """Whether any coding is a member."""
        return any((coding.system, coding.code) in self.members for coding in codings(concept))


@dataclass(frozen=True)
class OwnList:
    """Our own list in place of a value set: the medicines whose ingredient is in a class of the knowledge."""

    knowledge: Knowledge
    drug_class: str

    def __call__(self, concept: CodeableConcept | None) -> bool:
        """Whether any ingredient that the code or text names is in the class."""
        from benzosafe.facts.catalog import catalog_of  # only where no value set was given: it brings in the knowledge

        if concept is None:
            return False
        found = codings(concept)
        pairs = [(coding.system, coding.code) for coding in found if coding.system and coding.code]
        texts = [concept.text, *(coding.display for coding in found)]
        classes_of = catalog_of(self.knowledge).classes_of
        return any(
            self.drug_class in classes_of(name)
            for text in dict.fromkeys(text or "" for text in texts)
            for name in self.knowledge.names.resolve(text, pairs).ingredients
        )


@dataclass(frozen=True)
class ValueSets:
    """All lists a measure may ask for, by their published names, and where they came from."""

    source: str = ""
    sets: Mapping[str, Codes] = field(default_factory=dict)
    own: Mapping[str, Holds] = field(default_factory=dict)
    _made: dict[tuple[str, ...], Holds] = field(default_factory=dict, repr=False, compare=False)

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those of the names for which there is no value set, in the order asked."""
        return [name for name in names if name not in self.sets]

    def any_of(self, *names: str) -> Holds:
        """In any of these lists; a list that is not there holds nothing, which the measures account for."""
        if names not in self._made:
            self._made[names] = self._any_of(names)
        return self._made[names]

    def _any_of(self, names: tuple[str, ...]) -> Holds:
        own = [self.own[name] for name in names if name not in self.sets and name in self.own]
        codes = Codes(frozenset().union(*(self.sets[name].members for name in names if name in self.sets)))
        if not own:
            return codes
        return lambda concept: codes(concept) or any(holds(concept) for holds in own)


def read_value_sets(path: Path) -> ValueSets:
    """The value sets of a file; InputRefused where it is not one of the two forms or a line of it is broken."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}.", where=str(path), next_step=_NEXT) from None
    is_json = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    found = _of_bundle(data, path) if is_json else _of_csv(data, path)
    sets: dict[str, set[tuple[str, str]]] = {}
    for name, pair in found:
        sets.setdefault(name, set()).add(pair)
    if not sets:
        raise InputRefused("holds none of the measures' value sets.", where=str(path), next_step=_NEXT)
    return ValueSets(str(path), {name: Codes(frozenset(members)) for name, members in sets.items()})


def _of_csv(data: bytes, path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"is not UTF-8 (byte {error.start}).", where=str(path), next_step=_NEXT) from None
    rows = csv.DictReader(io.StringIO(text))
    absent = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if absent:
        raise InputRefused(f"has no column {', '.join(absent)}.", where=str(path), next_step=_NEXT)
    for row in rows:
        oid, system, code = ((row[column] or "").strip() for column in _COLUMNS)
        if not (oid and system and code):
            raise InputRefused(
                f"line {rows.line_num} lacks an oid, a system or a code: a list with a hole would give wrong counts.",
                where=str(path), next_step="Mend the line, or export the value sets again.",
            )  # fmt: skip
        yield from ((name, (system, code)) for name in _names(oid))


def _of_bundle(data: bytes, path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    try:
        bundle = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputRefused(f"is not JSON: {error}.", where=str(path), next_step=_NEXT) from None
    entries = _dicts(bundle.get("entry")) if isinstance(bundle, dict) else _dicts(bundle)
    resources = [entry.get("resource", entry) for entry in entries]
    if isinstance(bundle, dict) and bundle.get("resourceType") == "ValueSet":
        resources = [bundle]
    for resource in resources:
        if isinstance(resource, dict) and resource.get("resourceType") == "ValueSet":
            names = _names(*_identities(resource))
            yield from ((name, pair) for name in names for pair in _members(resource, name, path))


def _identities(resource: Mapping[str, Any]) -> Iterator[str]:
    """The object identifiers a ValueSet may go by: the end of its address, its id, its identifiers."""
    yield str(resource.get("url", "")).split("|", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]
    yield str(resource.get("id", ""))
    for identifier in _dicts(resource.get("identifier")):
        yield str(identifier.get("value", "")).removeprefix("urn:oid:")


def _members(resource: Mapping[str, Any], name: str, path: Path) -> list[tuple[str, str]]:
    """The expansion where there is one, else codes that are listed one by one; nothing where a part is not listed."""
    expansion = resource.get("expansion")
    listed = list(_contains(expansion.get("contains"))) if isinstance(expansion, dict) else []
    if listed:
        total = expansion.get("total") if isinstance(expansion, dict) else None
        if isinstance(total, int) and total > len(listed):
            raise InputRefused(
                f"'{name}' lists {len(listed)} of its {total} codes: part of a list would give wrong counts.",
                where=str(path), next_step="Export the whole expansion.",
            )  # fmt: skip
        return listed
    compose = resource.get("compose")
    if not isinstance(compose, dict):
        return []
    includes = _dicts(compose.get("include"))
    if not includes or "exclude" in compose or any("concept" not in include for include in includes):
        return []
    return [
        (str(include["system"]), str(concept["code"]))
        for include in includes if include.get("system")
        for concept in _dicts(include["concept"]) if concept.get("code")
    ]  # fmt: skip


def _contains(items: Any) -> Iterator[tuple[str, str]]:
    for item in _dicts(items):
        if item.get("system") and item.get("code") and not item.get("abstract"):
            yield str(item["system"]), str(item["code"])
        yield from _contains(item.get("contains"))


def _dicts(items: Any) -> Sequence[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _names(*oids: str) -> set[str]:
    """The names of the value sets with one of these identifiers."""
    known = {_NAME_OF[oid] for oid in oids if oid in _NAME_OF}
    return known.union(*(names_of(oid) for oid in oids))
