"""An order against everything known: margins, slips, and what is never called right."""

from __future__ import annotations

from fractions import Fraction

import pytest

from benzosafe.dosing.order_check import check_order, order_of
from benzosafe.errors import UsageError
from tests.dosing.people import patient, proposal


def checked(knowledge, drug, reason, order, who=None, **asked):
    who = who or patient(knowledge)
    found = proposal(knowledge, drug, reason, who, **asked)
    return check_order(order_of(order, who, found.asked), found, who)


def ids(check):
    return {finding.rule.rule.id: finding.severity for finding in check.findings}


def margins(check):
    return {margin.against: (margin.ratio, margin.left_ug) for margin in check.margins}


def test_margins_of_a_labelled_first_dose(knowledge):
    found = checked(knowledge, "clonazepam", "panic disorder", "0.25 mg twice daily")
    assert margins(found) == {
        "first day": (1, 0), "first dose": (1, 0), "target of a day": (Fraction(1, 2), 500),
        "most of a day": (Fraction(1, 8), 3500), "smallest dose that can be made": (2, 125),
    }  # fmt: skip
    assert ids(found) == {} and found.not_judged == ""


@pytest.mark.parametrize(
    ("drug", "reason", "order", "rule", "severity"),
    [
        ("clonazepam", "panic disorder", "500 mg at bedtime", "unit_slip_suspected", "contraindicated"),
        ("diazepam", "anxiety disorder", "5 g at bedtime", "unit_slip_suspected", "contraindicated"),
        ("lorazepam", "anxiety disorder", "10 mg three times daily", "tenfold_dose_suspected", "contraindicated"),
        ("zolpidem", "insomnia", "50 mg at bedtime", "tenfold_dose_suspected", "contraindicated"),
        ("clonazepam", "panic disorder", "1 mg three times daily", "daily_dose_given_as_single", "high"),
        ("clonazepam", "panic disorder", "0.025 mg twice daily", "dose_far_below_start", "moderate"),
        ("clonazepam", "panic disorder", "0.5 mcg twice daily", "dose_far_below_start", "moderate"),
        ("clonazepam", "panic disorder", "0.5 mg twice daily", "clonazepam_start_above_label", "moderate"),
        ("triazolam", "insomnia", "0.03 mg at bedtime", "dose_smaller_than_made", "low"),
        ("lorazepam", "anxiety disorder", "4 mg three times daily", "dose_above_label_maximum", "high"),
    ],
)  # fmt: skip
def test_slips_are_named(knowledge, drug, reason, order, rule, severity):
    assert ids(checked(knowledge, drug, reason, order)).get(rule) == severity


@pytest.mark.parametrize("order", ["0.25 mg twice daily", "0.125 mg twice daily", "0.5 mg at bedtime"])
def test_usual_first_doses_are_quiet(knowledge, order):
    assert ids(checked(knowledge, "clonazepam", "panic disorder", order)) == {}


def test_what_is_taken_already_is_not_held_against_a_first_day(knowledge):
    who = patient(knowledge, medicines=["clonazepam 1 mg twice daily for panic disorder since 2025-01-01"])
    found = checked(knowledge, "clonazepam", "panic disorder", "1 mg twice daily", who)
    assert "first day" not in margins(found) and margins(found)["most of a day"] == (Fraction(1, 2), 2000)
    assert ids(found) == {}
    active = check_order(who.record.orders[0], proposal(knowledge, "clonazepam", "panic disorder", who), who)
    assert margins(active) == margins(found) and ids(active) == {}


def test_without_a_rule_nothing_is_called_right(knowledge):
    found = checked(knowledge, "clonazepam", "insomnia", "0.5 mg at bedtime")
    assert found.margins == [] and "no rule exists" in found.not_judged
    forbidden = checked(
        knowledge, "clonazepam", "panic disorder", "0.25 mg twice daily", patient(knowledge, conditions=["cirrhosis"])
    )
    assert forbidden.margins == [] and forbidden.not_judged and ids(forbidden)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("lorazepam 1 mg twice daily", "is no order of clonazepam"), ("twice daily", "says no dose"),
        ("clonidine 0.1 mg twice daily", "is no order of clonazepam"), ("", "says no dose"),
    ],
)  # fmt: skip
def test_what_is_no_order_of_it_is_refused(knowledge, order, said):
    with pytest.raises(UsageError, match=said):
        checked(knowledge, "clonazepam", "panic disorder", order)
