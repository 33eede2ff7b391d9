"""Signed calls and many calls at once, over HTTP: each gets the answer it would get alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

from benzosafe.service.settings import Issuer
from tests.service.cds_running import hook, of_person, running
from tests.service.conftest import ISS, PUBLIC

CALLS, THREADS = 300, 8
CLONAZEPAM, OXYCODONE = of_person("clonazepam", 1), of_person("oxycodone", 20)
DRAFT, SAFE = of_person("oxycodone", 20, status="draft"), of_person("amoxicillin", 500, status="draft")


def test_a_signed_call_is_served_once(settings, jwks_file, signer, clock, knowledge):
    given = settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jwks_file=jwks_file),))
    path = "/cds-services/benzosafe-order-sign"
    with running(given, clock, knowledge) as service:
        service.client.base_url = f"http://127.0.0.1:{service.settings.port}"
        request = hook("order-sign", CLONAZEPAM, drafts=[DRAFT])
        signed = {"Authorization": f"Bearer {signer.token(clock, aud=PUBLIC + path)}"}
        (card,) = service.call(request, **signed)["cards"]
        assert card["links"][0]["url"].startswith(f"{PUBLIC}/reports/")
        assert service.client.get(card["links"][0]["url"].removeprefix(PUBLIC)).status_code == 200
        for headers in (
            signed,
            {},
            {"Authorization": f"Bearer {signer.token(clock)}"},
        ):  # used, none, for another address
            refused = service.post(path, request, **headers)
            assert refused.status_code == 401 and refused.json()["resourceType"] == "OperationOutcome"
            assert refused.headers["WWW-Authenticate"].startswith("Bearer") and "oxycodone" not in refused.text
        new = {"Authorization": f"Bearer {signer.token(clock, aud=PUBLIC + path)}"}
        assert service.call(request, **new)["cards"]
        told = {"Authorization": f"Bearer {signer.token(clock, aud=f'{PUBLIC}{path}/feedback')}"}
        entry = {"card": card["uuid"], "outcome": "accepted", "outcomeTimestamp": "2026-11-24T09:30:00Z"}
        assert service.post(f"{path}/feedback", {"feedback": [entry]}, **told).json()["unknownCards"] == 0


def test_of_many_calls_with_one_token_one_is_served(settings, jwks_file, signer, clock, knowledge):
    given = settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jwks_file=jwks_file),))
    with running(given, clock, knowledge) as service:
        url = f"http://127.0.0.1:{service.settings.port}/cds-services"
        headers = {"Authorization": f"Bearer {signer.token(clock)}"}
        statuses = at_once(lambda _: service.client.get(url, headers=headers).status_code)
    assert sorted(statuses) == [200] + [401] * (THREADS - 1)


def at_once(work):
    """What a work gives in every thread, by the thread's number."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def kinds_of_calls():
    """Calls whose answer does not depend on what was shown before, of every service, with a card and without."""
    for number in range(12):
        user, dose = f"Practitioner/MARK-USER-{number}", of_person("oxycodone", 10 + 5 * number, status="draft")
        yield hook("order-sign", CLONAZEPAM, drafts=[dose], user=user)
        yield hook("order-sign", CLONAZEPAM, drafts=[SAFE], user=user)
        yield hook("medication-refill", of_person("zolpidem", 5 + number), drafts=[dose], user=user)
        yield hook("patient-view", of_person("clonazepam", 1 + number), OXYCODONE, user=user)
        yield hook("patient-view", CLONAZEPAM, user=user)
        yield hook("order-select", drafts=[SAFE, dose], user=user) | {"prefetch": {}}


def answer_of(service, request):
    """Without the address of the report, which is new for every call."""
    answer = service.call(request)
    for card in answer["cards"]:
        card.pop("links", None)
    return json.dumps(answer, sort_keys=True)


def test_many_calls_at_once_get_the_answers_they_get_alone(settings, clock, knowledge):
    requests = list(kinds_of_calls())
    with running(settings(burst=10_000, rate_per_minute=100_000), clock, knowledge) as service:
        alone = [answer_of(service, request) for request in requests]
    assert 20 < sum('"cards": []' in answer for answer in alone) < len(alone) - 20
    assert len(set(alone)) > len(alone) // 2
    wanted, answers = list(islice(cycle(range(len(requests))), CALLS)), {}
    with running(settings(burst=10_000, rate_per_minute=100_000, max_in_flight=THREADS), clock, knowledge) as service:

        def work(first):
            for place in range(first, CALLS, THREADS):
                answers[place] = answer_of(service, requests[wanted[place]])

        at_once(work)
        counted = service.count('benzosafe_requests_total{method="POST",route="/cds-services/{id}",status="200"}')
    assert [answers.get(place) for place in range(CALLS)] == [alone[number] for number in wanted]
    assert counted == CALLS
