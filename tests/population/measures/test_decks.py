"""The test decks of the measures' authors, every count of every patient."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from benzosafe.population.measures.edition import EDITIONS
from benzosafe.population.measures.measure import MEASURES, compute
from benzosafe.population.measures.measure_input import read_cohort
from benzosafe.population.measures.measure_report import rows
from benzosafe.population.measures.value_sets import read_value_sets

DECKS = [("cms506", 2026, 36, 144), ("cms156", 2025, 47, 564)]


@pytest.mark.parametrize(("name", "year", "patients", "expectations"), DECKS)
def test_the_2024_deck_is_reproduced(shared_data, name, year, patients, expectations):
    folder = shared_data / "ecqm-2024" / name.upper()
    sets = read_value_sets(shared_data / "value-sets-2024" / "codes.csv")
    measured = compute(MEASURES[name], EDITIONS[2024], year, sets, read_cohort(folder))
    got: Counter[tuple[str, str, str]] = Counter()
    for row in rows(measured):
        got[row.patient, row.group, row.population] += row.count
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        expected = {
            (row["patient"], row["group"], row["population"]): int(row["count"]) for row in csv.DictReader(file)
        }
    assert (len(measured.answers), len(expected)) == (patients, expectations)
    assert measured.rejected == () and measured.missing == ()
    assert {key: got[key] for key in expected} == expected
    assert set(got) == set(expected)
