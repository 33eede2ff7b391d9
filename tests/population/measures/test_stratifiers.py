"""Strata of a patient by age, sex, race and ethnicity; small counts are withheld in words and whole in files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from benzosafe.errors import UsageError
from benzosafe.population.measures.dispensing_sets import BENZODIAZEPINES, OPIOIDS
from benzosafe.population.measures.moments import year_span
from benzosafe.population.measures.strata_report import strata_lines
from benzosafe.population.measures.stratifiers import STRATIFIERS, find_stratifiers, strata_of
from benzosafe.population.measures.tally import Tally, Total, no_totals
from tests.population.measures.builders import cohort_of, made_up_sets, measured, patient, visit
from tests.population.measures.supplies import answer, given_sets, supply
from tests.population.measures.test_measure_report import OPEN, opioids

ALL = tuple(STRATIFIERS.values())
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"


def stratum(by, *, at_end=True, **person):
    chart = cohort_of(patient(None) | person).charts["p"]
    period = year_span(2026)
    return strata_of(chart, period.end if at_end else period.start, [STRATIFIERS[by]])[by]


def us_core(kind, *codes, part="ombCategory"):
    categories = [
        {"url": part, "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": code}} for code in codes
    ]
    return {"extension": [{"url": "urn:x", "valueString": "?"}, {"url": US_CORE + kind, "extension": categories}]}


@pytest.mark.parametrize(
    ("birth", "first", "last"),
    [
        ("2026-01-02", "not recorded", "under 18"), ("2008-01-01", "18 to 44", "18 to 44"),
        ("2008-01-02", "under 18", "18 to 44"), ("1981-12-31", "18 to 44", "45 to 64"),
        ("1961-06-01", "45 to 64", "65 to 74"), ("1951-06-01", "65 to 74", "75 to 84"),
        ("1941-06-01", "75 to 84", "85 and over"), ("1900-01-01", "85 and over", "85 and over"),
        ("1961", "not recorded", "not recorded"), ("1970", "45 to 64", "45 to 64"),
        ("2027-01-01", "not recorded", "not recorded"),
    ],
)  # fmt: skip
def test_age_on_the_first_and_on_the_last_day(birth, first, last):
    assert (stratum("age", at_end=False, birthDate=birth), stratum("age", birthDate=birth)) == (first, last)


def test_sex_race_and_ethnicity_as_recorded():
    assert [stratum("sex", gender=word) for word in ("female", "male", "other", "unknown")] == [
        "female", "male", "other", "not recorded",
    ]  # fmt: skip
    assert stratum("race", **us_core("race", "2106-3")) == "White"
    assert stratum("race", **us_core("race", "2106-3", "2028-9")) == "two or more races"
    assert stratum("race", **us_core("race", "UNK")) == "not recorded"
    assert stratum("race", **us_core("race", "2106-3", part="detailed")) == "not recorded"
    assert stratum("ethnicity", **us_core("ethnicity", "2135-2")) == "Hispanic or Latino"
    assert stratum("ethnicity", **us_core("ethnicity", "2186-5")) == "not Hispanic or Latino"
    assert stratum("ethnicity", **us_core("race", "2135-2")) == "not recorded"
    assert [stratum(by) for by in STRATIFIERS] == ["not recorded"] * 4


@pytest.mark.parametrize(
    "extension", [None, [], {"url": "x"}, [{"url": 3}], [{"url": US_CORE + "race", "extension": [3]}]]
)
def test_extensions_that_cannot_be_read_cost_the_stratum_only(extension):
    chart = cohort_of(patient() | {"extension": extension}).charts["p"]
    assert strata_of(chart, year_span(2026).end, ALL)["race"] == "not recorded"
    assert chart.person.birth_date == "1950-05-05"


def test_every_stratum_that_is_answered_is_one_that_is_shown():
    for by, item in STRATIFIERS.items():
        assert stratum(by) in item.strata


def test_a_stratifier_that_there_is_not():
    assert [item.name for item in find_stratifiers(["SEX", "age", "sex"])] == ["sex", "age"]
    with pytest.raises(UsageError, match=r"'rase' is no stratifier\. Did you mean 'race'\?"):
        find_stratifiers(["rase"])


def people(number, *, meets, gender="female", birth="1950-05-05", name="w"):
    """Patients with both medicines for 30 days, or with the opioid alone."""
    made = []
    for place in range(number):
        who = f"{name}{place}"
        made.append(patient(birth, name=who) | {"gender": gender})
        drugs = [(OPIOIDS, "2026-01-01"), (OPIOIDS, "2026-02-01")]
        drugs += [(BENZODIAZEPINES, "2026-01-01"), (BENZODIAZEPINES, "2026-02-01")] if meets else []
        made += [
            supply(drug, on, 30, f"{who} {drug} {on}") | {"subject": {"reference": f"Patient/{who}"}}
            for drug, on in drugs
        ]
    return made


@pytest.fixture
def stratified():
    """Women: 12 of 20; a man: 1 of 1."""
    women = [*people(12, meets=True), *people(8, meets=False, name="v")]
    return measured("cob", *women, *people(1, meets=True, gender="male", name="m"), sets=given_sets(), by=ALL[:2])


def test_the_age_of_a_measure_is_that_of_its_own_day():
    """75 years in June: 74 on the first day of the year and 75 on the last."""
    opioids = [supply(OPIOIDS, "2026-01-01", 30), supply(OPIOIDS, "2026-02-01", 30)]
    sets = replace(made_up_sets(), sets=made_up_sets().sets | given_sets().sets)
    office = visit("Office Visit", "2026-05-01", "2026-05-02")
    for name, band in (("cob", "65 to 74"), ("cms156", "75 to 84")):
        found = measured(name, patient("1951-06-01"), office, *opioids, sets=sets, by=ALL[:1])
        assert {key: total["denominator"].certain for key, total in found.tally.strata["1"]["age"].items()} == {band: 1}


def test_words_withhold_small_counts_and_files_have_them(stratified):
    lines = [line.split() for line in stratified.text("text").splitlines()]
    assert ["by", "sex", "denominator", "excluded", "numerator", "share"] in lines
    assert ["female", "20", "0", "12", "60.0%"] in lines and ["male", "<11", "0", "<11", "-"] in lines
    assert ["75", "to", "84", "21", "0", "13", "61.9%"] in lines
    strata = stratified.json("json")["groups"][0]["strata"]
    assert [(item["stratum"], item["share"]) for item in strata["sex"]] == [("female", 0.6), ("male", 1.0)]
    assert strata["sex"][1]["populations"]["numerator"] == {"certain": 1, "not_computed": 0, "possible": 0, "count": 1}


@pytest.mark.parametrize(("count", "word"), [(0, "0"), (1, "<11"), (10, "<11"), (11, "11"), (1200, "1,200")])
def test_below_eleven_is_small(count, word):
    totals = no_totals() | {"denominator": Total(2000), "numerator": Total(count)}
    line = strata_lines({"sex": {"female": totals}})[-1].split()
    assert line[3] == word and (line[4] == "-") is (word == "<11")


def test_where_a_set_is_missing_the_stratum_is_open():
    totals = no_totals() | {"denominator": Total(20), "denominator-exclusion": Total(0, 20)}
    assert strata_lines({"sex": {"female": totals}})[-1].split() == ["female", "20", "open", "0", "-"]


def test_measure_reports_with_strata_validate(fhir_errors, stratified):
    bundle = stratified.json("fhir")
    assert fhir_errors(bundle) == []
    summary, *each = [entry["resource"] for entry in bundle["entry"]]
    age, sex = summary["group"][0]["stratifier"]
    assert (age["code"], sex["code"]) == ([{"text": "age"}], [{"text": "sex"}])
    assert [item["value"]["text"] for item in sex["stratum"]] == ["female", "male"]
    assert sex["stratum"][0]["measureScore"]["value"] == 0.6
    counts = {item["code"]["coding"][0]["code"]: item["count"] for item in sex["stratum"][0]["population"]}
    assert counts == {"initial-population": 20, "denominator": 20, "denominator-exclusion": 0, "numerator": 12}
    assert all("stratifier" not in item["group"][0] for item in each)
    assert "continuous enrolment is not checked" in summary["text"]["div"]
    assert (
        "stratifier"
        not in measured("cob", patient(), sets=given_sets()).json("fhir")["entry"][0]["resource"]["group"][0]
    )


def test_strata_of_a_missing_count_validate(fhir_errors):
    found = opioids(sets=OPEN)
    tally = Tally()
    for answers in found.answers.values():
        tally.add(answers, {"sex": "female"})
    assert fhir_errors(found.but(tally=tally).json("fhir")) == []


def test_tallies_of_two_halves_are_the_tally_of_all(stratified):
    halves, whole = (Tally(), Tally()), Tally()
    for place, answers in enumerate(stratified.answers.values()):
        strata = {"sex": "female" if place % 3 else "male"}
        noted = [structs.replace(answer, notes=(("n", 2),), possible=("numerator",)) for answer in answers]
        halves[place % 2].add(noted, strata)
        whole.add(noted, strata)
    halves[0].merge(halves[1])
    assert halves[0] == whole and whole.totals["1"]["numerator"].possible == 21
    assert (whole.notes["n"], whole.patients_with_note["n"]) == (42, 21)


def test_what_is_possible_is_said_in_every_form(fhir_errors):
    unsure = [
        supply(OPIOIDS, "2026-01-01", 30),
        supply(OPIOIDS, "2026-02-01"),
        supply(BENZODIAZEPINES, "2026-02-01", 60),
    ]
    found = measured("cob", patient(), *unsure, supply(BENZODIAZEPINES, "2026-12-31", 1), sets=given_sets())
    text = found.text("text")
    assert "numerator             0 (1 more possibly)" in text and "continuous enrolment is not checked" in text
    assert "supplies without a usable number of days (they cover no day): 1, of 1 patient(s)" in text
    data = found.json("json")
    assert data["groups"][0]["populations"]["numerator"] == {"certain": 0, "not_computed": 0, "possible": 1, "count": 0}
    assert data["notes"][0]["times"] == 1 and "enrolment" in data["not_checked"]
    bundle = found.json("fhir")
    assert fhir_errors(bundle) == []
    for entry in bundle["entry"]:
        assert "numerator: 1 more possibly" in entry["resource"]["text"]["div"]
    assert answer("cob", *unsure, supply(BENZODIAZEPINES, "2026-12-31", 1))[1] == ("numerator",)
