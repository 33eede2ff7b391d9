"""The sample and its day: what spoils it, what makes a negative say little, and what was taken then by the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benzosafe.patient.course import Stay
from tests.monitoring.urine_cases import COLLECTED, ON, ended, read, taking, verdicts

NONE_FOUND = "ms 7-aminoclonazepam - @5 h"
MS = "mass_spectrometry"
CLONAZEPAM = ("clonazepam", MS)


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ({"collected": None}, "day of the sample is not known"),
        ({"collected": ON + timedelta(days=1)}, "after the review date"),
        ({"creatinine": 1.9}, "below 2"),
        ({"temperature": 31.9}, "outside 32 to 38"),
        ({"temperature": 38.1}, "outside 32 to 38"),
    ],
)
@pytest.mark.parametrize("results", [[NONE_FOUND], ["ms oxazepam + @20 h"], ["screen benzodiazepines -"],
                                     ["ms 7-aminoclonazepam + 90 @5 h"]])  # fmt: skip
def test_a_spoiled_sample_is_not_judged(knowledge, sample, said, results):
    reading = read(knowledge, [taking("clonazepam")], *results, **sample)
    assert any(said in why for why in reading.cannot_judge) and reading.ask
    assert reading.judged and {one.verdict for one in reading.judged} == {"cannot tell"}


@pytest.mark.parametrize("sample", [{"creatinine": 2.0}, {"creatinine": None}, {"temperature": 32}, {"temperature": 38},
                                    {"temperature": None}])  # fmt: skip
def test_at_the_limits_it_is_judged(knowledge, sample):
    reading = read(knowledge, [taking("clonazepam")], "ms 7-aminoclonazepam + 90 @5 h", **sample)
    assert reading.cannot_judge == () and verdicts(reading)[CLONAZEPAM] == "expected"


@pytest.mark.parametrize(("creatinine", "verdict"), [(19.9, "cannot tell"), (20.0, "unexpected"), (None, "unexpected")])
def test_dilute_urine_excuses_what_was_not_found(knowledge, creatinine, verdict):
    reading = read(knowledge, [taking("clonazepam")], NONE_FOUND, creatinine=creatinine)
    assert verdicts(reading)[CLONAZEPAM] == verdict
    screened = read(knowledge, [taking("diazepam")], "screen benzodiazepines - @300", creatinine=creatinine)
    assert verdicts(screened)["diazepam", "immunoassay"] == verdict
    told = " ".join((*reading.judged[0].reasons, *reading.judged[0].innocent))
    assert ("dilute" in told) == (creatinine != 20.0)


def test_dilute_urine_does_not_excuse_what_was_found(knowledge):
    reading = read(knowledge, [], "ms oxazepam + 90 @5 h", creatinine=10)
    assert verdicts(reading)["oxazepam", MS] == "unexpected"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (taking("clonazepam", prn=True), "as needed"),
        (taking("clonazepam", prn=None), "every day is not on record"),
        (taking("clonazepam", days_per_week=3.0), "3 days a week"),
        (taking("clonazepam", start_on=COLLECTED - timedelta(days=1)), "begun only on"),
        (taking("clonazepam", supply_ends_on=COLLECTED - timedelta(days=3)), "supply ended on"),
        (taking("clonazepam", active=None, active_because="no status"), "not known (no status)"),
        (taking("clonazepam", active=False, status="stopped"), "which day is not on record"),
    ],
)
def test_what_is_on_record_excuses(knowledge, order, said):
    reading = read(knowledge, [order], NONE_FOUND)
    assert verdicts(reading)[CLONAZEPAM] == "cannot tell"
    screened = read(knowledge, [replace(order, ingredient="diazepam")], "screen benzodiazepines - @300")
    assert verdicts(screened)["diazepam", "immunoassay"] == "cannot tell"
    assert any(said in reason for reason in reading.judged[0].reasons)


def test_of_two_orders_the_one_taken_daily_counts(knowledge):
    reading = read(knowledge, [taking("clonazepam", prn=True), taking("clonazepam")], NONE_FOUND)
    assert verdicts(reading)[CLONAZEPAM] == "unexpected"


@pytest.mark.parametrize("stay", [Stay(COLLECTED - timedelta(days=2), None, "hospital"),
                                  Stay(date(2026, 11, 1), COLLECTED - timedelta(days=14), "hospital")])  # fmt: skip
def test_a_stay_excuses_both(knowledge, stay):
    reading = read(knowledge, [taking("clonazepam")], NONE_FOUND, "ms alpha-hydroxymidazolam + 90 @5 h", stays=[stay])
    assert set(verdicts(reading).values()) == {"cannot tell"}
    assert all("hospital" in " ".join(one.reasons) for one in reading.judged)


def test_a_stay_long_ago_excuses_nothing(knowledge):
    stay = Stay(date(2026, 10, 1), COLLECTED - timedelta(days=15), "hospital")
    assert verdicts(read(knowledge, [taking("clonazepam")], NONE_FOUND, stays=[stay]))[CLONAZEPAM] == "unexpected"


def test_inducers_are_named_and_the_dose(knowledge):
    reading = read(knowledge, [taking("clonazepam"), taking("carbamazepine")], NONE_FOUND)
    assert any("carbamazepine speeds up" in words for words in reading.judged[0].innocent)
    assert verdicts(reading)[CLONAZEPAM] == "unexpected"


@pytest.mark.parametrize(("days", "verdict"), [(3, "cannot tell"), (7, "cannot tell"), (8, "unexpected")])
def test_found_before_it_was_begun(knowledge, days, verdict):
    order = taking("clonazepam", start_on=COLLECTED + timedelta(days=days))
    reading = read(knowledge, [order], "ms 7-aminoclonazepam + 90 @5 h", on=date(2026, 12, 24))
    assert verdicts(reading) == {("7-aminoclonazepam", MS): verdict}


def test_before_it_was_begun_nothing_is_expected(knowledge):
    order = taking("clonazepam", start_on=COLLECTED + timedelta(days=30))
    reading = read(knowledge, [order], NONE_FOUND, "screen benzodiazepines -", on=date(2026, 12, 24))
    assert verdicts(reading) == {("benzodiazepines", "immunoassay"): "expected"}
    assert reading.not_found == ("7-aminoclonazepam: negative (cut-off 5 ng/mL), mass spectrometry",)


@pytest.mark.parametrize(("days", "verdict"), [(30, "unexpected"), (31, "cannot tell")])
def test_a_list_without_dates_holds_for_a_month(knowledge, days, verdict):
    on = COLLECTED + timedelta(days=days)
    assert verdicts(read(knowledge, [taking("clonazepam", start_on=None)], NONE_FOUND, on=on))[CLONAZEPAM] == verdict


def test_drafts_and_what_was_never_taken_do_not_count(knowledge):
    for order in (taking("clonazepam", source="draft"), taking("clonazepam", status="cancelled")):
        assert verdicts(read(knowledge, [order], "ms 7-aminoclonazepam + 90 @5 h")) == {
            ("7-aminoclonazepam", MS): "unexpected"
        }


def test_a_medicine_that_could_not_be_told_may_be_it(knowledge):
    reading = read(knowledge, [taking("clonazepam", ingredient=None, text="the blue one")], "ms oxazepam + 90 @5 h")
    assert verdicts(reading) == {("oxazepam", MS): "cannot tell"}
    assert any("the blue one" in reason for reason in reading.judged[0].reasons)


@pytest.mark.parametrize(("days", "verdict"), [(4, "expected"), (20, "cannot tell"), (90, "cannot tell")])
def test_a_screen_after_the_end(knowledge, days, verdict):
    reading = read(knowledge, [ended("diazepam", days)], "screen benzodiazepines + @300")
    assert verdicts(reading) == {("benzodiazepines", "immunoassay"): verdict}


@pytest.mark.parametrize(("cutoff", "verdict"), [("@300", "unexpected"), ("@301", "cannot tell"), ("", "unexpected")])
def test_a_screen_with_a_high_cut_off(knowledge, cutoff, verdict):
    reading = read(knowledge, [taking("diazepam")], f"screen benzodiazepines - {cutoff}")
    assert verdicts(reading)["diazepam", "immunoassay"] == verdict and reading.confirmed_unexpected == ()


@pytest.mark.parametrize(
    "results",
    [
        ["ms 7-aminoclonazepam x"],
        ["ms 7-aminoclonazepam ?"],
        ["ms 7-aminoclonazepam + @5 h", NONE_FOUND],
        ["screen benzodiazepines x"],
    ],
)
def test_no_result_or_two_say_nothing(knowledge, results):
    assert set(verdicts(read(knowledge, [taking("clonazepam")], *results)).values()) == {"cannot tell"}


def test_nothing_is_lost(knowledge):
    reading = read(knowledge, [], "screen opiates +", "ms frobnicol + 12", "ms lorazepam - @20 h", "ms lorazepam x")
    assert reading.not_judged == ("opiates: positive, screen",)
    assert reading.not_found == ("lorazepam: negative (cut-off 20 ng/mL), mass spectrometry",)
    assert reading.not_understood == (
        "frobnicol: positive 12 ng/mL, mass spectrometry", "lorazepam: invalid, mass spectrometry",
    )  # fmt: skip
    assert reading.judged == ()
