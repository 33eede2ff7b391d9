"""A leaflet as one page: for the screen, for large print, and for the PDF; it fetches nothing and has no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from benzosafe.render.icon_array import icon_array
from benzosafe.render.leaflet_blocks import blocks_of
from benzosafe.render.pages import page_of
from benzosafe.render.pdf import pdf_of
from benzosafe.render.pictograms import pictogram
from benzosafe.render.qr import qr_svg


def leaflet_page(data: Mapping[str, Any], *, large_print: bool = False, paper: bool = False) -> str:
    """The page of a leaflet, from its data (schema benzosafe.leaflet/1); `paper`: as the PDF is made from."""
    sections = [(section, list(blocks_of(section, data["words"]))) for section in data["sections"]]
    card = data["topics"] == ["overdose", "contacts"]
    filters: dict[str, Callable[..., Any]] = {"picture": _pictures(data, paper=paper), "people": _people(data)}
    return page_of(
        "leaflet.html", filters, data=data, sections=sections, words=data["words"], large_print=large_print,
        paper=paper, card=card, code=_code(data),
    )  # fmt: skip


def leaflet_pdf(data: Mapping[str, Any], *, large_print: bool = False) -> bytes:
    """The leaflet as PDF/UA-1 on A4, dated by the leaflet; UsageError when this computer lacks what draws it."""
    html = leaflet_page(data, large_print=large_print, paper=True)
    return pdf_of(html, dated=data["on"], instead="Or write the page with --format html and print it from a browser.")


def _pictures(data: Mapping[str, Any], *, paper: bool) -> Callable[[str], Markup]:
    """Draws a pictogram as it is read in the language; on tagged paper every drawing needs a word of its own."""
    right_to_left = data["language"]["direction"] == "rtl"
    alternative = data["words"]["picture"] if paper else ""

    def drawn(name: str) -> Markup:
        return pictogram(name, right_to_left=right_to_left, alternative=alternative) if name else Markup("")

    return drawn


def _people(data: Mapping[str, Any]) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Markup]:
    """Draws a count of people, filled from the side the language is read from."""
    right_to_left = data["language"]["direction"] == "rtl"

    def drawn(count: Mapping[str, Any], figure: Mapping[str, Any]) -> Markup:
        return icon_array(figure["of"], count["count"], label=count["text"], right_to_left=right_to_left)

    return drawn


def _code(data: Mapping[str, Any]) -> Markup:
    return qr_svg(data["short_text"], data["words"]["qr_label"])
