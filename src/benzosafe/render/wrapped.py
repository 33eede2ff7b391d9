"""Text for a terminal: lines of at most a hundred columns."""

from __future__ import annotations

import textwrap

WIDTH = 100
_KEPT = "\N{NO-BREAK SPACE}%"


def wrapped(text: str, before: str = "") -> list[str]:
    """Lines of at most the width, later ones indented further; a number stays with its percent sign."""
    kept, after = text.replace(" %", _KEPT), before + "  "
    lines = textwrap.wrap(kept, WIDTH, initial_indent=before, subsequent_indent=after, break_on_hyphens=False)
    return [line.replace(_KEPT, " %") for line in lines]


def listed(heading: str, items: list[str]) -> list[str]:
    """A heading over a list; nothing when there is nothing to list."""
    return ["", heading, *(line for item in items for line in wrapped(f"- {item}", "  "))] if items else []
