"""A text as a QR code, which a telephone reads without a network: the code holds the words themselves."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape

from benzosafe.errors import UsageError

# ISO/IEC 18004: the largest code (version 40) holds this many bytes at level L.
MOST_BYTES = 2_953
QUIET_ZONE_MODULES = 4


def qr_svg(text: str, label: str) -> Markup:
    """The QR code of a text in UTF-8, black on white whatever the page's colours, as wide as what it stands in.

    It is readable with 15 % of it damaged (level M), or 7 % (level L) where the text is too long for that. `label` says
    in words what it is. Raises UsageError for an empty text and for one that does not fit.
    """
    data = text.encode("utf-8")
    if not data or not label.strip():
        raise UsageError("a QR code needs a text to hold and words that say what it is.")
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"the text has {len(data):,} bytes, {len(data) - MOST_BYTES:,} too many for a QR code, which holds "
            f"{MOST_BYTES:,}.",
            next_step="Shorten the text.",
        )
    rows = [bytes(row) for row in _code(data).matrix]
    side, words = len(rows) + 2 * QUIET_ZONE_MODULES, escape(label)
    dark = "".join(_runs(row, number) for number, row in enumerate(rows))
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" aria-label="{words}" width="100%" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><title>{words}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )


def _code(data: bytes) -> segno.QRCode:
    """The smallest code at level M, or better at no cost in size; at level L where M cannot hold it."""
    try:
        return segno.make_qr(data, error="m", mode="byte")
    except segno.DataOverflowError:
        return segno.make_qr(data, error="l", mode="byte")


def _runs(row: bytes, number: int) -> str:
    """Every run of dark modules of a row as one rectangle, so that no hairline shows between modules."""
    drawn, start = [], None
    for column, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            x, y = start + QUIET_ZONE_MODULES, number + QUIET_ZONE_MODULES
            drawn.append(f"M{x} {y}h{column - start}v1h-{column - start}z")
            start = None
    return "".join(drawn)
