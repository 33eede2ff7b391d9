"""Follow-up by guideline intervals: vignettes with the day each asks for, worked out by hand from its source."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.facts.frame import Frame
from benzosafe.monitoring.due import check_follow_up, tasks
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.scenario import Scenario

ON = date(2026, 11, 24)


def due(knowledge, text, on=ON):
    """The tasks of a patient written by hand, by name."""
    record = read_handwritten(text, "patient.yaml", knowledge, on)
    frame = Frame([Scenario("as_is", record, record.orders)], knowledge, on)
    return {task.name: task for task in tasks(record, frame, on)}


def patient(*, age=40, sex="male", since="2025-01-01", drug="clonazepam 0.5 mg twice daily", more="", history=""):
    """A patient on one medicine; everything else known to be absent."""
    return (
        f"patient: {{id: x, age: {age}, sex: {sex}}}\nmedicines:\n  - {drug} since {since} for panic disorder\n"
        f"{more or 'conditions: none'}\nalcohol: none\nobservations: {{PHQ-9 item 9: 0}}\n"
        f"history:\n  events: none\n{history}"
    )


# Reason for the interval, what is in the record, the last review, and the days after it that the source gives.
INTERVALS = [
    ("every three months (ASAM 2025, Rec 1a)", {}, 90),
    ("64 years is not 65", {"age": 64}, 90),
    ("65 years (Rec 27; house 60 d)", {"age": 65}, 60),
    ("82 years", {"age": 82}, 60),
    ("an opioid (Rec 16; house 30 d)", {"more": "conditions: none\notc: [oxycodone 5 mg every 6 hours]"}, 30),
    ("sleep apnoea (key takeaway 1a; house 60 d)", {"more": "conditions: [sleep apnoea]"}, 60),
    ("COPD", {"more": "conditions: [COPD]"}, 60),
    ("alcohol use disorder (Rec 19 to 23; house 30 d)", {"more": "conditions: [alcohol use disorder]"}, 30),
    ("opioid use disorder", {"more": "conditions: [opioid use disorder]"}, 30),
    ("pregnant (Rec 28; house 28 d)", {"sex": "female", "more": "conditions: none\npregnant: yes"}, 28),
    ("attempted suicide before (house 14 d)", {"more": "conditions: [suicide attempt]"}, 14),
    ("the strictest of several holds", {"age": 82, "more": "conditions: [COPD, opioid use disorder]"}, 30),
    ("a Z-drug as well", {"drug": "zolpidem 5 mg at bedtime"}, 90),
    ("another benzodiazepine", {"drug": "lorazepam 1 mg twice daily"}, 90),
]


@pytest.mark.parametrize(("name", "given", "days"), INTERVALS, ids=[item[0] for item in INTERVALS])
@pytest.mark.parametrize("ago", [0, 1, 200])
def test_the_next_review_is_counted_from_the_last_by_the_strictest_reason(knowledge, name, given, days, ago):
    last = ON - timedelta(days=ago)
    task = due(knowledge, patient(**given, history=f"  reviews: [{last}]\n"))["review"]
    assert task.due_on == last + timedelta(days=days), name
    assert task.state in (("overdue",) if task.due_on < ON else ("due",) if task.due_on == ON else ("coming", "later"))
    assert task.last_on == last and task.reasons and all(reason.evidence for reason in task.reasons)


@pytest.mark.parametrize(
    ("ago", "state"), [(91, "overdue"), (90, "due"), (89, "coming"), (76, "coming"), (75, "later"), (0, "later")]
)
def test_overdue_due_coming_later(knowledge, ago, state):
    task = due(knowledge, patient(history=f"  reviews: [{ON - timedelta(days=ago)}]\n"))["review"]
    assert task.state == state


@pytest.mark.parametrize(("late", "escalated"), [(13, False), (14, True), (100, True)])
def test_after_a_fortnight_it_goes_to_somebody_else_as_well(knowledge, late, escalated):
    last = ON - timedelta(days=90 + late)
    assert due(knowledge, patient(history=f"  reviews: [{last}]\n"))["review"].escalated(ON) is escalated


STARTS = [
    # days of use, reviews after the start (day), due on day (after the start) by hand
    (3, [], 14), (13, [], 14), (14, [], 14), (20, [], 14),
    (10, [8], 28), (10, [3], 14), (20, [14], 28), (27, [14], 28),
    (40, [14], 28), (40, [14, 30], 30 + 90), (60, [28], 28 + 90), (95, [28], 28 + 90),
]  # fmt: skip


@pytest.mark.parametrize(("used", "reviews", "day"), STARTS)
def test_the_first_weeks_have_their_own_days(knowledge, used, reviews, day):
    start = ON - timedelta(days=used)
    told = ", ".join(str(start + timedelta(days=after)) for after in reviews)
    task = due(knowledge, patient(since=start, history=f"  reviews: [{told}]\n"))["review"]
    assert task.due_on == start + timedelta(days=day)


@pytest.mark.parametrize(
    ("history", "since", "day", "state"),
    [("  reviews: none\n", "2026-08-01", date(2026, 10, 30), "overdue"), ("", "2026-08-01", ON, "due"),
     ("", "1959-01-01", ON, "due"), ("", "2026-11-15", date(2026, 11, 29), "coming")],
)  # fmt: skip
def test_not_on_record_is_not_that_it_was_not_done(knowledge, history, since, day, state):
    """Overdue only where the list of reviews was given and is empty; else it is due now, or on its day."""
    task = due(knowledge, patient(since=since, history=history))["review"]
    assert (task.due_on, task.state, task.last_on) == (day, state, None)


def test_without_a_start_it_is_due_now(knowledge):
    text = "patient: {age: 40, sex: male}\nmedicines: [clonazepam 0.5 mg twice daily]\nconditions: none\n"
    task = due(knowledge, text)["review"]
    assert task.due_on == ON and task.last_on is None


def test_what_is_not_known_is_shown_with_what_it_would_shorten(knowledge):
    text = "patient: {age: 40, sex: male}\nmedicines: [clonazepam 0.5 mg twice daily since 2025-01-01]\n"
    maybe = {reason.name: missing for reason, missing in due(knowledge, text)["review"].maybe}
    assert {"breathing_review", "substance_use_review", "mood_review", "taper_review"} <= set(maybe)
    assert "whether a taper is under way" in maybe["taper_review"]


def test_a_taper_is_followed_every_four_weeks_until_two_months_after_its_last_step(knowledge):
    for ago, days in ((10, 28), (56, 28), (57, 90)):
        step = ON - timedelta(days=ago)
        history = f"  reviews: [{ON - timedelta(days=5)}]\n"
        text = patient(history=history).replace(
            "  events: none\n", f"  events:\n    - {{on: {step}, what: taper step}}\n"
        )
        assert due(knowledge, text)["review"].due_on == ON - timedelta(days=5) + timedelta(days=days), ago


def test_after_stopping_it_is_followed_for_half_a_year(knowledge):
    for ago, followed in ((30, True), (180, True), (181, False)):
        text = (
            "patient: {age: 40, sex: male}\nmedicines: none\nconditions: none\n"
            f"stopped:\n  - {{drug: clonazepam 0.5 mg, since: 2020-01-01, until: {ON - timedelta(days=ago)}}}\n"
        )
        assert ("review" in due(knowledge, text)) is followed, ago


@pytest.mark.parametrize(
    ("what", "ago", "reviewed", "day"),
    [("fall", (33, 27, 20), 35, 33 - 7), ("fall", (3,), 5, 3 - 7), ("seizure", (50,), 65, 50 - 7),
     ("withdrawal symptoms", (4,), 20, 4 - 7), ("fall", (40,), 35, 35 - 90), ("panic attack", (4,), 20, 20 - 90)],
)  # fmt: skip
def test_the_first_effect_since_the_last_review_brings_it_within_a_week(knowledge, what, ago, reviewed, day):
    """Days before today; what the medicine is given for (panic attacks) brings nothing forward."""
    told = "".join(f"    - {{on: {ON - timedelta(days=days)}, what: {what}}}\n" for days in ago)
    text = patient(history=f"  reviews: [{ON - timedelta(days=reviewed)}]\n").replace(
        "  events: none\n", f"  events:\n{told}"
    )
    assert due(knowledge, text)["review"].due_on == ON - timedelta(days=day)


@pytest.mark.parametrize(
    "history",
    ["  events: [{on: 2026-10-28, what: suicidal thoughts}]\n", "  events: [{on: 2026-10-29, what: overdose}]\n",
     "  events: none\n  scales: [{on: 2026-10-30, name: PHQ-9, answers: [0, 0, 0, 0, 0, 0, 0, 0, 3]}]\n"],
)  # fmt: skip
def test_a_sign_of_suicidal_thoughts_keeps_reviews_close(knowledge, history):
    text = patient(history=f"  reviews: [{ON - timedelta(days=1)}]\n").replace("  events: none\n", history)
    assert due(knowledge, text)["review"].due_on <= ON + timedelta(days=13)


@pytest.mark.parametrize(("ago", "reviewed", "day"), [(2, 50, 1), (10, 50, -7), (30, 20, 8), (60, 70, -57)])
def test_after_stopping_the_first_contact_is_within_days_and_never_before_the_stop(knowledge, ago, reviewed, day):
    stop = ON - timedelta(days=ago)
    text = (
        "patient: {age: 40, sex: male}\nmedicines: none\nconditions: none\n"
        f"stopped:\n  - {{drug: clonazepam 0.5 mg, since: 2020-01-01, until: {stop}}}\n"
        f"history: {{reviews: [{ON - timedelta(days=reviewed)}]}}\n"
    )
    task = due(knowledge, text)["review"]
    assert task.due_on == ON + timedelta(days=day) and task.due_on > stop


def test_whether_anything_is_due_that_is_not_known_is_shown(knowledge):
    text = "patient: {age: 40}\nmedicines:\n  - {drug: clonazepam 0.5 mg, status: unknown}\nconditions: none\n"
    task = due(knowledge, text)["review"]
    assert task.state == "not known" and task.maybe


def test_use_goes_back_to_the_first_fill_without_a_break(knowledge):
    fills = "".join(
        f"    - {{on: 2026-{month:02}-10, drug: clonazepam 0.5 mg tablet, units: 60, days: 30}}\n"
        for month in range(5, 12)
    )
    task = due(knowledge, patient(since="2026-11-10", history=f"  fills:\n{fills}  reviews: [2026-11-01]\n"))["review"]
    assert task.due_on == date(2026, 11, 1) + timedelta(days=90)


def test_nobody_on_nothing_has_nothing_due(knowledge):
    assert due(knowledge, "patient: {age: 40}\nmedicines: [ibuprofen 400 mg daily]\nconditions: none\n") == {}


def test_checks_and_measurements_are_counted_from_when_they_were_last_done(knowledge):
    text = patient(sex="female").replace(
        "observations: {PHQ-9 item 9: 0}",
        "observations: {PHQ-9 item 9: 0, PDMP checked: {value: yes, on: 2026-10-01}, "
        "GAD-7: {value: 9, on: 2026-11-01}, AUDIT-C: {value: 1, on: 2026-01-10}}",
    )
    found = due(knowledge, text)
    assert found["monitoring_programme"].due_on == date(2026, 10, 1) + timedelta(days=90)
    assert found["outcome_measure"].due_on == date(2026, 11, 1) + timedelta(days=90)
    assert found["alcohol_screen"].due_on == date(2026, 1, 10) + timedelta(days=365)
    assert "pregnancy_plans" in found and "pregnancy_plans" not in due(knowledge, patient(sex="male"))


PROMISES = [
    ("{due: 2026-11-01, what: look at breathing, made: 2026-10-01}", "overdue", True),
    ("{due: 2026-11-20, what: look at breathing}", "overdue", False),
    ("{due: 2026-11-24, what: look at breathing}", "due", False),
    ("{due: 2026-12-08, what: look at breathing}", "coming", False),
    ("{due: 2026-12-09, what: look at breathing}", "later", False),
    ("{due: 2026-11-01, what: look at breathing, done: 2026-10-30}", "kept", False),
]


@pytest.mark.parametrize(("promise", "state", "escalated"), PROMISES)
def test_a_promise_is_a_task(knowledge, promise, state, escalated):
    found = due(knowledge, patient(history=f"  promises: [{promise}]\n"))
    (task,) = [task for task in found.values() if task.kind == "promise"]
    assert (task.state, task.escalated(ON), task.title) == (state, escalated, "look at breathing")


@given(ago=st.integers(0, 400), age=st.integers(18, 99), apnoea=st.booleans(), opioid=st.booleans())
def test_one_more_reason_never_makes_it_later(knowledge, ago, age, apnoea, opioid):
    history = f"  reviews: [{ON - timedelta(days=ago)}]\n"
    plain = due(knowledge, patient(age=age, history=history))["review"]
    more = "conditions: [sleep apnoea]" if apnoea else "conditions: none"
    more += "\notc: [oxycodone 5 mg every 6 hours]" if opioid else ""
    worse = due(knowledge, patient(age=age, more=more, history=history))["review"]
    assert worse.due_on <= plain.due_on and len(worse.reasons) >= len(plain.reasons)


def test_the_entries_are_sound(knowledge):
    assert check_follow_up(knowledge) == []
