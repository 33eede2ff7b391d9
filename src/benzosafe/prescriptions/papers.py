"""What every paper of a prescription says: certification, signature by hand, and the big word where it is not valid."""

from __future__ import annotations

import re
from itertools import pairwise

from benzosafe.fhir.write_parts import clean
from benzosafe.prescriptions.content import Content, Item, plain_number
from benzosafe.prescriptions.law import Law, refuses_signing
from benzosafe.prescriptions.lifecycle import State
from benzosafe.prescriptions.shelf import Held, written
from benzosafe.taper.product import Product, ug

NOT_CERTIFIED = "benzosafe is not certified for electronic prescribing of controlled substances."
BY_HAND = "Valid only with the signature by hand."
DO_NOT_STOP = "Do not stop suddenly. Ask the prescriber before anything is changed or left out."
COPY, NOT_VALID, NOT_SIGNED = "COPY", "NOT VALID", "NOT SIGNED"

_WORDS = {
    State.declined: "DECLINED", State.cancelled: "CANCELLED", State.expired: "EXPIRED", State.held: "ON HOLD",
    **dict.fromkeys((State.received, State.verified, State.partly_dispensed, State.dispensed), COPY),
}  # fmt: skip
_ORIGINALS = (State.signed, State.transmitted)
# Marks that turn the order of letters round: with them a page reads otherwise than what was signed.
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def shown(text: object) -> str:
    """Text for a page: no control characters, and none that show the letters in another order than they stand in."""
    return clean(_TURNING.sub("", "" if text is None else str(text)))


def mark_of(one: Held, law: Law) -> str:
    """The big word on a page that is not, or not alone, a valid prescription; empty on one that may be used."""
    if one.state in _WORDS:
        return _WORDS[one.state]
    if one.state not in _ORIGINALS or one.row.get("signed_at") is None:
        return NOT_SIGNED
    # What the law, as it is recorded now, would not let be signed is not made ready for a signature by hand either.
    return NOT_VALID if refuses_signing(written(one), law) else ""


def why_marked(one: Held, law: Law) -> str:
    """The sentence under the big word."""
    mark, reason = mark_of(one, law), shown(one.row.get("reason"))
    if mark == NOT_SIGNED:
        return "A draft: it is no prescription, and nothing may be handed out on it."
    if mark == NOT_VALID:
        refused = "; ".join(shown(item.what) for item in refuses_signing(written(one), law))
        return f"Nothing may be handed out on it: {refused}."
    if mark == COPY:
        where = shown(one.row.get("pharmacy")) or "A pharmacy"
        return f"{where} has received the prescription; nothing may be handed out on this copy anywhere else."
    if one.state is State.expired:
        return f"Its time ended on {law.last_day(written(one).written_on)}. A new prescription is needed."
    said = f" {reason}" if reason else ""
    return f"Nothing may be handed out on it.{said}" if mark else ""


def alike(content: Content) -> bool:
    """Whether all fills are the same and equally far apart: then they are one supply with refills."""
    first, gaps = content.fills[0], days_apart(content)
    same = all(
        (fill.items, fill.days, fill.directions) == (first.items, first.days, first.directions)
        for fill in content.fills
    )
    return same and len(set(gaps)) <= 1


def days_apart(content: Content) -> list[int]:
    """Days from the first day of each fill to that of the next [d]."""
    return [(after.earliest_on - before.earliest_on).days for before, after in pairwise(content.fills)]


def product_of(item: Item) -> Product:
    """The product as plans count it, in whole micrograms."""
    return Product(item.form, ug(float(item.strength_mg)))


def quantity_of(item: Item) -> str:
    """'60 tablets', '150 mL' or '10 × suppository'."""
    product = product_of(item)
    if product.liquid:
        return f"{plain_number(item.units)} mL"
    if product.form.endswith(("tablet", "capsule")):
        return f"{plain_number(item.units)} {shown(product.form)}{'' if item.units == 1 else 's'}"
    return f"{plain_number(item.units)} × {shown(product.form)}"


def in_words_wanted(law: Law) -> bool:
    """Whether the law of the place wants the quantity in words too."""
    named = law.rule is not None and "quantity_in_words" in law.rule.content.names
    return named or bool(law.supply.quantity_in_words)


def strength_of(item: Item) -> str:
    """'0.5 mg', of a liquid '0.4 mg in each mL'."""
    return f"{plain_number(item.strength_mg)} mg{' in each mL' if product_of(item).liquid else ''}"
