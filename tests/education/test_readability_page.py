"""The published distribution of reading grades: made by the script, by kinds, and true of the people it begins with."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def script():
    import readability

    return readability


def test_the_first_people_of_the_report_are_measured_again(script, knowledge):
    found = list(script.measured(4, knowledge))
    assert len(found) == 4 * 2 * len(script._PAPERS)
    for item in found:
        if item.language == "en" and item.kind in ("patient", "caregiver", "rescue card"):
            assert max(item.without_names["flesch_kincaid_grade"], item.without_names["smog_grade"]) <= 6, item.who
        if item.language == "es":
            assert item.without_names["fernandez_huerta"] >= 70, item.who
    text = script.page(found, 4, 2, knowledge)
    assert text.count("Worst: ") == 5 and "| rescue card | SMOG grade |" in text


def test_the_page_is_of_this_knowledge_and_names_its_misses(knowledge):
    page = (ROOT / "docs" / "readability.md").read_text(encoding="utf-8")
    assert f"\n{knowledge.version}. Made by" in page
    assert page.count("Worst: ") == 5 and "of 200 |" in page
