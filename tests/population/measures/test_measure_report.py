"""Results written out: rows in a stable order, totals that say what is not computed, FHIR that validates."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.cms156_sets import BENZODIAZEPINES
from benzosafe.population.measures.cms506 import INPATIENT, OPIOIDS
from benzosafe.population.measures.measure_input import Rejected
from benzosafe.population.measures.measure_report import remarks, totals
from tests.population.measures.builders import made_up_sets, measured, order, patient, visit

OFFICE = visit("Office Visit", "2026-05-01", "2026-05-02")
DRUGS = [order(BENZODIAZEPINES, "2026-03-01"), order(BENZODIAZEPINES, "2026-04-01")]
STAYS = [visit(INPATIENT, "2026-03-01", "2026-03-05", name="w"), visit(INPATIENT, "2026-03-04", "2026-03-06", name="v")]
OPEN = made_up_sets(without=["Patient Expired"])


def opioids(*, sets=None):
    """Two stays with two opioids, a patient without a stay, and one without a birth date."""
    more = [patient(name="n"), patient(None, name="q")]
    drugs = [order(OPIOIDS, "2026-03-04", name="1"), order(f"{OPIOIDS} 2", "2026-03-05", name="2")]
    return measured("cms506", *more, patient(), *STAYS, *drugs, sets=sets)


def test_rows_stand_by_patient_encounter_group_and_population():
    assert opioids().text("csv").splitlines() == [
        "patient,encounter,group,population,count",
        *(f"n,,1,{name},0" for name in ("initial-population", "denominator", "denominator-exclusion", "numerator")),
        "p,v,1,initial-population,1", "p,v,1,denominator,1", "p,v,1,denominator-exclusion,0", "p,v,1,numerator,1",
        "p,w,1,initial-population,1", "p,w,1,denominator,1", "p,w,1,denominator-exclusion,0", "p,w,1,numerator,1",
        *(f"q,,1,{name},0" for name in ("initial-population", "denominator", "denominator-exclusion", "numerator")),
    ]  # fmt: skip
    assert measured("cms156", patient(), OFFICE, *DRUGS).text("csv").splitlines()[1::4] == [
        "p,,1,initial-population,1", "p,,2,initial-population,1", "p,,3,initial-population,1",
    ]  # fmt: skip


def test_what_is_not_computed_is_never_a_number():
    found = opioids(sets=OPEN)
    assert "p,v,1,numerator,not computed" in found.text("csv")
    assert totals(found.measured)["1"]["numerator"].count is None
    assert totals(found.measured)["1"]["denominator"].count == 2
    group = found.json("json")["groups"][0]
    assert group["populations"]["numerator"] == {"certain": 0, "not_computed": 2, "possible": 0, "count": None}
    assert group["share"] is None and found.json("json")["value_sets"]["missing"] == ["Patient Expired"]
    text = found.text("text")
    assert "numerator             not computed for 2 unit(s); 0 certain" in text and "Patient Expired" in text


def test_the_share_is_of_those_not_excluded():
    found = measured("cms156", patient(), OFFICE, *DRUGS).json("json")
    assert [group["share"] for group in found["groups"]] == [0.0, 1.0, 1.0]
    assert measured("cms156", patient(None)).json("json")["groups"][0]["share"] is None


@pytest.mark.parametrize(
    ("initial", "excluded", "meets", "counts"),
    [
        (True, False, True, (1, 1, 0, 1)), (True, True, True, (1, 1, 1, 0)), (False, True, True, (0, 0, 0, 0)),
        (True, None, True, (1, 1, None, None)), (True, None, False, (1, 1, None, 0)),
        (None, True, True, (None, None, None, 0)), (None, False, False, (None, None, 0, 0)),
    ],
)  # fmt: skip
def test_the_numerator_is_nought_where_excluded_and_open_only_where_it_matters(initial, excluded, meets, counts):
    assert tuple(Answer("p", "", "1", initial, excluded, meets).counts.values()) == counts


def test_who_has_no_birth_date_and_what_was_rejected_is_said_and_counted():
    found = opioids().but(rejected=[Rejected("a.ndjson", line, "is broken") for line in range(1, 26)])
    said = remarks(found.measured)
    assert said[0] == "1 patient(s) without a birth date: of unknown age, in no population: q"
    assert said[1:3] == ["25 item(s) could not be used:", "  a.ndjson:1: is broken"]
    assert said[-1] == "  and 5 more (all of them: --format json)" and len(said) == 23
    assert len(found.json("json")["rejected"]) == 25
    assert "no reason to stop or taper" in found.text("text")


@pytest.mark.parametrize("sets", [None, OPEN])
def test_measure_reports_validate(fhir_errors, sets):
    bundle = opioids(sets=sets).json("fhir")
    assert fhir_errors(bundle) == []
    summary, *each = [entry["resource"] for entry in bundle["entry"]]
    assert (summary["type"], summary["period"]) == ("summary", {"start": "2026-01-01", "end": "2026-12-31"})
    assert [(item["type"], item["subject"]["reference"]) for item in each] == [
        ("individual", "Patient/n"), ("individual", "Patient/p"), ("individual", "Patient/q"),
    ]  # fmt: skip
    counts = {item["code"]["coding"][0]["code"]: item.get("count") for item in summary["group"][0]["population"]}
    assert counts["denominator"] == 2 and counts["numerator"] == (2 if sets is None else None)
    assert ("measureScore" in summary["group"][0]) is (sets is None)


def test_three_rates_validate_and_are_the_same_again(fhir_errors):
    bundle = measured("cms156", patient(), OFFICE, *DRUGS).json("fhir")
    assert fhir_errors(bundle) == []
    assert [group["code"]["text"] for group in bundle["entry"][0]["resource"]["group"]] == ["1", "2", "3"]
    assert bundle == measured("cms156", patient(), OFFICE, *DRUGS).json("fhir")


def test_reports_on_our_own_lists_say_so(fhir_errors):
    name = "Schedule IV Benzodiazepines"
    found = measured("cms506", patient(), sets=made_up_sets(without=[name]), own={name: "benzodiazepine"})
    bundle = found.json("fhir")
    assert fhir_errors(bundle) == []
    for entry in bundle["entry"]:
        assert "own medicine lists, which differ, stand in for: Schedule IV B" in entry["resource"]["text"]["div"]
