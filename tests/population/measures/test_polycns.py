"""POLY-CNS, every rule on both sides of its edge, counted by hand; a, b, c and d are four ingredients."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.population.measures.dispensing_sets import HOSPICE, SEIZURES
from benzosafe.population.measures.measure import MEASURES
from benzosafe.population.measures.own_lists import own_list
from benzosafe.population.measures.polycns import REQUIRED
from benzosafe.population.measures.value_sets import ValueSets
from tests.population.measures.builders import condition, made_up_sets, visit
from tests.population.measures.supplies import DENOMINATOR, EXCLUDED, IN, OUT, answer, given_sets, supply


def polycns(*resources, **more):
    counts, possible = answer("polycns", *resources, **more)
    assert possible == ()
    return counts


def twice(medicine, on, days, *, again="2026-12-31"):
    """A supply, and a second of one day much later: the two claims that each medicine needs."""
    return [supply(medicine, on, days), supply(medicine, again, 1)]


A, B, C, D = (
    twice(name, "2026-03-01", 30, again=f"2026-12-{day}") for name, day in zip("abcd", (28, 29, 30, 31), strict=True)
)


def test_three_on_thirty_days():
    assert polycns(*A, *B, *C) == polycns(*A, *B, *C, *D) == IN
    assert polycns(*A, *B) == polycns(*A) == DENOMINATOR


@pytest.mark.parametrize(("days", "expected"), [(29, DENOMINATOR), (30, IN)])
def test_thirty_days_together(days, expected):
    assert polycns(*A, *B, *twice("c", "2026-03-01", days)) == expected


@pytest.mark.parametrize(("last", "expected"), [(14, DENOMINATOR), (15, IN)])
def test_the_days_add_up_whichever_three_they_are(last, expected):
    """15 days of a, b and c, and as many, or one less, of a, b and d."""
    both = [item for name in "ab" for item in twice(name, "2026-03-01", 31)]
    first = [supply("c", "2026-03-01", 15), supply("c", "2026-11-01", 1)]
    second = [supply("d", "2026-03-16", last), supply("d", "2026-12-01", 1)]
    assert polycns(*both, *first, *second) == expected


def test_each_of_the_three_needs_two_claims_on_two_dates():
    once, same_day = supply("c", "2026-03-01", 60), supply("c", "2026-03-01", 61)
    assert polycns(*A, *B, once) == polycns(*A, *B, once, same_day) == DENOMINATOR
    assert polycns(*A, *B, once, supply("c", "2026-03-02", 1)) == IN
    assert polycns(once, same_day) == OUT


def test_two_claims_must_be_of_the_same_ingredient():
    assert polycns(supply("a", "2026-03-01", 30), supply("b", "2026-04-01", 30)) == OUT
    assert polycns(supply("a", "2026-03-01", 30), supply("a", "2026-04-01", 30)) == DENOMINATOR


def test_a_combination_is_each_of_its_ingredients():
    both = [supply("a and b", "2026-03-01", 30), supply("a and b", "2026-12-01", 1)]
    assert polycns(*both, *C) == IN
    assert polycns(*both, *A) == DENOMINATOR


@pytest.mark.parametrize(("birth", "expected"), [("1961-01-01", IN), ("1961-01-02", OUT), ("1961", OUT), ("1960", IN)])
def test_sixty_five_on_the_first_day_of_the_year(birth, expected):
    assert polycns(*A, *B, *C, birth=birth) == expected


def test_a_first_claim_late_in_the_year_is_in_the_denominator():
    assert polycns(supply("a", "2026-12-30", 30), supply("a", "2026-12-31", 30)) == DENOMINATOR


def test_only_days_and_claims_of_the_year_count():
    def late(on):
        return [item for name in "abc" for item in (supply(name, on, 90), supply(name, "2026-12-31", 90))]

    assert polycns(*late("2026-12-02")) == IN
    assert polycns(*late("2026-12-03")) == DENOMINATOR
    assert polycns(*A, *B, supply("c", "2025-12-31", 365), supply("c", "2026-12-01", 1)) == DENOMINATOR


def test_an_early_refill_is_not_moved_to_later():
    """c covers 1 to 29 March with both supplies; one after the other it would cover 58 days."""
    early = [supply("c", "2026-03-01", 29), supply("c", "2026-03-01", 28), supply("c", "2026-03-02", 28)]
    long = [item for name in "ab" for item in twice(name, "2026-03-01", 90)]
    assert polycns(*long, *early) == DENOMINATOR
    assert polycns(*long, *early, supply("c", "2026-03-03", 28)) == IN


@pytest.mark.parametrize("name", ["PQA hospice", "PQA seizure disorder"])
def test_the_two_exclusions(name):
    assert polycns(*A, *B, *C, condition(name)) == polycns(*A, condition(name)) == EXCLUDED
    assert polycns(condition(name)) == OUT


def test_a_visit_of_hospice_care_excludes_and_one_of_the_cms_list_as_well():
    cms = "Hospice Encounter"
    sets = replace(given_sets(), sets=given_sets().sets | made_up_sets().sets)
    for kind in (HOSPICE, cms):
        stay = visit(kind, "2026-05-01", "2026-05-02")
        assert polycns(*A, *B, *C, stay, sets=sets) == EXCLUDED
    assert polycns(*A, *B, *C, visit(SEIZURES, "2026-05-01", "2026-05-02"), sets=sets) == IN


@pytest.mark.parametrize("name", ["PQA palliative care", "PQA cancer", "PQA sickle cell disease"])
def test_what_excludes_from_cob_only(name):
    assert polycns(*A, *B, *C, condition(name)) == IN


def test_what_hangs_on_a_supply_that_is_not_known_is_said():
    unknown = [supply("c", "2026-03-01"), supply("c", "2026-12-31", 1)]
    assert answer("polycns", *A, *B, *unknown) == (DENOMINATOR, ("numerator",))
    assert answer("polycns", *A, *B, *unknown, *D) == (IN, ())
    assert answer("polycns", *A, *B, supply("c", "2026-03-01", 30), supply("c", None, 1)) == (
        DENOMINATOR,
        ("numerator",),
    )
    assert answer("polycns", supply("a", "2026-03-01"), supply("a", None)) == (
        OUT,
        ("initial-population", "denominator"),
    )
    assert answer("polycns", *A, *B, *unknown, condition(SEIZURES)) == (EXCLUDED, ())
    late = [supply("c", "2026-12-20"), supply("c", "2026-12-31")]
    assert answer("polycns", *A, *B, *late) == (DENOMINATOR, ())  # 12 days are left at most


DATES = st.integers(1, 28).map("2026-03-{:02}".format) | st.integers(1, 9).map("2026-04-0{}".format)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), DATES, st.integers(10, 60)), max_size=10))
def test_as_an_oracle_counts_that_writes_every_day_down(claims):
    fills: dict[str, dict[date, int]] = {}
    for medicine, on, days in claims:
        of_medicine = fills.setdefault(medicine, {})
        of_medicine[date.fromisoformat(on)] = max(days, of_medicine.get(date.fromisoformat(on), 0))
    repeated = [dates for dates in fills.values() if len(dates) >= 2]
    having = [{on + timedelta(i) for on, days in dates.items() for i in range(days)} for dates in repeated]
    together = [day for day in set().union(*having) if sum(day in days for days in having) >= 3]
    expected = OUT if not repeated else IN if len(together) >= 30 else DENOMINATOR
    assert polycns(*(supply(m, on, days, f"{n}") for n, (m, on, days) in enumerate(claims))) == expected


def test_on_our_own_lists(knowledge):
    """A benzodiazepine and an antidepressant in one product, an opioid, and a medicine that is not CNS-active."""
    sets = ValueSets(own={name: own_list(knowledge, MEASURES["polycns"].own_classes[name]) for name in REQUIRED})
    texts = ("chlordiazepoxide / amitriptyline tablet", "tramadol 50 mg tablet", "metformin 500 mg tablet")
    dates = ("2026-03-01", "2026-04-01")
    drugs = {text: [supply(None, on, 30, text=text) for on in dates] for text in texts}
    assert polycns(*drugs[texts[0]], *drugs[texts[1]], sets=sets) == IN
    assert polycns(*drugs[texts[0]], *drugs[texts[2]], sets=sets) == DENOMINATOR
    epilepsy = {"text": "epilepsy"}
    assert polycns(*drugs[texts[0]], condition("x") | {"code": epilepsy}, sets=sets) == EXCLUDED
