"""The main points of a leaflet as a short text, for a QR code that holds the text itself and needs no network."""

from __future__ import annotations

from collections.abc import Iterator

from benzosafe.education.leaflet import Leaflet

# JUDGEMENT: of this size a module of a code 4 cm wide is 0.4 mm; no phone has been tried.
MOST_BYTES = 600
# In the order of what must not be lost; a line that no longer fits is left out whole.
_POINTS = (
    "od_call", "od_call_no_number", "call_now", "call_now_no_number", "never_sudden", "no_alcohol", "no_opioids",
    "opioid_named", "missed_double", "missed_double_child", "more_in_time", "ran_out", "no_drive_sleepy",
)  # fmt: skip


def short_text(leaflet: Leaflet) -> str:
    """Title, today's doses and the sentences that matter most, at most 600 bytes; whole lines only."""
    kept: list[str] = []
    for line in _lines(leaflet):
        if len("\n".join([*kept, line]).encode()) <= MOST_BYTES:
            kept.append(line)
    return "\n".join(kept)


def _lines(leaflet: Leaflet) -> Iterator[str]:
    yield leaflet.title
    for section in leaflet.sections:
        if section.topic == "start":
            for period in section.periods:
                for drug in period.drugs:
                    yield from (f"{drug.drug}: {line.text}" for line in drug.lines)
    said = {line.name: line.text for line in leaflet.lines if line.released and not line.text.endswith(":")}
    yield from (said[name] for name in _POINTS if name in said)
