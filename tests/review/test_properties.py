"""What must hold for every patient: columns equal plain Python, batches equal single patients, more is never safer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.facts.column import Number
from benzosafe.facts.frame import Frame
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Bounds, Condition, Order
from benzosafe.review.evaluate import evaluate, order_facts
from tests.conftest import ON
from tests.review.oracle import severity
from tests.review.strategies import records

# Rules that speak of the record itself ("the dose is not known") fall silent, rightly, when the record is completed.
ABOUT_THE_RECORD = {"order_dose_known", "bzra_indication_stated", "order_prn_maximum_stated", "unresolved_drug_active"}

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def frame_of(knowledge, *patients):
    return Frame([Scenario("as_is", record, record.orders) for record in patients], knowledge, ON)


def plain(column, at):
    if isinstance(column, Number):
        low, high = float(column.low[at]), float(column.high[at])
        return None if (low, high) == (-math.inf, math.inf) else (low, high)
    return column.value(at)


@SLOW
@given(data=st.data())
def test_columns_equal_plain_python(knowledge, data):
    frame = frame_of(knowledge, *[data.draw(records(knowledge)) for _ in range(3)])
    for outcome in evaluate(frame):
        facts = frame.column if outcome.rule.rule.per == "patient" else order_facts(frame)
        columns = {name: facts(name) for name in outcome.rule.names}
        for at in range(len(outcome.certain)):
            if outcome.rule.rule.per == "order" and not frame.certainly_active[at]:
                continue
            values = {name: plain(column, at) for name, column in columns.items()}
            expected = severity(outcome.rule.rule, values)
            assert (int(outcome.certain[at]), int(outcome.possible[at])) == expected, (outcome.rule.rule.id, values)


@SLOW
@given(data=st.data())
def test_a_batch_equals_its_patients_one_by_one(knowledge, data):
    patients = [data.draw(records(knowledge)) for _ in range(4)]
    together = evaluate(frame_of(knowledge, *patients))
    alone = [evaluate(frame_of(knowledge, patient)) for patient in patients]
    for number, outcome in enumerate(together):
        for field in ("certain", "possible", "excluded"):
            parts = [getattr(single[number], field) for single in alone]
            assert np.array_equal(getattr(outcome, field), np.concatenate(parts)), outcome.rule.rule.id


def worst(knowledge, record, topic):
    """The worst severity the topic's rules are certain of, whether or not an exclusion folds it away."""
    outcomes = evaluate(frame_of(knowledge, record))
    return max((int(o.certain.max(initial=0)) for o in outcomes if o.rule.topic == topic), default=0)


def certain_levels(knowledge, record):
    outcomes = evaluate(frame_of(knowledge, record))
    return {o.rule.rule.id: int(o.certain.max(initial=0)) for o in outcomes if not ABOUT_THE_RECORD & {*o.rule.names}}


@SLOW
@given(data=st.data())
def test_one_more_depressant_never_lowers_the_respiratory_severity(knowledge, data):
    record = data.draw(records(knowledge))
    depressants = sorted(
        n
        for n, d in knowledge.drugs.items()
        if {"opioid", "benzodiazepine", "gabapentinoid", "barbiturate"} & {*d.classes}
    )
    known = data.draw(st.one_of(st.none(), st.just(Bounds(5, 5))))
    more = Order(
        "one more", "text", data.draw(st.sampled_from(depressants)), "handwritten", active=True, dose_mg_per_day=known
    )
    heavier = replace(record, orders=(*record.orders, more))
    assert worst(knowledge, heavier, "respiratory") >= worst(knowledge, record, "respiratory")


@SLOW
@given(data=st.data(), factor=st.floats(1, 20))
def test_a_higher_dose_never_lowers_the_respiratory_severity(knowledge, data, factor):
    record = data.draw(records(knowledge))
    raised = tuple(
        replace(
            o,
            dose_mg_per_day=o.dose_mg_per_day
            and Bounds(o.dose_mg_per_day.low * factor, o.dose_mg_per_day.high * factor),
        )
        for o in record.orders
    )
    heavier = replace(record, orders=raised)
    assert worst(knowledge, heavier, "respiratory") >= worst(knowledge, record, "respiratory")


def _learned_dose(knowledge, order):
    """A dose that was not known. That of an inhibitor or inducer is left open: it is read as its usual dose, and a
    lower one rightly predicts less."""
    usual = order.ingredient in knowledge.potencies
    return order.dose_mg_per_day or (None if usual else Bounds(1, 1))


@SLOW
@given(data=st.data())
def test_learning_more_never_makes_a_certain_finding_less_certain(knowledge, data):
    record = data.draw(records(knowledge))
    learned = replace(
        record,
        coverage=replace(record.coverage, orders=True, conditions=True, allergies=True),
        age_years=record.age_years if record.age_years is not None else data.draw(st.floats(0, 100)),
        sex=record.sex or "female",
        orders=tuple(
            replace(o, dose_mg_per_day=_learned_dose(knowledge, o), prn=False if o.prn is None else o.prn)
            for o in record.orders
        ),
    )
    if not record.coverage.conditions:
        concept = data.draw(st.sampled_from(sorted(knowledge.conditions)))
        found = Condition(
            "new", concept, (concept, *knowledge.conditions[concept].implies), active=True, recorded_on=ON
        )
        learned = replace(learned, conditions=(*learned.conditions, found))
    before, after = certain_levels(knowledge, record), certain_levels(knowledge, learned)
    lowered = {rule: (before[rule], after[rule]) for rule in before if after[rule] < before[rule]}
    assert not lowered


@SLOW
@given(data=st.data())
def test_possible_is_never_below_certain(knowledge, data):
    for outcome in evaluate(frame_of(knowledge, data.draw(records(knowledge)))):
        assert (outcome.possible >= outcome.certain).all(), outcome.rule.rule.id


@SLOW
@given(data=st.data())
def test_what_is_left_out_when_only_certainty_counts_is_certain_of_nothing(knowledge, data):
    frame = frame_of(knowledge, *[data.draw(records(knowledge)) for _ in range(3)])
    kept = {outcome.rule.rule.id: outcome for outcome in evaluate(frame, surely=True)}
    for outcome in evaluate(frame):
        if outcome.certain.any():
            assert np.array_equal(outcome.certain, kept[outcome.rule.rule.id].certain)
            assert np.array_equal(outcome.possible, kept[outcome.rule.rule.id].possible)
