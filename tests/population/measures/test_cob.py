"""COB, every rule on both sides of its edge, counted by hand."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.cob import REQUIRED
from benzosafe.population.measures.dispensing_sets import BENZODIAZEPINES, CANCER, OPIOIDS
from benzosafe.population.measures.dispensings import NOT_RECOGNISED, NOTHING
from benzosafe.population.measures.measure import MEASURES
from benzosafe.population.measures.own_lists import own_list
from benzosafe.population.measures.value_sets import ValueSets
from tests.population.measures.builders import condition, measured, patient
from tests.population.measures.supplies import DENOMINATOR, EXCLUDED, IN, OUT, answer, supply

# January and February: 1 January to 1 March is 60 days, the benzodiazepine from 31 January on 30 of them.
OPIOID = [supply(OPIOIDS, "2026-01-01", 30), supply(OPIOIDS, "2026-01-31", 30)]
BENZODIAZEPINE = [supply(BENZODIAZEPINES, "2026-01-31", 30), supply(BENZODIAZEPINES, "2026-06-01", 30)]


def cob(*resources, **more):
    counts, possible = answer("cob", *resources, **more)
    assert possible == ()
    return counts


def test_both_on_thirty_days():
    assert cob(*OPIOID, *BENZODIAZEPINE) == IN


@pytest.mark.parametrize(("days", "expected"), [(29, DENOMINATOR), (30, IN), (31, IN)])
def test_thirty_days_together(days, expected):
    assert cob(*OPIOID, supply(BENZODIAZEPINES, "2026-01-05", days), BENZODIAZEPINE[1]) == expected


@pytest.mark.parametrize(("last", "expected"), [(14, DENOMINATOR), (15, IN)])
def test_the_days_need_not_be_in_a_row(last, expected):
    """15 days in January and as many, or one less, in July."""
    opioids = [supply(OPIOIDS, "2026-01-01", 20), supply(OPIOIDS, "2026-07-01", 20)]
    parts = [supply(BENZODIAZEPINES, "2026-01-01", 15), supply(BENZODIAZEPINES, "2026-07-01", last)]
    assert cob(*opioids, *parts) == expected


@pytest.mark.parametrize(("birth", "expected"), [
    ("2008-01-01", IN), ("2008-01-02", OUT), ("2008-12-31", OUT), ("2008", OUT), (None, OUT), ("2007", IN),
])  # fmt: skip
def test_eighteen_on_the_first_day_of_the_year(birth, expected):
    assert cob(*OPIOID, *BENZODIAZEPINE, birth=birth) == expected


def test_two_opioid_claims_on_two_dates():
    one = supply(OPIOIDS, "2026-01-01", 60)
    same_day = supply(f"{OPIOIDS} 2", "2026-01-01", 30)
    assert cob(one, *BENZODIAZEPINE) == OUT
    assert cob(one, same_day, *BENZODIAZEPINE) == OUT
    assert cob(one, supply(f"{OPIOIDS} 2", "2026-01-02", 1), *BENZODIAZEPINE) == IN


@pytest.mark.parametrize(("second", "expected"), [(7, OUT), (8, DENOMINATOR)])
def test_fifteen_days_of_opioids_are_summed_even_where_they_overlap(second, expected):
    assert cob(supply(OPIOIDS, "2026-01-01", 7), supply(OPIOIDS, "2026-01-02", second)) == expected


def test_of_one_date_the_longest_supply_counts():
    first, second = supply(OPIOIDS, "2026-01-01", 7), supply(f"{OPIOIDS} 2", "2026-01-01", 7)
    assert cob(first, second, supply(OPIOIDS, "2026-02-01", 7)) == OUT
    assert cob(first, second, supply(OPIOIDS, "2026-02-01", 8)) == DENOMINATOR


@pytest.mark.parametrize(("on", "expected"), [("2026-12-02", DENOMINATOR), ("2026-12-03", OUT)])
def test_the_first_opioid_claim_leaves_thirty_days_of_the_year(on, expected):
    assert cob(supply(OPIOIDS, on, 10), supply(OPIOIDS, "2026-12-10", 10)) == expected


@pytest.mark.parametrize(("on", "expected"), [("2028-12-02", DENOMINATOR), ("2028-12-03", OUT)])
def test_the_same_edge_in_a_leap_year(on, expected):
    assert cob(supply(OPIOIDS, on, 10), supply(OPIOIDS, "2028-12-10", 10), year=2028) == expected


def test_days_after_the_year_do_not_count():
    """From 2 December 30 days are left: 30 together; from 3 December on 29."""
    opioids = [supply(OPIOIDS, "2026-11-30", 90), supply(OPIOIDS, "2026-12-02", 90)]
    assert cob(*opioids, *(supply(BENZODIAZEPINES, on, 90) for on in ("2026-12-02", "2026-12-03"))) == IN
    assert cob(*opioids, *(supply(BENZODIAZEPINES, on, 90) for on in ("2026-12-03", "2026-12-04"))) == DENOMINATOR
    few = [supply(OPIOIDS, "2026-12-01", 1), supply(OPIOIDS, "2026-12-19", 90)]
    assert cob(*few) == OUT  # 1 and the 13 days from 19 December
    assert cob(supply(OPIOIDS, "2026-12-01", 2), few[1]) == DENOMINATOR


def test_claims_of_other_years_do_not_count():
    before = [supply(OPIOIDS, "2025-12-31", 60), supply(OPIOIDS, "2026-01-31", 30)]
    assert cob(*before, *BENZODIAZEPINE) == OUT
    assert cob(*OPIOID, supply(BENZODIAZEPINES, "2025-12-31", 90), BENZODIAZEPINE[1]) == DENOMINATOR


def test_two_benzodiazepine_claims_on_two_dates():
    long, same_day = supply(BENZODIAZEPINES, "2026-01-01", 60), supply(f"{BENZODIAZEPINES} 2", "2026-01-01", 60)
    assert cob(*OPIOID, long) == cob(*OPIOID, long, same_day) == DENOMINATOR
    assert cob(*OPIOID, long, supply(f"{BENZODIAZEPINES} 2", "2026-11-01", 1)) == IN


def test_an_early_refill_is_not_moved_to_later():
    """Opioids cover 1 to 30 January whichever way; the second supply is inside the first."""
    early = [supply(OPIOIDS, "2026-01-01", 30), supply(OPIOIDS, "2026-01-10", 10)]
    late = [supply(BENZODIAZEPINES, "2026-01-10", 60), supply(BENZODIAZEPINES, "2026-06-01", 30)]
    assert cob(*early, *late) == DENOMINATOR  # 21 days; moved to after 30 January they would be 31


def test_benzodiazepines_alone_or_nothing_at_all():
    assert cob(*BENZODIAZEPINE) == cob() == OUT


@pytest.mark.parametrize("name", ["PQA hospice", "PQA palliative care", "PQA cancer", "PQA sickle cell disease"])
def test_the_four_exclusions(name):
    assert cob(*OPIOID, *BENZODIAZEPINE, condition(name)) == EXCLUDED
    assert cob(*OPIOID, condition(name)) == EXCLUDED
    assert cob(*OPIOID, *BENZODIAZEPINE, condition(name, onset="2027-01-01")) == IN
    assert cob(condition(name)) == OUT


def test_a_seizure_disorder_is_no_exclusion_here():
    assert cob(*OPIOID, *BENZODIAZEPINE, condition("PQA seizure disorder")) == IN


@pytest.mark.parametrize(
    ("opioids", "benzodiazepines", "expected", "possible"),
    [
        ((30, None), (30, 30), DENOMINATOR, ("numerator",)), ((30, 30), (None, 1), DENOMINATOR, ("numerator",)),
        ((None, 1), (30, 30), OUT, ("initial-population", "denominator", "numerator")),
        ((None, 1), (1, 1), OUT, ("initial-population", "denominator")), ((30, 30), (30, None), IN, ()),
        ((None, 30), (1, 1), DENOMINATOR, ()),
    ],
)  # fmt: skip
def test_a_supply_that_is_not_known_covers_no_day_and_what_hangs_on_it_is_said(
    opioids, benzodiazepines, expected, possible
):
    first, second = (supply(OPIOIDS, on, days) for on, days in zip(("2026-01-01", "2026-02-01"), opioids, strict=True))
    others = zip(("2026-02-01", "2026-12-31"), benzodiazepines, strict=True)
    assert answer("cob", first, second, *(supply(BENZODIAZEPINES, *item) for item in others)) == (expected, possible)


def test_a_claim_without_a_day_may_be_the_second():
    found = answer("cob", OPIOID[0], supply(OPIOIDS, None, 30), *BENZODIAZEPINE)
    assert found == (OUT, ("initial-population", "denominator", "numerator"))


def test_who_is_excluded_is_possibly_excluded_and_not_possibly_counted():
    unsure = [supply(OPIOIDS, "2026-01-01"), supply(OPIOIDS, "2026-01-31", 1)]
    found = answer("cob", *unsure, *BENZODIAZEPINE, condition(CANCER))
    assert found == (OUT, ("initial-population", "denominator", "denominator-exclusion"))
    assert answer("cob", OPIOID[0], supply(OPIOIDS, "2026-02-01"), *BENZODIAZEPINE, condition(CANCER)) == (EXCLUDED, ())


def own_sets(knowledge):
    measure = MEASURES["cob"]
    return ValueSets(own={name: own_list(knowledge, measure.own_classes[name]) for name in REQUIRED})


def test_on_our_own_lists(knowledge):
    """Different opioids, a combination product, and exclusions by words and codes."""
    drugs = [
        supply(None, "2026-01-01", 30, text="hydrocodone / acetaminophen 5 MG / 325 MG Oral Tablet"),
        supply(None, "2026-01-31", 30, text="tramadol 50 mg tablet"),
        supply(None, "2026-01-01", 30, text="alprazolam 0.5 mg tablet"),
        supply(None, "2026-02-10", 30, text="clonazepam 1 mg tablet"),
    ]
    sets = own_sets(knowledge)
    assert cob(*drugs, sets=sets) == IN
    cancer = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C50.911"}]}
    assert cob(*drugs, condition("x") | {"code": cancer}, sets=sets) == EXCLUDED
    treatment = [
        supply(None, on, 30, text="buprenorphine 8 MG Sublingual Tablet") for on in ("2026-01-01", "2026-01-31")
    ]
    assert cob(*treatment, *drugs[2:], sets=sets) == OUT


def test_what_was_left_out_is_counted_by_times_and_patients(knowledge):
    drugs = [supply(None, on, 30, text="item 4711") for on in ("2026-01-01", "2026-02-01")]
    found = measured("cob", patient(), patient(name="q"), *drugs, sets=own_sets(knowledge))
    assert found.tally.notes == {NOT_RECOGNISED: 2, NOTHING: 1}
    assert found.tally.patients_with_note == {NOT_RECOGNISED: 1, NOTHING: 1}
    assert found.tally.totals["1"]["denominator"].certain == 0
