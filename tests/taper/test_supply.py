"""Fills and prescriptions: counts add up to the last half, the law is kept, and nothing is handed out too early."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.errors import InputRefused, UsageError
from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.prescription import prescriptions
from benzosafe.taper.product import Dose, Portion, Product
from benzosafe.taper.supply import fills
from benzosafe.taper.supply_data import fills_data
from benzosafe.taper.supply_law import earliest_issue, law_for, valid_until
from benzosafe.taper.supply_words import number_words

START = date(2026, 12, 1)
HALF_MG = Product("tablet", 500, halves=True)
ONE_MG = Product("tablet", 1_000, halves=True)
ODT = Product("orally disintegrating tablet", 250, halves=True)
LIQUID = Product("oral solution", 100)
CAPSULE = Product("capsule", 2_000)
PRODUCTS = (HALF_MG, ONE_MG, ODT, LIQUID, CAPSULE)


def portion(product: Product, parts: int) -> Portion:
    """Halves of a tablet, whole capsules, tenths of a mL."""
    if product.liquid:
        return Portion(product, hundredths_ml=parts * 10)
    return Portion(product, half_units=parts if product.halves else parts * 2)


def plan_of(*steps: tuple[int, list[tuple[float, Product, int]]], start: date = START, override=None) -> TaperPlan:
    """Steps as days and (hour, product, parts)."""
    made, day = [], start
    for number, (days, doses) in enumerate(steps, start=1):
        taken = tuple(Dose(at_h, (portion(product, parts),)) for at_h, product, parts in doses)
        amount = sum(dose.amount_ug for dose in taken)
        made.append(TaperStep(number, day, days, amount, taken, Fraction(0), Fraction(0), stop=not amount))
        day += timedelta(days=days)
    return TaperPlan(
        "clonazepam", made[0].doses, tuple(made), Pace(Fraction(1, 10), 14), "proportional", 0, PRODUCTS, (), override,
        within_limit=override is None,
    )  # fmt: skip


steps = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.lists(
            st.tuples(st.sampled_from([8.0, 13.5, 20.0]), st.sampled_from(PRODUCTS), st.integers(0, 7)), max_size=3
        ),
    ),
    min_size=1, max_size=10,
)  # fmt: skip
quiet = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quiet
@given(steps, st.integers(1, 60), st.sampled_from(["US", "UK", "CA", "DE", "US-NY"]))
def test_counts_add_up_to_the_last_half(knowledge, drawn, fill_days, place):
    """Taken by counting days is what the fills say; and handed out is taken plus what is left."""
    plan = plan_of(*drawn)
    made = fills(knowledge, plan, place, fill_days)
    for product in PRODUCTS:
        parts = 100 if product.liquid else 2
        by_day = sum(
            (one.hundredths_ml or one.half_units) * step.days
            for step in plan.steps for dose in step.doses for one in dose.portions if one.product == product
        )  # fmt: skip
        counts = [count for fill in made for count in fill.counts if count.product == product]
        assert sum(count.taken for count in counts) == by_day
        assert sum(count.handed_out for count in counts) * parts == by_day + sum(count.left for count in counts)
        assert all(count.left >= 0 and count.kept >= 0 for count in counts)
        assert not counts or counts[-1].kept == 0


@quiet
@given(steps, st.integers(1, 60))
def test_never_less_than_needed_on_any_day(knowledge, drawn, fill_days):
    """Walking through the days, the tablets handed out so far always hold what has been taken."""
    plan = plan_of(*drawn)
    made = fills(knowledge, plan, "UK", fill_days)
    for product in PRODUCTS:
        had = taken = 0
        parts = 100 if product.liquid else 2
        for fill in made:
            had += sum(one.handed_out * parts for one in fill.counts if one.product == product)
            taken += sum(one.taken for one in fill.counts if one.product == product)
            assert had >= taken


@quiet
@given(steps, st.integers(1, 60))
def test_fills_cover_every_day_of_taking_once_and_within_the_law(knowledge, drawn, fill_days):
    plan = plan_of(*drawn)
    made = fills(knowledge, plan, "UK", fill_days)
    covered = [fill.starts_on + timedelta(days=n) for fill in made for n in range(fill.days)]
    assert len(covered) == len(set(covered))
    taking = {
        step.starts_on + timedelta(days=n) for step in plan.steps if step.delivered_ug for n in range(step.days)
    }  # fmt: skip
    assert taking <= set(covered)
    assert all(fill.days <= min(fill_days, 30) for fill in made)
    assert fills(knowledge, plan, "UK", fill_days) == made


def test_a_half_is_cut_once_and_its_other_half_taken_next(knowledge):
    """½ × 0.5 mg a day for 28 days is 14 tablets and 14 cuts, not 28."""
    (fill,) = fills(knowledge, plan_of((28, [(20.0, HALF_MG, 1)])), "US")
    (count,) = fill.counts
    assert (count.handed_out, count.cuts, count.left) == (14, 14, 0)


def test_a_half_is_carried_into_the_next_fill_only_if_that_uses_it(knowledge):
    plan = plan_of((7, [(20.0, HALF_MG, 1)]), (7, [(20.0, HALF_MG, 1)]), (7, [(20.0, CAPSULE, 1)]))
    first, second, third = fills(knowledge, plan, "US", 7)
    assert [(one.handed_out, one.brought, one.kept, one.left) for one in first.counts] == [(4, 0, 1, 0)]
    assert [(one.handed_out, one.brought, one.kept, one.left) for one in second.counts] == [(3, 1, 0, 0)]
    assert [one.handed_out for one in third.counts] == [7]
    apart = plan_of((7, [(20.0, HALF_MG, 1)]), (7, [(20.0, CAPSULE, 1)]), (7, [(20.0, HALF_MG, 1)]))
    counts = [fill.counts[0] for fill in fills(knowledge, apart, "US", 7)]
    assert [(one.handed_out, one.left) for one in counts] == [(4, 1), (7, 0), (4, 1)]


def test_half_of_a_disintegrating_tablet_is_never_kept(knowledge):
    (fill,) = fills(knowledge, plan_of((10, [(8.0, ODT, 3)])), "US")
    assert [(one.handed_out, one.cuts, one.left, one.kept) for one in fill.counts] == [(20, 10, 10, 0)]


def test_liquid_has_its_waste_and_bottles(knowledge):
    """0.5 mL a day for 28 days is 14 mL; a tenth is added: 15.4, so 16 mL in one bottle."""
    (fill,) = fills(knowledge, plan_of((28, [(8.0, LIQUID, 5)])), "UK")
    (count,) = fill.counts
    assert (count.taken, count.handed_out, count.left, count.bottles) == (1_400, 16, 200, 1)


def test_earliest_days_are_few_and_never_most_of_a_fill(knowledge):
    monthly = fills(knowledge, plan_of((60, [(8.0, ONE_MG, 2)])), "US")
    assert [(fill.starts_on - fill.earliest_on).days for fill in monthly] == [3, 3, 3]
    daily = fills(knowledge, plan_of((3, [(8.0, ONE_MG, 2)])), "US", 1)
    assert all(fill.earliest_on == fill.starts_on for fill in daily)


@pytest.mark.parametrize("days", [0, -1, True, 2.5])
def test_impossible_fill_days_are_refused(knowledge, days):
    with pytest.raises(UsageError, match="fill of"):
        fills(knowledge, plan_of((7, [(8.0, ONE_MG, 2)])), "US", days)


def test_steps_with_a_gap_are_refused(knowledge):
    plan = plan_of((7, [(8.0, ONE_MG, 2)]), (7, [(8.0, ONE_MG, 1)]))
    late = replace(plan.steps[1], starts_on=START + timedelta(days=9))
    with pytest.raises(InputRefused, match="without a gap"):
        fills(knowledge, replace(plan, steps=(plan.steps[0], late)), "US")


def test_unknown_law_is_said_and_the_strictest_used(knowledge):
    law = law_for(knowledge, "clonazepam", "DE", START)
    assert not law.known
    assert [(one.amount, one.unit, one.own) for one in law.limits] == [
        (30, "d", False), (0, "1", False), (28, "d", False),
    ]  # fmt: skip
    assert law.valid_for.words.startswith("NOT KNOWN for DE, so the strictest known is used, that of UK: 28 days (law;")
    assert "Nothing is recorded of the law in DE" in law.notes[0]
    assert not law_for(knowledge, "clonazepam", "US-TX", START).known, "a state may be stricter than the federation"


def test_known_law(knowledge):
    us = law_for(knowledge, "clonazepam", "us", START)
    assert (us.refills.amount, us.valid_for.amount, us.valid_for.unit) == (5, 6, "mo")
    assert us.refills.own and us.refills.confidence == "verified"
    assert not us.days_a_fill.own, "no federal cap is only recalled and must not loosen anything"
    uk = law_for(knowledge, "clonazepam", "GB", START)
    assert (uk.jurisdiction, uk.days_a_fill.amount, uk.days_a_fill.binding) == ("UK", 30, "guidance")
    assert law_for(knowledge, "temazepam", "UK", START).quantity_in_words is True
    york = law_for(knowledge, "clonazepam", "US-NY", START)
    assert (york.refills.amount, york.days_a_fill.amount, york.valid_for.amount) == (0, 30, 30)
    with pytest.raises(UsageError, match="not a jurisdiction"):
        law_for(knowledge, "clonazepam", "Atlantis", START)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.sampled_from(["US", "UK"]))
@quiet
def test_issue_dates_are_the_earliest_that_are_still_valid(knowledge, day, place):
    limit = law_for(knowledge, "clonazepam", place, START).valid_for
    issued = earliest_issue(day, limit)
    assert valid_until(issued, limit) >= day > valid_until(issued - timedelta(days=1), limit)


def test_one_draft_prescription_per_fill(knowledge):
    plan = plan_of((42, [(8.0, ONE_MG, 2), (20.0, HALF_MG, 1)]), (42, [(8.0, ONE_MG, 2)]), (7, []))
    made = fills(knowledge, plan, "US")
    drafts = prescriptions(knowledge, plan, made, "US")
    assert len(drafts) == len(made) == 3
    assert all(one.status == "draft" and not one.signed and one.refills == 0 for one in drafts)
    assert [item.quantity_words for item in drafts[1].items] == [
        "28 (twenty-eight) tablets", "7 (seven) tablets",
    ]  # fmt: skip
    assert drafts[1].items[1].directions == (
        "2026-12-29 to 2027-01-11: at 20:00 ½ × 0.5 mg tablet (0.25 mg a day)",
        "2027-01-12 to 2027-01-25: none of these",
    )
    assert drafts[1].items[0].directions == ("2026-12-29 to 2027-01-25: at 08:00 1 × 1 mg tablet (1 mg a day)",)


@pytest.mark.parametrize("place", ["AU", "US", "UK", "DE"])
def test_nothing_of_a_plan_is_issued_before_the_plan_was_made(knowledge, place):
    plan = plan_of(*[(28, [(8.0, ONE_MG, 2)])] * 20)
    made = fills(knowledge, plan, place)
    limit = law_for(knowledge, plan.drug, place, START).valid_for
    for planned_on, since in ((None, made[0].earliest_on), (START - timedelta(days=20), START - timedelta(days=20))):
        for draft, fill in zip(prescriptions(knowledge, plan, made, place, planned_on), made, strict=True):
            assert since <= draft.issue_from <= draft.issue_by == fill.starts_on
            assert valid_until(draft.issue_from, limit) >= fill.starts_on
            assert draft.issue_from in (since, earliest_issue(fill.starts_on, limit))


def test_data_says_when_a_dose_goes_on_and_carries_the_override(knowledge):
    data = fills_data(knowledge, plan_of((28, [(8.0, ONE_MG, 1)]), override=Override("Dr A", "moves abroad")), "US")
    assert any("must not run out" in note for note in data["notes"])
    assert data["override_words"] == "OVERRIDE by Dr A: moves abroad"
    assert data["prescriptions"][0]["releasable"] is False
    assert data["prescriptions"][0]["override"] == data["override_words"]
    assert data["counts_add_up"] and data["totals"][0]["left"] == 0
    assert "flush" in data["disposal"]
    assert not any("must not run out" in note for note in fills_data(
        knowledge, plan_of((28, [(8.0, ONE_MG, 1)]), (7, [])), "US")["notes"])  # fmt: skip


def test_more_days_than_the_law_allows_are_cut_and_said(knowledge):
    data = fills_data(knowledge, plan_of((70, [(8.0, ONE_MG, 1)])), "UK", 60)
    assert [fill["days"] for fill in data["fills"]] == [30, 30, 10]
    assert "Fills of 60 days were asked for; no more than 30 are allowed." in data["notes"]


def test_numbers_in_words():
    assert [number_words(n) for n in (0, 13, 40, 99, 100, 342, 1_001, 20_500)] == [
        "zero", "thirteen", "forty", "ninety-nine", "one hundred", "three hundred forty-two", "one thousand one",
        "twenty thousand five hundred",
    ]  # fmt: skip
    assert all(re.fullmatch(r"[a-z -]+", number_words(n)) for n in range(2_000))
