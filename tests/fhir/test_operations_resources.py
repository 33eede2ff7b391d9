"""Tasks, messages, measure reports and provenance: what they say, and that they are FHIR."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from benzosafe.errors import UsageError
from benzosafe.fhir.write_measure import measure_report
from benzosafe.fhir.write_provenance import Origin, provenance
from benzosafe.fhir.write_tasks import Message, ToDo, communication, communication_request, task

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ANN, DR, PHARMACY = ({"reference": name} for name in ("Patient/ann", "Practitioner/d", "Organization/pharmacy"))
MONTH = (date(2026, 10, 1), date(2026, 10, 31))


def promise(**more):
    return ToDo("monitor", "Look for sleepiness and falls.", ANN, due_on=date(2026, 12, 8), made_at=NOW, **more)


def test_a_promise_is_open_until_it_is_done(fhir_errors):
    waiting, done = task("t", promise(owner=DR, why="opioid with benzodiazepine")), task("t", promise(done_at=NOW))
    assert fhir_errors(waiting) == fhir_errors(done) == []
    assert (waiting["status"], waiting["intent"], done["status"]) == ("requested", "order", "completed")
    assert waiting["restriction"] == {"repetitions": 1, "period": {"end": "2026-12-08"}}
    assert waiting["owner"] == DR and "owner" not in done


def test_what_software_proposes_is_a_draft(fhir_errors):
    proposed = task("t", promise(draft=True, from_on=date(2026, 12, 1), focus={"reference": "CarePlan/c"}))
    assert fhir_errors(proposed) == []
    assert (proposed["status"], proposed["intent"]) == ("draft", "plan")
    assert proposed["restriction"]["period"] == {"start": "2026-12-01", "end": "2026-12-08"}


def test_a_message_to_the_pharmacist_is_proposed_and_then_sent(fhir_errors):
    message = Message(
        "Please hold the repeat\u0000 until Monday.", ANN, DR, PHARMACY, NOW, about={"reference": "CarePlan/c"}
    )
    asked = communication_request("m1", message)
    sent = communication(
        "m2", Message(message.words, ANN, DR, PHARMACY, NOW, answers={"reference": "CommunicationRequest/m1"})
    )
    assert fhir_errors(asked) == fhir_errors(sent) == []
    assert (asked["status"], sent["status"], sent["sent"]) == ("draft", "completed", "2026-11-24T09:30:00+00:00")
    assert asked["payload"][0]["contentString"] == "Please hold the repeat until Monday."
    assert sent["basedOn"] == [{"reference": "CommunicationRequest/m1"}]


def test_a_time_without_a_zone_is_never_written():
    with pytest.raises(ValueError, match="time zone"):
        provenance("p", ["Task/t"], Origin("Device/b", NOW.replace(tzinfo=None), "1"))


def test_provenance_names_software_knowledge_and_rules(fhir_errors):
    rules = [("opioid_with_benzodiazepine", 2), ("opioid_with_benzodiazepine", 2), ("two_benzodiazepines", 1)]
    made = provenance("p", ["DetectedIssue/i"], Origin("Device/b", NOW, "2026.11.2+abc", "Review", rules))
    assert fhir_errors(made) == []
    assert made["policy"] == [
        "https://benzosafe.org/rule/opioid_with_benzodiazepine|2", "https://benzosafe.org/rule/two_benzodiazepines|1",
    ]  # fmt: skip
    assert made["agent"][0]["who"]["reference"] == "Device/b"


def report(**groups):
    return measure_report("r", "https://benzosafe.org/fhir/Measure/cards", MONTH, groups, NOW)


def test_counts_become_a_measure_report_with_their_share(fhir_errors):
    made = report(all={"initial-population": 120, "denominator": 100, "denominator-exclusion": 20, "numerator": 60})
    assert fhir_errors(made) == []
    (group,) = made["group"]
    counts = {item["code"]["coding"][0]["code"]: item["count"] for item in group["population"]}
    assert counts == {"initial-population": 120, "denominator": 100, "denominator-exclusion": 20, "numerator": 60}
    assert group["measureScore"]["value"] == 0.75
    assert made["period"] == {"start": "2026-10-01", "end": "2026-10-31"}


def test_nobody_counted_is_no_share_and_none_of_some_is_nought(fhir_errors):
    nobody, none = report(a={"denominator": 0, "numerator": 0}), report(a={"denominator": 9, "numerator": 0})
    assert fhir_errors(nobody) == fhir_errors(none) == []
    assert "measureScore" not in nobody["group"][0]
    assert none["group"][0]["measureScore"]["value"] == 0


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({"denominator": 5, "numerator": 6}, "no share"),
        ({"denominater": 5}, "mean 'denominator'"),
        ({"denominator": -1}, "not a count"),
        ({"denominator": 1.5}, "not a count"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_are_refused(counts, says):
    with pytest.raises(UsageError, match=says):
        report(a=counts)


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(UsageError, match="before it starts"):
        measure_report("r", "m", MONTH[::-1], {})
