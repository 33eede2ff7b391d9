"""A listing or order as single statements: what is said, in which part of it, and where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from benzosafe.errors import InputRefused

PARTS = ("title", "brand", "ingredient", "strength", "form", "indication", "price", "code", "prescription", "text")
MOST_BYTES = 2_000_000
_NEXT = (
    "Give JSON or YAML (title, brand, ingredient, strength, ...), a FHIR Medication or order, or the text of the offer."
)
_PART_OF = {
    "name": "title", "product": "title", "product name": "title", "generic name": "ingredient", "generic": "ingredient",
    "active ingredient": "ingredient", "active ingredients": "ingredient", "ingredients": "ingredient",
    "substance": "ingredient", "brand name": "brand", "brands": "brand", "trade name": "brand", "dose": "strength",
    "dosage": "strength", "strengths": "strength", "benefits": "indication", "benefit": "indication",
    "indications": "indication", "uses": "indication", "use": "indication", "used for": "indication",
    "dosage form": "form", "prices": "price", "ndc": "code", "rxcui": "code", "codes": "code", "rx": "prescription",
    "prescription required": "prescription", "description": "text",
}  # fmt: skip
_LINE = re.compile(r"^\s*(?P<key>[A-Za-z][A-Za-z ]{1,24})\s*[:|\t]\s*(?P<value>\S.*)$")
_BREAKING = {"p", "div", "li", "br", "tr", "td", "th", "h2", "h3", "h4", "section", "dt", "dd"}


@dataclass(frozen=True)
class Statement:
    """One thing that is said."""

    part: str
    text: str
    where: str
    system: str = ""
    """Of a code: its system."""


def read_listing(data: bytes, name: str) -> list[Statement]:
    """The statements of a listing; InputRefused where there is nothing to be read."""
    if len(data) > MOST_BYTES:
        raise InputRefused("is larger than any listing.", where=name, next_step=_NEXT)
    text = data.decode("utf-8-sig", errors="replace").strip()
    if not text or "\0" in text:
        raise InputRefused("holds no text.", where=name, next_step=_NEXT)
    if text[0] in "{[":
        found = list(_of_json(text, name))
    elif re.search(r"<(?:html|!doctype|body|table|h1|p|div)\b", text[:5000], re.IGNORECASE):
        found = _of_html(text)
    else:
        found = list(_of_lines(text))
    found = [item for item in found if item.text.strip()]
    if not found:
        raise InputRefused("says nothing that can be checked.", where=name, next_step=_NEXT)
    return found


def _of_json(text: str, name: str) -> Iterator[Statement]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"is not JSON: {error}", where=name, next_step=_NEXT) from None
    for number, item in enumerate(data if isinstance(data, list) else [data]):
        if not isinstance(item, dict):
            raise InputRefused("is JSON, but no object.", where=name, next_step=_NEXT)
        at = f"[{number}]" if isinstance(data, list) else ""
        yield from _of_fhir(item, at) if "resourceType" in item else _of_keys(item, at)


def _of_keys(item: Mapping[str, Any], at: str) -> Iterator[Statement]:
    for key, value in item.items():
        part = part_of(str(key))
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            where = f"{at}{key}[{number}]" if isinstance(value, list) else f"{at}{key}"
            if isinstance(one, dict):
                text, system = (
                    str(one.get("code") or one.get("value") or one.get("text") or ""),
                    str(one.get("system", "")),
                )
                yield Statement(part, text, where, system)
            elif one is not None:
                yield Statement(part, str(one), where)


def _of_fhir(item: Mapping[str, Any], at: str) -> Iterator[Statement]:
    """Medication, MedicationKnowledge, and orders of a medicine."""
    concept = item.get("medicationCodeableConcept") or item.get("code")
    yield from _of_concept(concept, f"{at}code", "title", "code")
    for place, part in enumerate(_dicts(item.get("ingredient"))):
        yield from _of_concept(part.get("itemCodeableConcept"), f"{at}ingredient[{place}]", "ingredient", "code")
        strength = part.get("strength", {}).get("numerator", {}) if isinstance(part.get("strength"), dict) else {}
        if "value" in strength:
            yield Statement(
                "strength", f"{strength['value']} {strength.get('unit', 'mg')}", f"{at}ingredient[{place}].strength"
            )
    yield from _of_concept(item.get("form") or item.get("doseForm"), f"{at}form", "form", "")
    for place, reason in enumerate(_dicts(item.get("reasonCode"))):
        yield from _of_concept(reason, f"{at}reasonCode[{place}]", "indication", "")
    for place, dosage in enumerate(_dicts(item.get("dosageInstruction"))):
        if isinstance(dosage.get("text"), str):
            yield Statement("text", dosage["text"], f"{at}dosageInstruction[{place}].text")


def _of_concept(concept: Any, where: str, part: str, code_part: str) -> Iterator[Statement]:
    if not isinstance(concept, dict):
        return
    if isinstance(concept.get("text"), str):
        yield Statement(part, concept["text"], f"{where}.text")
    for place, coding in enumerate(_dicts(concept.get("coding"))):
        if code_part and isinstance(coding.get("code"), str):
            yield Statement(code_part, coding["code"], f"{where}.coding[{place}]", str(coding.get("system", "")))
        if isinstance(coding.get("display"), str):
            yield Statement(part, coding["display"], f"{where}.coding[{place}].display")


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def part_of(key: str) -> str:
    """Which part of a listing a label names; what is none of them is read as text."""
    plain = " ".join(key.replace("_", " ").split()).lower().rstrip(":")
    found = _PART_OF.get(plain, plain)
    return found if found in PARTS else "text"


def _of_lines(text: str) -> Iterator[Statement]:
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        match = _LINE.match(line)
        part = part_of(match["key"]) if match else "text"
        if match and part != "text":
            yield Statement(part, match["value"], f"line {number}")
        elif line:
            first = number == 1 and len(lines) > 1 and len(line) < 120
            yield Statement("title" if first else "text", line, f"line {number}")


class _Page(HTMLParser):
    """Title, headings, rows of tables and definition lists, and the running text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Statement] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING or tag in ("title", "h1"):
            self._flush()
        if tag not in ("br", "meta", "link", "img", "input", "hr"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING or tag in ("title", "h1"):
            self._flush(tag)
        if tag == "tr":
            self._row()
        if tag in self._open:
            while self._open and self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self._words.append(data)

    def _flush(self, tag: str = "") -> None:
        text = " ".join(" ".join(self._words).split())
        self._words = []
        if tag in ("td", "th"):
            self._cells.append(text)
        elif text and ("title" in self._open or "h1" in self._open):
            self.found.append(Statement("title", text, "h1" if "h1" in self._open else "title"))
        elif text:
            self.found += list(_of_lines(f"\n{text}"))

    def _row(self) -> None:
        cells, self._cells = [cell for cell in self._cells if cell], []
        if len(cells) == 2:
            self.found.append(Statement(part_of(cells[0]), cells[1], f"table row '{cells[0]}'"))
        else:
            self.found += [Statement("text", cell, "table") for cell in cells]

    def close(self) -> None:
        super().close()
        self._flush()
        self._row()


def _of_html(text: str) -> list[Statement]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.found
