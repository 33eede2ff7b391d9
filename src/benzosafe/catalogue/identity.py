"""The truth check: do title, brand, ingredient, strength, form, indication, code and terms of a listing agree?

What disagrees refuses the listing; what could not be checked is listed, and is never taken for agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benzosafe.catalogue.entries import LIQUID_UNIT, Entry, entry_of, form_name
from benzosafe.catalogue.listing import Statement
from benzosafe.catalogue.price_text import form_in, strength_in
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import ATC, RXNORM, Code

AGREES, REFUSED, NOT_KNOWN = "agrees", "refused", "not_known"
_NAMING = ("title", "brand", "ingredient")
_TENFOLD = (0.1, 10.0)
# Ways of offering a controlled medicine without a prescription, and of saying that one is needed.
_PAPER = r"(?:prescriptions?|rx|script)"
_WITHOUT = re.compile(
    rf"\b(?:no|without(?: a| any)?|not? need(?: for)?(?: a| any)?|don'?t need(?: a| any)?|skip the)\s+"
    rf"(?:doctor'?s?\s+|valid\s+|prior\s+)?{_PAPER}\b(?!\s+will\b)"
    rf"|\b{_PAPER}\s+(?:is\s+|are\s+)?(?:(?:not|never)\s+(?:required|needed|necessary)|optional|included)\b"
    rf"|\b(?:do not|don'?t|never|won'?t)\s+(?:ask|require|want|check)\b[^.!?]{{0,25}}\b{_PAPER}\b"
    r"|\bno\s+(?:doctor|physician|gp)'?s?\s+(?:visit|appointment|consultation)?\s*(?:is\s+)?(?:needed|required|necessary)\b"
    r"|\bwithout\s+(?:seeing|visiting|asking|a visit to)\s+(?:a|your|any)\s+(?:doctor|physician|gp)\b"
    r"|\b(?:non[- ]?prescription|over[- ]the[- ]counter|otc)\b|\bprescription[- ]free\b|\brx[- ]free\b",
    re.IGNORECASE,
)
_NEVER_WITHOUT = re.compile(
    r"\b(?:never|not|cannot|can'?t|won'?t|don'?t|illegal|unlawful|prohibit(?:s|ed)?|forbidden)\b[^.!?,:;]{0,30}"
    r"\b(?:sold|sell|dispense|suppl|releas|available|buy|order|take|use|ship|transfer|deliver|share)\w*"
    r"\b[^.!?,:;]{0,40}\bwithout\b|\bno\s+(?:sale|supply|delivery|refills?)\b[^.!?]{0,30}\bwithout\b",
    re.IGNORECASE,
)
_NOT_REQUIRED = re.compile(
    r"^\s*(?:no|none|not\s+(?:required|needed|necessary)|false|0|optional|without)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Disagreement:
    """Two sides that cannot both be true, or something that must not be offered."""

    code: str
    what: str
    sides: tuple[Statement, ...]


@dataclass
class Checked:
    """The answer: what the listing is about, what disagrees, and what could not be checked."""

    ingredient: str | None
    disagreements: list[Disagreement] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    understood: list[tuple[Statement, str]] = field(default_factory=list)
    """Every statement that was understood, and as what."""

    @property
    def status(self) -> str:
        """`refused` where anything disagrees, `not_known` where anything could not be checked, else `agrees`."""
        return REFUSED if self.disagreements else NOT_KNOWN if self.not_checked else AGREES


def check_listing(statements: Sequence[Statement], knowledge: Knowledge, country: str | None = None) -> Checked:
    """Check every statement against the ingredient that the listing names, and against each other."""
    named = [(item, names) for item in statements if (names := _named(item, knowledge)) or item.part in _NAMING]
    first = next((names for item, names in named if names and item.part in ("ingredient", "title", "brand")), None)
    first = first or next((names for _, names in named if names), None)
    found = Checked(first[0] if first else None)
    if first is None:
        found.not_checked.append("no medicine that is known here is named")
        found.disagreements += _terms(statements, controlled=False)
        return found
    found.disagreements += _other_medicines(named, first, knowledge)
    found.not_checked += [
        f"'{item.text}' ({item.where}) names no medicine that is known here" for item, n in named if not n
    ]
    entry = entry_of(knowledge, first[0])
    if entry is None:
        found.not_checked.append(f"{first[0]} is no benzodiazepine or Z-drug: its products are not known here")
        return found
    found.understood += [(item, ", ".join(names)) for item, names in named if names]
    for item in statements:
        _check(item, entry, knowledge, (found, country))
    found.disagreements += _terms(statements, controlled=bool(entry.facts.schedule))
    _missing(statements, found)
    return found


def _named(item: Statement, knowledge: Knowledge) -> tuple[str, ...]:
    if item.part == "code":
        return knowledge.names.resolve("", _codes(item)).ingredients
    return knowledge.names.named_in(item.text)[0] if item.part in (*_NAMING, "text", "strength") else ()


def _codes(item: Statement) -> list[Code]:
    text = item.text.strip()
    return [(item.system, text)] if item.system else [(RXNORM, text), (ATC, text)]


def _other_medicines(
    named: Sequence[tuple[Statement, tuple[str, ...]]], first: tuple[str, ...], knowledge: Knowledge
) -> Iterator[Disagreement]:
    """Whoever names another medicine than the listing is about."""
    whose = next(item for item, names in named if names == first)
    for item, names in named:
        strange = [name for name in names if name not in first]
        if not strange and (set(names) == set(first) or item.part in ("text", "strength") or not names):
            continue
        alike = _look_alike(knowledge, first[0], strange[0]) if strange else ""
        what = f"'{whose.text}' is {' and '.join(first)}, '{item.text}' is {' and '.join(names)}{alike}"
        yield Disagreement("another_medicine", what, (whose, item))


def _look_alike(knowledge: Knowledge, one: str, other: str) -> str:
    both = {one, other}
    for pair in knowledge.look_alikes:
        meant = [set(knowledge.names.named_in(name)[0]) or {name} for name in pair.names]
        if all(names & both for names in meant) and both <= set().union(*meant):
            return "; the two names have been taken for one another before"
    return ""


def _check(item: Statement, entry: Entry, knowledge: Knowledge, to: tuple[Checked, str | None]) -> None:
    found, country = to
    if item.part in ("strength", "title", "brand"):
        _check_strength(item, entry, found, country)
    if item.part in ("form", "title"):
        _check_form(item, entry, found, country)
    if item.part == "indication":
        _check_indication(item, entry, knowledge, found)
    if item.part == "code":
        _check_code(item, entry, knowledge, found)


def _check_strength(item: Statement, entry: Entry, found: Checked, country: str | None) -> None:
    strengths = _strengths(item.text)
    if not strengths:
        if item.part == "strength":
            found.not_checked.append(f"'{item.text}' ({item.where}) is no strength that can be read")
        return
    for mg, per_ml in strengths:
        sold = {
            known
            for form in entry.facts.products
            if country in (None, form.country) and (LIQUID_UNIT in form.form) is per_ml
            for known in form.strengths_mg
        }
        if any(abs(mg - known) < 1e-9 for known in sold):
            found.understood.append((item, f"{mg:g} mg is sold"))
            continue
        slip = next((known for known in sorted(sold) for times in _TENFOLD if abs(known * times - mg) < 1e-9), None)
        if slip is not None:
            what = f"{mg:g} mg of {entry.name} is sold nowhere known here; {slip:g} mg is: a slipped decimal point"
            found.disagreements.append(Disagreement("tenfold_strength", what, (item,)))
        else:
            known = ", ".join(f"{known:g}" for known in sorted(sold)) or "none"
            what = f"{mg:g} mg of {entry.name} is sold nowhere known here (known: {known} mg)"
            found.disagreements.append(Disagreement("no_such_strength", what, (item,)))


def _strengths(text: str) -> list[tuple[float, bool]]:
    """Every strength of a list such as '0.5 mg, 1 mg and 2 mg'."""
    parts = re.split(r",\s|;|\band\b|\bor\b|\|", text)
    found = [strength_in(part) for part in (parts if len(parts) > 1 else [text])]
    return [(mg, per_ml) for mg, per_ml in found if mg is not None]


def _check_form(item: Statement, entry: Entry, found: Checked, country: str | None) -> None:
    form = form_in(item.text)
    if not form:
        if item.part == "form":
            found.not_checked.append(f"'{item.text}' ({item.where}) is no form that is known here")
        return
    sold = {form_name(known) for known in entry.facts.products if country in (None, known.country)}
    if form in sold:
        found.understood.append((item, f"{form} is sold"))
        return
    what = f"a {form} of {entry.name} is sold nowhere known here (known: {', '.join(sorted(sold)) or 'none'})"
    found.disagreements.append(Disagreement("no_such_form", what, (item,)))


def _check_indication(item: Statement, entry: Entry, knowledge: Knowledge, found: Checked) -> None:
    for part in re.split(r",|;|\band\b", item.text):
        names = knowledge.concepts.conditions(part.strip())
        if not names:
            found.not_checked.append(f"'{part.strip()}' ({item.where}) is no condition that is known here")
        elif set(names) & set(entry.facts.indications):
            found.understood.append((item, f"{names[0].replace('_', ' ')} is a labelled use"))
        else:
            label = knowledge.conditions[names[0]].label
            what = f"{entry.name} is not labelled for {label}"
            found.disagreements.append(Disagreement("not_labelled", what, (item,)))


def _check_code(item: Statement, entry: Entry, knowledge: Knowledge, found: Checked) -> None:
    resolved = knowledge.names.resolve("", _codes(item))
    if not resolved.ingredients:
        found.not_checked.append(f"code '{item.text}' ({item.where}) is not known here")
        return
    sold = {mg for form in entry.facts.products for mg in form.strengths_mg}
    for mg in resolved.strengths_mg:
        if mg is not None and mg not in sold:
            found.not_checked.append(
                f"code '{item.text}' ({item.where}) means {mg:g} mg, which is sold nowhere known here"
            )


def _terms(statements: Sequence[Statement], *, controlled: bool) -> Iterator[Disagreement]:
    """A controlled medicine is never offered without a prescription."""
    for item in statements:
        loose = _WITHOUT.search(item.text) and not _NEVER_WITHOUT.search(item.text)
        field_says = item.part == "prescription" and _NOT_REQUIRED.match(item.text)
        if (loose or field_says) and controlled:
            what = "a controlled medicine is offered without a prescription"
            yield Disagreement("without_prescription", what, (item,))


def _missing(statements: Sequence[Statement], found: Checked) -> None:
    """A listing that leaves out what matters cannot be told to agree."""
    said = {item.part for item in statements}
    has_strength = any(_strengths(item.text) for item in statements if item.part in ("strength", "title", "brand"))
    if not has_strength and "code" not in said:
        found.not_checked.append("no strength is said")
    price = next((item for item in statements if item.part == "price"), None)
    if price and not re.search(
        r"(?:per|a|/)\s*(?:tablet|capsule|pill|unit|ml|each|pack|box|\d+)|for \d+", price.text, re.I
    ):
        found.not_checked.append(f"the price '{price.text}' ({price.where}) does not say of how much")
