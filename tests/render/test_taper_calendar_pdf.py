"""The patient's calendar on paper: OVERRIDE on every page, large print, tagged and the same every time."""

from __future__ import annotations

import importlib
import re

import pytest

from benzosafe.errors import UsageError
from benzosafe.render.taper_calendar import calendar_page, html_calendar
from benzosafe.render.taper_pdf import pdf_calendar
from tests.render.page_reader import inside_pdf
from tests.render.taper_plans import overridden, simple


@pytest.mark.parametrize("large_print", [False, True])
def test_override_stands_on_every_page_of_the_pdf(large_print):
    weasyprint = importlib.import_module("weasyprint")
    pages = weasyprint.HTML(string=calendar_page(overridden(), large_print=large_print, paper=True)).render().pages
    assert len(pages) >= 3
    for page in pages:
        text = " ".join(box.text for box in page._page_box.descendants() if hasattr(box, "text"))
        assert "OVERRIDE" in text
        assert "Dr Ann Example" in re.sub(r"\s+", " ", text) and "Admission" in text


def test_pdf_is_tagged_the_same_every_time_and_dated_by_the_plan():
    first, second = pdf_calendar(simple()), pdf_calendar(simple())
    assert first == second and first.startswith(b"%PDF-1.7")
    inside = inside_pdf(first)
    assert b"/StructTreeRoot" in inside and b"/Lang (en)" in inside and b"pdfuaid" in inside
    assert set(re.findall(rb"\(D:(\d{4})", inside)) == {b"2027"}
    assert inside.count(b"/S /Figure") == inside.count(b"/Alt ") == 4
    assert pdf_calendar(simple(), large_print=True) != first


def test_large_print_has_nothing_below_18_points():
    weasyprint = importlib.import_module("weasyprint")
    document = weasyprint.HTML(string=calendar_page(overridden(), large_print=True, paper=True)).render()
    sizes = {
        box.style["font_size"] * 0.75
        for page in document.pages
        for box in page._page_box.descendants()
        if hasattr(box, "text") and box.text.strip()
    }
    assert min(sizes) >= 17.99
    drawn = re.findall(r'font-size="(\d+)"', html_calendar(simple(), large_print=True))
    assert min(map(int, drawn)) >= 16  # sixteenths of the text size of the page


def test_pdf_without_pango_says_what_to_install(monkeypatch):
    def missing(name):
        print("a wall of words from the library")
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UsageError, match=r"Pango.*libpango-1\.0-0 libpangoft2-1\.0-0.*--format html"):
        pdf_calendar(simple())
