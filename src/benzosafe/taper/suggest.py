"""When no exact plan exists: how far the products go, and which one more would make the plan, tried and not guessed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.catalogue import COMPOUNDED, countries_of, marketed, scored_generics
from benzosafe.taper.product import Product, mg_words
from benzosafe.taper.reach import reachable, reaches, totals

if TYPE_CHECKING:
    from benzosafe.taper.design import Request

_MOST_NAMED = 3
_MANY_PIECES = 8  # no one swallows more at once
# Strengths in which pharmacies compound suspensions of these drugs [ug/mL]; the first that works is named.
_COMPOUNDED_UG = (1_000, 100, 5_000)


def cannot_be_made(
    knowledge: Knowledge, request: Request, keep: Fraction | None, ends: tuple[int, int]
) -> InputRefused:  # fmt: skip
    """The refusal, with the lowest dose that can be reached and the products that would do."""
    lowest = lowest_reached(request, request.products, keep)
    to = f"{mg_words(request.target_ug)} mg" if request.target_ug else "0"
    limit = "" if keep is None else f" within {float(1 - keep):.0%} in 14 days"
    have = ", ".join(product.name for product in request.products) or "nothing that may be used as it is"
    what = f"no exact plan to {to} can be made{limit} from: {have}."
    if request.target_ug:
        what += _nearest_ends(request, keep)
    elif lowest < request.before_ug:
        what += (
            f" They reach {mg_words(lowest)} mg a day; leaving the drug off is not allowed before"
            f" {mg_words(ends[1])} mg a day."
        )
    would = suggestions(knowledge, request, keep, ends)
    steps = [f"add {item.name}{_note(item)}: --add '{_spec(item)}'" for item in would[:_MOST_NAMED]]
    if not request.target_ug and lowest < request.before_ug:
        steps.append(f"end at a lower stable dose (--to {mg_words(lowest)})")
    if not steps and _more_pieces_do(request, keep, ends):
        steps.append(f"allow more than {request.most_pieces} pieces at once (--max-tablets), after checking the dose")
    if not steps:
        steps = ["ask a pharmacist which smaller strength or liquid can be had"]
    return InputRefused(what, where=request.drug, next_step=f"What would make one: {'; or '.join(steps)}.")


def _nearest_ends(request: Request, keep: Fraction | None) -> str:
    """The doses a plan could end at instead, on either side of the one asked for."""
    amounts = [amount for _, amount in request.before]
    ends = reachable(totals(request.products, amounts, request.most_pieces), request.before_ug, keep)
    above = min((end for end in ends if end > request.target_ug), default=None)
    below = max((end for end in ends if end < request.target_ug), default=None)
    words = " and ".join(f"{mg_words(end)} mg" for end in (below, above) if end is not None)
    return f" The nearest doses they reach are {words}." if words else ""


def lowest_reached(request: Request, products: tuple[Product, ...], keep: Fraction | None) -> int:
    """The lowest daily dose above 0 that products can reach within the limit [ug]."""
    amounts = [amount for _, amount in request.before]
    possible = totals(products, amounts, request.most_pieces)
    return min(reachable(possible, request.before_ug, keep), default=request.before_ug)


def suggestions(
    knowledge: Knowledge, request: Request, keep: Fraction | None, ends: tuple[int, int]
) -> list[Product]:  # fmt: skip
    """Products that, added to those at hand, make a plan: sold in the country first, compounded last."""
    country = request.country if request.country in countries_of(knowledge, request.drug) else ""
    tried: list[Product] = []
    if country:
        tried += [item for item in marketed(knowledge, request.drug, country) if item not in request.products]
        tried += scored_generics(knowledge, request.drug, country)
    tried += [Product(COMPOUNDED, strength, source="house", confidence="derived") for strength in _COMPOUNDED_UG]
    amounts = [amount for _, amount in request.before]
    found = []
    for product in dict.fromkeys(tried):
        possible = totals((*request.products, product), amounts, request.most_pieces)
        if reaches(possible, request.before_ug, keep, *ends):
            found.append(product)
    return found


def _more_pieces_do(request: Request, keep: Fraction | None, ends: tuple[int, int]) -> bool:
    """Whether the products at hand make a plan when more of them may be taken at once."""
    possible = totals(request.products, [amount for _, amount in request.before], _MANY_PIECES)
    return request.most_pieces < _MANY_PIECES and reaches(possible, request.before_ug, keep, *ends)


def _spec(product: Product) -> str:
    """A product as --add and --products take it."""
    form = "compounded" if product.form == COMPOUNDED else product.form
    return f"{form}:{mg_words(product.strength_ug)}{'s' if product.halves else ''}"


def _note(product: Product) -> str:
    if product.form == COMPOUNDED:
        return " (made by a pharmacy)"
    return " with a score, so that it may be halved" if product.halves else ""
