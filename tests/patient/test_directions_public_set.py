"""Agreement with a public test set of another dose parser: nothing wrong, and how much is understood."""

from __future__ import annotations

import ast
import csv
import re

import pytest

from benzosafe.patient.directions import Directions, read_directions

PER_DAY = {"Hour": 24, "Day": 1, "Week": 1 / 7, "Month": 1 / 30}
# Where this reader means something else on purpose, with the reason.
OTHERWISE = {
    "4 / d": "an amount a day here, four times a day there",
    "1 or 2 times every 4 weeks": "per 28 days here, per month there",
    "up to 4": "an amount here, a frequency there",
    "1 8 tablets": "one or eight, or a slip",
    "every 2 - 3 days": "a range here, the shorter period there",
    "food": "only how it is taken",
}
LOWEST_SHARE_UNDERSTOOD = 0.8


@pytest.fixture(scope="module")
def rows(shared_data):
    path = shared_data / "text" / "sigs_phs.csv"
    if not path.is_file():
        pytest.skip(f"no test set at {path}")
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["text"] not in OTHERWISE]


def value(written: str):
    try:
        return ast.literal_eval(re.sub(r"\[.*?\],?\s*", "", written).strip() or "None")
    except (ValueError, SyntaxError):
        return None


def per_day(unit: str) -> float:
    count, _, name = unit.rpartition(" ")
    return PER_DAY.get(name, 0) / float(count or 1)


def expected(row) -> tuple[str, float, float] | None:
    """What a row of the set says about one number: which one, lowest, highest."""
    test, said = row["form_or_test"], value(row["doseMin_or_expected"])
    if row["text"] == "qid" and isinstance(said, str):
        return None  # that row tests the unit of time alone
    if not test.startswith("test_"):
        times = float(row["freqMin"]), float(row["freqMax"])
        return "times_per_day", times[0], times[1]
    if test == "test_frequency.py":
        return _frequency(said, row["doseMin_or_expected"])
    if test == "test_dosage.py" and isinstance(said, tuple) and isinstance(said[0], float):
        return "dose", said[0], said[1]
    if test == "test_duration.py" and isinstance(said, tuple):
        days = {"Day": 1, "Week": 7, "Month": 30, "Year": 365}[said[2]]
        return "duration_days", said[0] * days, said[1] * days
    return None


def _frequency(said, written: str) -> tuple[str, float, float] | None:
    named = re.match(r'di_frequency\._Frequency\("(\w+)", ([\d.]+)\)', written)
    if named:
        return "times_per_day", *(float(named[2]) * PER_DAY[named[1]],) * 2
    if isinstance(said, float):
        return "times_per_day", said, said
    units = (said,) if isinstance(said, str) else said
    if isinstance(units, tuple) and all(isinstance(unit, str) for unit in units):
        return "times_per_day", *(per_day(units[-1]),) * 2
    if not isinstance(said, tuple) or len(said) < 3 or None in said:
        return None
    if written.startswith("["):  # only a range of numbers is tested
        return "dose", said[0], said[1]
    unit = said[2] if isinstance(said[2], str) else "Day" if said[2] is True else None
    return ("times_per_day", said[0] * per_day(unit), said[1] * per_day(unit)) if unit and per_day(unit) else None


def got(read: Directions, name: str) -> tuple[float, float] | None:
    bounds = getattr(read, name)
    return None if bounds is None else (0 if read.prn else bounds.low, bounds.high)


def test_no_number_is_read_wrong_and_most_are_read(rows, record_property):
    wrong, right, silent = [], [], []
    for row in rows:
        wanted = expected(row)
        if wanted is None:
            continue
        name, low, high = wanted
        read = read_directions(row["text"])
        found = got(read, name) if read.understood else None
        low = 0 if read.prn else low
        if found is None:
            silent.append(row["text"])
        elif found == pytest.approx((low, high), rel=1e-3):
            right.append(row["text"])
        else:
            wrong.append((row["text"], wanted, found))
    share = len(right) / (len(right) + len(silent) + len(wrong))
    record_property("understood", f"{len(right)} of {len(right) + len(silent)}: {share:.0%}; silent: {silent}")
    print(f"\npublic set: {len(right)} right, {len(wrong)} wrong, {len(silent)} not understood ({silent})")
    assert wrong == []
    assert share >= LOWEST_SHARE_UNDERSTOOD


def test_rewritten_texts_mean_the_same(rows):
    """The set's own clean-up of a text and the text itself are read alike, where both are understood."""
    compared = 0
    for row in rows:
        cleaned = value(row["doseMin_or_expected"])
        if row["form_or_test"] != "test_prepare.py" or not isinstance(cleaned, str):
            continue
        first, second = read_directions(row["text"]), read_directions(cleaned)
        if first.understood and second.understood:
            compared += 1
            assert (first.dose, first.times_per_day) == (second.dose, second.times_per_day) or row["text"] in ("1/3",)
    assert compared >= 8
