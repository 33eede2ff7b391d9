"""The papers of a taper as tagged PDF; the same plan gives the same bytes on the same computer."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import math
import re
from collections.abc import Iterator
from typing import Any

from markupsafe import escape

from benzosafe import __version__
from benzosafe.errors import UsageError
from benzosafe.knowledge.load import load_knowledge
from benzosafe.render.taper_calendar import calendar_page, override_lines
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.record import plan_of

_INSTEAD = "Or write the page with --format html and print it from a browser."
_LIBRARIES = (
    "Install it (Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf "
    f"install pango; macOS: brew install pango; Windows: Pango from MSYS2). {_INSTEAD}"
)
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
    return _written(calendar_page(data, large_print=large_print, paper=True, full=full), None)


def pdf_page(html: str, data: dict[str, Any]) -> bytes:
    """Any page of a taper as PDF/UA-1 on A4: `html` as its own function writes it, `data` of the same plan.

    An override of the plan stands on every page. Dated by the first step, never by the clock. Raises UsageError when
    Pango or any font is missing on this computer, or a part of the page cannot be drawn.
    """
    plan = plan_of(data, "PDF")
    words = override_lines(plan, ceiling_of(load_knowledge()))
    return _written(_on_paper(html, " ".join(words)), plan.steps[0].starts_on.isoformat())


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


def _written(html: str, dated: str | None) -> bytes:
    """The page as bytes; `dated`: its day, unless the page says so itself."""
    weasyprint = _weasyprint()
    with _listening() as faults:
        document = weasyprint.HTML(string=html, url_fetcher=_no_files(weasyprint)).render(
            pdf_variant="pdf/ua-1", pdf_tags=True
        )
        if dated is not None:
            document.metadata.created = document.metadata.modified = dated
            document.metadata.authors = [f"benzosafe {__version__}"]
        written = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    if not document.fonts:
        raise UsageError(
            "a PDF was asked for, but this computer has no font to write it with.",
            next_step=f"Install one (Debian, Ubuntu: apt install fonts-dejavu-core). {_INSTEAD}",
        )
    if faults.messages:
        raise UsageError(f"the PDF could not be drawn in full: {faults.messages[0]}.", next_step=_INSTEAD)
    return bytes(written)


def _weasyprint() -> Any:
    """The library, or what to install when a part of it that is not Python is missing."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return importlib.import_module("weasyprint")
    except OSError as error:
        raise UsageError(
            f"a PDF was asked for, but the library Pango was not found ({str(error).splitlines()[0]}).",
            next_step=_LIBRARIES,
        ) from None


def _no_files(weasyprint: Any) -> Any:
    """Nothing is fetched, from the network or the disk: all the page needs is in it."""
    return weasyprint.urls.URLFetcher(allowed_protocols=())


class _Faults(logging.Handler):
    """Keeps what the library reports as an error and would otherwise leave out of the page in silence."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextlib.contextmanager
def _listening() -> Iterator[_Faults]:
    logger, faults = logging.getLogger("weasyprint"), _Faults()
    logger.addHandler(faults)
    try:
        yield faults
    finally:
        logger.removeHandler(faults)
