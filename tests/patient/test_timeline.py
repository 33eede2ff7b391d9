"""Active on a day or not, from status, dates and supply, with the words that say why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from benzosafe.patient.tables import Supply
from benzosafe.patient.timeline import OrderTimes, decide_active, supply_end

ON = date(2026, 11, 24)


def day(days_ago: int) -> date:
    return ON - timedelta(days=days_ago)


def request(status="active", **changes):
    return decide_active(OrderTimes("request", status, **{"authored_on": day(100), **changes}), ON)


@pytest.mark.parametrize(
    ("changes", "active", "because"),
    [
        ({}, True, "supply not stated"),
        ({"status": "stopped"}, False, "status stopped"),
        ({"status": "cancelled"}, False, "cancelled"),
        ({"status": "entered-in-error"}, False, "entered in error"),
        ({"status": "draft"}, False, "never issued"),
        ({"status": "on-hold"}, None, "on-hold"),
        ({"status": "completed"}, False, "status completed"),
        ({"status": "completed", "days_supply": 120}, True, "supply lasts until"),
        ({"status": "completed", "days_supply": 90}, False, "status completed"),
        ({"end_on": day(0)}, True, "supply not stated"),
        ({"end_on": day(1)}, False, "its stated end"),
        ({"start_on": day(-1)}, False, "starts on 2026-11-25"),
        ({"status": "stopped", "end_on": day(-10)}, True, "only from"),
        ({"status": "stopped", "end_on": day(0)}, False, "ended on 2026-11-24"),
        ({"days_supply": 101, "refills": 0}, True, "supply lasts until"),
        ({"days_supply": 100, "refills": 0}, None, "supply ran out on 2026-11-24"),
        ({"days_supply": 30, "refills": 3}, True, "supply lasts until 2026-12-14"),
        ({"authored_on": day(210), "days_supply": 30, "refills": 0}, None, "supply ran out"),
        ({"authored_on": day(211), "days_supply": 30, "refills": 0}, False, "supply ran out"),
        ({"authored_on": day(300), "days_supply": 30}, None, "refills not stated"),
        ({"authored_on": day(396), "days_supply": 30}, False, "refills not stated"),
        ({"status": None}, None, "neither status nor supply"),
        ({"status": "unknown", "days_supply": 110}, True, "no status that tells"),
        ({"status": "unknown", "days_supply": 70}, None, "supply ran out"),
        ({"status": "unknown", "days_supply": 69}, False, "supply ran out"),
        ({"duration_days": 10}, False, "a course of 10 days, ended on 2026-08-25"),
        ({"duration_days": 101}, True, "supply not stated"),
        ({"duration_days": 30, "refills": 5}, True, "supply not stated"),
    ],
)
def test_requests(changes, active, because):
    decided = request(**changes)
    assert decided.active is active, decided.because
    assert because in decided.because


def fills(*days_ago: int, days: float = 30) -> tuple[Supply, ...]:
    return tuple(Supply("dispense", f"d{ago}", day(ago), days) for ago in days_ago)


def test_early_refills_are_carried_over():
    assert supply_end(fills(60, 50)) == day(0)
    assert supply_end(fills(100, 10)) == day(-20)
    assert supply_end(()) is None


def test_dispenses_tell_what_is_on_hand():
    decided = request(supplies=fills(70, 40, 10))
    assert decided.active is True
    assert decided.supply_ends_on == day(-20)
    lapsed = request(supplies=fills(100, 70), refills=2, days_supply=30)
    assert lapsed.active is None
    assert lapsed.supply_ends_on == day(40)


def test_refills_left_keep_the_question_open():
    decided = request(authored_on=day(250), supplies=fills(250), days_supply=30, refills=11)
    assert decided.active is None
    assert "refills are left" in decided.because


def test_a_dispense_that_is_completed_was_handed_over():
    assert decide_active(OrderTimes("dispense", "completed", supplies=fills(10)), ON).active is True
    assert decide_active(OrderTimes("dispense", "completed", supplies=fills(50)), ON).active is None
    assert decide_active(OrderTimes("dispense", "completed", supplies=fills(100)), ON).active is False
    assert decide_active(OrderTimes("dispense", "declined", supplies=fills(10)), ON).active is False


def test_a_statement_that_is_completed_is_over():
    assert decide_active(OrderTimes("statement", "completed", start_on=day(10), days_supply=90), ON).active is False


@pytest.mark.parametrize(("given", "last", "active"), [(0, 0, True), (1, 1, False), (3, 0, True), (3, -2, True)])
def test_an_administration_acts_on_its_days(given, last, active):
    times = OrderTimes("administration", "completed", start_on=day(given), end_on=day(last))
    assert decide_active(times, ON).active is active


def test_an_infusion_that_is_running():
    assert decide_active(OrderTimes("administration", "in-progress", start_on=day(3)), ON).active is True


def test_a_draft_is_what_is_proposed():
    decided = decide_active(OrderTimes("draft", "draft", start_on=day(-3)), ON)
    assert (decided.active, decided.because) == (True, "proposed in the draft")


def test_absurd_supplies_do_not_break_the_calendar():
    assert request(days_supply=1e9).active is True
    assert request(days_supply=-5).active is True
    assert request(duration_days=1e300).active is True
