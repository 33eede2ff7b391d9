import pytest

from benzosafe.storage.burden import NO_REASON
from benzosafe.storage.events import Silence
from tests.storage.made_up import answer, at, call, showing


@pytest.fixture
def report(store):
    store.remember(call(showing("1"), showing("1", "alcohol", 1), orders=3, not_checked=["conditions"]))
    store.remember(call(showing("2"), minutes=1, orders=2, not_checked=["conditions", "allergies"]))
    store.remember(call(showing("3"), minutes=2))
    store.remember(call(showing("4", "alcohol"), minutes=3, orders=0))
    silences = [Silence("opioid", "f", 1, "shown before"), Silence("age", "f", 3, "below the tier of cards")]
    store.remember(call(minutes=4, orders=2, silences=silences))
    store.remember(call(showing("v"), minutes=5, hook="patient-view", orders=0))
    store.remember(call(showing("next month"), minutes=60 * 24 * 30, orders=1000))
    store.add_feedback(
        [
            answer("1"), answer("2", "overridden", reason="benefit"), answer("3", "overridden"),
            answer("4", "overridden", minutes=5, reason="benefit"), answer("4", "dismissed", minutes=9),
            answer("unknown"), answer("unknown", minutes=6), answer("next month"),
        ]
    )  # fmt: skip
    return store.burden(at(0), at(60))


def test_hooks_count_calls_orders_cards_and_gaps(report):
    sign, view = report.hooks
    assert (sign.hook, sign.calls, sign.orders, sign.cards) == ("order-sign", 5, 8, 4)
    assert sign.not_checked == {"allergies": 1, "conditions": 2}
    assert (view.hook, view.calls, view.orders, view.cards) == ("patient-view", 1, 0, 1)


def test_rules_count_what_was_done(report):
    lines = {(line.hook, line.rule): line for line in report.rules}
    opioid = lines["order-sign", "opioid"]
    assert (opioid.cards, opioid.folded, opioid.accepted, opioid.dismissed, opioid.no_answer) == (3, 0, 1, 0, 0)
    assert opioid.overridden == {"benefit": 1, NO_REASON: 1}
    assert opioid.fires_per_1000_orders == 375
    assert opioid.acceptance == pytest.approx(1 / 3)
    assert opioid.silences == {"shown before": 1}


def test_the_last_answer_counts_and_folded_findings_stand_beside(report):
    alcohol = next(line for line in report.rules if (line.hook, line.rule) == ("order-sign", "alcohol"))
    assert (alcohol.cards, alcohol.folded, alcohol.dismissed, alcohol.overridden.total()) == (1, 1, 1, 0)
    assert alcohol.acceptance == 0


def test_no_orders_and_no_answers_are_unknown_not_nought(report):
    view = next(line for line in report.rules if line.hook == "patient-view")
    assert view.fires_per_1000_orders is None and view.acceptance is None and view.no_answer == 1


def test_a_rule_only_silent_is_listed(report):
    age = next(line for line in report.rules if line.rule == "age")
    assert (age.cards, age.silences, age.fires_per_1000_orders) == (0, {"below the tier of cards": 1}, 0)


def test_cards_nobody_showed_are_counted_once_each(report):
    assert report.unknown_cards == 1


def test_an_empty_time_is_empty(store):
    report = store.burden(at(0), at(60))
    assert (report.hooks, report.rules, report.unknown_cards) == ((), (), 0)
