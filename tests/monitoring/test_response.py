"""What changed and what cannot wait: trends of scales and events, red flags that no total hides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from benzosafe.monitoring.red_flags import not_judged, red_flags
from benzosafe.monitoring.response import outcomes_without_measure, totals_not_read, trends
from benzosafe.patient.handwritten import read_handwritten

ON = date(2026, 11, 24)


def record(knowledge, history, *, reason="panic disorder", observations="none"):
    text = (
        "patient: {id: x, age: 40, sex: female}\nconditions: none\n"
        f"medicines:\n  - clonazepam 0.5 mg twice daily since 2025-01-01 for {reason}\n"
        f"observations: {observations}\nhistory:\n{history}"
    )
    return read_handwritten(text, "patient.yaml", knowledge, ON)


def scales(*filled, name="GAD-7"):
    rows = "".join(f"    - {{on: {day}, name: {name}, total: {total}}}\n" for day, total in filled)
    return f"  scales:\n{rows}"


def events(*told):
    rows = "".join(f"    - {{on: {ON - timedelta(days=ago)}, what: {what}}}\n" for ago, what in told)
    return f"  events:\n{rows}" if told else "  events: none\n"


# GAD-7: the smallest difference that matters is 4 points (Toussaint 2020, J Affect Disord).
@pytest.mark.parametrize(
    ("totals", "since_first", "since_last"),
    [((16, 12), "better", "better"), ((16, 13), "same", "same"), ((10, 14), "worse", "worse"),
     ((16, 8, 9), "better", "same"), ((6, 6, 12), "worse", "worse"), ((12, 16, 12), "same", "better"),
     ((12,), "cannot tell", "cannot tell")],
)  # fmt: skip
def test_change_on_a_scale_is_told_from_the_first_and_from_the_last(knowledge, totals, since_first, since_last):
    filled = [(date(2026, 1 + place, 1), total) for place, total in enumerate(totals)]
    (one,) = trends(record(knowledge, scales(*filled)), knowledge, ON)
    assert (one.name, one.since_first, one.since_last) == ("gad7", since_first, since_last)
    assert [point[1] for point in one.points] == list(totals) and one.outcome_of == ("panic_disorder",)


def test_order_of_writing_does_not_matter_and_what_is_after_the_day_does_not_count(knowledge):
    days = [(date(2026, 3, 1), 8), (date(2026, 1, 1), 16)]
    found = trends(record(knowledge, scales(*days)), knowledge, ON)
    assert found == trends(record(knowledge, scales(*reversed(days))), knowledge, ON)
    assert trends(record(knowledge, scales(*days)), knowledge, date(2026, 2, 1))[0].since_first == "cannot tell"


def test_totals_of_the_record_system_are_the_same_scale(knowledge):
    told = record(knowledge, scales((date(2026, 1, 1), 16)), observations="{GAD-7: {value: 8, on: 2026-05-01}}")
    (one,) = trends(told, knowledge, ON)
    assert one.since_first == "better" and len(one.points) == 2


@pytest.mark.parametrize(
    ("ago", "direction", "counts"),
    [((5, 30, 35, 40), "better", [3, 1]), ((1, 2, 3, 40), "worse", [1, 3]), ((3, 4, 5, 31, 32, 33), "same", [3, 3]),
     ((27,), "cannot tell", [1]), ((28, 29, 30), "better", [3, 0]), ((5, 30, 40), "cannot tell", [2, 1])],
)  # fmt: skip
def test_events_are_counted_in_equal_spans_back_from_today(knowledge, ago, direction, counts):
    (one,) = trends(record(knowledge, events(*((days, "panic attack") for days in ago))), knowledge, ON)
    assert one.name == "panic_attack" and one.since_last == direction
    assert [point[1] for point in one.points] == counts


def test_no_attacks_told_is_none_only_where_events_were_told_at_all(knowledge):
    (told,) = trends(record(knowledge, events()), knowledge, ON)
    assert told.points[-1][1] == 0 and told.name == "panic_attack"
    assert trends(record(knowledge, "  fills: none\n"), knowledge, ON) == []


@pytest.mark.parametrize(
    ("reason", "history", "missing"),
    [("panic disorder", events(), []), ("panic disorder", "  fills: none\n", ["panic disorder"]),
     ("insomnia", scales((date(2026, 1, 1), 16)), ["insomnia"]),
     ("insomnia", scales((date(2026, 1, 1), 16), name="ISI"), []),
     ("epilepsy", events((10, "seizure")), []), ("epilepsy", scales((date(2026, 1, 1), 4)), ["epilepsy"])],
)  # fmt: skip
def test_an_outcome_that_was_never_measured_is_said(knowledge, reason, history, missing):
    assert outcomes_without_measure(record(knowledge, history, reason=reason), knowledge, ON) == missing


RED = [
    ("seizure", "seizure"), ("delirium", "confusion"), ("suicidal thoughts", "suicidal_thoughts"),
    ("overdose", "overdose"), ("wants to end it all", "suicidal_thoughts"), ("could not be woken", "over_sedation"),
    ("chest pain since morning", "chest_pain"), ("hears voices", "hallucinations"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "flag"), RED)
@pytest.mark.parametrize(("ago", "urgent"), [(0, True), (7, True), (8, False), (27, False)])
def test_a_red_flag_asks_for_action_today_and_later_whether_it_was_acted_upon(knowledge, what, flag, ago, urgent):
    found = red_flags(record(knowledge, events((ago, what))), knowledge, ON)
    assert flag in {one.name for one in found} and {one.urgent for one in found} == {urgent}
    assert all(one.do for one in found)


@pytest.mark.parametrize("what", ["no seizure", "denies suicidal thoughts", "panic attack", "travel", "taper step"])
def test_what_is_denied_or_harmless_is_no_red_flag(knowledge, what):
    assert red_flags(record(knowledge, events((1, what))), knowledge, ON) == []


def test_item_nine_is_raised_by_itself_however_low_the_total(knowledge):
    low = "  scales:\n    - {on: 2026-11-20, name: PHQ-9, answers: [0, 0, 0, 0, 0, 0, 0, 0, 1]}\n"
    (flag,) = red_flags(record(knowledge, low), knowledge, ON)
    assert flag.name == "suicidal_thoughts" and flag.urgent and "item 9" in flag.label
    none = low.replace("0, 1]", "0, 0]").replace("[0,", "[3,")
    assert red_flags(record(knowledge, none), knowledge, ON) == []
    newer = low + "    - {on: 2026-11-22, name: PHQ-9, answers: [0, 0, 0, 0, 0, 0, 0, 0, 0]}\n"
    assert red_flags(record(knowledge, newer), knowledge, ON) == []


def test_item_nine_of_the_record_system_is_raised_too(knowledge):
    told = record(knowledge, "  events: none\n", observations="{PHQ-9 item 9: {value: 2, on: 2026-11-01}}")
    assert [flag.name for flag in red_flags(told, knowledge, ON)] == ["suicidal_thoughts"]


def test_red_flags_go_back_to_the_last_review_and_four_weeks_at_least(knowledge):
    old = events((60, "seizure"))
    assert len(red_flags(record(knowledge, old), knowledge, ON)) == 1
    assert len(red_flags(record(knowledge, f"{old}  reviews: [{ON - timedelta(days=90)}]\n"), knowledge, ON)) == 1
    assert red_flags(record(knowledge, f"{old}  reviews: [{ON - timedelta(days=30)}]\n"), knowledge, ON) == []
    recent = events((20, "seizure"))
    assert len(red_flags(record(knowledge, f"{recent}  reviews: [{ON - timedelta(days=2)}]\n"), knowledge, ON)) == 1


def test_a_total_of_the_record_system_that_cannot_be_is_said_and_not_used(knowledge):
    told = record(knowledge, "  events: none\n", observations="{PDSS: {value: 1.4, on: 2026-05-01}}")
    assert "pdss_sr" not in {trend.name for trend in trends(told, knowledge, ON)}
    (words,) = totals_not_read(told, knowledge)
    assert "1.4 on 2026-05-01 is no total of PDSS" in words


@pytest.mark.parametrize(
    "what", ["wishes she were dead", "took 20 tablets at once", "pensamientos suicidas", "life is not worth living"]
)
def test_words_that_nobody_classified_are_red_flags_all_the_same(knowledge, what):
    told = record(knowledge, events((2, what)))
    assert red_flags(told, knowledge, ON) and not_judged(told, knowledge, ON) == []


def test_what_no_word_judges_is_shown(knowledge):
    told = record(knowledge, events((2, "found on the floor by her neighbour")))
    assert red_flags(told, knowledge, ON) == []
    assert not_judged(told, knowledge, ON) == ["2026-11-22: found on the floor by her neighbour"]


@pytest.mark.parametrize(
    "what",
    ["no thoughts of suicide", "denies any suicidal ideation", "without any suicidal thoughts", "no longer suicidal",
     "negative for suicidal ideation", "seizure-free", "family history of suicide"],
)  # fmt: skip
def test_a_denial_reaches_over_a_few_words(knowledge, what):
    assert red_flags(record(knowledge, events((2, what))), knowledge, ON) == []


def test_words_in_the_note_of_a_known_event_and_of_a_review_count_too(knowledge):
    noted = events((2, "chest pain")).replace("what: chest pain", "what: chest pain, note: then had a seizure")
    assert {flag.name for flag in red_flags(record(knowledge, noted), knowledge, ON)} == {"chest_pain", "seizure"}
    review = f"  reviews: [{{on: {ON - timedelta(days=1)}, note: says she wants to die}}]\n"
    assert [flag.name for flag in red_flags(record(knowledge, review), knowledge, ON)] == ["suicidal_thoughts"]


def test_a_later_total_takes_no_answer_back(knowledge):
    history = (
        "  scales:\n    - {on: 2026-11-20, name: PHQ-9, answers: [0, 0, 0, 0, 0, 0, 0, 0, 3]}\n"
        "    - {on: 2026-11-22, name: PHQ-9, total: 6}\n"
    )
    assert [flag.name for flag in red_flags(record(knowledge, history), knowledge, ON)] == ["suicidal_thoughts"]


def test_an_old_answer_is_asked_after_and_not_called_for_today(knowledge):
    told = record(knowledge, "  events: none\n", observations="{PHQ-9 item 9: {value: 2, on: 2026-11-01}}")
    assert [flag.urgent for flag in red_flags(told, knowledge, ON)] == [False]


def test_suicidal_thoughts_are_never_graded(knowledge):
    told = record(knowledge, events(*((days, "suicidal thoughts") for days in (2, 40, 41, 42, 43))))
    (one,) = [trend for trend in trends(told, knowledge, ON) if trend.name == "suicidal_thoughts"]
    assert (one.since_first, one.since_last) == ("cannot tell", "cannot tell")
