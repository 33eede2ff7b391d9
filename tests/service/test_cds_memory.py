"""Said once: what was shown stays quiet for the same user and the same order, speaks again in time, and is counted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.cds_hooks.asking import searchset
from tests.service.cds_running import PERSON, hook, of_person, running

RULE = "opioid_with_benzodiazepine"
CLONAZEPAM, OXYCODONE = of_person("clonazepam", 1), of_person("oxycodone", 20, status="draft")
MORE_OXYCODONE = of_person("oxycodone", 40, status="draft")
BENEFIT = {
    "reason": {
        "system": "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes", "code": "risk-benefit-ratio",
    }
}  # fmt: skip


@pytest.fixture
def service(settings, clock, knowledge):
    with running(settings(quiet_days=90), clock, knowledge) as found:
        yield found


def chosen(**more):
    return hook("order-select", CLONAZEPAM, drafts=[OXYCODONE], **more)


def signed(draft=OXYCODONE, **more):
    return hook("order-sign", CLONAZEPAM, drafts=[draft], **more)


def repeated(milligrams=20, **more):
    """The repeat of a medicine that is taken already."""
    taken = of_person("oxycodone", milligrams, id="taken")
    return hook("medication-refill", CLONAZEPAM, taken, drafts=[taken | {"id": "repeat", "status": "draft"}], **more)


def test_what_choosing_showed_signing_does_not_repeat(service):
    service.only_card(chosen())
    assert service.quiet(signed()) == {RULE: "shown before"}
    assert service.count('benzosafe_silences_total{why="shown before"}') == 1
    assert service.count(f'benzosafe_cards_total{{rule="{RULE}",tier="1"}}') == 1


def test_somebody_else_is_shown_it(service):
    service.only_card(chosen())
    assert RULE in json.dumps(service.only_card(signed(user="Practitioner/MARK-USER-6")))


def test_two_calls_without_a_user_are_not_known_to_be_of_one(service):
    for request in (chosen(), signed()):
        del request["context"]["userId"]
        service.only_card(request)


def test_another_dose_is_shown(service):
    service.only_card(chosen())
    service.only_card(signed(MORE_OXYCODONE))
    assert service.quiet(signed()) == {RULE: "shown before"}


def test_another_person_on_the_same_medicines_is_shown_it(service):
    service.only_card(chosen())
    service.only_card(json.loads(json.dumps(signed()).replace(PERSON, "MARK-PERSON-88")))


def test_the_same_id_at_another_server_is_another_person(service):
    service.only_card(chosen() | {"fhirServer": "https://one.example/r4"})
    service.only_card(signed() | {"fhirServer": "https://two.example/r4"})
    assert service.quiet(signed() | {"fhirServer": "https://one.example/r4"}) == {RULE: "shown before"}


def test_choosing_again_speaks_and_so_does_signing_the_next_day(service, clock):
    service.only_card(chosen())
    service.only_card(chosen())
    clock.move(hours=12, seconds=1)
    service.only_card(signed())


def test_what_became_worse_in_the_record_is_shown(service):
    service.only_card(chosen())
    service.only_card(signed(requests=searchset(of_person("clonazepam", 4))))


def test_a_stable_repeat_is_quiet_once_answered_and_speaks_again_in_time(service, clock, command):
    card = service.only_card(repeated())
    clock.move(days=1)
    service.only_card(repeated())  # nobody has answered
    service.tell(card, service="benzosafe-medication-refill", overrideReason=BENEFIT)
    assert service.quiet(repeated()) == {RULE: "stable repeat"}
    assert service.quiet(repeated(user="Practitioner/MARK-USER-6")) == {RULE: "stable repeat"}
    clock.move(days=88)
    assert service.quiet(repeated()) == {RULE: "stable repeat"}
    assert service.count('benzosafe_silences_total{why="stable repeat"}') == 3
    clock.move(days=2)
    service.only_card(repeated())
    report = command("feedback", "--database", service.settings.database_url, "--until", "2027-03-01", "-f", "json",
                     "--since", "2026-11-01")  # fmt: skip
    (rule,) = [item for item in json.loads(report.stdout)["rules"] if item["rule"] == RULE]
    assert rule["silences"] == {"stable repeat": 3} and rule["cards"] == 3 and rule["orders"] == 6


def test_a_repeat_that_changed_is_shown_although_the_old_one_was_answered(service):
    card = service.only_card(repeated())
    service.tell(card, service="benzosafe-medication-refill", overrideReason=BENEFIT)
    service.only_card(repeated(40))
    assert service.quiet(repeated()) == {RULE: "stable repeat"}


def test_a_card_that_was_only_dismissed_is_shown_again(service):
    service.tell(service.only_card(repeated()), service="benzosafe-medication-refill")
    service.only_card(repeated())


def test_quiet_days_of_none_never_keep_a_repeat_quiet(settings, clock, knowledge):
    with running(settings(quiet_days=0), clock, knowledge) as service:
        service.tell(service.only_card(repeated()), service="benzosafe-medication-refill", overrideReason=BENEFIT)
        clock.move(seconds=1)
        service.only_card(repeated())


def test_an_answer_is_about_the_finding_the_card_was_about(service):
    """What stood in line on an answered card has not been answered itself."""
    record = [CLONAZEPAM, of_person("oxycodone", 20), of_person("zolpidem", 10), of_person("gabapentin", 1200)]
    first = service.only_card(hook("patient-view", *record))
    service.tell(first, service="benzosafe-patient-view", overrideReason=BENEFIT)
    again = service.call(hook("patient-view", *record))
    about = first["source"]["topic"]["code"]
    assert {item["rule"]: item["why"] for item in again["extension"]["org.benzosafe"]["quiet"]} == {
        about: "stable repeat"
    }
    (second,) = again["cards"]
    assert second["source"]["topic"]["code"] != about


def test_memory_outlives_the_service(settings, clock, knowledge):
    given = settings(quiet_days=90)
    with running(given, clock, knowledge) as service:
        service.only_card(chosen())
    with running(given, clock, knowledge) as service:
        assert service.quiet(signed()) == {RULE: "shown before"}


def test_missing_data_is_said_once_too(service, clock):
    def without_requests(name):
        request = hook(name, drafts=[OXYCODONE])
        del request["prefetch"]["requests"]
        return request

    assert service.only_card(without_requests("order-select"))["indicator"] == "info"
    assert service.quiet(without_requests("order-sign")) == {"not_checked": "shown before"}
    assert service.count('benzosafe_not_checked_total{list="requests"}') == 2
    clock.now += timedelta(hours=13)
    service.only_card(without_requests("order-sign"))


def test_two_calls_that_differ_are_never_taken_for_one(service):
    """The same words as selections in one call and as data in the other."""
    bare = signed() | {"prefetch": {}}
    found = json.dumps(searchset(CLONAZEPAM))
    one = json.loads(json.dumps(bare))
    one["context"]["selections"] = ["requests", found]
    other = json.dumps(bare).replace('"prefetch": {}', f'"prefetch": {{"requests": {found}}}')
    assert service.only_card(one)["indicator"] == "info"
    (card,) = service.post("/cds-services/benzosafe-order-sign", other.encode()).json()["cards"]
    assert card["indicator"] == "warning"
