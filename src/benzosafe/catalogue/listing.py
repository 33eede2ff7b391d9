"""A listing or order as single statements: what is said, in which part of it, and where it stands."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benzosafe.errors import InputRefused

PARTS = (
    "title", "brand", "ingredient", "strength", "form", "indication", "price", "code", "prescription", "directions",
    "text", "other",
)  # fmt: skip
MOST_BYTES = 2_000_000
_NEXT = "Give JSON (title, brand, ingredient, strength, ...), a FHIR Medication or order, or the text of the offer."
_PART_OF = {
    "name": "title", "product": "title", "product name": "title", "generic name": "ingredient", "generic": "ingredient",
    "active ingredient": "ingredient", "active ingredients": "ingredient", "ingredients": "ingredient",
    "substance": "ingredient", "salt": "ingredient", "brand name": "brand", "brands": "brand", "trade name": "brand",
    "dose": "strength", "dosage": "strength", "strengths": "strength", "dosage strength": "strength",
    "benefits": "indication", "benefit": "indication", "indications": "indication", "uses": "indication",
    "use": "indication", "used for": "indication", "reason": "indication", "for": "indication",
    "dosage form": "form", "dose form": "form", "prices": "price", "ndc": "code", "rxcui": "code", "atc": "code",
    "codes": "code", "rx": "prescription", "rx required": "prescription", "prescription required": "prescription",
    "requires prescription": "prescription", "prescription needed": "prescription",
    "needs prescription": "prescription",
    "prescription only": "prescription", "rx only": "prescription", "prescription status": "prescription",
    "is prescription required": "prescription", "sig": "directions", "directions": "directions", "take": "directions",
    "how to take": "directions", "dosage instructions": "directions", "description": "text",
}  # fmt: skip
# What is no statement about the medicine itself. It is searched for other medicines and offers, and needs no agreement.
_BESIDE = frozenset({
    "id", "sku", "url", "link", "image", "images", "currency", "price currency", "availability", "stock", "quantity",
    "pack", "pack size", "package", "manufacturer", "maker", "labeler", "country", "language", "date", "updated",
    "seller", "shipping", "delivery", "rating", "category", "version", "type", "context",
})  # fmt: skip
_FREELY_SOLD = frozenset({"otc", "over the counter", "prescription free", "without prescription", "no prescription"})
_YES_OR_NO = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}
_LINE = re.compile(r"^\s*(?P<key>[A-Za-z][A-Za-z _]{1,24})\s*[:|\t]\s*(?P<value>\S.*)$")
_UNDER = re.compile(r"^\s*(?P<key>[A-Za-z][A-Za-z _]{1,24})\s*:\s*$")
_ITEM = re.compile(r"^\s*[-*•]\s+(?P<value>\S.*)$")
_LONGEST_TITLE = 120
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


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
    text = seen(data.decode("utf-8-sig", errors="replace")).strip()
    if not text or "\0" in text:
        raise InputRefused("holds no text.", where=name, next_step=_NEXT)
    if text[0] in "{[":
        found = list(_of_json(text, name))
    elif re.search(r"<(?:html|!doctype|body|table|h1|p|div)\b", text[:5000], re.IGNORECASE):
        from benzosafe.catalogue.listing_html import of_html

        found = of_html(text)
    else:
        found = list(of_lines(text))
    found = [item for item in found if item.text.strip()]
    if not found:
        raise InputRefused("says nothing that can be checked.", where=name, next_step=_NEXT)
    return found


def seen(text: str) -> str:
    """The text as a reader sees it: without characters that cannot be seen, full-width letters as plain ones."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def part_of(key: str) -> str:
    """Which part of a listing a label names; what is none of them is read as text."""
    plain = _plain(key)
    found = _PART_OF.get(plain, plain)
    if found in _BESIDE:
        return "other"
    return "prescription" if found in _FREELY_SOLD else found if found in PARTS else "text"


def _plain(key: str) -> str:
    """'requiresPrescription' and 'requires_prescription' as 'requires prescription'."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key.lstrip("@"))
    return " ".join(re.sub(r"[_\-]", " ", apart).split()).lower().rstrip(":")


def _of_json(text: str, name: str) -> Iterator[Statement]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise InputRefused(f"says '{twice}' twice in one object.", where=name, next_step="Say it once, as a list.")
        return found

    try:
        data = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"is not JSON: {error}", where=name, next_step=_NEXT) from None
    for number, item in enumerate(data if isinstance(data, list) else [data]):
        if not isinstance(item, dict):
            raise InputRefused("is JSON, but no object.", where=name, next_step=_NEXT)
        at = f"[{number}]" if isinstance(data, list) else ""
        if "resourceType" in item:
            from benzosafe.catalogue.listing_fhir import of_fhir

            yield from of_fhir(item, at)
        else:
            yield from _of_keys(item, at)


def _of_keys(item: Mapping[str, Any], at: str, within: str = "") -> Iterator[Statement]:
    """Every value of an object, in whatever depth; a key that means nothing here hands on what it stands in."""
    for key, value in item.items():
        part = part_of(str(key))
        part = within if within and part == "text" else part
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            where = f"{at}{key}[{number}]" if isinstance(value, list) else f"{at}{key}"
            yield from _of_value(one, part, str(key), where)


def _of_value(one: Any, part: str, key: str, where: str) -> Iterator[Statement]:
    if isinstance(one, dict) and "value" in one and "unit" in one:
        yield Statement(part, f"{one['value']} {one['unit']}", where)
    elif isinstance(one, dict) and part == "code" and "code" in one:
        yield Statement(part, str(one["code"]), where, str(one.get("system", "")))
    elif isinstance(one, dict):
        yield from _of_keys(one, f"{where}.", part)
    elif isinstance(one, list):
        for number, inner in enumerate(one):
            yield from _of_value(inner, part, key, f"{where}[{number}]")
    elif one is not None:
        yield Statement(part, _said(one, key), where)


def _said(value: Any, key: str) -> str:
    """A value as text; 'otc: true' says that none is required."""
    if _plain(key) in _FREELY_SOLD:
        return {"yes": "not required", "no": "required"}.get(_YES_OR_NO.get(str(value).strip().lower(), ""), str(value))
    return str(value)


def of_lines(text: str, *, titled: bool = True) -> Iterator[Statement]:
    """Lines such as 'Strength: 0.5 mg'; the first one that has no label is the title where there is one."""
    under = ""
    for number, line in enumerate((line.strip() for line in text.splitlines()), start=1):
        where, item, label = f"line {number}", _ITEM.match(line), _LINE.match(line)
        if heading := _UNDER.match(line):
            under = part_of(heading["key"])
        elif item and under:
            yield Statement(under, item["value"], where)
        elif label and part_of(label["key"]) != "text":
            under = ""
            yield Statement(part_of(label["key"]), label["value"], where)
        elif line:
            under = ""
            yield Statement("title" if titled and number == 1 and len(line) < _LONGEST_TITLE else "text", line, where)
