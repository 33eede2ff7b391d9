"""Cells of CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# At the start of a cell, or behind a mark that a spreadsheet of another country takes for the end of one.
_FORMULA = re.compile(r"(^\s*|;\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_JOINED = " | "


def safe_cell(value: Any) -> Any:
    """Numbers as they are; text in one line that no spreadsheet runs."""
    if isinstance(value, int | float):
        return value
    text = _JOINED.join(value) if isinstance(value, list | tuple) else str(value or "")
    return _FORMULA.sub(r"\1'", _CONTROL.sub(" ", text))
