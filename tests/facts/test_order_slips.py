"""First doses and slips as facts: both sides of every boundary, and unknown where nothing can be told."""

from __future__ import annotations

import pytest

from benzosafe.facts.frame import Frame
from benzosafe.patient.handwritten import read_handwritten, read_medicine_line
from benzosafe.patient.scenario import Scenario, build_scenarios


def fact(knowledge, on, line, name, person="born: 1986-03-04, sex: female"):
    text = f"patient: {{id: a, {person}}}\nmedicines:\n  - {line} since 2026-11-24\nconditions: none\n"
    record = read_handwritten(text, "p.yaml", knowledge, on)
    return Frame([Scenario("as_is", record, record.orders)], knowledge, on).column(name).value(0)


PANIC = "for panic disorder"


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (f"clonazepam 1 mg twice daily {PANIC}", "order_single_is_usual_day", True),
        (f"clonazepam 0.9 mg twice daily {PANIC}", "order_single_is_usual_day", False),
        (f"clonazepam 1 mg once daily {PANIC}", "order_single_is_usual_day", False),
        (f"clonazepam twice daily {PANIC}", "order_single_is_usual_day", None),
        ("prazepam 10 mg twice daily for anxiety disorder", "order_single_is_usual_day", None),
        (f"clonazepam 80 mg once daily {PANIC}", "order_unit_slip_suspected", False),
        (f"clonazepam 81 mg once daily {PANIC}", "order_unit_slip_suspected", True),
        (f"clonazepam once daily {PANIC}", "order_unit_slip_suspected", None),
        ("triazolam 0.125 mg at bedtime for insomnia", "order_below_smallest_made", False),
        ("triazolam 0.12 mg at bedtime for insomnia", "order_below_smallest_made", True),
        ("triazolam at bedtime for insomnia", "order_below_smallest_made", None),
        ("lorazepam 0.01 mg at bedtime for insomnia", "order_below_smallest_made", False),
        ("amoxicillin 500 mg three times daily", "order_below_smallest_made", False),
        (f"clonazepam 0.05 mg once daily {PANIC}", "order_share_of_lowest_start", 0.1),
        (f"clonazepam once daily {PANIC}", "order_share_of_lowest_start", None),
    ],
)  # fmt: skip
def test_facts_of_one_order(knowledge, on, line, name, value):
    assert fact(knowledge, on, line, name) == value


def test_an_age_that_is_not_known_widens_the_share(knowledge, on):
    line = "clonazepam 1.5 mg once daily for epilepsy"
    assert fact(knowledge, on, line, "order_share_of_lowest_start") == pytest.approx((1, 1.5))
    low, high = fact(knowledge, on, line, "order_share_of_lowest_start", person="sex: female")
    assert low <= 1 and high > 1.5


def draft_days(knowledge, on, medicines):
    record = read_handwritten(f"patient: {{id: a, born: 1986-03-04}}\n{medicines}", "p.yaml", knowledge, on)
    draft = read_medicine_line("clonazepam 1 mg daily", knowledge, order_id="d", source="draft", on=on)
    frame = Frame(build_scenarios(record, draft, on), knowledge, on)
    place = next(number for number, order in enumerate(frame.orders) if order.order_id == "d")
    return frame.column("order_days_of_use").value(place)


@pytest.mark.parametrize(
    ("medicines", "days"),
    [
        ("medicines: none\n", 0), ("medicines:\n  - amoxicillin 500 mg daily\n", 0),
        ("medicines:\n  - clonazepam 1 mg daily since 2026-11-01\n", 23),
        ("medicines:\n  - clonazepam 1 mg daily since 2026-01-01 until 2026-11-20\n", (0, float("inf"))),
        ("medicines:\n  - blue pill from abroad\n", (0, float("inf"))), ("", (0, float("inf"))),
    ],
)  # fmt: skip
def test_a_draft_begins_today_only_where_it_surely_was_not_taken_before(knowledge, on, medicines, days):
    assert draft_days(knowledge, on, medicines) == days
