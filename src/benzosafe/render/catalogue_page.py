"""The catalogue as one printable page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benzosafe.render.catalogue_text import NO_PRICES, price_words, product_words
from benzosafe.render.pages import page_of


def catalogue_page(items: Sequence[Mapping[str, Any]], note: str) -> str:
    """The page."""
    filters = {"product_words": product_words, "price_words": price_words}
    return page_of("catalogue.html", filters, items=items, note=note, no_prices=NO_PRICES)
