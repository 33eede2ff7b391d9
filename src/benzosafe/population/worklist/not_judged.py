"""Patients the rules could not judge, with why: what is not known is not safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benzosafe.population.screen.parts import read_part
from benzosafe.population.screen.strata import age_band, sex_group
from benzosafe.population.worklist.candidates import NotJudged

_NOT_CHECKED = "not_checked"


def not_judged_rows(folder: Path, chosen: Sequence[NotJudged]) -> list[dict[str, Any]]:
    """Each of these patients with what kept it from being judged."""
    gaps = _gaps(folder, [one for one in chosen if one.status == "refused"])
    return [
        {
            "patient": one.patient, "status": one.status, "age_years": one.age_years,
            "age_band": age_band(one.age_years), "sex": sex_group(one.sex),
            "why": "; ".join(gaps[one.patient]) or _unread(one),
        }
        for one in chosen
    ]  # fmt: skip


def _unread(one: NotJudged) -> str:
    return f"{one.medicines - one.medicines_understood} of {one.medicines} medicines could not be told"


def _gaps(folder: Path, refused: Sequence[NotJudged]) -> dict[str, list[str]]:
    """Why records were refused."""
    of_part: dict[str, list[str]] = defaultdict(list)
    for one in refused:
        of_part[one.part].append(one.patient)
    found: dict[str, list[str]] = defaultdict(list)
    for part, patients in sorted(of_part.items()):
        table = read_part(folder / "gaps" / part, ("patient", "kind", "what"), patients)
        for patient, kind, what in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if kind != _NOT_CHECKED:
                found[patient].append(what)
    return found
