"""How far a population could be understood: who was judged, what share was read, what was not, what was rejected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benzosafe.population.rows import Reject
from benzosafe.population.screen.most_frequent import Frequent, most_frequent
from benzosafe.population.screen.parts import part_tables, row_count
from benzosafe.population.screen.results import COUNTED

SCHEMA = "benzosafe.screen_quality/1"
STATUSES = ("reviewed", "nothing_at_stake", "not_known", "no_medicines", "refused", "deceased")
MOST_SHOWN = 200
_KEYS = ("what", "system", "code", "text")
_MOST_REASONS = 200
_FAR_DAYS = 180
"""JUDGEMENT: half a year without any new order in a whole population is no ordinary day."""
_MOST_FILES = 1000
_OTHERS = "others"
# What differs from line to line within one kind of reason: quoted text, and numbers.
_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|\d+(?:[.,:]\d+)*")


def quality_data(folder: Path, rejects: Iterable[Reject], not_used: Mapping[str, int]) -> dict[str, Any]:
    """What a screen could and could not understand, from its parts (schema benzosafe.screen_quality/1)."""
    statuses: Counter[str] = Counter()
    counts = {name: Counter[str]() for name in COUNTED}
    days: list[date | None] = []
    for table in part_tables(folder, "facts", _columns()):
        statuses.update(value or "" for value in table["status"].to_pylist())
        days += [pc.min(table["first_order_on"]).as_py(), pc.max(table["last_order_on"]).as_py()]
        for name in COUNTED:
            _count(counts[name], table, name)
    known = [day.isoformat() for day in days if day]
    return {
        "schema": SCHEMA,
        "patients": {
            "count": statuses.total(),
            "by_status": {status: statuses[status] for status in (*STATUSES, *sorted(set(statuses) - {*STATUSES}))},
        },
        "orders": {"first_on": min(known, default=None), "last_on": max(known, default=None)},
        "understood": {name: _share(counts[name]) for name in COUNTED},
        "not_understood": _not_understood(folder),
        "gaps": _gaps(folder),
        "rejects": _rejects(rejects),
        "not_used": dict(sorted(not_used.items(), key=lambda item: (-item[1], item[0]))),
    }


def another_day(on: date, orders: Mapping[str, str | None]) -> str:
    """A warning where the day of the screen is far from every order that was reviewed; empty where it is not.

    On such a day hardly anything counts as taken, and a quiet list would be no good news.
    """
    first, last = (date.fromisoformat(day) if (day := orders[name]) else None for name in ("first_on", "last_on"))
    if first is None or last is None or first <= on <= last + timedelta(days=_FAR_DAYS):
        return ""
    return (
        f"The orders reviewed began between {first} and {last}, and {on} was asked about: on such a day little of them "
        "counts as taken. Was another day meant (--on)?"
    )


def _columns() -> list[str]:
    return [
        "status",
        "first_order_on",
        "last_order_on",
        *(f"{name}{end}" for name in COUNTED for end in ("", "_understood")),
    ]


def _count(count: Counter[str], table: pa.Table, name: str) -> None:
    """Over the patients of whom it was counted."""
    count["patients"] += len(table) - table[name].null_count
    count["of"] += pc.sum(table[name]).as_py() or 0
    count["understood"] += pc.sum(table[f"{name}_understood"]).as_py() or 0


def _share(count: Counter[str]) -> dict[str, Any]:
    """Of none there is no share."""
    share = round(count["understood"] / count["of"], 6) if count["of"] else None
    return {"understood": count["understood"], "of": count["of"], "share": share, "patients": count["patients"]}


def _not_understood(folder: Path) -> dict[str, Any]:
    found = most_frequent(
        lambda: part_tables(folder, "not_understood", (*_KEYS, "count")), row_count(folder, "not_understood"),
        MOST_SHOWN,
    )  # fmt: skip
    return {
        "distinct": found.distinct.total(), "count": found.total.total(), "by_what": _by_what(found),
        "shown": [{**dict(zip(_KEYS, key, strict=True)), "count": count} for key, count in found.shown],
    }  # fmt: skip


def _by_what(found: Frequent) -> dict[str, dict[str, int]]:
    return {what: {"distinct": found.distinct[what], "count": found.total[what]} for what in sorted(found.total)}


def _gaps(folder: Path) -> dict[str, int]:
    """Data gaps by kind."""
    kinds: Counter[str] = Counter()
    for table in part_tables(folder, "gaps", ["kind"]):
        kinds.update(value or "" for value in table["kind"].to_pylist())
    return dict(sorted(kinds.items()))


def _rejects(rejects: Iterable[Reject]) -> dict[str, Any]:
    """Counted as they come; kinds beyond what can be listed are counted together."""
    count, reasons, files = 0, Counter[str](), Counter[str]()
    for reject in rejects:
        count += 1
        _add(reasons, _PARTICULAR.sub("...", reject.why), _MOST_REASONS)
        _add(files, reject.file, _MOST_FILES)
    return {"count": count, "by_reason": _sorted(reasons), "by_file": _sorted(files)}


def _add(counted: Counter[str], text: str, most: int) -> None:
    name = text.encode("utf-8", "backslashreplace").decode()  # a file's name may be no text
    counted[name if name in counted or len(counted) < most else _OTHERS] += 1


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
