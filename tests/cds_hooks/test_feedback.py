"""Feedback: read whole or refused whole; a promise becomes a task about somebody, with a date."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from benzosafe.cds_hooks.cards import OVERRIDE_SYSTEM
from benzosafe.cds_hooks.feedback import follow_up_of, read_feedback
from benzosafe.errors import InputRefused

AT = "2026-11-26T10:00:00+02:00"
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def entry(**more):
    return {"card": "c1", "outcome": "accepted", "outcomeTimestamp": AT} | more


def read(*entries):
    return read_feedback(json.dumps({"feedback": list(entries)}).encode(), "benzosafe-order-sign", NOW)


def overridden(code="", comment="", system=OVERRIDE_SYSTEM):
    reason = {"reason": {"system": system, "code": code}} if code else {}
    return entry(outcome="overridden", overrideReason=reason | ({"userComment": comment} if comment else {}))


def test_an_accepted_card_tells_which_suggestions():
    (found,) = read(entry(acceptedSuggestions=[{"id": "s1"}, {"id": "s2"}, {}, 7]))
    assert found.outcome == "accepted"
    assert found.accepted_suggestions == ("s1", "s2")
    assert found.outcome_at == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [(overridden("not-taken"), "overridden"), (overridden(comment="known"), "overridden"), (overridden(), "dismissed")],
)
def test_an_override_without_any_reason_is_a_dismissal(said, outcome):
    assert read(said)[0].outcome == outcome


def test_will_monitor_becomes_a_dated_task():
    (found,) = read(overridden("will-monitor"))
    task = follow_up_of(found, "opioid_with_benzodiazepine", "Patient/p1", found.outcome_at)
    assert task.due_on == date(2026, 12, 10)
    assert (task.patient, task.rule, task.done_at) == ("Patient/p1", "opioid_with_benzodiazepine", None)
    (other,) = read(overridden("will-monitor", system="http://elsewhere.example"))
    assert follow_up_of(other, "r", "Patient/p1", other.outcome_at) is None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", "feedback"), (b"[]", ".feedback"), (b'{"feedback": []}', ".feedback"), (b'{"feedback": 7}', ".feedback"),
        (json.dumps({"feedback": [7]}).encode(), "[0]"),
        (json.dumps({"feedback": [entry(), entry(card="")]}).encode(), "[1].card"),
        (json.dumps({"feedback": [entry(outcome="ignored")]}).encode(), ".outcome"),
        (json.dumps({"feedback": [entry(outcomeTimestamp="today")]}).encode(), "outcomeTimestamp"),
        (json.dumps({"feedback": [entry(outcomeTimestamp="2026-11-26T10:00:00")]}).encode(), "outcomeTimestamp"),
    ],
)  # fmt: skip
def test_a_message_with_one_bad_entry_is_refused_whole(body, where):
    with pytest.raises(InputRefused) as refusal:
        read_feedback(body, "s", NOW)
    assert where in refusal.value.where
