"""The numbers for patients: each follows from what is printed, nothing loads half told, and every name exists."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benzosafe.education.plain_words import not_plain
from benzosafe.education.reading_level import reading_level
from benzosafe.knowledge import figures_model
from benzosafe.knowledge.figures_model import Derivation, Figure, NoFigure, Share, whole_people
from benzosafe.knowledge.load import FOLDER, Knowledge
from benzosafe.knowledge.model import ConditionConcept, DrugClass, Source
from benzosafe.knowledge.plain_words_model import PlainWord
from benzosafe.knowledge.reader import Reader, file_stem

READER = Reader(FOLDER)
FIGURES: dict[str, Figure] = READER.merged("education/figures.yaml", Figure)
PLAIN = Knowledge(plain_words=READER.merged("plain_words.yaml", PlainWord))
UNKNOWN: dict[str, NoFigure] = READER.merged("education/figures_not_known.yaml", NoFigure)
EVERYTHING = {**FIGURES, **UNKNOWN}
# Typed from the sources, apart from the file: people with, people without, of.
PRINTED = """
panic_no_attacks_clonazepam,62,37,100
worry_better_diazepam,73,56,100
side_effect_stops_clonazepam,17,9,100
mood_change_alprazolam,21,0,100
fall_to_hospital_new_sleep_medicine,2.62,0.90,1000
withdrawal_after_eight_months,43,5,100
booklet_helps_stop_older,27,4.5,100
planned_visits_help_stop,45.2,9.1,100
talking_therapy_helps_stop,62.1,44.3,100
talking_therapy_helps_stop_one_year,47.7,33.6,100
sleep_therapy_helps_stop_older,85,48,100
death_after_supply_ended,55,35,1000
death_after_supply_ended_with_opioid,63,39,1000
overdose_benzodiazepine_with_opioid,24.2,11.6,1000
"""
# Reckoned by hand from the printed rate and ratio: 0.275/0.725 x 1.42 as odds; 39,938/906,422/6 x 1.52 and x 1.90;
# 14.4/10,000 x 2.29.
RECKONED = """
fall_older,35.0,27.5,100
hip_fracture_benzodiazepine,11.16,7.34,1000
hip_fracture_z_drug,13.95,7.34,1000
overdose_z_drug_with_opioid,3.30,1.44,1000
"""
NEEDED = {"panic_better": (4, 25), "sleep_better_older": (13, 8), "side_effect_older": (6, 17)}


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(text.split()))


def _whole(**changes: Any) -> dict[str, Any]:
    """A figure that loads, with changes; None takes a key away."""
    raw: dict[str, Any] = {
        "about": "harm", "question": ["start"], "wanted": False, "of": 100, "with": 12, "without": 10,
        "over": {"value": 1, "unit": "a"}, "population": "people aged 65", "with_is": "the medicine",
        "comparator": "a dummy pill", "outcome": "have a fall", "how_sure": {"level": "low", "why": "one small trial"},
        "derived": {"without": {"events": 10, "people": 100}, "relative_risk": 1.2},
        "evidence": [{"source": "x", "at": "10% and 1.2", "confidence": "verified"}],
    }  # fmt: skip
    return {key: value for key, value in {**raw, **changes}.items() if value is not None}


def test_the_files_load_without_a_fault() -> None:
    assert READER.issues == []
    assert {figure.about for figure in FIGURES.values()} == {"benefit", "harm", "stopping"}
    assert not FIGURES.keys() & UNKNOWN.keys()


@pytest.mark.parametrize("row", _rows(PRINTED + RECKONED), ids=lambda row: row[0])
def test_people_are_the_printed_number_rounded(row: list[str]) -> None:
    name, with_it, without, of = row
    figure = FIGURES[name]
    assert figure.of == int(of)
    assert figure.with_ is not None and figure.without is not None
    assert abs(figure.with_ - float(with_it)) <= 0.5 + 1e-9
    assert abs(figure.without - float(without)) <= 0.5 + 1e-9


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_number_needed_gives_the_difference_only(name: str) -> None:
    needed, more = NEEDED[name]
    figure = FIGURES[name]
    assert (figure.derived.number_needed, figure.more) == (needed, more)
    assert figure.with_ is None and figure.without is None


def test_every_figure_is_tested_against_the_source() -> None:
    assert {row[0] for row in _rows(PRINTED + RECKONED)} | set(NEEDED) == set(FIGURES)


def test_what_was_only_remembered_is_marked() -> None:
    recalled = {name for name, figure in FIGURES.items() if figure.confidence == "recalled"}
    assert recalled == {"overdose_benzodiazepine_with_opioid"}


@pytest.mark.parametrize(
    "key",
    ["of", "over", "population", "with_is", "comparator", "outcome", "how_sure", "derived", "evidence", "about",
     "question", "wanted", "with", "without"],
)  # fmt: skip
def test_nothing_loads_half_told(key: str) -> None:
    Figure.model_validate(_whole())
    with pytest.raises(ValidationError):
        Figure.model_validate(_whole(**{key: None}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"with": 13}, "'with' says 13, but 'derived' gives 12 of 100"),
        ({"without": 11}, "'without' says 11"),
        ({"with": 12.4}, "valid integer"),
        ({"of": 500}, "100 or 1000"),
        ({"with": 101}, "more people than 100"),
        ({"more": 2}, "or 'more' where only the difference is known"),
        ({"with": None, "without": None, "more": 2}, "'with' says None, but 'derived' gives 12"),
        ({"derived": {"number_needed": 50}}, "'with' says 12, but 'derived' gives None"),
        ({"outcome": "fall " * 13}, "more than 12 words"),
        ({"population": " "}, "pattern"),
        ({"evidence": []}, "at least 1"),
        ({"evidence": [{"source": "x", "confidence": "verified"}]}, "needs 'at'"),
        ({"question": []}, "at least 1"),
        ({"over": {"unit": "a"}}, "either 'value'"),
        ({"over": {"value": 1, "low": 1, "high": 2, "unit": "a"}}, "either 'value'"),
        ({"over": {"low": 3, "high": 2, "unit": "wk"}}, "not below"),
        ({"over": {"value": 1, "unit": "years"}}, "'d', 'wk', 'mo' or 'a'"),
        ({"min_age_years": 70, "max_age_years": 65}, "nobody is"),
        ({"together_with": ["opioid"], "not_with": ["opioid"]}, "'together_with' and 'not_with'"),
        ({"ignored": 1}, "Extra inputs"),
    ],
)
def test_a_wrong_figure_says_what_is_wrong(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says.replace("(", r"\(")):
        Figure.model_validate(_whole(**changes))


@pytest.mark.parametrize(
    "derived",
    [
        {},
        {"without": {"events": 1, "people": 10}},
        {"relative_risk": 2},
        {"with": {"events": 1, "people": 10}},
        {"without": {"events": 1, "people": 10}, "relative_risk": 2, "odds_ratio": 2},
        {"without": {"events": 1, "people": 10}, "number_needed": 5},
        {"without": {"events": 8, "people": 10}, "relative_risk": 1.5},
        {"without": {"events": 11, "people": 10}, "relative_risk": 0.5},
        {"number_needed": 1},
    ],
)
def test_a_derivation_is_one_way_and_possible(derived: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Derivation.model_validate(derived)


def test_an_odds_ratio_is_put_on_odds_and_not_on_the_share() -> None:
    # 1 in 2 are even odds; twice that are 2 to 1, which is 2 in 3.
    made = Derivation(without=Share(events=1, people=2), odds_ratio=2)
    assert made.share_with == pytest.approx(2 / 3)


@pytest.mark.parametrize(("share", "people"), [(0.045, 5), (0.0449, 4), (0.275, 28), (1 / 13, 8), (0.0, 0), (1.0, 100)])
def test_a_half_is_rounded_upwards(share: float, people: int) -> None:
    assert whole_people(share, 100) == people


@given(st.floats(min_value=0, max_value=1), st.sampled_from([100, 1000]))
def test_rounding_is_off_by_half_a_person_at_most(share: float, of: int) -> None:
    people = whole_people(share, of)
    assert 0 <= people <= of
    assert abs(people - share * of) <= 0.5 + 1e-6


@given(st.integers(1, 999), st.floats(min_value=0.01, max_value=100))
def test_an_odds_ratio_never_makes_more_than_everybody(events: int, ratio: float) -> None:
    made = Derivation(without=Share(events=events, people=1000), odds_ratio=ratio)
    assert made.share_with is not None and 0 < made.share_with < 1
    assert (made.share_with > events / 1000) == (ratio > 1) or ratio == pytest.approx(1)


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_survives_being_written_and_read(name: str) -> None:
    text = FIGURES[name].model_dump_json(exclude_defaults=True)
    assert Figure.model_validate_json(text) == FIGURES[name]


def test_every_name_exists() -> None:
    reader = Reader(FOLDER)
    sources = reader.merged("sources/*.yaml", Source)
    classes = reader.merged("classes.yaml", DrugClass)
    conditions = reader.merged("conditions/*.yaml", ConditionConcept)
    for name, item in EVERYTHING.items():
        assert {one.source for one in item.evidence} <= sources.keys(), name
        assert {*item.together_with, *item.not_with} <= classes.keys(), name
        assert set(item.indication) <= conditions.keys(), name
        for drug in item.drugs:
            assert drug in classes or (Path(FOLDER) / "drugs" / f"{file_stem(drug)}.yaml").is_file(), (name, drug)


def test_every_new_source_is_used() -> None:
    mine = Reader(FOLDER).merged("sources/education_figures.yaml", Source)
    used = {one.source for item in EVERYTHING.values() for one in item.evidence}
    assert sorted(mine.keys() - used) == []


def _for_patients(item: Figure | NoFigure) -> str:
    if isinstance(item, NoFigure):
        return f"{item.asks} {item.why}"
    compared = f"Some have this: {item.with_is}. Some have this: {item.comparator}."
    return f"{compared} Of 100 people, this many {item.outcome}. {item.how_sure.why}"


def test_what_patients_read_is_of_grade_six() -> None:
    text = " ".join(_for_patients(item) for item in EVERYTHING.values())
    assert reading_level(text, "en").without_names.scores["flesch_kincaid_grade"] <= 6.0


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_no_single_figure_is_hard_to_read(name: str) -> None:
    text = _for_patients(EVERYTHING[name])
    assert reading_level(text, "en").without_names.scores["flesch_kincaid_grade"] <= 8.0
    assert not_plain(text, "en", PLAIN) == []


def test_older_people_are_those_of_the_trials() -> None:
    assert FIGURES["sleep_better_older"].older_only
    assert not FIGURES["planned_visits_help_stop"].older_only
    assert figures_model.OLDER_FROM_YEARS == 60


def test_harm_is_never_wanted_and_benefit_always() -> None:
    for name, figure in FIGURES.items():
        assert figure.about == "stopping" or figure.wanted == (figure.about == "benefit"), name
