"""Small pictures that stand beside a sentence of a leaflet; each is a drawing of our own in the folder pictograms."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

from benzosafe.errors import UsageError, nearest

# Every drawing file begins with this line, so that all pictures share one box and one pen. In a drawing the class
# "accent" marks what not to do or what is urgent (a page may colour its stroke), "gap" is a stroke and "pane" an area
# in the white of the paper. No upright cross has the accent: a red cross on white is a protected emblem.
ROOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" '
    'stroke-linecap="round" stroke-linejoin="round">'
)
# Drawn a second time for scripts that are read from the right, where stairs that go down would seem to go up.
_MIRRORED = frozenset({"memory", "never_sudden", "return_pharmacy", "steps_down"})
PICTOGRAMS: tuple[str, ...] = (
    "bin_no", "breastfeeding", "breathing", "calendar", "check", "child_away", "clock", "cross", "doctor_talk",
    "emergency", "fall", "half_tablet", "lock", "memory", "mood", "never_sudden", "no_alcohol", "no_doubling",
    "no_driving", "no_grapefruit", "no_mixing", "no_sharing", "phone", "pregnant", "recovery_position",
    "return_pharmacy", "sleepy", "steps_down", "tablet", "water_glass", "write_down",
)  # fmt: skip


def pictogram(name: str, *, right_to_left: bool = False, alternative: str = "") -> Markup:
    """The picture of this name as inline SVG, 12.7 mm wide unless the page sizes it.

    It is hidden from screen readers, as the sentence beside it says the same, unless `alternative` says it in words.
    Raises UsageError for a name there is no drawing of.
    """
    if name not in PICTOGRAMS:
        raise UsageError(
            f"there is no pictogram '{name}'.{nearest(name, PICTOGRAMS)}",
            next_step=f"Choose one of: {', '.join(PICTOGRAMS)}.",
        )
    drawing = _drawing(f"{name}.rtl" if right_to_left and name in _MIRRORED else name)
    words = escape(alternative)
    spoken = f'role="img" aria-label="{words}"' if words else 'aria-hidden="true"'
    opening = ROOT.replace("<svg ", f'<svg class="pictogram" width="48" height="48" {spoken} focusable="false" ')
    title = f"<title>{words}</title>" if words else ""
    return Markup(f"{opening}{title}{drawing}</svg>")


@cache
def _drawing(file_name: str) -> str:
    """The shapes of a drawing file, without its outermost element."""
    text = (files("benzosafe.render") / "pictograms" / f"{file_name}.svg").read_text(encoding="utf-8")
    return "".join(line.strip() for line in text.removeprefix(ROOT).rsplit("</svg>", 1)[0].splitlines())
