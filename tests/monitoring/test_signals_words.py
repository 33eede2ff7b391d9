"""What a signal says beside its state: its numbers, its records, what explains it and how far that reaches."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date

import pytest
from pydantic import ValidationError

from benzosafe.knowledge.signal_check import signal_references
from benzosafe.knowledge.signal_model import Happening, SignalRule
from benzosafe.monitoring.adherence import adherence
from benzosafe.monitoring.monitor_data import as_json
from benzosafe.monitoring.signals import Signal, signals
from benzosafe.monitoring.signals_found import Row, State, state_of, state_of_rows, worst
from benzosafe.patient.course import Event, Stay
from tests.monitoring.histories import (
    EVERYTHING,
    ON,
    ago,
    course,
    event,
    fill,
    fills,
    order,
    record,
    seen,
    states,
    stay,
)

EARLY = fills(200, 170, 140, 110, 80, 50, 33)


def the(knowledge, name, history, who=None):
    return next(one for one in signals(who or record(), history, knowledge, ON) if one.id == name)


def test_every_rule_is_looked_for_and_written_out(knowledge):
    found = signals(record(), course(), knowledge, ON)
    assert [one.id for one in found] == list(knowledge.signals)
    for one in found:
        assert "{" not in one.rule and one.definition and one.evidence
        assert len(one.innocent) >= 2 and one.ask and one.not_conclude
        assert all(item.source in knowledge.sources for item in one.evidence)


def test_numbers_of_the_rule_are_in_its_words(knowledge):
    words = the(knowledge, "multiple_provider_episode", course()).rule
    assert words.startswith(
        "Benzodiazepines or Z-drugs from at least 5 prescribers and at least 5 pharmacies in 183 days"
    )
    assert "less than 85 % of the last supply's days" in the(knowledge, "early_refill", course()).rule


def test_what_was_made_for_opioids_says_so(knowledge):
    for name, rule in knowledge.signals.items():
        assert (rule.about == "providers") == ("opioid-derived" in rule.definition), name


def test_there_is_no_score(knowledge):
    assert not {field.name for field in fields(Signal)} & {"score", "rank", "weight", "risk", "total"}


def test_dependence_and_disorder_are_only_named_as_what_not_to_conclude(knowledge):
    for rule in knowledge.signals.values():
        told = " ".join((rule.label, rule.rule, *rule.ask, *rule.innocent, rule.urgent)).lower()
        assert not any(word in told for word in ("use disorder", "addict", "abuse", "dependence", "doctor shopping"))


def test_symptoms_explain_nothing_and_raise_nothing(knowledge):
    clinical = [name for name, kind in knowledge.happenings.items() if kind.clinical]
    before = states(knowledge, course(EARLY))
    assert {"seizure", "withdrawal_symptoms", "intoxication", "panic_attack"} <= set(clinical)
    assert states(knowledge, course(EARLY, *(event(34, name) for name in clinical))) == before


def test_a_stop_is_urgent_and_says_why_and_names_no_dose(knowledge):
    stop = the(knowledge, "abrupt_stop", course(fills(100, 70)))
    assert stop.state == "seen"
    assert "today" in stop.urgent and "seizures" in stop.urgent and "clinician" in stop.urgent
    assert the(knowledge, "abrupt_stop", course(fills(60, 30, 0))).urgent == ""
    assert the(knowledge, "abrupt_stop", course(given=frozenset())).urgent == ""


def test_rows_have_days_medicine_and_numbers(knowledge):
    (row,) = the(knowledge, "early_refill", course(EARLY)).data
    assert (row.on, row.ingredient, row.certain, row.explained) == (ago(33), "clonazepam", True, False)
    assert "17 days after a supply of 30 days (57 % of it), 13 days still at hand" in row.what


def test_an_explanation_shows_its_record(knowledge):
    found = the(knowledge, "early_refill", course(EARLY, event(30, "travel", "to her sister")))
    (why,) = found.explanations
    assert (why.kind, why.on, why.said, found.state, found.data[0].explained) == (
        "travel", ago(30), "to her sister", "explained", True,
    )  # fmt: skip


@pytest.mark.parametrize(("days_ago", "state"), [(18, "seen"), (19, "explained"), (40, "explained"), (41, "seen")])
def test_a_journey_explains_from_two_weeks_before_to_a_week_after(knowledge, days_ago, state):
    assert states(knowledge, course(EARLY, event(days_ago, "travel")))["early_refill"] == state


def test_a_journey_that_lasts_explains_until_a_week_after_its_end(knowledge):
    assert states(knowledge, course(EARLY, event(60, "travel", until=40)))["early_refill"] == "explained"
    assert states(knowledge, course(EARLY, event(60, "travel", until=41)))["early_refill"] == "seen"


@pytest.mark.parametrize(
    ("text", "state"),
    [("", "explained"), ("clonazepam", "explained"), ("her Klonopin", "explained"), ("zolpidem only", "seen")],
)
def test_an_event_about_another_medicine_explains_that_one_only(knowledge, text, state):
    history = course(EARLY, fills(90, 60, 30, drug="zolpidem"), event(34, "spilled_or_damaged", text))
    assert states(knowledge, history)["early_refill"] == state


@pytest.mark.parametrize(
    ("note", "state"), [("Vacation supply", "explained"), ("no vacation supply", "seen"), ("fall", "seen")]
)
def test_words_on_a_fill_are_read_with_their_denial(knowledge, note, state):
    history = course(*EARLY[:-1], fill(33, note=note))
    assert states(knowledge, history)["early_refill"] == state


def test_a_gap_is_explained_only_where_it_is(knowledge):
    history = fills(300, 200, 170, 140, 110, 80, 50, 20)
    assert states(knowledge, course(history, event(265, "mail_delay")))["gap"] == "seen"
    assert states(knowledge, course(history, event(265, "travel", until=200)))["gap"] == "explained"


def test_an_agreed_change_is_no_reason_to_be_without(knowledge):
    history = course(fills(100, 70), event(50, "agreed_dose_change"))
    assert states(knowledge, history)["abrupt_stop"] == "seen"


def test_another_benzodiazepine_at_hand_explains_a_stop_and_is_shown(knowledge):
    found = the(knowledge, "abrupt_stop", course(fills(100, 70), fills(40, 10, drug="diazepam")))
    assert found.state == "explained"
    assert [why.said for why in found.explanations] == ["supply of diazepam"]


def test_a_lost_supply_that_nobody_replaced_is_asked_about_today(knowledge):
    found = the(knowledge, "abrupt_stop", course(fills(190, 160, 130, 100, 70, 40, 10), event(8, "lost_supply")))
    assert found.state == "cannot tell" and found.urgent


def test_no_list_of_events_is_said_where_a_signal_is_seen(knowledge):
    found = the(knowledge, "early_refill", course(EARLY, given=EVERYTHING - {"events"}))
    assert found.state == "seen"
    assert found.missing == ("no list of what happened was given, so what would explain it is not known",)


@pytest.mark.parametrize(
    ("extra", "count"),
    [
        ({"practice": "Main Street"}, 1),
        ({"practice": ""}, 2),
    ],
)
def test_who_works_in_one_practice_counts_once_wherever_it_is_said(knowledge, extra, count):
    history = course(fill(40, prescriber="A", practice="Main Street"), fill(10, prescriber="B", **extra))
    rows = the(knowledge, "several_prescribers", history).data
    assert len(rows) == count


def test_names_without_a_prescriber_go_by_the_practice(knowledge):
    history = course(*(fill(10 + 30 * n, prescriber="", practice=f"Practice {n}") for n in range(4)))
    assert "several_prescribers" in seen(knowledge, history)


def test_an_order_in_error_documents_nothing(knowledge):
    pair = fills(190, 160, 130, 100, 70, 40, 10), fills(185, 155, 125, 95, 65, 35, 5, drug="diazepam")
    both = order(), order("diazepam")
    wrong = order(), order("diazepam", status="entered-in-error")
    assert states(knowledge, course(*pair), record(*both))["overlap_sedatives"] == "explained"
    assert states(knowledge, course(*pair), record(*wrong))["overlap_sedatives"] == "seen"


def test_all_of_it_is_plain_data(knowledge):
    history = course(EARLY, stay(60), event(30, "travel"), fills(90, drug="oxycodone"))
    assert json.dumps(as_json(signals(record(), history, knowledge, ON)))
    assert json.dumps(as_json(adherence(record(), history, knowledge, ON)))


@pytest.mark.parametrize(
    ("sure", "possible", "unknown", "raw", "state"),
    [
        (True, True, True, True, "seen"), (False, True, False, True, "cannot tell"),
        (False, False, True, True, "cannot tell"), (False, False, False, True, "explained"),
        (False, False, False, False, "not seen"),
    ],
)  # fmt: skip
def test_states(sure, possible, unknown, raw, state: State):
    assert state_of(sure=sure, possible=possible, unknown=unknown, raw=raw) == state


def test_the_state_of_several_is_the_one_with_the_most_left_to_ask():
    assert worst(["not seen", "seen", "explained"]) == "seen"
    assert worst(["explained", "cannot tell"]) == "cannot tell"
    assert worst([]) == "not seen"


def test_explained_rows_count_only_as_explained():
    rows = [Row(ON, None, "", "", True, explained) for explained in (True, False)]
    assert state_of_rows(rows, lambda found: len(found) > 1) == "explained"
    assert state_of_rows(rows, lambda found: len(found) > 0) == "seen"


def test_what_refers_to_nothing_is_a_fault(knowledge):
    wrong = {
        "travel": knowledge.happenings["travel"].model_copy(
            update={"innocent_for": ("early_refil",), "red_flag": "seizur"}
        ),
        "trip": knowledge.happenings["travel"].model_copy(update={"words": ("journey",)}),
    }
    found = [str(issue) for issue in signal_references(knowledge.model_copy(update={"happenings": wrong}))]
    assert any("no signal 'early_refil'. Did you mean 'early_refill'?" in issue for issue in found)
    assert any("no red flag 'seizur'. Did you mean 'seizure'?" in issue for issue in found)
    assert any("'journey' also means travel" in issue for issue in found)
    assert any("no kind of event 'panic_attack'" in issue for issue in found)


def test_a_kind_of_event_must_say_how_it_explains(knowledge):
    known = knowledge.happenings["travel"].model_dump()
    for change in ({"how": ""}, {"window_days": None}, {"words": ()}, {"words": ("Mail-order",)}):
        with pytest.raises(ValidationError):
            Happening.model_validate({**known, **change})


def test_a_rule_must_name_its_numbers(knowledge):
    known = knowledge.signals["gap"].model_dump()
    with pytest.raises(ValidationError, match="names"):
        SignalRule.model_validate({**known, "rule": "At least {least} days"})


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_the_calendar_are_days(knowledge, day):
    history = course(fills(*range(300, 0, -40)), Event(day, "travel"), Stay(date.min, date.min, "hospital"))
    assert states(knowledge, history)["gap"] == "seen"
