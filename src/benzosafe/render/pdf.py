"""A page as tagged PDF: nothing is fetched for it, and what cannot be drawn in full is an error."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
from collections.abc import Iterator
from typing import Any

from benzosafe import __version__
from benzosafe.errors import UsageError

_INSTEAD = "Or print the page itself from a browser."
_LIBRARIES = (
    "Install it (Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf "
    "install pango; macOS: brew install pango; Windows: Pango from MSYS2)."
)


def pdf_of(html: str, *, dated: str | None = None, instead: str = _INSTEAD) -> bytes:
    """A page as PDF/UA-1; the same page gives the same bytes on the same computer.

    `dated`: its day, unless the page says so itself. `instead`: what else may be done where none can be written.
    Raises UsageError when Pango, which draws the letters, or any font is missing, or a part cannot be drawn.
    """
    weasyprint = _weasyprint(instead)
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
            next_step=f"Install one (Debian, Ubuntu: apt install fonts-dejavu-core). {instead}",
        )
    if faults.messages:
        raise UsageError(f"the PDF could not be drawn in full: {faults.messages[0]}.", next_step=instead)
    return bytes(written)


def _weasyprint(instead: str) -> Any:
    """The library, or what to install when a part of it that is not Python is missing."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return importlib.import_module("weasyprint")
    except OSError as error:
        raise UsageError(
            f"a PDF was asked for, but the library Pango was not found ({str(error).splitlines()[0]}).",
            next_step=f"{_LIBRARIES} {instead}",
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
