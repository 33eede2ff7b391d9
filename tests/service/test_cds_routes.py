"""The CDS Hooks routes over HTTP: discovery, the CDC's deck, the report behind a card, and feedback."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest

from benzosafe.cds_hooks.feedback import MONITORING
from tests.cds_hooks.asking import searchset
from tests.cds_hooks.deck import FOLDER, read_pairs
from tests.service.cds_checker import discovery_faults
from tests.service.cds_running import PERSON, WILL_MONITOR, at_rest, hook, of_person, running

REPORT = re.compile(r"/reports/[A-Za-z0-9_-]{43}")
CLONAZEPAM, OXYCODONE = of_person("clonazepam", 1), of_person("oxycodone", 20, status="draft")


@pytest.fixture
def service(settings, clock, knowledge):
    with running(settings(report_minutes=30), clock, knowledge) as found:
        yield found


def dangerous(name="order-sign", **more):
    return hook(name, CLONAZEPAM, drafts=[OXYCODONE], **more)


def test_discovery_conforms_and_every_service_can_be_called(service):
    answer = service.client.get("/cds-services")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    assert discovery_faults(answer.json()) == []
    found = {item["hook"]: item["id"] for item in answer.json()["services"]}
    assert set(found) == {"patient-view", "order-select", "order-sign", "medication-refill"}
    for name, identity in found.items():
        assert identity == f"benzosafe-{name}"
        medicines = [CLONAZEPAM, of_person("oxycodone", 20)] if name == "patient-view" else [CLONAZEPAM]
        card = service.only_card(hook(name, *medicines, drafts=[OXYCODONE], user=f"Practitioner/MARK-{name}"))
        assert card["indicator"] == "warning" and "oxycodone" in card["summary"]


def as_sent(folder, pair, prefetch):
    """A request of the deck with its data under our own names, by the type each template asks for."""
    stem = folder / f"{pair.service}__{pair.name}"
    request = json.loads(stem.with_name(f"{stem.name}.request.json").read_bytes())
    data = json.loads(stem.with_name(f"{stem.name}.data.bundle.json").read_bytes())
    resources = [entry["resource"] for entry in data["entry"]]
    request.pop("fhirServer", None)
    filled = {}
    for name, template in prefetch.items():
        kind = re.match(r"[A-Za-z]+", template)[0]
        found = [item for item in resources if item["resourceType"] == kind]
        filled[name] = searchset(*found) if "?" in template else (found[0] if found else None)
    patient = request["context"]["patientId"].rpartition("/")[2]
    return request | {
        "hookInstance": str(uuid.uuid4()), "prefetch": filled, "context": request["context"] | {"patientId": patient},
    }  # fmt: skip


def test_the_deck_is_answered_as_its_authors_expect(service, clock, shared_data):
    folder = shared_data / FOLDER
    offered = {item["hook"]: item["prefetch"] for item in service.client.get("/cds-services").json()["services"]}
    answers, expected = {}, {}
    for pair in read_pairs(folder):
        clock.now = datetime.combine(pair.on, time(9), UTC)
        cards = service.call(as_sent(folder, pair, offered[pair.hook]))["cards"]
        assert len(cards) <= 1
        if pair.cards != "unknown":
            answers[pair.name], expected[pair.name] = "yes" if cards else "no", pair.cards
    assert sorted(expected.values()) == ["no"] * 6 + ["yes"] * 7
    assert answers == expected


def test_the_report_opens_as_a_page_that_nothing_keeps_and_nobody_frames(service):
    (link,) = service.only_card(dangerous())["links"]
    assert link["type"] == "absolute" and link["url"].startswith(f"{service.settings.base_url}/reports/")
    page = service.client.get(link["url"])
    assert page.status_code == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.text.lower().startswith("<!doctype html") and "clonazepam" in page.text and "oxycodone" in page.text
    assert "<script" not in page.text and not re.findall(
        r"""(?:src|href)=["']?(?:https?:)?//(?!doi)""", page.text[:500]
    )
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    policy = page.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "script-src" not in policy and "http" not in policy


def test_a_report_is_gone_when_its_minutes_are_over(service, clock):
    (link,) = service.only_card(dangerous())["links"]
    clock.move(minutes=29)
    assert service.client.get(link["url"]).status_code == 200
    clock.move(minutes=2)
    gone = service.client.get(link["url"])
    assert gone.status_code == 404 and gone.json()["issue"][0]["code"] == "not-found"
    assert "clonazepam" not in gone.text
    service.only_card(dangerous())  # keeping another forgets those that have ended
    clock.move(minutes=-2)
    assert service.client.get(link["url"]).status_code == 404


def test_a_report_cannot_be_guessed(service):
    links = [service.only_card(dangerous())["links"][0]["url"] for _ in range(3)]
    paths = {link.removeprefix(service.settings.base_url) for link in links}
    assert len(paths) == 3 and all(REPORT.fullmatch(path) for path in paths)
    path = paths.pop()
    for guess in (
        path[:-1],
        path + "A",
        path.swapcase(),
        f"/reports/{PERSON}",
        "/reports/",
        "/reports/..",
        "/reports/0",
    ):
        assert service.client.get(guess).status_code == 404


def test_reports_can_be_switched_off(settings, clock, knowledge):
    with running(settings(report_minutes=0), clock, knowledge) as service:
        assert "links" not in service.only_card(dangerous())


def test_a_call_sent_again_gets_the_same_card(service):
    request = dangerous()
    first, second = service.only_card(request), service.only_card(request)
    assert first.pop("links") != second.pop("links")
    assert first == second


ACCEPTED = {"stored": 1, "known": 0, "unknownCards": 0, "tasks": 0}


def test_feedback_of_every_kind_is_kept_and_counted(service, command):
    cards = {kind: service.only_card(dangerous()) for kind in ("accepted", "overridden", "dismissed", "unanswered")}
    chosen = {"id": cards["accepted"]["suggestions"][0]["uuid"]}
    assert service.tell(cards["accepted"], "accepted", acceptedSuggestions=[chosen]) == ACCEPTED
    reason = {"reason": cards["overridden"]["overrideReasons"][1], "userComment": f"{PERSON} wants it"}
    assert service.tell(cards["overridden"], overrideReason=reason) == ACCEPTED
    assert service.tell(cards["dismissed"]) == ACCEPTED
    for kind in ("accepted", "overridden", "dismissed"):
        assert service.count(f'benzosafe_feedback_total{{outcome="{kind}"}}') == 1
    report = command("feedback", "--database", service.settings.database_url, "--until", "2026-11-30", "-f", "json")
    (rule,) = [item for item in json.loads(report.stdout)["rules"] if item["cards"]]
    assert rule == {
        "hook": "order-sign", "rule": "opioid_with_benzodiazepine", "orders": 4, "cards": 4, "folded": 0,
        "fires_per_1000_orders": 1000.0, "accepted": 1, "overridden": {"risk-benefit-ratio": 1}, "dismissed": 1,
        "no_answer": 1, "acceptance": pytest.approx(1 / 3), "silences": {},
    }  # fmt: skip
    assert PERSON.encode() not in report.stdout


def test_feedback_sent_again_changes_nothing(service, clock):
    card = service.only_card(dangerous())
    again = {"stored": 0, "known": 1, "unknownCards": 0, "tasks": 0}
    assert service.tell(card, overrideReason={"reason": WILL_MONITOR})["tasks"] == 1
    assert service.tell(card, overrideReason={"reason": WILL_MONITOR}) == again
    with at_rest(service.settings) as store:
        (answer,), (_,) = store.feedback_on([card["uuid"]]), store.follow_ups()
    assert (answer.outcome, answer.reason_code, answer.outcome_at) == ("overridden", "will-monitor", clock())


def test_feedback_on_a_card_that_was_never_shown_is_kept_and_makes_no_task(service):
    unknown = {"uuid": str(uuid.uuid4())}
    told = service.tell(unknown, overrideReason={"reason": WILL_MONITOR})
    assert told == {"stored": 1, "known": 0, "unknownCards": 1, "tasks": 0}
    with at_rest(service.settings) as store:
        assert store.follow_ups() == []


def test_a_message_with_one_bad_entry_is_refused_whole(service):
    card = service.only_card(dangerous())
    good = {"card": card["uuid"], "outcome": "accepted", "outcomeTimestamp": "2026-11-24T09:30:00Z"}
    path = "/cds-services/benzosafe-order-sign/feedback"
    answer = service.post(path, {"feedback": [good, good | {"outcome": "ignored"}]})
    assert answer.status_code == 400 and "feedback[1].outcome" in answer.json()["issue"][0]["expression"][0]
    assert service.count('benzosafe_feedback_total{outcome="accepted"}') == 0
    assert service.tell(card, "accepted") == ACCEPTED  # the good entry was not kept either


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_promise_of_a_wrong_clock_is_a_promise_all_the_same(client_of, settings, at):
    client = client_of(settings())
    (card,) = client.post("/cds-services/benzosafe-order-sign", json=dangerous()).json()["cards"]
    entry = {"card": card["uuid"], "outcome": "overridden", "overrideReason": {"reason": WILL_MONITOR}}
    path = "/cds-services/benzosafe-order-sign/feedback"
    for _ in range(2):
        answer = client.post(path, json={"feedback": [entry | {"outcomeTimestamp": at}]})
        assert answer.status_code == 200
    (task,) = client.app.state.service.store.follow_ups()
    assert task.due_on >= client.app.state.service.clock().date()


def test_will_monitor_makes_one_dated_task_about_the_right_person(settings, clock, knowledge):
    with running(settings(), clock, knowledge) as service:
        first = service.only_card(dangerous())
        other = json.loads(json.dumps(dangerous()).replace(PERSON, "MARK-PERSON-88"))
        second = service.only_card(other)
        assert service.tell(first, overrideReason={"reason": WILL_MONITOR})["tasks"] == 1
        clock.move(days=1)
        assert service.tell(first, overrideReason={"reason": WILL_MONITOR})["tasks"] == 0
        assert service.tell(second, overrideReason={"reason": second["overrideReasons"][1]})["tasks"] == 0
        given = service.settings
    with at_rest(given) as store:
        (task,) = store.follow_ups()
    assert (task.card, task.rule) == (first["uuid"], "opioid_with_benzodiazepine")
    assert (task.kind, task.patient) == (MONITORING, f"Patient/{PERSON}")
    assert task.due_on == date(2026, 11, 24) + timedelta(days=14) and task.done_at is None
