"""The products a taper may use: those marketed in a country, or those named on the command line and known to exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from benzosafe.errors import UsageError, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import ProductForm
from benzosafe.taper.product import LIQUIDS, Product, mg_words, ug

COMPOUNDED = "compounded suspension"
_ORAL = ("tablet", "capsule", "orally disintegrating tablet")
_NEVER_CUT = ("capsule", "orally disintegrating tablet")
_NAMED = re.compile(r"^(?P<form>[a-z][a-z -]*?)\s*:\s*(?P<strengths>[\d.,\s/smg]+)$")
_STRENGTH = re.compile(r"^(\d{1,5}(?:\.\d{1,6})?)\s*(?:mg)?(?:/ml)?\s*(s|scored)?$")
_SHORT = {
    "odt": "orally disintegrating tablet", "solution": "oral solution", "liquid": "oral solution",
    "suspension": "oral suspension", "concentrate": "oral concentrate", "compounded": COMPOUNDED,
    "tablets": "tablet", "capsules": "capsule",
}  # fmt: skip


def countries_of(knowledge: Knowledge, drug: str) -> list[str]:
    """Countries for which products of a drug are known."""
    return sorted({form.country for form in _forms(knowledge, drug)})


def marketed(knowledge: Knowledge, drug: str, country: str) -> tuple[Product, ...]:
    """Products of a drug in a country that a taper may use as they are.

    Only tablets known to be scored may be cut; capsules are not opened, disintegrating tablets not cut. A concentrate
    stands in only where no weaker liquid is sold, because a slip with it is a large one. Extended-release forms and
    drops are used only when they are named.
    """
    forms = [form for form in _forms(knowledge, drug) if form.country == country]
    if not forms:
        known = countries_of(knowledge, drug)
        raise UsageError(
            f"no product of {drug} is known for '{country}'.", where="--country",
            next_step=f"Known: {', '.join(known) or 'none'}. Or name products with --products.",
        )  # fmt: skip
    liquids = [form for form in forms if _form_name(form) in LIQUIDS and "drops" not in form.form]
    weak = [form for form in liquids if "concentrate" not in form.form]
    measured = [product for form in (weak or liquids) for product in _products(form)]
    solid = [product for form in forms if form.form in _ORAL for product in _products(form)]
    # JUDGEMENT: one liquid only, the weakest: two bottles of unlike strength at home are a slip waiting to happen.
    return (*solid, *sorted(measured, key=lambda product: product.strength_ug)[:1])


def of_form(knowledge: Knowledge, drug: str, country: str, form: str) -> tuple[Product, ...]:
    """Products of one form in a country, whole: extended-release tablets and the like are never cut."""
    forms = [item for item in _forms(knowledge, drug) if item.country == country and _form_name(item) == form]
    if not forms:
        known = sorted({_form_name(item) for item in _forms(knowledge, drug) if item.country == country})
        raise UsageError(
            f"no {form} of {drug} is known in {country}.{nearest(form, known)}", where="--form",
            next_step=f"Known: {', '.join(known) or 'none'}.",
        )  # fmt: skip
    return tuple(replace(product, halves=False) for item in forms for product in _products(item))


def scored_generics(knowledge: Knowledge, drug: str, country: str) -> tuple[Product, ...]:
    """Tablets that some makers sell with a score: usable in halves when the pharmacy hands out such a one."""
    forms = [form for form in _forms(knowledge, drug) if form.country == country]
    return tuple(
        Product(form.form, ug(mg), True, form.country, form.source, form.confidence)
        for form in forms
        if form.form == "tablet" and form.scored == "product-dependent"
        for mg in form.strengths_mg
    )


def _forms(knowledge: Knowledge, drug: str) -> Sequence[ProductForm]:
    own = knowledge.drugs[drug].benzodiazepine if drug in knowledge.drugs else None
    return own.products if own else ()


def _form_name(form: ProductForm) -> str:
    return form.form.split(",")[0].strip()


def _products(form: ProductForm) -> list[Product]:
    name = _form_name(form)
    halves = form.scored == "yes" and name not in _NEVER_CUT
    return [
        Product(name, ug(mg), halves and name not in LIQUIDS, form.country, form.source, form.confidence)
        for mg in form.strengths_mg
    ]


def named(text: str, knowledge: Knowledge, drug: str, country: str = "") -> tuple[Product, ...]:
    """Products from 'tablet:0.5s,1,2;solution:0.1' (s: scored, may be halved; liquids in mg per mL).

    Every strength must be marketed somewhere, or be named as compounded; UsageError names what is not.
    """
    found: list[Product] = []
    for part in (piece.strip() for piece in text.lower().split(";")):
        match = _NAMED.match(part)
        if not match:
            raise UsageError(
                f"'{part}' does not name products.", where="--products",
                next_step="Write form:strengths, as in 'tablet:0.5s,1,2;solution:0.1'.",
            )  # fmt: skip
        form = _form(match["form"], knowledge, drug)
        found += [_checked(form, item.strip(), (knowledge, drug, country)) for item in match["strengths"].split(",")]
    return tuple(dict.fromkeys(found))


def _form(text: str, knowledge: Knowledge, drug: str) -> str:
    words = text.strip()
    if words.split(" ")[0] in knowledge.drugs and words.split(" ")[0] != drug:
        raise UsageError(
            f"'{words}' is a product of another drug than {drug}.", where="--products",
            next_step="Name products of the drug that is tapered.",
        )  # fmt: skip
    words = words.removeprefix(drug).strip()
    name = _SHORT.get(words, words)
    valid = {*_ORAL, *LIQUIDS, "sublingual tablet", "extended-release tablet", "extended-release capsule"} - {
        "oral drops"
    }
    if name not in valid:
        raise UsageError(
            f"'{words}' is not a form.{nearest(name, valid)}", where="--products",
            next_step=f"One of: {', '.join(sorted(valid))}.",
        )  # fmt: skip
    return name


def _checked(form: str, text: str, of: tuple[Knowledge, str, str]) -> Product:
    knowledge, drug, country = of
    match = _STRENGTH.match(text)
    if not match or float(match[1]) <= 0 or abs(float(match[1]) * 1000 - ug(float(match[1]))) > 1e-9:
        raise UsageError(f"'{text}' is not a strength.", where="--products", next_step="Write mg, as in 0.5 or 0.5s.")
    strength, scored = ug(float(match[1])), match[2] is not None
    if scored and (form in LIQUIDS or form in _NEVER_CUT or form.startswith("extended")):
        raise UsageError(
            f"a {form} must not be cut.", where="--products", next_step="Leave the 's' away, or name scored tablets."
        )
    if form == COMPOUNDED:
        return Product(form, strength, source="named by the prescriber", confidence="stated")
    forms = sorted(
        _forms(knowledge, drug), key=lambda item: item.country == country
    )  # those sold here last, so they win
    sold = {ug(mg): item for item in forms if _form_name(item) == form for mg in item.strengths_mg}
    if strength not in sold:
        close = min(sold, key=lambda other: abs(other - strength), default=None)
        guess = f" The nearest is {mg_words(close)} mg." if close is not None else ""
        raise UsageError(
            f"no {form} of {drug} {mg_words(strength)} mg is known to be marketed.{guess}", where="--products",
            next_step="Check the strength, or name a compounded suspension: compounded:0.1",
        )  # fmt: skip
    item = sold[strength]
    return Product(form, strength, scored, item.country, item.source, item.confidence)
