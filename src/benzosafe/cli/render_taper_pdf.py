"""The patient's calendar as a tagged PDF; the same plan gives the same bytes on the same computer."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
from collections.abc import Iterator
from typing import Any

from benzosafe.cli.render_taper_calendar import calendar_page
from benzosafe.errors import UsageError

_INSTEAD = "Or write the calendar with --format html and print it from a browser."
_LIBRARIES = (
    "Install it (Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf "
    f"install pango; macOS: brew install pango; Windows: Pango from MSYS2). {_INSTEAD}"
)


def pdf_calendar(data: dict[str, Any], *, large_print: bool = False) -> bytes:
    """The patient's calendar as PDF/UA-1 on A4, from the data of a plan (`taper.record.plan_data`).

    Its dates are those of the plan, never of the clock. Raises InputRefused as `html_calendar` does, and UsageError
    when Pango, which draws the letters, or any font is missing on this computer, or a part of the page cannot be drawn.
    """
    page = calendar_page(data, large_print=large_print, paper=True)
    weasyprint = _weasyprint()
    with _listening() as faults:
        document = weasyprint.HTML(string=page, url_fetcher=_no_files(weasyprint)).render(
            pdf_variant="pdf/ua-1", pdf_tags=True
        )
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
