from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from benzosafe.errors import UsageError
from benzosafe.storage.database import DatabaseFailed
from benzosafe.storage.events import FollowUp, Silence
from benzosafe.storage.store import FeedbackCount, Store
from tests.storage.made_up import NOW, answer, at, call, showing

TASK = FollowUp("card 1", "opioid", "monitor", "Patient/7", date(2026, 12, 1), NOW)


def test_what_was_shown_comes_back_for_this_patient_and_time_only(store):
    store.remember(call(showing("old"), minutes=-60))
    store.remember(call(showing("a"), showing("a", "alcohol", position=1, tier=2), minutes=0))
    store.remember(call(showing("other"), patient="q"))
    store.remember(call(minutes=1))
    found = store.showings("p", at(-1))
    assert [(item.showing.card, item.showing.rule, item.showing.position) for item in found] == [
        ("a", "opioid", 0),
        ("a", "alcohol", 1),
    ]
    assert found[0].called_at == NOW and found[0].called_at.tzinfo is not None
    assert (found[0].hook, found[0].service, found[0].user_key) == ("order-sign", "benzosafe-order-sign", "u")
    assert found[0].showing == showing("a")
    assert [item.showing.card for item in store.showings("p", at(-60))] == ["old", "a", "a"]


def test_moments_of_another_zone_are_the_same_moment(store):
    east = timezone(timedelta(hours=9))
    store.remember(replace(call(showing("a")), called_at=NOW.astimezone(east)))
    assert store.showings("p", NOW)[0].called_at == NOW
    assert not store.showings("p", at(1))


def test_a_moment_without_zone_is_refused(store):
    with pytest.raises(Exception, match="time zone"):
        store.remember(replace(call(), called_at=datetime(2026, 1, 1)))
    assert not store.burden(at(-9e5), at(9e5)).hooks


def test_a_call_is_kept_whole_or_not_at_all(store):
    broken = replace(call(showing("a")), silences=(Silence(None, "f", 1, "shown before"),))
    with pytest.raises(DatabaseFailed):
        store.remember(broken)
    assert store.showings("p", at(-1)) == []


def test_the_same_feedback_counts_once(store):
    store.remember(call(showing("a")))
    first = [answer("a"), answer("a", "overridden", reason="benefit"), answer("never shown", "dismissed")]
    assert store.add_feedback(first) == FeedbackCount(stored=3, known_before=0, unknown_cards=1)
    again = [*first, answer("a", minutes=6)]
    assert store.add_feedback(again) == FeedbackCount(stored=1, known_before=3, unknown_cards=0)
    assert store.feedback_on(["a"]) == [first[0], first[1], answer("a", minutes=6)]
    assert store.feedback_on(["never shown"]) == [first[2]]
    assert store.feedback_on([]) == []


def test_text_no_database_holds_is_kept_as_far_as_possible(store):
    store.add_feedback([answer("a\0b", comment="half a pair \ud800, a nul \0, 日本")])
    found = store.feedback_on(["a\0b"])
    assert [item.comment for item in found] == ["half a pair ?, a nul \ufffd, 日本"]


def test_a_card_knows_its_rule_and_patient(store):
    store.remember(call(showing("a", "alcohol", position=1), showing("a", "opioid"), about="Patient/7"))
    assert store.card_about("a") == ("opioid", "Patient/7")
    assert store.card_about("b") is None


def test_tasks_are_made_once_and_finished_once(store):
    assert store.add_follow_up(TASK)
    assert not store.add_follow_up(replace(TASK, due_on=date(2027, 1, 1)))
    sooner = replace(TASK, card="card 2", due_on=date(2026, 11, 25))
    assert store.add_follow_up(sooner)
    assert store.follow_ups() == [sooner, TASK]
    assert store.finish_follow_up(sooner, at(60))
    assert not store.finish_follow_up(sooner, at(90))
    assert store.follow_ups() == [TASK]
    assert store.follow_ups(open_only=False) == [replace(sooner, done_at=at(60)), TASK]


def test_a_token_is_used_once_per_issuer_and_forgotten_when_over(store):
    assert store.use_token("a", "1", at(5), NOW)
    assert not store.use_token("a", "1", at(5), NOW)
    assert not store.use_token("a", "1", at(9), at(1))
    assert store.use_token("b", "1", at(5), NOW)
    assert store.use_token("a", "2", at(30), NOW)
    assert store.use_token("c", "3", at(30), at(10))  # forgets those of before minute 10
    assert store.use_token("a", "1", at(30), at(10))
    assert not store.use_token("a", "2", at(30), at(10))


def test_issuer_and_name_cannot_be_mixed_up(store):
    assert store.use_token("ab", "c", at(5), NOW)
    assert store.use_token("a", "bc", at(5), NOW)


def test_the_secret_is_made_once_per_database(store, database_url, tmp_path):
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate()
    assert len(store.secret()) == 32
    assert Store(database_url).secret() == store.secret() != other.secret()


def test_old_calls_are_forgotten_with_all_that_hangs_on_them(store):
    silence = Silence("r", "f", 2, "stable repeat")
    store.remember(call(showing("old"), minutes=-10, silences=[silence]))
    store.remember(call(showing("new"), minutes=10, silences=[silence]))
    store.add_feedback([answer("old", minutes=-5), answer("new", minutes=15)])
    store.add_follow_up(TASK)
    store.add_follow_up(replace(TASK, card="done long ago"))
    store.finish_follow_up(replace(TASK, card="done long ago"), at(-5))
    assert store.purge(NOW) == 1
    assert [item.showing.card for item in store.showings("p", at(-100))] == ["new"]
    assert not store.feedback_on(["old"]) and store.feedback_on(["new"])
    assert store.follow_ups(open_only=False) == [TASK], "an open task is never forgotten"
    counted = store.burden(at(-100), at(100))
    assert [(line.rule, line.cards, line.silences.total()) for line in counted.rules] == [("opioid", 1, 0), ("r", 0, 1)]


def test_a_new_file_is_for_its_owner_only(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'memory.db'}")
    store.migrate()
    store.remember(call())
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert modes["memory.db"] == "0o600" and set(modes.values()) == {"0o600"}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not a url", "not a database URL"),
        ("mysql://h/d", "'mysql' is not supported"),
        ("oracle+nothing://h/d", "not supported"),
        ("sqlite://", "plain file"),
        ("sqlite:///:memory:", "plain file"),
        ("sqlite:////no/such/folder/a.db", "No such file"),
    ],
)
def test_a_wrong_url_is_told_in_words(url, words):
    with pytest.raises(UsageError, match=words):
        Store(url)


def test_a_server_that_is_away_is_told_without_its_password():
    store = Store("postgresql://user:hush-hush@127.0.0.1:1/none")
    with pytest.raises(DatabaseFailed) as caught:
        store.migrate()
    assert "hush" not in caught.value.message and "user:***@127.0.0.1:1/none" in caught.value.message
    assert "refused" in store.ready()


def test_a_failure_tells_nothing_of_the_values(store):
    with pytest.raises(DatabaseFailed) as caught:
        store.remember(replace(call(patient="MARKER"), hook=None))
    assert "MARKER" not in caught.value.message and caught.value.__suppress_context__


def test_utc_is_what_the_file_holds(tmp_path):
    import sqlite3

    store = Store(f"sqlite:///{tmp_path / 'm.db'}")
    store.migrate()
    store.remember(replace(call(), called_at=NOW.astimezone(timezone(timedelta(hours=-5)))))
    with sqlite3.connect(tmp_path / "m.db") as connection:
        (text,) = connection.execute("SELECT called_at FROM calls").fetchone()
    assert datetime.fromisoformat(text).replace(tzinfo=UTC) == NOW
