"""Who may stand on the list, from what the screen said of every patient: one pass over the facts, part by part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import nsmallest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benzosafe.errors import InputRefused
from benzosafe.population.screen.parts import part_files, read_part
from benzosafe.population.screen.strata import age_band, sex_group

INTERRUPTING = 1
IN_LINE = 2
NOT_JUDGED = ("refused", "not_known")
PARTLY_JUDGED = "partly_judged"
"""Reviewed, with nothing urgent found, and a medicine on record that could not be told."""

MOST_NOT_JUDGED = 50
_COLUMNS = (
    "patient", "status", "age_years", "sex", "do_not_taper", "worst_severity", "worst_tier", "burden", "undecided",
    "medicines", "medicines_understood",
)  # fmt: skip
Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient with a finding that interrupts; no change can take away more than `burden`, the weight of all."""

    patient: str
    part: str
    age_years: float | None
    sex: str | None
    do_not_taper: tuple[str, ...]
    severity: str
    tier: int
    burden: int
    undecided: int

    @property
    def group(self) -> Group:
        """Age band and sex."""
        return age_band(self.age_years), sex_group(self.sex)

    @property
    def at_most_first(self) -> tuple[int, str]:
        """Their order by the most that a change could take away; the patient's id decides between equals."""
        return -self.burden, self.patient


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A patient of whom the rules could not say what is at stake, and how many medicines could be told."""

    patient: str
    part: str
    status: str
    age_years: float | None
    sex: str | None
    medicines: int
    medicines_understood: int

    @property
    def first(self) -> tuple[int, int, str]:
        """Refused records first, then those with most medicines not understood; partly judged ones last."""
        return (*NOT_JUDGED, PARTLY_JUDGED).index(self.status), self.medicines_understood - self.medicines, self.patient


@dataclass
class Screened:
    """What one pass over the facts gives."""

    candidates: list[Candidate] = field(default_factory=list)
    by_status: Counter[str] = field(default_factory=Counter)
    groups: Counter[Group] = field(default_factory=Counter)
    """Reviewed patients by age band and sex; of the others neither is read."""

    in_line_only: int = 0
    partly_judged: int = 0
    not_judged: list[NotJudged] = field(default_factory=list)


def screened_patients(folder: Path) -> Screened:
    """The candidates of a screen, those with the most to take away first, and the counts of all others."""
    found = Screened()
    for path in part_files(folder, "facts"):
        _add(found, read_part(path, _COLUMNS), path.name)
        found.not_judged = nsmallest(MOST_NOT_JUDGED, found.not_judged, key=lambda one: one.first)
    found.candidates.sort(key=lambda one: one.at_most_first)
    return found


def _add(found: Screened, table: pa.Table, part: str) -> None:
    found.by_status.update(table["status"].to_pylist())
    reviewed = table.filter(pc.equal(table["status"], "reviewed"))
    found.groups.update(
        (age_band(age), sex_group(sex))
        for age, sex in zip(reviewed["age_years"].to_pylist(), reviewed["sex"].to_pylist(), strict=True)
    )
    found.in_line_only += pc.sum(pc.equal(reviewed["worst_tier"], IN_LINE)).as_py() or 0
    urgent = reviewed.filter(pc.less_equal(reviewed["worst_tier"], INTERRUPTING))
    found.candidates += [_candidate(row, part) for row in urgent.to_pylist()]
    not_judged = table.filter(pc.is_in(table["status"], pa.array(NOT_JUDGED)))
    found.not_judged += [_not_judged(row, part) for row in not_judged.to_pylist()]
    calm = reviewed.filter(pc.fill_null(pc.greater(reviewed["worst_tier"], INTERRUPTING), True))
    partly = calm.filter(pc.less(calm["medicines_understood"], calm["medicines"]))
    found.partly_judged += partly.num_rows
    found.not_judged += [_not_judged(row | {"status": PARTLY_JUDGED}, part) for row in partly.to_pylist()]


def _candidate(row: dict[str, Any], part: str) -> Candidate:
    if row["burden"] is None:
        raise InputRefused(
            f"has no burden for {row['patient']}.", where=f"facts/{part}", next_step="Screen again into a new folder."
        )
    return Candidate(
        row["patient"], part, row["age_years"], row["sex"], tuple(row["do_not_taper"] or ()),
        row["worst_severity"] or "", row["worst_tier"], int(row["burden"]), row["undecided"] or 0,
    )  # fmt: skip


def _not_judged(row: dict[str, Any], part: str) -> NotJudged:
    return NotJudged(
        row["patient"], part, row["status"], row["age_years"], row["sex"], row["medicines"] or 0,
        row["medicines_understood"] or 0,
    )  # fmt: skip
