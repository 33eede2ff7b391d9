"""The test decks of the measures' authors, every count of every patient."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from benzosafe.population.measures.measure_rows import rows
from benzosafe.population.measures.value_sets import read_value_sets
from tests.population.measures.builders import asked_of, of_file

DECKS = [("cms506", 2026, 36, 144), ("cms156", 2025, 47, 564)]


@pytest.mark.parametrize(("name", "year", "patients", "expectations"), DECKS)
def test_the_2024_deck_is_reproduced(shared_data, name, year, patients, expectations):
    folder = shared_data / "ecqm-2024" / name.upper()
    sets = read_value_sets(shared_data / "value-sets-2024" / "codes.csv")
    found = of_file(asked_of(name, edition=2024, year=year, sets=sets), folder)
    got: Counter[tuple[str, str, str]] = Counter()
    for patient, answers in found.answers.items():
        for row in rows(found.measured.asked, patient, answers):
            got[row.patient, row.group, row.population] += row.count
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        expected = {
            (row["patient"], row["group"], row["population"]): int(row["count"]) for row in csv.DictReader(file)
        }
    assert (found.measured.patients, len(expected)) == (patients, expectations)
    assert found.measured.rejected == [] and found.measured.asked.missing == ()
    assert {key: got[key] for key in expected} == expected
    assert set(got) == set(expected)
