"""One regimen member for one medicine, with its conflicts and its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from benzosafe.patient.regimen import build_regimen
from benzosafe.patient.tables import Bounds, Order, Supply
from benzosafe.patient.timeline import OrderTimes, decide_active

ON = date(2026, 11, 24)


def day(days_ago: int) -> date:
    return ON - timedelta(days=days_ago)


def order(order_id="MedicationRequest/1", source="request", *, started=100, dose=2.0, ended=None, **changes):
    made = Order(
        order_id, "clonazepam 1 mg", changes.pop("ingredient", "clonazepam"), source, strength_mg=1.0, status="active",
        start_on=None if started is None else day(started), end_on=None if ended is None else day(ended),
        dose_mg_per_day=None if dose is None else Bounds(dose, dose),
    )  # fmt: skip
    made = replace(made, **changes)
    if "active" in changes:
        return made
    times = OrderTimes(
        made.source, made.status, start_on=made.start_on, end_on=made.end_on, days_supply=made.days_supply,
        refills=made.refills, supplies=made.supplies,
    )  # fmt: skip
    decided = decide_active(times, ON)
    return replace(made, active=decided.active, active_because=decided.because, supply_ends_on=decided.supply_ends_on)


def only(*orders):
    members, gaps = build_regimen(orders, ON)
    (member,) = members
    return member, gaps


def test_one_record_is_left_as_it_is():
    first = order()
    member, gaps = only(first)
    assert replace(member, continuous_since=None) == first
    assert gaps == []


def test_linked_records_are_one_member():
    dispense = order(
        "MedicationDispense/9", "dispense", started=20, status="completed", days_supply=30, dose=None,
        same_as=("MedicationRequest/1",),
    )  # fmt: skip
    member, gaps = only(dispense, order())
    assert (member.order_id, member.same_as, gaps) == ("MedicationRequest/1", ("MedicationDispense/9",), [])
    assert member.supply_ends_on == day(-10)
    assert member.supplies == (Supply("dispense", "MedicationDispense/9", day(20), 30),)
    assert "supply lasts until" in member.active_because
    assert member.dose_mg_per_day == Bounds(2, 2)


def test_what_one_record_leaves_out_another_may_say():
    fill = order("MedicationDispense/9", "dispense", dose=None, problems=("how much is taken is not stated", "odd"))
    assert only(order(), fill)[0].problems == ("odd",)


def test_alike_records_of_different_kinds_are_one_member():
    member, _ = only(order(), order("MedicationStatement/2", "statement", started=50))
    assert member.same_as == ("MedicationStatement/2",)


def test_two_requests_of_different_strength_stay_two():
    members, _ = build_regimen([order(), order("MedicationRequest/2", strength_mg=0.5, dose=0.5)], ON)
    assert len(members) == 2


def test_two_requests_of_the_same_strength_stay_two():
    assert len(build_regimen([order(), order("MedicationRequest/2")], ON)[0]) == 2


def test_other_ingredients_stay_apart_even_when_linked():
    other = order("MedicationStatement/2", "statement", ingredient="clonidine", same_as=("MedicationRequest/1",))
    assert len(build_regimen([order(), other], ON)[0]) == 2


def test_a_link_to_something_absent_is_ignored():
    assert only(order(same_as=("MedicationRequest/404",)))[0].same_as == ("MedicationRequest/404",)


def test_fills_of_a_month_each_are_one_member_and_a_gap_starts_another():
    monthly = [
        order(f"MedicationDispense/{ago}", "dispense", started=ago, status="completed", days_supply=30)
        for ago in (90, 60, 30, 5)
    ]
    member, _ = only(*monthly)
    assert len(member.supplies) == 4
    assert member.active is True
    old = order("MedicationDispense/old", "dispense", started=400, status="completed", days_supply=30)
    assert len(build_regimen([*monthly, old], ON)[0]) == 2


def test_a_different_dose_is_a_conflict_and_both_are_kept():
    member, gaps = only(order(), order("MedicationStatement/2", "statement", dose=4.0))
    assert member.dose_mg_per_day == Bounds(2, 4)
    assert "request MedicationRequest/1: 2 mg a day; statement MedicationStatement/2: 4 mg a day" in member.conflicts[0]
    assert [gap.kind for gap in gaps] == ["conflict"]


def test_a_later_denial_leaves_it_open():
    stopped = order("MedicationStatement/2", "statement", started=100, ended=10, status="completed")
    member, gaps = only(order(), stopped)
    assert member.active is None
    assert "disagree whether it is taken" in gaps[0].what


def test_an_earlier_denial_does_not_hide_it_but_is_said():
    stopped = order("MedicationRequest/1", "request", started=100, ended=60, status="stopped")
    taken = order("MedicationStatement/2", "statement", started=40)
    member, gaps = only(stopped, taken)
    assert member.active is True
    assert len(gaps) == 1


def test_what_the_reader_overruled_is_not_decided_again():
    forbidden = order(active=False, active_because="the record says not to give it")
    fill = order(
        "MedicationDispense/9",
        "dispense",
        started=5,
        status="completed",
        days_supply=30,
        same_as=("MedicationRequest/1",),
    )
    assert only(forbidden, fill)[0].active is False


# --- history -----------------------------------------------------------------------------------------------------


def history(*orders):
    members, _ = build_regimen(orders, ON)
    return next(member for member in members if member.order_id == "now")


def test_earlier_orders_without_a_gap_make_use_continuous():
    now = history(
        order("a", started=300, ended=200, status="stopped"),
        order("b", started=190, ended=100, status="stopped"),
        order("now", started=95),
    )
    assert now.continuous_since == day(300)
    assert (now.previous_dose_mg_per_day, now.dose_changed_on) == (None, None)


def test_a_longer_gap_breaks_it():
    now = history(order("a", started=300, ended=131, status="stopped"), order("now", started=100))
    assert now.continuous_since == day(100)
    assert history(
        order("a", started=300, ended=130, status="stopped"), order("now", started=100)
    ).continuous_since == day(300)


def test_the_last_change_of_dose_is_found_behind_renewals():
    now = history(
        order("a", started=300, ended=41, status="stopped", dose=4.0),
        order("b", started=40, ended=11, status="stopped", dose=2.0),
        order("now", started=10, dose=2.0),
    )
    assert (now.previous_dose_mg_per_day, now.dose_changed_on) == (4.0, day(40))


def test_orders_taken_together_before_are_added_up():
    now = history(
        order("a", started=300, ended=10, status="stopped", dose=1.0),
        order("b", started=200, ended=10, status="stopped", dose=2.0),
        order("now", started=10, dose=2.0),
    )
    assert (now.previous_dose_mg_per_day, now.dose_changed_on) == (3.0, day(10))


def test_orders_that_replace_one_together_share_its_dose():
    now = history(
        order("a", started=300, ended=10, status="stopped", dose=4.0),
        order("now", started=10, dose=1.0),
        order("b", started=10, dose=1.0, strength_mg=0.5),
    )
    assert now.previous_dose_mg_per_day == 2.0


def test_orders_never_taken_are_no_history():
    now = history(order("a", started=300, ended=100, status="entered-in-error"), order("now", started=95))
    assert now.continuous_since == day(95)


def test_undated_orders_have_no_history():
    assert history(order("now", started=None)).continuous_since is None


def test_a_dose_that_is_a_range_gives_no_change():
    before = order("a", started=300, ended=10, status="stopped", dose_mg_per_day=Bounds(0, 4))
    assert history(before, order("now", started=10)).dose_changed_on is None
