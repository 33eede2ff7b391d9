"""Which medicine a record names: a code, a text, or a Medication it points to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from benzosafe.fhir.decode import Medication
from benzosafe.fhir.dosage import strength_mg
from benzosafe.fhir.elements import CodeableConcept, Ingredient, Reference, codings, present
from benzosafe.fhir.reading import Code, Entry, Reading, codes_of, number, text_of, unit_of
from benzosafe.fhir.repair import decode_tolerantly

_PATH = "medicationReference"


@dataclass(frozen=True)
class NamedDrug:
    """A medicine as written: words, codes, and the strength where the record states it [mg]."""

    text: str
    codes: tuple[Code, ...] = ()
    strength_mg: float | None = None
    form: str | None = None
    problems: tuple[str, ...] = ()


def drugs_of(entry: Entry, reading: Reading) -> list[NamedDrug]:
    """The medicine of a medication resource; several where a Medication lists ingredients one by one."""
    body = entry.body
    coded = _named(entry, "medicationCodeableConcept", body.medication_codeable_concept, reading)
    if coded.text or coded.codes:
        return [coded]
    if body.medication_reference is None:
        reading.gap(entry, "medication", "no medicine is named", "unresolved_drug")
        return [NamedDrug("", problems=("the record names no medicine",))]
    return _referenced(entry, body.medication_reference, reading)


def _named(entry: Entry, path: str, concept: CodeableConcept | None, reading: Reading) -> NamedDrug:
    """The text, or the display of a code where only that is a known name; both where they disagree."""
    resolve = reading.knowledge.names.resolve
    codes = codes_of(concept)
    displays = [coding.display.strip() for coding in codings(concept) if coding.display]
    texts = [text for text in dict.fromkeys(((concept.text or "").strip() if concept else "", *displays)) if text]
    text = texts[0] if texts else ""
    if len(texts) < 2 or resolve(text, codes).by_code:  # text and code are compared in the patient room
        return NamedDrug(text, codes)
    known = {other: resolve(other).by_text for other in texts}
    text = next((other for other, found in known.items() if found), text)
    others = [other for other, found in known.items() if found and set(found).isdisjoint(known[text])]
    problems = tuple(f"'{text}' is written beside '{other}'" for other in others)
    for problem in problems:
        reading.gap(entry, path, f"names two different medicines: {problem}", "conflict", text)
    return NamedDrug(text, codes, problems=problems)


def _referenced(entry: Entry, reference: Reference, reading: Reading) -> list[NamedDrug]:
    target, where = _target(entry, reference.reference or "", reading)
    if target is not None:
        return _in_medication(where, target, reading)
    shown = (reference.display or "").strip()
    what = f"'{(reference.reference or '')[:80]}' leads to no Medication in this file"
    if reading.knowledge.names.resolve(shown).ingredients:
        reading.gap(entry, _PATH, f"{what}; its display text is used", "notice", shown)
        return [NamedDrug(shown, problems=(what,))]
    text = shown or (reference.reference or "")[:80]
    reading.gap(entry, _PATH, what, "unresolved_drug", text)
    return [NamedDrug(text, problems=(what,))]


def _target(entry: Entry, reference: str, reading: Reading) -> tuple[Medication | None, Entry]:
    if not reference.startswith("#"):
        found = reading.find(reference)
        return (found.body, found) if found and found.kind == "Medication" else (None, entry)
    contained = entry.body.contained
    items = contained if isinstance(contained, list) else [contained]
    for place, item in enumerate(items):
        if isinstance(item, dict) and str(item.get("id", "")).lstrip("#") == reference[1:]:
            return _contained(entry, f"contained[{place}]", item, reading), entry
    return None, entry


def _contained(entry: Entry, path: str, item: dict[str, Any], reading: Reading) -> Medication:
    body, faults = decode_tolerantly(msgspec.json.encode(item), Medication)
    for fault in faults:
        reading.gap(entry, f"{path}.{fault.path}", fault.what)
    return body


def _in_medication(where: Entry, medication: Medication, reading: Reading) -> list[NamedDrug]:
    """The Medication as one product, or ingredient by ingredient where only the list tells what is in it."""
    form = text_of(medication.form) or None
    product = replace(_named(where, "code", medication.code, reading), form=form)
    parts = [part for part in present(medication.ingredient) if part.is_active is not False]
    ingredients = [drug for part in parts if (drug := _ingredient(where, part, form, reading))]
    found = reading.knowledge.names.resolve(product.text, product.codes)
    if not ingredients:
        if not product.text and not product.codes:
            reading.gap(where, "", "names no medicine", "unresolved_drug")
        return [product]
    listed = {
        name for drug in ingredients for name in reading.knowledge.names.resolve(drug.text, drug.codes).ingredients
    }
    if found.ingredients and listed and set(found.ingredients) != listed:
        what = f"the product is {' + '.join(found.ingredients)}, its ingredients are {' + '.join(sorted(listed))}"
        reading.gap(where, "ingredient", what, "conflict", product.text)
    if found.ingredients and (len(ingredients) == 1 or None not in found.strengths_mg):
        stated = ingredients[0].strength_mg if len(ingredients) == len(found.ingredients) == 1 else None
        return [replace(product, strength_mg=stated)]
    return ingredients


def _ingredient(where: Entry, part: Ingredient, form: str | None, reading: Reading) -> NamedDrug | None:
    concept = part.item_codeable_concept
    if concept is None and part.item_reference is not None:
        other = reading.find(part.item_reference.reference)
        concept = (
            other.body.code
            if other and other.kind == "Medication"
            else CodeableConcept(text=part.item_reference.display)
        )
    drug = _named(where, "ingredient", concept, reading)
    if not drug.text and not drug.codes:
        return None
    return _with_strength(replace(drug, form=form), part)


def _with_strength(drug: NamedDrug, part: Ingredient) -> NamedDrug:
    """The strength of one tablet in mg; that of a liquid is written into the text, as on its label."""
    stated = strength_mg(part.strength)
    if stated is None:
        return drug
    mg, per = stated
    amount, unit = number(per.value) or 1.0, unit_of(per)
    if unit.lower() in ("ml", "l"):
        volume = amount * (1000 if unit.lower() == "l" else 1)
        return replace(drug, text=f"{drug.text} {mg:g} mg/{volume:g} mL".strip())
    return replace(drug, strength_mg=mg / amount)
