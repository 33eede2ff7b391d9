"""Whether each list was given at all: something on it, or the explicit statement that there is nothing."""

from __future__ import annotations

from collections.abc import Iterable

from benzosafe.fhir.elements import CodeableConcept
from benzosafe.fhir.outcome import LIST_OF_KIND
from benzosafe.fhir.reading import Entry, Reading, has_code
from benzosafe.patient.tables import Coverage

# Codes of SNOMED CT, of the International Patient Summary (absent-unknown-uv-ips), and the usual words.
_NONE_KNOWN = {
    "orders": {"787481004", "no-known-medications", "no known medications", "no current medications", "no medications"},
    "conditions": {"160245001", "no-known-problems", "no known problems", "no current problems or disability"},
    "allergies": {
        "716186003", "409137002", "no-known-allergies", "no-known-medication-allergies",
        "no known allergies", "no known drug allergies", "nka", "nkda",
    },
}  # fmt: skip
_NOT_ASKED = {"no-medication-info", "no-problem-info", "no-allergy-info", "182904002", "1631000175102"}
_OTHER_ALLERGY = {"429625007", "428607008", "no-known-food-allergies", "no-known-environmental-allergies"}
_LIST_CODES = {
    "10160-0": "orders", "medications": "orders", "11450-4": "conditions", "problems": "conditions",
    "48765-2": "allergies", "allergies": "allergies",
}  # fmt: skip


def drug_concept(entry: Entry) -> CodeableConcept | None:
    """The concept that says what a resource is about."""
    found: CodeableConcept | None = getattr(entry.body, "medication_codeable_concept", None) or getattr(
        entry.body, "code", None
    )
    return found


def is_absence(entry: Entry) -> bool:
    """Whether the resource says that there is nothing, or that nobody asked, rather than naming something."""
    concept = drug_concept(entry)
    words: set[str] = _NONE_KNOWN.get(LIST_OF_KIND.get(entry.kind, ""), set()) | _NOT_ASKED
    return has_code(concept, words | (_OTHER_ALLERGY if entry.kind == "AllergyIntolerance" else set()))


def read_coverage(reading: Reading, not_covered: Iterable[str]) -> Coverage:
    """Which lists are known; a failed search, a withheld list or a next page leaves its list unknown."""
    known, denied = set[str](), set(not_covered)
    for name in set(LIST_OF_KIND.values()):
        named, none = _stated(reading, name)
        if named and none:
            what = f"says there are none, but {named[0].reference} and others are listed"
            reading.gap(none[0], "", what, "conflict")
        if named or none:
            known.add(name)
    for entry, path, code, reason in _empty_lists(reading):
        list_name = next((_LIST_CODES[word] for word in _LIST_CODES if has_code(code, {word})), None)
        if list_name and has_code(reason, {"nilknown"}):
            known.add(list_name)
        elif list_name:
            denied.add(list_name)
            what = f"the {list_name} list was left empty for another reason than there being none"
            reading.gap(entry, path, what, "missing")
    known -= denied
    return Coverage(**{name: name in known for name in ("orders", "conditions", "allergies")})


def _stated(reading: Reading, name: str) -> tuple[list[Entry], list[Entry]]:
    """The resources that name something for the list, and those that say there is nothing."""
    kinds = [kind for kind, list_name in LIST_OF_KIND.items() if list_name == name]
    entries = [entry for entry in reading.of_kind(*kinds) if not entered_in_error(entry)]
    named = [entry for entry in entries if not is_absence(entry)]
    return named, [entry for entry in entries if has_code(drug_concept(entry), _NONE_KNOWN[name])]


def entered_in_error(entry: Entry) -> bool:
    """Whether the source has withdrawn the record."""
    verified = getattr(entry.body, "verification_status", None)
    return entry.body.status == "entered-in-error" or has_code(verified, {"entered-in-error"})


def _empty_lists(reading: Reading) -> Iterable[tuple[Entry, str, CodeableConcept | None, CodeableConcept]]:
    for entry in reading.of_kind("List"):
        if entry.body.empty_reason and not entered_in_error(entry):
            yield entry, "emptyReason", entry.body.code, entry.body.empty_reason
    for entry in reading.of_kind("Composition"):
        for place, section in enumerate(entry.body.section or ()):
            if section and section.empty_reason:
                yield entry, f"section[{place}].emptyReason", section.code, section.empty_reason
