"""For every history: how records are written changes nothing, and what explains never raises a signal."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.knowledge.load import load_knowledge
from benzosafe.monitoring.adherence import adherence
from benzosafe.monitoring.signals import signals
from benzosafe.monitoring.signals_found import STATES
from benzosafe.monitoring.signals_refills import REPORTS
from benzosafe.patient.course import Event, Fill, Stay
from benzosafe.patient.tables import Bounds
from tests.monitoring.histories import ON, ago, course, order, record

KNOWLEDGE = load_knowledge()
KINDS = {name: kind for name, kind in KNOWLEDGE.happenings.items() if not kind.recorded}
INNOCENT = [name for name, kind in KINDS.items() if kind.innocent_for and name not in REPORTS]
KEEPS_SUPPLY = [name for name in INNOCENT if not KINDS[name].loses_supply]
WHO = [record(), record(order(prn=True)), record(order(dose_mg_per_day=Bounds(1.0, 2.0)))]
LENGTHS = (None, 0.0, -5.0, 3.0, 7.0, 14.0, 28.0, 30.0, 30.0, 30.0, 90.0, 999.0)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def fill_of(draw, number):
    pick = {
        "strength_mg": (None, 0.5, 1.0, 1.0), "units": (None, 0.0, 14.0, 30.0, 30.0, 60.0), "days": LENGTHS,
        "dose_mg_per_day": (None, None, Bounds(1.0, 1.0), Bounds(0.5, 1.0)), "source": ("", "", "a", "b"),
        "prescriber": ("", *"ABCDEF"), "pharmacy": ("", *"PQRSTU"), "note": ("", "", "", "vacation supply", "owing"),
    }  # fmt: skip
    drug = draw(st.sampled_from(("clonazepam", "clonazepam", "clonazepam", "zolpidem", "oxycodone")))
    chosen = {name: draw(st.sampled_from(values)) for name, values in pick.items()}
    return Fill(f"f{number}", drug, ago(draw(st.integers(0, 420))), **chosen)


@st.composite
def histories(draw):
    """A course with fills of every kind, or regular ones, where most signals can be seen and not seen."""
    wild = [draw(fill_of(number)) for number in range(draw(st.integers(0, 6)))]
    usual = [*draw(regular("r", ("clonazepam",))), *draw(regular("s", ("diazepam", "zolpidem", "oxycodone")))]
    events = [*draw(st.lists(happening(tuple(KINDS)), max_size=3)), *draw(st.lists(happening(REPORTS), max_size=3))]
    return course(tuple(wild + usual), tuple(events), tuple(draw(st.lists(stays(), max_size=2))))


@st.composite
def regular(draw, prefix, drugs):
    """Fills of one medicine at more or less regular times, by several prescribers."""
    drug, length = draw(st.sampled_from(drugs)), draw(st.sampled_from((7.0, 10.0, 30.0, 30.0, 30.0)))
    every, last, uneven = draw(st.integers(6, 45)), draw(st.integers(0, 60)), draw(st.sampled_from((0, 0, 5)))
    return [
        Fill(f"{prefix}{n}", drug, ago(last + every * n + uneven * (n % 2)), strength_mg=1.0, units=length, days=length,
             prescriber=f"D{n % 5}", pharmacy=f"P{n % 6}")
        for n in range(draw(st.integers(0, 9)))
    ]  # fmt: skip


@st.composite
def happening(draw, kinds):
    first = draw(st.integers(-10, 420))
    until = draw(st.sampled_from((None, 0, 5, 30)))
    text = draw(st.sampled_from(("", "", "about zolpidem")))
    return Event(ago(first), draw(st.sampled_from(kinds)), text, None if until is None else ago(first - until))


@st.composite
def stays(draw):
    first = draw(st.integers(0, 420))
    length = draw(st.sampled_from((None, 0, 3, 14, 60)))
    return Stay(ago(first), None if length is None else ago(first - length), "hospital")


def split(fill, parts):
    def part(value):
        return None if value is None else value / parts

    return [
        replace(fill, fill_id=f"{fill.fill_id}/{n}", units=part(fill.units), days=part(fill.days)) for n in range(parts)
    ]


def everything(who, history):
    return signals(who, history, KNOWLEDGE, ON), adherence(who, history, KNOWLEDGE, ON)


@few
@given(histories(), st.sampled_from(WHO), st.randoms(use_true_random=False))
def test_order_of_records_changes_nothing(history, who, shuffler: random.Random):
    lists = {name: list(getattr(history, name)) for name in ("fills", "events", "stays")}
    for rows in lists.values():
        shuffler.shuffle(rows)
    shuffled = replace(history, **{name: tuple(rows) for name, rows in lists.items()})
    assert everything(who, shuffled) == everything(who, history)


@few
@given(histories(), st.sampled_from(WHO), st.data())
def test_records_told_twice_change_nothing(history, who, data):
    again = tuple(one for one in history.fills if data.draw(st.booleans()))
    doubled = replace(history, fills=history.fills + again, events=history.events * 2, stays=history.stays * 2)
    assert everything(who, doubled) == everything(who, history)


@few
@given(histories(), st.sampled_from(WHO), st.data())
def test_records_in_parts_change_nothing(history, who, data):
    parts = [part for one in history.fills for part in split(one, data.draw(st.sampled_from((1, 2, 3, 7))))]
    assert everything(who, replace(history, fills=tuple(parts))) == everything(who, history)


def risen(before, after, about=None):
    """The signals that stand higher in the order of states than before."""
    pairs = zip(before, after, strict=True)
    return {
        one.id: (one.state, two.state)
        for one, two in pairs
        if (about is None or one.about in about) and STATES.index(two.state) > STATES.index(one.state)
    }


@few
@given(histories(), st.sampled_from(WHO), happening(tuple(KEEPS_SUPPLY)))
def test_an_event_that_explains_never_raises_a_signal(history, who, event):
    more = replace(history, events=(*history.events, event))
    assert risen(everything(who, history)[0], everything(who, more)[0]) == {}


@few
@given(histories(), st.sampled_from(WHO), happening(tuple(name for name in INNOCENT if name not in KEEPS_SUPPLY)))
def test_a_loss_never_raises_a_signal_of_over_use_and_no_other_to_seen(history, who, event):
    more = replace(history, events=(*history.events, event))
    rises = risen(everything(who, history)[0], everything(who, more)[0])
    assert all(KNOWLEDGE.signals[name].about == "under_use" for name in rises)
    assert all(state != "seen" for _, state in rises.values())


@few
@given(histories(), st.sampled_from(WHO), stays())
def test_a_stay_never_raises_a_signal(history, who, more):
    longer = replace(history, stays=(*history.stays, more))
    assert risen(everything(who, history)[0], everything(who, longer)[0]) == {}


@few
@given(histories(), st.sampled_from(WHO), st.data())
def test_a_chain_or_practice_never_raises_a_signal(history, who, data):
    joined = [
        replace(one, chain="Chain" if one.pharmacy in data.draw(names("PQRSTU")) else one.chain,
                practice="Practice" if one.prescriber in data.draw(names("ABCDEF")) else one.practice)
        for one in history.fills
    ]  # fmt: skip
    after = replace(history, fills=tuple(joined))
    assert risen(everything(who, history)[0], everything(who, after)[0]) == {}


def names(letters):
    return st.shared(st.sets(st.sampled_from(letters)), key=letters)


@pytest.mark.parametrize("kind", INNOCENT)
def test_what_an_event_explains_exists(kind):
    assert set(KINDS[kind].innocent_for) <= set(KNOWLEDGE.signals)


@few
@given(histories(), st.sampled_from(WHO))
def test_limits_stand_in_order(history, who):
    for one in adherence(who, history, KNOWLEDGE, ON):
        for share in (one.pdc, one.mpr):
            if share is not None:
                assert 0 <= share.low <= share.high
                assert share.likely is None or share.low <= share.likely <= share.high
        assert all(0 <= gap.least_days <= gap.most_days and gap.certain == (gap.least_days > 0) for gap in one.gaps)
