"""The truth check: do title, brand, ingredient, strength, form, indication, code and terms of a listing agree?

What disagrees refuses the listing; what could not be checked, down to the word, is listed and is no agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benzosafe.catalogue.entries import entry_of
from benzosafe.catalogue.identity_found import Checked, Disagreement
from benzosafe.catalogue.identity_product import check_product, codes_of
from benzosafe.catalogue.listing import Statement
from benzosafe.catalogue.offers import field_requires, offered_without, said_not_required
from benzosafe.catalogue.wording import left_over
from benzosafe.knowledge.load import Knowledge

_NAMING = ("title", "brand", "ingredient")
_RUNNING = ("text", "directions", "other")
# Before another medicine's name: it is named to be kept away, not sold.
_KEPT_AWAY = re.compile(
    r"\b(?:not|never|avoid|without|interacts?|interaction|than|unlike|instead of|together with|with|or)\b[^.!?]*$", re.I
)
_PER_UNIT = re.compile(r"(?:per|a|/)\s*(?:tablet|capsule|pill|unit|ml|each|pack|box|\d+)|for \d+", re.IGNORECASE)


@dataclass(frozen=True)
class _Named:
    """A statement and the medicines it names."""

    item: Statement
    names: tuple[str, ...]


def check_listing(statements: Sequence[Statement], knowledge: Knowledge, country: str | None = None) -> Checked:
    """Check every statement against the ingredient that the listing names, and against each other."""
    named = [_Named(item, _names(item, knowledge)) for item in statements]
    about = _about(named)
    found = Checked(about.names[0] if about else None)
    entry = entry_of(knowledge, about.names[0]) if about else None
    if about is None:
        found.not_checked.append("no medicine that is known here is named")
    else:
        _check_names(named, about, knowledge, found)
    if about is not None and entry is None:
        found.not_checked.append(f"{about.names[0]} is no benzodiazepine or Z-drug: its products are not known here")
    elif about is not None and entry is not None and len(about.names) > 1:
        found.not_checked.append(f"{' with '.join(about.names)}: products of several ingredients are not known here")
    elif entry is not None:
        check_product(statements, entry, knowledge, (found, country))
    found.disagreements += _terms(statements, controlled=bool(entry and entry.facts.schedule))
    _words(statements, knowledge, found)
    return found


def _names(item: Statement, knowledge: Knowledge) -> tuple[str, ...]:
    if item.part == "code":
        return knowledge.names.resolve("", codes_of(item)).ingredients
    return knowledge.names.named_in(item.text)[0] if item.part not in ("price", "prescription", "indication") else ()


def _about(named: Sequence[_Named]) -> _Named | None:
    """What names the medicine that the listing is about: title, brand, ingredient; one name before two."""
    given = [one for one in named if one.names]
    naming = [one for one in given if one.item.part in _NAMING]
    alone = [one for one in naming if len(one.names) == 1]
    return next(iter(alone or naming or given), None)


def _check_names(named: Sequence[_Named], about: _Named, knowledge: Knowledge, found: Checked) -> None:
    for one in named:
        item = one.item
        if not one.names:
            if item.part in _NAMING:
                found.not_checked.append(f"'{item.text}' ({item.where}) names no medicine that is known here")
            continue
        if inside := _two_in_one(one, knowledge):
            found.disagreements.append(Disagreement("another_medicine", inside, (item,)))
        strange = [name for name in one.names if name not in about.names]
        if not strange and (item.part in (*_RUNNING, "strength") or set(one.names) == set(about.names)):
            found.understood.append((item, ", ".join(one.names)))
            continue
        if strange and item.part == "text" and _all_kept_away(item, strange, knowledge):
            found.not_checked.append(f"what '{item.text}' ({item.where}) says of {', '.join(strange)}")
            continue
        alike = _look_alike(knowledge, about.names[0], strange[0]) if strange else ""
        what = f"'{about.item.text}' is {' and '.join(about.names)}, '{item.text}' is {' and '.join(one.names)}{alike}"
        found.disagreements.append(Disagreement("another_medicine", what, (about.item, item)))


def _two_in_one(one: _Named, knowledge: Knowledge) -> str:
    """Two medicines under one name, where no product known here holds both; empty where there is none."""
    if one.item.part not in _NAMING or len(one.names) < 2:
        return ""
    together = {frozenset(product.ingredients) for product in knowledge.products}
    each = {ingredients for _, ingredients in knowledge.names.mentions(one.item.text)}
    if set(one.names) in together or any(set(one.names) <= set(ingredients) for ingredients in each):
        return ""
    return f"'{one.item.text}' names {' and '.join(one.names)}, which no product known here holds together"


def _all_kept_away(item: Statement, strange: Sequence[str], knowledge: Knowledge) -> bool:
    """Whether every other medicine is named as one to be kept apart ('do not take it with ...')."""
    plain = item.text.lower()
    for name, ingredients in knowledge.names.mentions(item.text):
        at = plain.find(name.split()[0])
        if set(ingredients) & set(strange) and not (at >= 0 and _KEPT_AWAY.search(plain[:at])):
            return False
    return True


def _look_alike(knowledge: Knowledge, one: str, other: str) -> str:
    both = {one, other}
    for pair in knowledge.look_alikes:
        meant = [set(knowledge.names.named_in(name)[0]) or {name} for name in pair.names]
        if all(names & both for names in meant) and both <= set().union(*meant):
            return "; the two names have been taken for one another before"
    return ""


def _terms(statements: Sequence[Statement], *, controlled: bool) -> Iterator[Disagreement]:
    """A controlled medicine is never offered without a prescription."""
    for item in statements:
        field_says = item.part == "prescription" and said_not_required(item.text)
        if controlled and (field_says or offered_without(item.text)):
            what = "a controlled medicine is offered without a prescription"
            yield Disagreement("without_prescription", what, (item,))


def _words(statements: Sequence[Statement], knowledge: Knowledge, found: Checked) -> None:
    """Whatever nobody here understood: words of titles and sentences, directions, terms, prices."""
    for item in statements:
        if item.part in (*_NAMING, "text"):
            rest = left_over(item.text, knowledge)
            if rest:
                found.not_checked.append(
                    f"not understood in '{_short(item.text)}' ({item.where}): {_short(' '.join(rest))}"
                )
        elif item.part == "prescription" and field_requires(item.text):
            found.understood.append((item, "a prescription is needed"))
        elif item.part == "prescription" and not said_not_required(item.text):
            found.not_checked.append(f"'{item.text}' ({item.where}) does not say whether a prescription is needed")
        elif item.part == "directions":
            _directions(item, found)
        elif item.part == "price" and not _PER_UNIT.search(item.text):
            found.not_checked.append(f"the price '{item.text}' ({item.where}) does not say of how much")


def _directions(item: Statement, found: Checked) -> None:
    from benzosafe.patient.directions import read_directions

    read = read_directions(item.text)
    if read.understood:
        found.understood.append((item, read.reading))
    else:
        found.not_checked.append(f"the directions '{_short(item.text)}' ({item.where}) are not understood")


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."
