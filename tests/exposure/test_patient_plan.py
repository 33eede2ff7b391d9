"""From a patient's record to a plan: which doses, which courses, and that whatever is left open is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from benzosafe.errors import InputRefused
from benzosafe.exposure.patient_plan import SHOWN_BEFORE_DAYS, patient_plan
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Bounds, Order, Record

ON = date(2026, 11, 24)
STARTS = ON - timedelta(days=SHOWN_BEFORE_DAYS)
PLAIN = Record("p", age_years=50.0)
CLONAZEPAM = Order(
    "one", "clonazepam 1 mg", "clonazepam", "request", route="oral", active=True, start_on=date(2026, 1, 1),
    dose_mg_single=Bounds(1, 1), times_per_day=Bounds(2, 2), dose_mg_per_day=Bounds(2, 2),
)  # fmt: skip
FLUCONAZOLE = Order(
    "two", "fluconazole 200 mg", "fluconazole", "request", route="oral", active=True, start_on=date(2026, 11, 20),
    dose_mg_per_day=Bounds(200, 200), times_per_day=Bounds(1, 1),
)  # fmt: skip


@pytest.fixture
def plan_of(knowledge):
    def make(*orders, record=PLAIN, drug="clonazepam"):
        return patient_plan(knowledge, replace(record, orders=orders), ON, 14.0, drug)

    return make


@pytest.fixture
def written(knowledge):
    """The plan of a patient written by hand."""

    def make(medicines, more="", drug=None):
        text = f"patient: {{id: p, age: 50}}\nmedicines:\n{medicines}\n{more}\n"
        return patient_plan(knowledge, read_handwritten(text, "p.yaml", knowledge, ON), ON, 14.0, drug)

    return make


def mg_on(plan, day):
    """What is taken on a day [mg]."""
    at = 24.0 * (day - STARTS).days
    return float(plan.amounts_mg[(plan.times_h >= at) & (plan.times_h < at + 24.0)].sum())


def said(plan, *words):
    return any(all(word in line for word in words) for line in plan.assumed)


def test_a_plain_patient_has_steady_doses_and_the_course_on_its_dates(plan_of):
    plan = plan_of(CLONAZEPAM, FLUCONAZOLE)
    assert mg_on(plan, ON) == mg_on(plan, STARTS - timedelta(days=20)) == 2.0
    (course,) = plan.beside
    assert (course.name, course.from_day, course.to_day, course.mg_per_day) == ("fluconazole", 10.0, None, 200.0)
    assert np.all(np.diff(plan.times_h) >= 0)


# --- what is not known is named ------------------------------------------------------------------------------------


def test_unrecognised_and_unknown_medicines_are_named_in_one_line_each(written):
    others = ("zorglubine 5 mg daily", "metformin 500 mg daily", "atenolol 50 mg daily")
    plan = written("\n".join(f"  - {medicine}" for medicine in ("clonazepam 1 mg twice daily", *others)))
    assert said(plan, "'zorglubine", "was not recognised", "nothing of it")
    assert [line for line in plan.assumed if "on enzymes is not known" in line] == [
        "the effect of metformin and atenolol on enzymes is not known: none is simulated"
    ]


def test_a_drug_known_to_do_next_to_nothing_is_not_called_unknown(written):
    assert not said(written("  - clonazepam 1 mg twice daily\n  - azithromycin 500 mg daily"), "is not known: none")


@pytest.mark.parametrize("order", [FLUCONAZOLE, CLONAZEPAM])
def test_what_was_stopped_at_an_unknown_date_is_named_and_left_out(plan_of, order):
    stopped = replace(order, order_id="old", active=False, status="stopped", start_on=date(2026, 3, 1))
    plan = plan_of(CLONAZEPAM, stopped) if order is FLUCONAZOLE else plan_of(replace(CLONAZEPAM, start_on=ON), stopped)
    assert said(plan, order.ingredient, "stopped at an unknown date: not simulated")
    assert not plan.beside and mg_on(plan, STARTS) == (2.0 if order is FLUCONAZOLE else 0.0)


def test_what_was_never_taken_is_neither_simulated_nor_named(plan_of):
    plan = plan_of(CLONAZEPAM, replace(FLUCONAZOLE, active=False, status="cancelled", end_on=ON))
    assert not plan.beside and not said(plan, "fluconazole")


def test_a_supply_that_ran_out_is_said_and_does_not_end_the_drug(plan_of):
    plan = plan_of(replace(CLONAZEPAM, supply_ends_on=date(2026, 11, 20)))
    assert said(plan, "supply of clonazepam ran out on 2026-11-20")
    assert mg_on(plan, ON + timedelta(days=5)) == 2.0


def test_a_stated_end_ends_it_without_a_word_about_supply(plan_of):
    plan = plan_of(replace(CLONAZEPAM, end_on=ON, supply_ends_on=date(2026, 11, 20)))
    assert not said(plan, "supply") and mg_on(plan, ON) == 2.0 and mg_on(plan, ON + timedelta(days=1)) == 0.0


def test_on_hold_is_said(plan_of):
    assert said(plan_of(CLONAZEPAM, replace(FLUCONAZOLE, active=None)), "whether fluconazole is taken now is not known")


# --- history -------------------------------------------------------------------------------------------------------


def test_a_slow_inhibitor_stopped_months_ago_still_counts_and_a_quick_one_does_not(plan_of):
    ended = {"active": False, "start_on": date(2025, 6, 1), "end_on": date(2026, 7, 1)}
    amiodarone = replace(FLUCONAZOLE, ingredient="amiodarone", text="amiodarone", **ended)
    plan = plan_of(CLONAZEPAM, amiodarone, replace(FLUCONAZOLE, order_id="q", **ended))
    (course,) = plan.beside
    assert course.name == "amiodarone" and course.from_day < -300 and course.to_day == (date(2026, 7, 2) - STARTS).days


def test_an_earlier_dose_is_part_of_the_history(plan_of):
    old = replace(
        CLONAZEPAM, order_id="old", active=False, status="stopped", end_on=date(2026, 11, 18),
        dose_mg_per_day=Bounds(6, 6), dose_mg_single=Bounds(3, 3),
    )  # fmt: skip
    now = replace(CLONAZEPAM, start_on=date(2026, 11, 18), continuous_since=date(2026, 1, 1))
    plan = plan_of(old, now)
    assert [mg_on(plan, date(2026, 11, day)) for day in (17, 18, 19)] == [6.0, 2.0, 2.0]


def test_an_earlier_order_without_end_lasts_until_the_next_or_to_the_end_of_its_supply(plan_of):
    old = replace(CLONAZEPAM, order_id="old", active=False, dose_mg_per_day=Bounds(6, 6), dose_mg_single=Bounds(3, 3))
    now = replace(CLONAZEPAM, start_on=date(2026, 11, 18))
    near = plan_of(replace(old, supply_ends_on=date(2026, 11, 10)), now)
    assert mg_on(near, date(2026, 11, 17)) == 6.0 and said(near, "lasted until the next")
    far = plan_of(replace(old, supply_ends_on=date(2026, 11, 10)), replace(now, start_on=date(2026, 11, 9)))
    assert mg_on(far, date(2026, 11, 12)) == 2.0
    long_ago = replace(old, supply_ends_on=date(2026, 10, 14))
    assert mg_on(plan_of(long_ago, now), date(2026, 10, 20)) == 0.0


def test_a_changed_dose_is_not_steady_even_when_only_the_order_tells(plan_of):
    changed = replace(CLONAZEPAM, previous_dose_mg_per_day=6.0, dose_changed_on=date(2026, 11, 20))
    plan = plan_of(changed)
    assert [mg_on(plan, date(2026, 11, day)) for day in (15, 19, 20)] == [6.0, 6.0, 2.0]


def test_without_a_start_the_present_dose_follows_the_earlier_one(plan_of):
    old = replace(CLONAZEPAM, order_id="old", active=False, end_on=date(2026, 11, 15), dose_mg_per_day=Bounds(6, 6))
    plan = plan_of(old, replace(CLONAZEPAM, start_on=None))
    assert [mg_on(plan, date(2026, 11, day)) for day in (15, 16)] == [6.0, 2.0]
    assert said(plan, "since its earlier order ended")


def test_what_begins_after_the_review_date_is_simulated_from_then_unless_it_is_taken_already(plan_of):
    planned = replace(FLUCONAZOLE, active=False, start_on=ON + timedelta(days=3))
    assert plan_of(CLONAZEPAM, planned).beside[0].from_day == SHOWN_BEFORE_DAYS + 3
    both = plan_of(CLONAZEPAM, FLUCONAZOLE, replace(planned, order_id="later"))
    assert len(both.beside) == 1 and said(both, "begins on 2026-11-27 is not simulated")


def test_an_emergency_injection_months_ago_does_not_stand_in_the_way(plan_of):
    day = date(2026, 11, 12)
    given = replace(CLONAZEPAM, order_id="iv", route="intravenous", active=False, start_on=day, end_on=day)
    plan = plan_of(CLONAZEPAM, given)
    assert (
        plan.route == "oral" and mg_on(plan, date(2026, 11, 12)) == 2.0 and said(plan, "intravenous", "not simulated")
    )


# --- how it is taken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("often", "in_four_weeks"), [("every other day", 14), ("three times a week", 12), ("weekly", 4)]
)
def test_doses_not_taken_every_day_are_whole_and_on_their_days(written, often, in_four_weeks):
    plan = written(f"  - clonazepam 1 mg {often} since 2026-11-10")
    assert [float(mg) for mg in plan.amounts_mg] == pytest.approx([1.0] * in_four_weeks)
    assert said(plan, "a week: evenly spread days")


def test_a_perpetrator_taken_once_a_week_is_said(written):
    plan = written("  - clonazepam 1 mg daily\n  - fluconazole 150 mg weekly")
    assert said(plan, "fluconazole is taken on 1 day a week")
    assert plan.beside[0].mg_per_day == pytest.approx(150 / 7, rel=1e-3)


@pytest.mark.parametrize(
    ("directions", "hours"),
    [("every 6 hours", {2, 8, 14, 20}), ("q8h", {0, 8, 16}), ("four times daily", {8, 12, 17, 22})],
)
def test_an_interval_in_hours_is_kept(written, directions, hours):
    plan = written(f"  - alprazolam 0.5 mg {directions} since 2026-01-01")
    assert {float(time) % 24.0 for time in plan.times_h} == hours


def test_an_unknown_route_is_assumed_oral_and_said(plan_of):
    plan = plan_of(replace(CLONAZEPAM, route=None))
    assert plan.route == "oral" and said(plan, "route of clonazepam is not known: oral")


@pytest.mark.parametrize(
    ("orders", "says"),
    [
        ([replace(CLONAZEPAM, route="by balloon")], "by the route 'by balloon'"),
        ([CLONAZEPAM, replace(CLONAZEPAM, order_id="b", route="intravenous")], "only one can be simulated"),
        ([replace(CLONAZEPAM, dose_mg_per_day=Bounds(0, np.inf), prn=True)], "no limit to the dose of a day"),
        ([replace(CLONAZEPAM, dose_mg_per_day=None, dose_mg_single=None)], "could not be worked out"),
        ([replace(CLONAZEPAM, dose_mg_per_day=Bounds(0, 0))], "no dose of it falls into these days"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_the_reason(plan_of, orders, says):
    with pytest.raises(InputRefused, match=says):
        plan_of(*orders)


def test_a_perpetrator_without_a_limit_is_taken_at_its_usual_dose_and_one_of_zero_is_not_taken(plan_of):
    loose = plan_of(CLONAZEPAM, replace(FLUCONAZOLE, dose_mg_per_day=Bounds(0, np.inf)))
    assert loose.beside[0].mg_per_day is None and said(loose, "its usual dose is assumed")
    none = plan_of(CLONAZEPAM, replace(FLUCONAZOLE, dose_mg_per_day=Bounds(0, 0)))
    assert not none.beside and said(none, "fluconazole has a dose of 0: not taken")


def test_zero_written_by_hand_is_not_taken(written):
    assert not written("  - clonazepam 1 mg daily\n  - fluconazole 0 mg daily").beside


@pytest.mark.parametrize("route", ["topical", "ophthalmic", "inhaled", "vaginal", "intravaginal"])
def test_what_does_not_reach_the_blood_does_not_act(plan_of, route):
    plan = plan_of(CLONAZEPAM, replace(FLUCONAZOLE, route=route))
    assert not plan.beside and said(plan, f"fluconazole ({route}) hardly reaches the blood")


def test_smoke_is_inhaled_and_acts(plan_of):
    plan = plan_of(CLONAZEPAM, replace(FLUCONAZOLE, ingredient="tobacco", route="inhaled", dose_mg_per_day=None))
    assert [course.name for course in plan.beside] == ["tobacco"]


def test_two_orders_of_unknown_dose_are_one_usual_dose_and_known_ones_add_up(plan_of):
    again = replace(FLUCONAZOLE, order_id="three")
    assert [c.mg_per_day for c in plan_of(CLONAZEPAM, FLUCONAZOLE, again).beside] == [200.0, 200.0]
    unknown = [replace(order, dose_mg_per_day=None) for order in (FLUCONAZOLE, again)]
    assert [c.mg_per_day for c in plan_of(CLONAZEPAM, *unknown).beside] == [None]


@pytest.mark.parametrize("medicine", ["Xanax XR 1 mg daily", "alprazolam extended release 1 mg daily"])
def test_extended_release_is_said(written, medicine):
    assert said(written(f"  - {medicine}"), "extended release of alprazolam is not simulated")
    assert not said(written("  - alprazolam 1 mg daily"), "extended release")


# --- the person ----------------------------------------------------------------------------------------------------

SMOKED = "observations: {{smoking_status: [{{value: {}, on: 2026-0{}-01}}, {{value: {}, on: 2026-0{}-01}}]}}"


@pytest.mark.parametrize(
    ("answers", "smokes"),
    [(("current", 1, "former", 5), False), (("former", 5, "current", 1), False), (("former", 1, "current", 5), True)],
)
def test_the_latest_answer_about_smoking_counts(written, answers, smokes):
    assert ("smoker" in written("  - clonazepam 1 mg daily", SMOKED.format(*answers)).traits) is smokes


def test_ultrarapid_is_read_as_rapid_and_the_latest_result_counts(written):
    two = "[{value: poor, on: 2020-01-01}, {value: ultrarapid, on: 2024-01-01}]"
    traits = written("  - diazepam 5 mg daily", f"observations: {{cyp2c19_phenotype: {two}}}").traits
    assert "cyp2c19_rapid" in traits and "cyp2c19_poor" not in traits


@pytest.mark.parametrize(("answer", "taken"), [("yes", ["grapefruit"]), ("no", []), ("unknown", [])])
def test_grapefruit_written_by_hand_reaches_the_simulation(written, answer, taken):
    plan = written("  - triazolam 0.25 mg at bedtime", f"grapefruit: {answer}")
    assert [course.name for course in plan.beside] == taken


def test_grapefruit_reaches_the_review_once(knowledge):
    text = "patient: {{id: p}}\nmedicines:\n  - triazolam 0.25 mg at bedtime\n{}grapefruit: {}\n"
    for listed, answer, count, denied in (
        ("", "yes", 1, False),
        ("  - grapefruit juice\n", "yes", 1, False),
        ("", "no", 0, True),
    ):
        record = read_handwritten(text.format(listed, answer), "p.yaml", knowledge, ON)
        assert [o.ingredient for o in record.orders if o.active].count("grapefruit") == count
        assert ("grapefruit" in record.known_absent) is denied


def test_another_answer_about_grapefruit_is_explained(knowledge):
    with pytest.raises(InputRefused, match=r"p\.yaml:3: 'a glass' in 'grapefruit' .*under 'medicines'"):
        read_handwritten("patient: {id: p}\nmedicines: none\ngrapefruit: a glass\n", "p.yaml", knowledge, ON)
