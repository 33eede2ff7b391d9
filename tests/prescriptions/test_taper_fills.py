"""A taper plan as one prescription: counted day by day apart, judged, signed and handed out fill by fill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from benzosafe.errors import InputRefused
from benzosafe.prescriptions import patients, pharmacist, prescriber
from benzosafe.prescriptions.content import read_content
from benzosafe.prescriptions.safety import Data, check
from benzosafe.prescriptions.supply import SupplyRefused
from benzosafe.prescriptions.taper_fills import content_of_plan, read_plan_data
from tests.prescriptions.people import DETAILS, PASSWORD, answer_all

BEGIN = date(2026, 11, 27)
PLANS = {
    "clonazepam US": ("clonazepam 1 mg twice daily", "US", ["--to", "0.5"]),
    "clonazepam with a liquid US": ("clonazepam 1 mg at bedtime", "US", ["--add", "compounded:0.1"]),
    "diazepam UK": ("diazepam 10 mg twice daily", "UK", []),
    "diazepam halves AU": ("diazepam 15 mg daily", "AU", ["--to", "2"]),
    "lorazepam CA": ("lorazepam 1 mg three times daily", "CA", ["--to", "1.5"]),
    "diazepam IE": ("diazepam 10 mg daily", "IE", ["--products", "tablet:2s,5s,10s", "--to", "4"]),
    "short US": ("diazepam 20 mg daily", "US", ["--to", "15"]),
}


def record(medicine):
    return (
        f"patient: {{id: ann, born: 1986-03-04, sex: female, weight_kg: 61}}\nmedicines:\n"
        f"  - {medicine} since 2024-02-01 for panic disorder\nconditions: [panic disorder]\nalcohol: none\n"
        "allergies: none\n"
    )


def about(place, on=BEGIN):
    details = DETAILS["doctor"]
    return {
        "patient": {"id": "ann", "name": "Ann Example", "address": "1 Main Street", "born": "1986-03-04"},
        "prescriber": {"account": "doctor", "name": "Dr Example", "address": "2 Side Street", "phone": "555",
                       **details},
        "jurisdiction": place, "written_on": on.isoformat(), "indication": "panic disorder", "seen_in_person": True,
        "monitoring_checked_on": on.isoformat(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """The plans as the command writes them."""
    folder, found = tmp_path_factory.mktemp("plans"), {}
    for name, (medicine, place, options) in PLANS.items():
        (folder / "p.yaml").write_text(record(medicine))
        done = subprocess.run(
            [sys.executable, "-m", "benzosafe.cli.main", "taper", folder / "p.yaml", "--country", place, "--on",
             BEGIN.isoformat(), "--format", "json", *options], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (name, done.stderr)
        found[name] = json.loads(done.stdout)
    return found


@pytest.fixture(params=sorted(PLANS))
def made(request, plans, knowledge):
    """A plan, its prescription, what did not fit, and the medicine that is taken."""
    medicine, place, _ = PLANS[request.param]
    plan = read_plan_data(knowledge, plans[request.param], "plan")
    content, rest = content_of_plan(knowledge, plan, about(place, plan.steps[0].starts_on))
    return plan, content, rest, medicine


def taken(plan, first, last):
    """Micrograms and units of each product between two days, counted from the plan's steps alone."""
    units, micrograms, day = Counter(), 0, first
    while day <= last:
        step = next(step for step in plan.steps if step.starts_on <= day <= step.ends_on)
        for dose in step.doses:
            for portion in dose.portions:
                parts = (
                    Fraction(portion.hundredths_ml, 100) if portion.product.liquid else Fraction(portion.half_units, 2)
                )
                units[portion.product.strength_ug, portion.product.form] += parts
                micrograms += parts * portion.product.strength_ug
        day += timedelta(days=1)
    return {key: amount for key, amount in units.items() if amount}, micrograms


def test_every_day_is_covered_by_what_the_plan_takes_on_it(made):
    plan, content, rest, _ = made
    following = plan.steps[0].starts_on
    for fill in content.fills:
        assert fill.periods[0].from_on == following
        for period in fill.periods:
            day = sum(
                (Fraction(period.a_day(number)) * Fraction(item.strength_mg) * 1000
                 for number, item in enumerate(fill.items)), Fraction(0),
            )  # fmt: skip
            for on in (period.from_on, period.to_on):
                assert day == taken(plan, on, on)[1]
        following = fill.periods[-1].to_on + timedelta(days=1)
    if rest is None:
        assert following == plan.steps[-1].ends_on + timedelta(days=1) or taken(plan, following, following)[1] == 0
    else:
        assert rest.from_on == following and "signed before that day" in rest.words


def test_what_is_handed_out_is_what_is_taken_and_at_most_a_half_or_what_stays_in_a_bottle(made):
    plan, content, _, _ = made
    for fill in content.fills:
        wanted, _ = taken(plan, fill.periods[0].from_on, fill.periods[-1].to_on)
        given = {(int(item.strength_mg * 1000), item.form): Fraction(item.units) for item in fill.items}
        assert set(given) == set(wanted)
        for product, units in given.items():
            spare = units - wanted[product]
            liquid = product[1] in ("oral solution", "compounded suspension", "oral concentrate", "oral drops")
            assert -Fraction(1, 2) <= spare <= (units / 4 + 1 if liquid else Fraction(1, 2))


def test_days_come_in_order_and_the_law_lets_it_be_signed(made, knowledge):
    _, content, _, medicine = made
    days = [fill.earliest_on for fill in content.fills]
    assert days == sorted(days) and days[0] == content.written_on
    assert all(fill.earliest_on <= fill.periods[0].from_on for fill in content.fills)
    for number in range(1, len(content.fills) + 1):
        found = check(content, Data((record(medicine), "sha")), knowledge, content.written_on, number)
        assert found.could_not_run == ""
        assert [item for item in found.findings if item["tier"] == 0] == []
        assert "same_ingredient_in_two_orders" not in {item["rule"] for item in found.findings}


@pytest.mark.parametrize("name", ["clonazepam US", "short US"])
def test_it_is_signed_and_handed_out_to_its_end_and_no_further(office, plans, knowledge, name):
    plan = read_plan_data(knowledge, plans[name], "plan")
    content, rest = content_of_plan(knowledge, plan, about("US"))
    desk, doctor, counter = office.desk, office["doctor"], office["counter"]
    now = datetime.combine(BEGIN, time(9), UTC)
    patients.keep_record(desk, doctor, "ann", record(PLANS[name][0]), now)
    prescription = prescriber.draft(desk, doctor, content, now)
    answer_all(office, prescription, prescriber.review(desk, doctor, prescription, now), now)
    prescriber.sign(desk, "doctor", PASSWORD, office.code("doctor", now), prescription, now)
    prescriber.transmit(desk, doctor, prescription, "Corner Pharmacy", now)
    pharmacist.receive(desk, counter, prescription, now, handwritten_seen=True)
    reasons = dict.fromkeys(knowledge.rules, "spoken with the prescriber")
    for fill in content.fills:
        early = datetime.combine(fill.earliest_on - timedelta(days=1), time(9), UTC)
        if fill.number > 1:
            with pytest.raises(SupplyRefused, match="is due from"):
                pharmacist.verify(desk, counter, prescription, reasons, early)
        at = datetime.combine(max(fill.earliest_on, BEGIN) + timedelta(days=7 * (fill.number > 1)), time(9), UTC)
        pharmacist.verify(desk, counter, prescription, reasons, at)
        for item in fill.items:
            with pytest.raises(SupplyRefused, match="are more than"):
                pharmacist.dispense(
                    desk,
                    counter,
                    prescription,
                    pharmacist.Handover({item.product: item.units + 1}, guide_given=True),
                    at,
                )
        units = {item.product: item.units for item in fill.items}
        state = pharmacist.dispense(desk, counter, prescription, pharmacist.Handover(units, guide_given=True), at)
        assert state == "dispensed"
    with pytest.raises(SupplyRefused, match="have been handed out"):
        pharmacist.verify(desk, counter, prescription, reasons, at)
    assert (rest is None) is (name == "short US")


def test_the_dose_of_the_fill_before_is_what_is_taken_at_the_next(plans, knowledge):
    """Else every later fill would look like a fall of the dose all at once."""
    plan = read_plan_data(knowledge, plans["clonazepam US"], "plan")
    content, _ = content_of_plan(knowledge, plan, about("US"))
    found = check(content, Data((record("clonazepam 1 mg twice daily"), "sha")), knowledge, BEGIN, 6)
    assert "reduction_too_fast" not in {item["rule"] for item in found.findings}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fill: fill["periods"][0]["doses"][0].update(units=["9"] * len(fill["items"])), "more than is handed"),
        (lambda fill: fill["periods"][0].update(to_on="2026-11-30"), "last as long as the fill"),
        (lambda fill: fill.update(directions=["1 tablet daily"] * len(fill["items"])), "words of the periods"),
        (lambda fill: fill["periods"][0]["doses"][0].update(units=["1"] * 9), "units of each item"),
        (lambda fill: fill["periods"][0]["doses"][0].update(units=["-1"] * len(fill["items"])), "no less than"),
        (lambda fill: fill["periods"][0]["doses"][0].update(at="25:00"), "at"),
    ],
)
def test_periods_that_say_something_else_than_the_rest_are_refused(plans, knowledge, change, words):
    plan = read_plan_data(knowledge, plans["clonazepam US"], "plan")
    content, _ = content_of_plan(knowledge, plan, about("US"))
    data = content.model_dump(mode="json")
    assert read_content(data, "x") == content
    change(data["fills"][0])
    with pytest.raises(InputRefused, match=words):
        read_content(data, "x")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(schema="x"), "is not a taper plan"),
        (lambda data: data["steps"][0].update(days=300), "300 days from"),
        (lambda data: data["steps"][1]["doses"][0]["take"][0].update(units=9), "but the tablets make"),
        (lambda data: data.update(crossover={"from": "alprazolam"}), "change from another medicine"),
        (lambda data: data.update(steps=[]), "holds no steps"),
    ],
)
def test_a_plan_that_does_not_keep_what_it_states_is_refused(plans, knowledge, change, words):
    data = json.loads(json.dumps(plans["clonazepam US"]))
    change(data)
    with pytest.raises(InputRefused, match=words):
        read_plan_data(knowledge, data, "plan")


def test_a_plan_that_has_begun_is_not_written_late(plans, knowledge):
    plan = read_plan_data(knowledge, plans["clonazepam US"], "plan")
    with pytest.raises(InputRefused, match="before the prescription is written"):
        content_of_plan(knowledge, plan, about("US", BEGIN + timedelta(days=1)))


def test_units_are_whole(made):
    _, content, _, _ = made
    assert all(item.units == item.units.to_integral_value() for fill in content.fills for item in fill.items)
    assert all(isinstance(item.units, Decimal) for fill in content.fills for item in fill.items)
