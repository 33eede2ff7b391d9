"""A simulation as tidy CSV: one line a time and analyte."""

from __future__ import annotations

import csv
import io
from typing import Any

_LIMITS = ("people_low", "people_high", "typical_low", "typical_high")


def csv_simulation(data: dict[str, Any]) -> str:
    """Columns time_h [h], analyte, typical level and band limits [ng/mL]."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time_h", "analyte", "typical_ng_per_ml", *_LIMITS])
    for analyte in data["analytes"]:
        for place, hour in enumerate(data["times_h"]):
            writer.writerow([hour, analyte["analyte"], *(analyte[name][place] for name in ("typical", *_LIMITS))])
    return text.getvalue().rstrip("\n")
