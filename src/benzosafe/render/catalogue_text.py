"""The catalogue and the truth check, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WIDTH = 100
NO_PRICES = "No prices were taken in: benzosafe prices import FILE (the weekly NADAC list, or your own)."
VERDICT = {
    "agrees": "Everything that is said agrees with what is known.",
    "refused": "REFUSED: what is said does not agree.",
    "not_known": "NOT KNOWN: nothing disagrees, but not everything could be checked, which is not that it is right.",
}


def text_list(items: Sequence[Mapping[str, Any]], note: str) -> str:
    """One line a drug."""
    lines = []
    for item in items:
        strengths = sorted({product["strength_mg"] for product in item["products"]})
        sold = ", ".join(f"{mg:g}" for mg in strengths) + " mg" if strengths else "no product known here"
        law = "; ".join(f"{place} {word}" for place, word in item["schedule"].items()) or "schedule not known"
        lines += [f"{item['name']} ({', '.join(item['brands'][:3]) or 'no brand known'})"]
        lines += _wrapped(f"{sold}. For {', '.join(item['taken_for']) or 'not known'}. {law}.")
    return "\n".join([*lines, "", *_wrapped(note, "")]) + "\n"


def text_entry(item: Mapping[str, Any], note: str) -> str:
    """Everything of one drug."""
    codes = item["codes"]
    lines = [item["name"].upper(), *_wrapped(f"Brands: {', '.join(item['brands']) or 'none known'}")]
    lines += _wrapped(f"Substance as named in products: {', '.join(item['salts']) or 'not known'}")
    lines += _wrapped(f"Taken for: {', '.join(item['taken_for']) or 'not known'}")
    with_source = (f"{one['condition']} ({one['where']}, {one['confidence']})" for one in item["not_with"])
    lines += _wrapped(f"Not with: {'; '.join(with_source) or 'not known'}")
    lines += _wrapped("Law: " + ("; ".join(f"{k} {v}" for k, v in item["schedule"].items()) or "not known"))
    lines += _wrapped(
        f"Codes: RxNorm {codes['rxcui'] or '-'}; ATC {', '.join(codes['atc']) or '-'}; UNII {codes['unii'] or '-'}"
    )
    lines += ["", "Products"]
    for product in item["products"]:
        lines += _wrapped(f"{product_words(product)} [{product['source']}; {product['confidence']}]", "- ")
        lines += [line for price in product["prices"] for line in _wrapped(price_words(price), "    ")]
    lines += [] if item["products"] else ["- none known here"]
    lines += [""] + ([] if item["prices_loaded"] else [NO_PRICES])
    lines += _wrapped(item["stopping"], "") if item["stopping"] else []
    return "\n".join([*lines, *_wrapped(note, "")]) + "\n"


def product_words(product: Mapping[str, Any]) -> str:
    """'US: tablet 0.5 mg, scored: yes; may be halved'."""
    unit = "mg/mL" if product["per_ml"] else "mg"
    unless = "" if product["scored"] == "no" else " unless the maker says so"
    halves = "may be halved" if product["may_be_halved"] else f"not to be halved{unless}"
    scored = f", scored: {product['scored']}; {halves}" if "tablet" in product["form"] else ""
    codes = f"; RxNorm {', '.join(product['rxcui'])}" if product["rxcui"] else ""
    note = f" ({product['note']})" if product["note"] else ""
    return f"{product['country']}: {product['form']} {product['strength_mg']:g} {unit}{scored}{codes}{note}"


def price_words(price: Mapping[str, Any]) -> str:
    """A price with its day, and that it is old where it is."""
    old = "OLD PRICE, " if price["old"] else ""
    return (
        f"{old}{price['unit_price']} {price['currency']} per {price['unit']}, 30 for {price['thirty_units']} "
        f"(NDC {price['ndc'] or '-'}, in effect {price['effective_on'] or 'day not known'}, {price['source']})"
    )


def text_check(data: Mapping[str, Any]) -> str:
    """The verdict, what disagrees, what could not be checked, what was understood."""
    lines = [VERDICT[data["status"]], f"It is about {data['ingredient'] or 'no medicine that is known here'}.", ""]
    for title, items in (
        (
            "Disagrees",
            [f"{item['code'].replace('_', ' ')}: {item['what']} {places(item)}" for item in data["disagreements"]],
        ),
        ("Could not be checked", data["not_checked"]),
        ("Understood", [f"{item['where']}: '{item['text']}': {item['as']}" for item in data["understood"]]),
    ):
        if items:
            lines += [title, *(line for item in items for line in _wrapped(item, "- ")), ""]
    return "\n".join([*lines, *_wrapped(data["note"], "")]) + "\n"


def _words(code: str) -> str:
    return code.replace("_", " ")


def places(item: Mapping[str, Any]) -> str:
    """Where the sides of a disagreement stand."""
    return "(" + "; ".join(f"{side['where']}: '{side['text'][:60]}'" for side in item["sides"]) + ")"


def _wrapped(text: str, indent: str = "  ") -> Iterable[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH, initial_indent=indent, subsequent_indent="  ")
