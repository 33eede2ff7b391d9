"""Candidates for less, and candidates for no change: both are results, and neither is a sudden stop."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.monitoring.response import trends
from benzosafe.monitoring.still_right import still_right
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.review.review import review

ON = date(2026, 11, 24)
BETTER = "  scales:\n    - {on: 2026-01-01, name: GAD-7, total: 16}\n    - {on: 2026-11-01, name: GAD-7, total: 6}\n"
SAME = BETTER.replace("total: 6", "total: 15")
WORSE = BETTER.replace("total: 6", "total: 20")


def judged(knowledge, *, age=40, drug="clonazepam 0.5 mg twice daily", since="2025-01-01", reason="panic disorder",
           more="conditions: none", history="  events: none\n"):  # fmt: skip
    text = (
        f"patient: {{id: x, age: {age}, sex: male}}\nmedicines:\n  - {drug} since {since} for {reason}\n"
        f"{more}\nhistory:\n{history}"
    )
    record = read_handwritten(text, "patient.yaml", knowledge, ON)
    said = review(record, knowledge, ON)
    return still_right(record, knowledge, ON, said.verdict.findings, trends(record, knowledge, ON))


LESS = "slow reduction may be discussed"
CASES = [
    ("long use of panic, no benefit measured", {}, LESS),
    ("better, but used longer than advised", {"history": BETTER}, LESS),
    ("no better", {"since": "2026-11-10", "history": SAME.replace("2026-01-01", "2026-11-10")}, LESS),
    ("worse", {"history": WORSE}, LESS),
    ("82 years with falls", {"age": 82, "more": "conditions: [falls]", "history": BETTER}, LESS),
    ("epilepsy: no change is proposed", {"reason": "epilepsy", "more": "conditions: [epilepsy]"}, "no change"),
    ("palliative care", {"more": "conditions: [palliative care]"}, "no change"),
]


@pytest.mark.parametrize(("name", "given", "candidate"), CASES, ids=[case[0] for case in CASES])
def test_candidates(knowledge, name, given, candidate):
    (one,) = judged(knowledge, **given)
    assert one.candidate == candidate, (name, one.because)
    assert one.because or candidate == "cannot tell"


@pytest.mark.parametrize(("history", "benefit"), [(BETTER, "better"), (SAME, "same"), (WORSE, "worse")])
def test_benefit_is_that_of_its_own_reason(knowledge, history, benefit):
    (one,) = judged(knowledge, history=history)
    assert one.benefit == benefit
    (other,) = judged(knowledge, reason="insomnia", history=history)
    assert other.benefit == "cannot tell" and "no outcome" in other.benefit_words


def test_outcomes_that_disagree_are_shown_and_not_averaged(knowledge):
    attacks = "".join(f"    - {{on: 2026-11-{day:02}, what: panic attack}}\n" for day in (10, 12, 14, 16))
    history = f"{BETTER}  events:\n    - {{on: 2026-09-01, what: panic attack}}\n{attacks}"
    (one,) = judged(knowledge, history=history)
    assert one.benefit == "cannot tell" and "disagree" in one.benefit_words


def test_both_harms_are_there_and_nothing_says_to_stop(knowledge):
    (one,) = judged(knowledge, age=82, more="conditions: [falls, COPD]")
    assert any(point.state == "present" for point in one.harm_of_continuing)
    assert any(point.state == "present" for point in one.harm_of_stopping)
    words = " ".join((*one.because, one.benefit_words, one.dose_words)).lower()
    assert "stop at once" not in words and "discontinue" not in words


def test_a_reason_that_is_not_written_leaves_the_benefit_open(knowledge):
    text = "patient: {age: 40}\nmedicines: [clonazepam 0.5 mg twice daily since 2025-01-01]\nconditions: none\n"
    record = read_handwritten(text, "patient.yaml", knowledge, ON)
    (one,) = still_right(record, knowledge, ON, review(record, knowledge, ON).verdict.findings, [])
    assert one.benefit == "cannot tell" and "no reason is written" in one.benefit_words


def test_every_drug_is_judged_by_itself_and_others_not_at_all(knowledge):
    text = (
        "patient: {age: 40}\nconditions: none\nmedicines:\n  - clonazepam 0.5 mg twice daily since 2025-01-01\n"
        "  - zolpidem 5 mg at bedtime since 2025-01-01\n  - sertraline 50 mg daily\nstopped: [diazepam 5 mg daily]\n"
    )
    record = read_handwritten(text, "patient.yaml", knowledge, ON)
    found = still_right(record, knowledge, ON, review(record, knowledge, ON).verdict.findings, [])
    assert [one.drug for one in found] == ["clonazepam", "zolpidem"]


def test_a_lower_dose_that_was_tried_is_told(knowledge):
    text = (
        "patient: {age: 40}\nconditions: none\nmedicines:\n"
        "  - clonazepam 0.5 mg twice daily since 2026-06-01 for panic disorder\n"
        "stopped:\n  - {drug: clonazepam, take: 1 mg twice daily, since: 2025-01-01, until: 2026-06-01}\n"
    )
    record = read_handwritten(text, "patient.yaml", knowledge, ON)
    found = still_right(record, knowledge, ON, review(record, knowledge, ON).verdict.findings, [])
    assert found[0].dose_words == "lower since 2026-06-01: 2 mg a day before, 1 mg now"


def test_who_stays_well_is_no_failure_of_treatment(knowledge):
    well = BETTER.replace("total: 16", "total: 3").replace("total: 6", "total: 3")
    (one,) = judged(knowledge, history=well)
    assert one.benefit == "better" and "no benefit is seen" not in one.because


def test_the_length_of_one_drug_is_not_said_of_another(knowledge):
    text = (
        "patient: {age: 40}\nconditions: none\nmedicines:\n  - clonazepam 0.5 mg twice daily since 2025-01-01 for panic"
        " disorder\n  - zolpidem 5 mg at bedtime since 2025-01-01 for insomnia\n"
    )
    record = read_handwritten(text, "patient.yaml", knowledge, ON)
    found = still_right(record, knowledge, ON, review(record, knowledge, ON).verdict.findings, [])
    assert not any("Clonazepam" in title for title in found[1].length)
