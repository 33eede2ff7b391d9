"""The papers of a taper as tagged PDF; the same plan gives the same bytes on the same computer."""

from __future__ import annotations

import math
import re
from typing import Any

from markupsafe import escape

from benzosafe.knowledge.load import load_knowledge
from benzosafe.render.pdf import pdf_of
from benzosafe.render.taper_calendar import calendar_page, override_lines
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.record import plan_of

_INSTEAD = "Or write the page with --format html and print it from a browser."
# A table around the whole page, which browsers need to repeat its head on every page they print.
_LAYOUT = re.compile(
    r'<table[^>]* role="presentation">\s*<thead><tr><th>(.*?)</th></tr></thead>\s*<tbody><tr><td>(.*)</td></tr></tbody>'
    r"\s*</table>",
    re.DOTALL,
)
_PAPER = """
body { font-family: "Noto Sans", "Liberation Sans", Arial, Helvetica, "DejaVu Sans", sans-serif; font-size: 9.5pt; }
.sheets, .sheet, .every-page { display: block !important; }
.every-page { border: 0; padding: 0; }
.running-header { position: running(above); font-size: 9.5pt; line-height: 1.3; }
.running-header p { margin: 0; border: 2px solid #8c0f1f; padding: 1mm 2mm; overflow-wrap: anywhere; }
@page { size: A4; margin: 14mm 14mm 16mm;
  @bottom-left { content: "Draft. Never stop all at once."; font: 9pt sans-serif; color: #4a5866; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 9pt sans-serif; color: #4a5866; } }
"""
_PAPER_OVERRIDE = """
@page { margin-top: %.1fmm; @top-center { content: element(above); width: 100%%; } }
@page :first { margin-top: 14mm; @top-center { content: none; } }
"""  # the first page says it in its own text
_LETTERS_A_LINE, _LINE_MM, _HEADER_MM = 85, 4.6, 12.0


def pdf_calendar(data: dict[str, Any], *, large_print: bool = False, full: bool = False) -> bytes:
    """The patient's calendar as PDF/UA-1 on A4, from the data of a plan (`taper.record.plan_data`).

    Its dates are those of the plan, never of the clock. `full` as for `html_calendar`. Raises InputRefused as that
    does, and UsageError when Pango, which draws the letters, or any font is missing on this computer, or a part of the
    page cannot be drawn.
    """
    return pdf_of(calendar_page(data, large_print=large_print, paper=True, full=full), instead=_INSTEAD)


def pdf_page(html: str, data: dict[str, Any]) -> bytes:
    """Any page of a taper as PDF/UA-1 on A4: `html` as its own function writes it, `data` of the same plan.

    An override of the plan stands on every page. Dated by the first step, never by the clock. Raises UsageError when
    Pango or any font is missing on this computer, or a part of the page cannot be drawn.
    """
    plan = plan_of(data, "PDF")
    words = override_lines(plan, ceiling_of(load_knowledge()))
    dated = plan.steps[0].starts_on.isoformat()
    return pdf_of(_on_paper(html, " ".join(words)), dated=dated, instead=_INSTEAD)


def _on_paper(html: str, override: str) -> str:
    """The page with what only paper has: page numbers, and the override at the head of every page after the first.

    A table that only lays out becomes plain blocks, for in a tagged PDF it would be read aloud as a table.
    """
    style = _PAPER
    if override:
        lines = math.ceil(len(f"OVERRIDE {override}") / _LETTERS_A_LINE)
        style += _PAPER_OVERRIDE % (_HEADER_MM + lines * _LINE_MM)
        running = f'<div class="running-header"><p><strong>OVERRIDE</strong> {escape(override)}</p></div>'
        html = html.replace("<body>", f"<body>{running}", 1)
    html = _LAYOUT.sub(r"<div>\1</div><div>\2</div>", html)
    return html.replace("</head>", f"<style>{style}</style></head>", 1)
