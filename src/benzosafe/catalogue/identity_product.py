"""Strengths, forms, uses and codes of a listing against the products of its medicine, and against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benzosafe.catalogue.entries import LIQUID_UNIT, Entry, form_name
from benzosafe.catalogue.identity_found import Checked, Disagreement
from benzosafe.catalogue.listing import Statement
from benzosafe.catalogue.price_text import amounts_as_read, form_in, strength_in
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import ProductForm
from benzosafe.knowledge.names import ATC, RXNORM, Code

_TENFOLD = (0.1, 10.0)
_OF_A_PRODUCT = ("strength", "title", "brand", "ingredient", "text", "other")
_SAME = 1e-9
_BETWEEN = re.compile(r",\s|;|\band\b|\bor\b|\||\n|/\s*(?=\d[\d.]*\s*m[cg])|(?<=mg)\s+(?=\d)")


@dataclass(frozen=True)
class _Stated:
    """A strength [mg, or mg per mL] or a form, and which statement says it."""

    item: Statement
    mg: float = 0.0
    per_ml: bool = False
    form: str = ""


def check_product(
    statements: Sequence[Statement], entry: Entry, knowledge: Knowledge, to: tuple[Checked, str | None]
) -> None:
    """Hold what is said of the product against what is sold, in one country where one is given."""
    found, country = to
    products = [form for form in entry.facts.products if country in (None, form.country)]
    strengths, forms = _strengths_of(statements, found), _forms_of(statements, found)
    for stated in strengths:
        _check_strength(stated, entry, products, found)
    for stated in forms:
        _check_form(stated, entry, products, found)
    if not found.disagreements:
        found.disagreements += _together(strengths, forms, products, entry)
    for item in statements:
        if item.part == "indication":
            _check_indication(item, entry, knowledge, found)
        if item.part == "code":
            _check_code(item, strengths, knowledge, found)
    if not strengths and not any(_coded_mg(item, knowledge) for item in statements if item.part == "code"):
        found.not_checked.append("no strength is said")


def _strengths_of(statements: Sequence[Statement], found: Checked) -> list[_Stated]:
    stated = []
    for item in statements:
        given = list(strengths_in(item.text)) if item.part in _OF_A_PRODUCT else []
        if not given and item.part == "strength":
            found.not_checked.append(f"'{item.text}' ({item.where}) is no strength that can be read")
        stated += [_Stated(item, mg, per_ml) for mg, per_ml in given]
    return stated


def strengths_in(text: str) -> Iterator[tuple[float, bool]]:
    """Every strength of a list such as '0.5 mg, 1 mg and 2 mg', and whether it is one per mL."""
    for part in _BETWEEN.split(amounts_as_read(text)):
        mg, per_ml = strength_in(part)
        if mg is not None:
            yield mg, per_ml


def _forms_of(statements: Sequence[Statement], found: Checked) -> list[_Stated]:
    stated = []
    for item in statements:
        form = form_in(item.text) if item.part in (*_OF_A_PRODUCT, "form") else ""
        if not form and item.part == "form":
            found.not_checked.append(f"'{item.text}' ({item.where}) is no form that is known here")
        if form:
            stated.append(_Stated(item, form=form))
    return stated


def _check_strength(stated: _Stated, entry: Entry, products: Sequence[ProductForm], found: Checked) -> None:
    mg, item = stated.mg, stated.item
    sold = sorted({
        known for form in products if (LIQUID_UNIT in form.form) is stated.per_ml for known in form.strengths_mg
    })  # fmt: skip
    if any(abs(mg - known) < _SAME for known in sold):
        found.understood.append((item, f"{mg:g} mg is sold"))
        return
    slip = next((known for known in sold for times in _TENFOLD if abs(known * times - mg) < _SAME), None)
    if slip is not None:
        what = f"{mg:g} mg of {entry.name} is sold nowhere known here; {slip:g} mg is: a slipped decimal point"
        found.disagreements.append(Disagreement("tenfold_strength", what, (item,)))
        return
    known = ", ".join(f"{known:g}" for known in sold) or "none"
    what = f"{mg:g} mg of {entry.name} is sold nowhere known here (known: {known} mg)"
    found.disagreements.append(Disagreement("no_such_strength", what, (item,)))


def _check_form(stated: _Stated, entry: Entry, products: Sequence[ProductForm], found: Checked) -> None:
    sold = {form_name(known) for known in products}
    if any(_may_be(stated.form, form) for form in sold):
        found.understood.append((stated.item, f"{stated.form} is sold"))
        return
    what = f"a {stated.form} of {entry.name} is sold nowhere known here (known: {', '.join(sorted(sold)) or 'none'})"
    found.disagreements.append(Disagreement("no_such_form", what, (stated.item,)))


def _may_be(said: str, sold: str) -> bool:
    """Whether the form said may be the one sold: 'tablet' may be any of them, a particular one only itself."""
    return said == sold or (said in ("tablet", "capsule", "film") and sold.endswith(f" {said}"))


def _together(
    strengths: Sequence[_Stated], forms: Sequence[_Stated], products: Sequence[ProductForm], entry: Entry
) -> Iterator[Disagreement]:
    """Title against field: another strength, another form, a strength that is not sold in the form."""
    fields = [one for one in strengths if one.item.part == "strength"]
    for one in strengths:
        if fields and one.item.part != "strength" and all(abs(one.mg - field.mg) >= _SAME for field in fields):
            what = f"'{one.item.text}' is {one.mg:g} mg, '{fields[0].item.text}' is {fields[0].mg:g} mg"
            yield Disagreement("strengths_differ", what, (one.item, fields[0].item))
    for one, other in ((one, other) for place, one in enumerate(forms) for other in forms[place + 1 :]):
        if not (_may_be(one.form, other.form) or _may_be(other.form, one.form)):
            what = f"'{one.item.text}' is a {one.form}, '{other.item.text}' is a {other.form}"
            yield Disagreement("forms_differ", what, (one.item, other.item))
    for one in strengths:
        yield from _in_its_form(one, forms, products, entry)


def _in_its_form(
    stated: _Stated, forms: Sequence[_Stated], products: Sequence[ProductForm], entry: Entry
) -> Iterator[Disagreement]:
    for form in forms:
        sold = {mg for known in products if _may_be(form.form, form_name(known)) for mg in known.strengths_mg}
        if sold and all(abs(stated.mg - mg) >= _SAME for mg in sold):
            known = ", ".join(f"{mg:g}" for mg in sorted(sold))
            what = f"{stated.mg:g} mg of {entry.name} is sold as no {form.form} known here (known: {known} mg)"
            yield Disagreement("no_such_strength", what, tuple(dict.fromkeys((stated.item, form.item))))


def _check_indication(item: Statement, entry: Entry, knowledge: Knowledge, found: Checked) -> None:
    for part in re.split(r",|;|\band\b|\bor\b", item.text):
        names = knowledge.concepts.conditions(part.strip())
        if not names:
            found.not_checked.append(f"'{part.strip()}' ({item.where}) is no condition that is known here")
        elif set(names) & set(entry.facts.indications):
            found.understood.append((item, f"{names[0].replace('_', ' ')} is a labelled use"))
        else:
            what = f"{entry.name} is not labelled for {knowledge.conditions[names[0]].as_reason}"
            found.disagreements.append(Disagreement("not_labelled", what, (item,)))


def _check_code(item: Statement, strengths: Sequence[_Stated], knowledge: Knowledge, found: Checked) -> None:
    if not knowledge.names.resolve("", codes_of(item)).ingredients:
        found.not_checked.append(f"code '{item.text}' ({item.where}) is not known here")
        return
    stated = [one for one in strengths if not one.per_ml]
    for mg in _coded_mg(item, knowledge):
        if stated and all(abs(mg - one.mg) >= _SAME for one in stated):
            what = f"code '{item.text}' means {mg:g} mg, '{stated[0].item.text}' says {stated[0].mg:g} mg"
            found.disagreements.append(Disagreement("code_differs", what, (item, stated[0].item)))


def _coded_mg(item: Statement, knowledge: Knowledge) -> list[float]:
    """The strengths a code stands for; a code of the medicine alone has none."""
    return [mg for mg in knowledge.names.resolve("", codes_of(item)).strengths_mg if mg is not None]


def codes_of(item: Statement) -> list[Code]:
    """A code with the systems it may be of."""
    text = item.text.strip()
    return [(item.system, text)] if item.system else [(RXNORM, text), (ATC, text)]
