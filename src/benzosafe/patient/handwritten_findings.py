"""Conditions, observations, habits and allergies of the hand-written form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from benzosafe.errors import nearest
from benzosafe.patient.handwritten_medicines import read_codes
from benzosafe.patient.handwritten_values import NUMBER, Day, past_day, read_choice, read_tri
from benzosafe.patient.handwritten_yaml import Item
from benzosafe.patient.tables import Allergy, Condition, DataGap, Observation

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

CONDITION_KEYS = ("name", "on", "since", "until", "icd10", "snomed", "status")
CONDITION_STATUS = {
    "active": "active",
    "recurrence": "active",
    "remission": "active",
    "resolved": "over",
    "past": "over",
}
VALUE_KEYS = ("value", "unit", "on")
ALLERGY_KEYS = ("to", "drug", "reaction")
DRINKS, CIGARETTES = "alcohol_drinks_per_week", "cigarettes_per_day"
ALCOHOL = {"none": "none", "no": "none", "never": "none", "some": "current", "yes": "current", "current": "current",
           "former": "former", "social": "current", "daily": "current", "occasional": "current"}  # fmt: skip
SMOKING = {"none": "never", "no": "never", "never": "never", "former": "former", "ex": "former", "yes": "current",
           "current": "current"}  # fmt: skip
DENIED = {"alcohol": frozenset({"alcohol", "ethanol"}), "smoking": frozenset({"tobacco"})}


@dataclass
class Findings:
    """What was read beside the medicines."""

    knowledge: Knowledge
    on: date
    conditions: list[Condition]
    observations: list[Observation]
    allergies: list[Allergy]
    gaps: list[DataGap]
    absent: set[str]


def read_conditions(item: Item, found: Findings) -> None:
    """Problems and history: words, or mappings with a date or a code."""
    unused: list[str] = []
    for number, entry in enumerate(item.listed(), start=1):
        name = f"conditions[{number}]"
        fields = {"name": entry} if entry.fields is None else entry.mapping("conditions", CONDITION_KEYS)
        codes = (
            *read_codes(fields.get("icd10"), "icd10", "icd10"),
            *read_codes(fields.get("snomed"), "snomed", "snomed"),
        )
        text = fields["name"].word("name") if "name" in fields else ""
        if not text and not codes:
            entry.place.refuse("a condition without 'name', 'icd10' or 'snomed'.", "Say what it is.")
        concepts = _concepts(text, codes, found)
        if not concepts and not codes:
            unused.append(text)
        found.conditions.append(_condition(name, text, (codes, concepts), fields, found.on))
    if unused:
        listed = ", ".join(f"'{text}'" for text in unused)
        found.gaps.append(
            DataGap("conditions", f"no rule uses {listed}; if one is misspelt, mend it", "notice", listed)
        )


def _concepts(text: str, codes: tuple[tuple[str, str], ...], found: Findings) -> tuple[str, ...]:
    """By code or words; a concept's own name is one too."""
    concepts = found.knowledge.concepts.conditions(text, codes)
    own = text.strip().lower().replace(" ", "_").replace("-", "_")
    if concepts or own not in found.knowledge.conditions:
        return concepts
    wider = found.knowledge.concepts.conditions(found.knowledge.conditions[own].label)
    return tuple(dict.fromkeys((own, *wider, *found.knowledge.conditions[own].implies)))


def _condition(
    name: str,
    text: str,
    meant: tuple[tuple[tuple[str, str], ...], tuple[str, ...]],
    fields: dict[str, Item],
    on: date,
) -> Condition:
    codes, concepts = meant
    begin: Day | None = next((past_day(fields[k], k, on) for k in ("on", "since") if k in fields), None)
    end = past_day(fields["until"], "until", on) if "until" in fields else None
    if begin and end and end.last < begin.first:
        fields["until"].place.refuse(f"'until' {end.last} is before {begin.first}.", "Check both dates.")
    over = "status" in fields and read_choice(fields["status"], "status", CONDITION_STATUS) == "over"
    return Condition(
        name, text, concepts, tuple(f"{system}|{code}" for system, code in codes), active=not (over or end),
        onset_on=begin.first if begin else None, recorded_on=begin.first if begin else None,
        ended_on=end.last if end else None,
    )  # fmt: skip


def read_ruled_out(item: Item, found: Findings) -> None:
    """Conditions known to be absent although the list as a whole is not complete."""
    for entry in item.listed():
        text = entry.word("ruled_out")
        concepts = _concepts(text, (), found)
        if not concepts:
            entry.place.refuse(f"'{text}' in 'ruled_out' is none of the conditions the rules know.")
        found.absent.add(concepts[0])


# --- observations ------------------------------------------------------------------------------------------------


def read_observations(item: Item, found: Findings) -> None:
    """Measurements and scores by name: a value, 'value unit', or {value, unit, on}; a list for several days."""
    if item.is_none or item.is_nothing:
        return
    if item.fields is None:
        item.place.refuse("'observations' must be a mapping such as {eGFR: 38}.")
    for name, value in item.fields.items():
        concept = name if name in found.knowledge.observations else found.knowledge.concepts.observation(name)
        if concept is None:
            known = [o.label for o in found.knowledge.observations.values()]
            value.place.refuse(
                f"unknown observation '{name}'.{nearest(name, known)}", "Names: benzosafe knowledge list."
            )
        for entry in _measurements(value):
            read_observation(entry, concept, found)


def _measurements(value: Item) -> Iterator[Item]:
    yield from value.items if value.items is not None else (value,)


def read_observation(item: Item, concept: str, found: Findings) -> None:
    """One measurement in our unit; one that cannot be read or believed is listed and left out."""
    fields = {"value": item} if item.fields is None else item.mapping(concept, VALUE_KEYS)
    if "value" not in fields or fields["value"].is_nothing:
        return
    taken_on = past_day(fields["on"], "on", found.on).first if "on" in fields else None
    written = fields["value"].word(concept)
    known, where = found.knowledge.observations[concept], f"observations.{concept}"
    if known.kind == "category":
        word = written if written in known.categories else found.knowledge.concepts.category(concept, written)
        if word is None:
            fields["value"].place.refuse(
                f"'{written}' is no answer to {known.label}.", f"Write one of: {', '.join(known.categories)}."
            )
        found.observations.append(Observation(where, concept, category=word, taken_on=taken_on))
        return
    value = _number(fields, concept, written, found)
    if value is not None:
        found.observations.append(Observation(where, concept, value=value, unit=known.unit, taken_on=taken_on))


def _number(fields: dict[str, Item], concept: str, written: str, found: Findings) -> float | None:
    match = NUMBER.fullmatch(written)
    if match is None:
        fields["value"].place.refuse(f"'{written}' is not a number for {concept}.", "Write it as 38, or 38 mL/min.")
    known, where = found.knowledge.observations[concept], f"observations.{concept}"
    unit = fields["unit"].word("unit") if "unit" in fields else match[3].strip() or known.unit
    try:
        value = found.knowledge.concepts.convert(concept, float(match[2].replace(",", ".")), unit)
    except ValueError as fault:
        fields["value"].place.refuse(f"{fault}.")
    if match[1]:
        found.gaps.append(DataGap(where, f"'{written}' is a limit; the limit itself is used", "notice", written))
    limits = known.plausible
    if limits and not limits.lowest <= value <= limits.highest:
        what = f"{known.label} of {value:g} {known.unit} is outside {limits.lowest:g} to {limits.highest:g}; not used"
        found.gaps.append(DataGap(where, what, "implausible", written))
        return None
    return value


# --- habits and states ---------------------------------------------------------------------------------------------


def read_yes_no(item: Item, key: str, concept: str, found: Findings) -> None:
    """pregnant: yes, no or unknown, and the like."""
    answer = read_tri(item, key)
    if answer is not None:
        word = concept.removesuffix("_status") if answer else f"not_{concept.removesuffix('_status')}"
        words = {"pregnancy": "pregnant", "not_pregnancy": "not_pregnant"}
        found.observations.append(Observation(key, concept, category=words.get(word, word)))


def read_habit(item: Item, key: str, found: Findings) -> None:
    """alcohol and smoking: a word, or an amount such as '10 drinks/week'."""
    concept, amount, words = {
        "alcohol": ("alcohol_status", DRINKS, ALCOHOL),
        "smoking": ("smoking_status", CIGARETTES, SMOKING),
    }[key]
    written = item.word(key)
    if written[:1].isdigit():
        before = len(found.observations)
        read_observation(item, amount, found)
        added = found.observations[before:]
        word = "current" if any(o.value for o in added) else "none" if key == "alcohol" else "never"
        if not added:
            return
    else:
        word = read_choice(item, key, words)
    found.observations.append(Observation(key, concept, category=word))
    if word != "current":
        found.absent |= DENIED[key]


def read_allergies(item: Item, found: Findings) -> None:
    """Allergies and intolerances to a medicine or a class."""
    for number, entry in enumerate(item.listed(), start=1):
        fields = {"to": entry} if entry.fields is None else entry.mapping("allergies", ALLERGY_KEYS)
        source = fields.get("to") or fields.get("drug")
        if source is None:
            entry.place.refuse("an allergy without 'to'.", "Say to what.")
        text, name = source.word("to"), f"allergies[{number}]"
        classes = _classes(text, found.knowledge)
        ingredients = () if classes else found.knowledge.names.resolve(text).ingredients
        if not classes and not ingredients:
            found.gaps.append(DataGap(name, f"allergy to '{text}' is to no medicine known here", "notice", text))
        for ingredient in ingredients or (None,):
            found.allergies.append(Allergy(name, text, ingredient, classes))


def _classes(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    plain = text.strip().lower().replace("-", " ")
    wanted = {plain, plain.removesuffix("s")}
    return tuple(
        name
        for name, item in knowledge.classes.items()
        if wanted & {name.replace("_", " "), item.label.lower().replace("-", " ")}
    )
