"""Calls gathered on their way into the database: remembered at once, written together, never dropped."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from benzosafe.storage.database import DatabaseFailed
from benzosafe.storage.events import Earlier, Feedback, HookCall, Showing
from benzosafe.storage.gathered import GatheredCalls
from benzosafe.storage.store import Store

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)


def call(number=1, patient="p"):
    shown = (Showing(f"card {number}", "rule", "mark", 1, 0), Showing(f"card {number}", "other", "folded", 2, 1))
    return HookCall(str(number), "s", "order-select", NOW, patient, "u", 1, (), "k", shown, (), "Patient/1")


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path}/memory.db")
    made.migrate()
    yield made
    made.close()


def cards(items):
    return [item.showing.card for item in items if item.showing.position == 0]


def feedback(card, outcome):
    return Feedback("s", card, outcome, NOW)


def test_a_call_is_remembered_before_it_is_written(store):
    gathered = GatheredCalls(store, seconds=60)
    gathered.remember(call())
    waiting = Earlier("mark", "order-select", "u", NOW, answered=False, overridden=False)
    assert gathered.earlier("p", LONG_AGO, {"mark"}) == [waiting]
    assert store.earlier("p", LONG_AGO, {"mark"}) == []
    assert gathered.earlier("p", LONG_AGO, {"folded"}) == []
    assert gathered.earlier("p", NOW + timedelta(seconds=1), {"mark"}) == []
    assert gathered.earlier("another", LONG_AGO, {"mark"}) == []
    gathered.close()
    assert store.earlier("p", LONG_AGO, {"mark", "folded"}) == [waiting]


@pytest.mark.parametrize(("outcome", "answered"), [("accepted", True), ("overridden", True), ("dismissed", False)])
def test_feedback_answers_the_card_it_is_about(store, outcome, answered):
    store.remember(call(1), replace(call(2), called_at=NOW + timedelta(minutes=1)))
    store.add_feedback([feedback("card 1", outcome)])
    found = store.earlier("p", LONG_AGO, {"mark"})
    assert [item.answered for item in found] == [False, answered]
    assert [item.overridden for item in found] == [False, outcome == "overridden"]


def test_it_is_written_by_itself_within_a_moment(store):
    gathered = GatheredCalls(store, seconds=0.01)
    for number in range(30):
        gathered.remember(call(number))
    until = time.monotonic() + 10
    while len(cards(store.showings("p", LONG_AGO))) < 30 and time.monotonic() < until:
        time.sleep(0.02)
    assert sorted(cards(store.showings("p", LONG_AGO))) == sorted(f"card {number}" for number in range(30))
    gathered.close()


def test_a_database_that_fails_keeps_the_calls_waiting(store, monkeypatch):
    def refuse(*_):
        raise DatabaseFailed("gone")

    monkeypatch.setattr("benzosafe.storage.gathered._MOST_WAITING", 2)
    gathered = GatheredCalls(store, seconds=0.01)
    with monkeypatch.context() as broken:
        broken.setattr(store, "remember", refuse)
        gathered.remember(call(1))
        gathered.remember(call(2))
        with pytest.raises(DatabaseFailed):
            gathered.remember(call(3))
        with pytest.raises(DatabaseFailed):
            gathered.flush()
    gathered.flush()
    assert cards(store.showings("p", LONG_AGO)) == ["card 1", "card 2"]
    gathered.close()


def test_one_bad_call_writes_none_of_the_batch(store):
    with pytest.raises(StatementError, match="time zone"):
        store.remember(call(1), replace(call(2), called_at=datetime(2026, 11, 26)))
    assert store.showings("p", LONG_AGO) == []


def test_the_newest_twenty_are_enough(store):
    store.remember(*(replace(call(number), called_at=NOW + timedelta(seconds=number)) for number in range(25)))
    found = [item.called_at for item in store.earlier("p", LONG_AGO, {"mark"})]
    assert found == [NOW + timedelta(seconds=number) for number in range(24, 4, -1)]
