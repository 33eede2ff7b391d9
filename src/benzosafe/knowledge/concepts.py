"""From codes and free text to our diagnoses and measurements; what is denied or a relative's is not the patient's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from benzosafe.knowledge.model import ConditionConcept, ObservationConcept
from benzosafe.knowledge.phrases import Names, Phrases, words_of

Code = tuple[str, str]

SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
_OIDS = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.3": ICD10,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
}
_WHOLE_CODE = 99  # more specific than any prefix
# 'The patient has no problems': makes an empty problem list a known one.
NO_KNOWN_PROBLEMS: frozenset[Code] = frozenset(
    {(SNOMED, "160245001"), ("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-problems")}
)


class ConceptIndex:
    """Diagnoses and measurements by code, and by text only where no code is known."""

    def __init__(
        self, conditions: Mapping[str, ConditionConcept], observations: Mapping[str, ObservationConcept]
    ) -> None:
        self._observations = dict(observations)
        self._icd = _gather((_bare(code), name) for name, item in conditions.items() for code in item.icd10cm)
        # The WHO edition has no placeholder X: T42.4X1 (accidental) stands for its T42.4, whatever the intent.
        who = {code[:4]: names for code, names in self._icd.items() if code[4:] == "X1"}
        self._icd_who = who | self._icd
        self._icd_categories = frozenset(code[:3] for code in self._icd)
        self._snomed = _gather((code, name) for name, item in conditions.items() for code in item.snomed)
        self._implied = {name: _closure(name, conditions) for name in conditions}
        self._phrases = Phrases({name: item.words for name, item in conditions.items()})
        self._measured = {
            (system, code): name
            for name, item in observations.items()
            for system, codes in ((LOINC, item.loinc), (SNOMED, item.snomed))
            for code in codes
        }
        self._asked = {words_of(word): name for name, item in observations.items() for word in item.words}
        self._answers = {name: _Answers(item.categories) for name, item in observations.items() if item.categories}
        self._resolve = lru_cache(maxsize=50_000)(self._resolve_once)

    def conditions(self, text: str, codes: Sequence[Code] = ()) -> Names:
        """Every condition concept meant, the most specific first and what it implies after; () is none of ours."""
        return self._resolve(text, tuple(codes))

    def observation(self, text: str, codes: Sequence[Code] = ()) -> str | None:
        """The measurement or question meant; the text must be its whole name."""
        systems = {_system(system) for system, _ in codes}
        for system, code in codes:
            if name := self._measured.get((_system(system), code.strip())):
                return name
        named = self._asked.get(words_of(re.sub(r"[\[(].*", "", text)))
        # A laboratory code we do not know may be the same word in urine: only names without codes of ours are trusted.
        return None if named and LOINC in systems and self._observations[named].loinc else named

    def convert(self, concept: str, value: float, unit: str) -> float:
        """The value in the concept's own unit; a unit nobody named is refused with those that are allowed."""
        item = self._observations[concept]
        given, own = _folded_unit(unit), _folded_unit(item.unit)
        if given == own or (given in ("", "1", "score", "points", "point") and item.unit in ("{score}", "1", "{fall}")):
            return value
        for other, factor in item.convert.items():
            if given == _folded_unit(other):
                return value * factor
        allowed = ", ".join((item.unit, *item.convert))
        raise ValueError(f"{item.label} in '{unit}' cannot be read; allowed units: {allowed}")

    def category(self, concept: str, text: str, codes: Sequence[Code] = ()) -> str | None:
        """The answer meant, by code or by words; two different answers in one text are none."""
        answers = self._answers.get(concept)
        return answers.read(text, tuple(code for _, code in codes)) if answers else None

    def _resolve_once(self, text: str, codes: tuple[Code, ...]) -> Names:
        direct = self._by_code(codes)
        if direct is None:
            direct = self._phrases.stated(text)
        return tuple(dict.fromkeys((*direct, *(wider for name in direct for wider in self._implied[name]))))

    def _by_code(self, codes: tuple[Code, ...]) -> Names | None:
        """Concepts of the codes, the longest match first; () when known not to be ours, None when unknown."""
        found, known = dict[str, int](), False
        for system, code in codes:
            vocabulary, bare = _system(system), _bare(code)
            if vocabulary == SNOMED:
                found |= dict.fromkeys(self._snomed.get(bare, ()), _WHOLE_CODE)
            elif vocabulary == ICD10CM:
                found |= _by_prefix(bare, self._icd)
                # 'In remission', 'trait', 'adverse effect', an ended pregnancy: neighbours whose words would mislead.
                known |= bare[:3] in self._icd_categories or bare.startswith("O")
            elif vocabulary == ICD10:
                found |= _by_prefix(bare[:4], self._icd_who)
        if not found:
            return () if known else None
        return tuple(sorted(found, key=lambda name: (-found[name], -len(self._implied[name]))))


def _by_prefix(code: str, table: Mapping[str, Names]) -> dict[str, int]:
    return {name: size for size in range(2, len(code) + 1) for name in table.get(code[:size], ())}


class _Answers:
    """The categories of one question, by code and by words."""

    def __init__(self, categories: Mapping[str, Sequence[str]]) -> None:
        pairs = [(name, value) for name, values in categories.items() for value in values]
        words = {name: [word for word in values if not _is_code(word)] for name, values in categories.items()}
        self._codes = {value: name for name, value in pairs if _is_code(value)}
        self._exact = {words_of(word): name for name, values in words.items() for word in values}
        self._phrases = Phrases(words)

    def read(self, text: str, codes: Names) -> str | None:
        """The one category meant, or None."""
        by_code = {self._codes[code] for code in codes if code in self._codes}
        if by_code:
            return by_code.pop() if len(by_code) == 1 else None
        exact = self._exact.get(words_of(re.sub(r"[\[(].*", "", text)))
        found = self._phrases.stated(text)
        return exact or (found[0] if len(found) == 1 else None)


def _is_code(value: str) -> bool:
    return bool(re.fullmatch(r"\d{6,18}|LA\d+-\d", value))


def _bare(code: str) -> str:
    return code.replace(".", "").strip().upper()


@lru_cache(maxsize=1_000)
def _system(uri: str) -> str:
    """One URI a terminology: SNOMED editions, national ICD-10 editions and OIDs are folded."""
    uri = _OIDS.get(uri.strip(), uri.strip()).rstrip("/")
    for known in (SNOMED, ICD10CM, ICD10):
        if uri.startswith(known):
            return known
    return uri


@lru_cache(maxsize=1_000)
def _folded_unit(unit: str) -> str:
    plain = unicodedata.normalize("NFKC", unit).casefold().replace("μ", "u")
    return re.sub(r"[\s^{}\[\]_]", "", plain)


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, Names]:
    found: dict[str, Names] = {}
    for key, name in pairs:
        found[key] = (*found.get(key, ()), name)
    return found


def _closure(name: str, conditions: Mapping[str, ConditionConcept]) -> Names:
    """Everything a concept implies, nearest first; a circle ends where it began."""
    found: dict[str, None] = {}
    waiting = list(conditions[name].implies)
    while waiting:
        wider = waiting.pop(0)
        if wider != name and wider not in found and wider in conditions:
            found[wider] = None
            waiting += conditions[wider].implies
    return tuple(found)
