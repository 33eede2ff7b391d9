"""What a call left out is read from its own FHIR server: with its token, all pages, and only where that is allowed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import select
import socket
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import Response

from benzosafe.service.settings import FhirServer
from tests.cds_hooks.asking import searchset
from tests.service.cds_running import PATIENT, PERSON, TOKEN, hook, of_person, on_a_port, running

CLONAZEPAM, OXYCODONE = of_person("clonazepam", 1), of_person("oxycodone", 20, status="draft")
HOW = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs", "subject": "cds"}
SEARCHED = {
    "MedicationRequest", "MedicationStatement", "MedicationDispense", "Condition", "AllergyIntolerance", "Observation",
}  # fmt: skip


class Fhir:
    """A FHIR server with a person, who has been prescribed some medicines; searches of some kinds go wrong."""

    def __init__(self):
        self.medicines, self.wrong, self.page_size, self.patient = [CLONAZEPAM], {}, 50, PATIENT
        self.base, self.next_base, self.seen, self.wait_seconds = "", "", [], 0.0

    def served(self):
        sock = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{sock.getsockname()[1]}/r4"
        return sock

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            request = Request(scope)
            await asyncio.sleep(self.wait_seconds)
            self.seen.append((request.method, str(request.url), dict(request.headers)))
            await (await self.answer(request))(scope, receive, send)

    async def answer(self, request):
        kind = request.url.path.split("/")[2:3] or [""]
        if kind[0] in self.wrong:
            return await self.wrong[kind[0]]()
        if kind[0] == "Patient":
            return fhir_json(self.patient)
        return fhir_json(self.page(request.query_params) if kind[0] == "MedicationRequest" else searchset())

    def page(self, query):
        assert query["patient"] == PERSON
        start = int(query.get("start", 0))
        found = searchset(*self.medicines[start : start + self.page_size])
        if start + self.page_size < len(self.medicines):
            address = f"{self.next_base or self.base}/MedicationRequest?patient={PERSON}&start={start + self.page_size}"
            found["link"] = [{"relation": "next", "url": address}]
        return found


def fhir_json(resource):
    return Response(json.dumps(resource), media_type="application/fhir+json")


@pytest.fixture
def world(settings, clock, knowledge):
    """The service, the FHIR server it may ask, and the requests that came to that."""
    fhir = Fhir()
    with fhir.served() as sock:
        given = settings(fhir_servers=(FhirServer(url=fhir.base),), outgoing_seconds=3)
        with running(given, clock, knowledge) as service, on_a_port(fhir, sock):
            yield service, fhir, fhir.seen


def bare(server, **more):
    """A call that sends nothing beforehand, but says where it could be read."""
    found = hook("order-sign", drafts=[OXYCODONE]) | {"fhirServer": server, "fhirAuthorization": HOW, "prefetch": {}}
    return found | more


def told(answer):
    return set(answer["extension"]["org.benzosafe"]["notChecked"])


def kinds(seen):
    return {urlsplit(path).path.split("/")[2] for _, path, *_ in seen}


@contextlib.contextmanager
def never_called():
    """A port where somebody listens and nobody may come; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/r4"
        assert select.select([sock], [], [], 0.05)[0] == [], "it was connected to"


def test_everything_is_read_with_the_token_and_a_card_comes_of_it(world):
    service, fhir, seen = world
    answer = service.call(bare(fhir.base))
    (card,) = answer["cards"]
    assert "clonazepam" in card["summary"] and told(answer) == set()
    assert kinds(seen) == SEARCHED | {"Patient"} and len(seen) == 7
    assert {headers["authorization"] for *_, headers in seen} == {f"Bearer {TOKEN}"}
    assert {method for method, *_ in seen} == {"GET"} and TOKEN not in json.dumps(answer)


def test_a_slash_at_the_end_of_the_address_is_all_the_same(world):
    service, fhir, seen = world
    assert len(service.call(bare(f"{fhir.base}/"))["cards"]) == 1
    assert all(url.startswith(f"{fhir.base}/") and "r4//" not in url for _, url, _ in seen)


def test_what_was_sent_is_not_asked_for_and_null_means_none(world):
    service, fhir, seen = world
    answer = service.call(hook("order-sign", drafts=[OXYCODONE]) | {"fhirServer": fhir.base, "fhirAuthorization": HOW})
    assert answer["cards"] == [] and told(answer) == set() and seen == []
    partial = bare(fhir.base, prefetch={"requests": searchset(CLONAZEPAM), "conditions": None})
    assert len(service.call(partial)["cards"]) == 1
    assert kinds(seen) == SEARCHED - {"MedicationRequest", "Condition"} | {"Patient"}


def test_pages_are_followed_to_the_last_with_the_token(world):
    service, fhir, seen = world
    safe = [of_person("amoxicillin", 500, id=f"a{number}", status="completed") for number in range(8)]
    fhir.medicines, fhir.page_size = [*safe, CLONAZEPAM], 2
    answer = service.call(bare(fhir.base))
    (card,) = answer["cards"]
    assert "clonazepam" in card["summary"] and told(answer) == set()
    pages = [headers for _, path, headers in seen if "/MedicationRequest" in path]
    assert len(pages) == 5 and {headers["authorization"] for headers in pages} == {f"Bearer {TOKEN}"}


def test_a_search_with_more_pages_than_are_read_is_not_a_whole_list(world):
    """What lies beyond the last page read is not known; silence would say that there is nothing."""
    service, fhir, seen = world
    safe = [of_person("amoxicillin", 500, id=f"a{number}", status="completed") for number in range(15)]
    fhir.medicines, fhir.page_size = [*safe, CLONAZEPAM], 1
    answer = service.call(bare(fhir.base))
    assert len([path for _, path, *_ in seen if "/MedicationRequest" in path]) == 10
    (card,) = answer["cards"]
    assert "requests" in told(answer) and "prescriptions" in card["detail"]


def test_the_first_page_of_several_is_not_a_whole_list_when_it_was_sent_either(world):
    service, *_ = world
    page = searchset() | {"link": [{"relation": "next", "url": "https://fhir.example.org/r4?page=2"}]}
    answer = service.call(hook("order-sign", drafts=[OXYCODONE], requests=page))
    (card,) = answer["cards"]
    assert "requests" in told(answer) and "prescriptions" in card["detail"]


def test_a_slow_server_leaves_time_for_the_review(settings, clock, knowledge):
    """Every page comes in time, all of them together do not."""
    fhir = Fhir()
    fhir.medicines = [of_person("amoxicillin", 500, id=f"a{number}", status="completed") for number in range(9)]
    fhir.page_size, fhir.wait_seconds = 1, 0.3
    with fhir.served() as sock:
        given = settings(fhir_servers=(FhirServer(url=fhir.base),), outgoing_seconds=1, max_request_seconds=2)
        with running(given, clock, knowledge) as service, on_a_port(fhir, sock):
            answer = service.call(bare(fhir.base))
    assert told(answer) == {"requests"} and answer["cards"][0]["indicator"] == "info"


OUTCOME = '{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}'


def wrong(body, status=200, wait_seconds=0.0, **headers):
    async def answer():
        await asyncio.sleep(wait_seconds)
        return Response(body, status, headers, "application/fhir+json")

    return answer


WRONG = {
    "500": wrong("", 500), "401": wrong(OUTCOME, 401), "404": wrong(OUTCOME, 404),
    "an empty list with a bad status": wrong(json.dumps(searchset()), 500),
    "an outcome as if it were well": wrong(OUTCOME), "no JSON": wrong("<Bundle/>"), "nothing": wrong(""),
    "cut off": wrong('{"resourceType": "Bundle", "entry": ['), "a list": wrong("[]"), "null": wrong("null"),
    "elsewhere": wrong("", 302, location="/r4/elsewhere"), "too slow": wrong(json.dumps(searchset()), 200, 4.0),
}  # fmt: skip


def test_a_search_that_went_wrong_is_named_as_not_checked(world):
    service, fhir, _ = world
    for number, (how, answers) in enumerate(WRONG.items(), 1):
        fhir.wrong = {"Condition": answers}
        answer = service.call(bare(fhir.base))
        (card,) = answer["cards"]
        assert (told(answer), card["indicator"]) == ({"conditions"}, "warning"), how
        assert "not available: conditions" in card["detail"]
        assert service.count('benzosafe_not_checked_total{list="conditions"}') == number


def test_medicines_that_could_not_be_read_are_not_taken_for_none(world):
    service, fhir, _ = world
    for how, answers in WRONG.items():
        fhir.wrong = {"MedicationRequest": answers}
        (card,) = service.call(bare(fhir.base))["cards"]
        assert (card["indicator"], card["summary"][:11]) == ("info", "Not checked"), how


def test_a_server_that_is_not_listed_is_never_contacted(world):
    service, _, seen = world
    with never_called() as other:
        answer = service.call(bare(other))
        assert len(told(answer)) == 7 and len(answer["cards"]) == 1
    assert seen == []


BESIDE = (
    "{base}/../admin", "{base}x", "{base}@127.0.0.1:1/r4", "{root}", "https://127.0.0.1:1/r4", "file:///etc/passwd",
    "{base}?x=", "{base}?", "{base}#", "{base}/%2e%2e", "", "http://[::1", "\\\\host\\share",
)  # fmt: skip


def test_an_address_beside_the_listed_one_is_not_contacted_either(world):
    service, fhir, seen = world
    for address in BESIDE:
        answer = service.call(bare(address.format(base=fhir.base, root=fhir.base.removesuffix("/r4"))))
        assert (len(told(answer)), seen) == (7, []), address


def test_a_next_page_on_another_server_is_not_followed(world):
    service, fhir, seen = world
    fhir.medicines, fhir.page_size = [CLONAZEPAM, of_person("zolpidem", 10)], 1
    with never_called() as fhir.next_base:
        answer = service.call(bare(fhir.base))
        assert "requests" in told(answer) and len(seen) == 7


def test_without_a_token_nothing_is_asked(world):
    service, fhir, seen = world
    for how in (None, {}, HOW | {"token_type": "Basic"}, HOW | {"access_token": ""}, "x", [HOW]):
        answer = service.call(bare(fhir.base, fhirAuthorization=how))
        assert (len(told(answer)), seen) == (7, []), how


def test_data_of_another_person_is_refused(world):
    service, fhir, _ = world
    fhir.patient = PATIENT | {"id": "MARK-PERSON-88"}
    answer = service.post("/cds-services/benzosafe-order-sign", bare(fhir.base))
    assert answer.status_code == 400 and answer.json()["resourceType"] == "OperationOutcome"
