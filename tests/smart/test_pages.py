"""Pages of a search, as the reader and the hooks follow them: all, up to a limit that is said, on one server."""

import json

import pytest

from benzosafe.cds_hooks.prefetch import not_sent
from benzosafe.cds_hooks.request import HookRequest
from benzosafe.cds_hooks.services import SERVICES
from benzosafe.fhir.pages import read_pages
from benzosafe.fhir.read import read_bundle
from benzosafe.fhir.searches import one_bundle
from benzosafe.service.fetching import fetched
from benzosafe.smart import reader
from benzosafe.smart.reader import read_patient


def read(way, key):
    async def use(door):
        return await read_patient("p1", await way.access(door, key), door)

    return way.run(use)


@pytest.mark.parametrize(("most", "known"), [(2, False), (3, True)])
def test_pages_left_out_leave_the_medicines_unknown(way, provider, key, knowledge, on, monkeypatch, most, known):
    provider.page_size = 1
    monkeypatch.setattr(reader, "_MOST_PAGES", most)
    record = read_bundle(read(way, key).bundle, "x", knowledge, on)
    assert (len(record.orders), record.coverage.orders) == (most, known)
    assert provider.asked["MedicationRequest"] == most


@pytest.fixture
def hook(way, provider):
    """What the hooks fetch for a call with a token."""

    def fetch(token="t0ken", server=None):
        provider.live.add("t0ken")
        request = HookRequest(SERVICES[0], "i", "p1", "u", None, (), {}, server or provider.base, token)
        return way.run(lambda door: fetched(request, not_sent(request), door))

    return fetch


def test_the_hooks_read_the_same(hook, provider, knowledge, on):
    provider.page_size = 1
    record = read_bundle(one_bundle(hook(), "p1"), "x", knowledge, on)
    assert len(record.orders) == 3 and record.coverage.orders and record.coverage.allergies


def test_the_hooks_leave_out_what_failed(hook, provider):
    provider.status_of, provider.page_size, provider.next_base = {"Condition": 500}, 2, "https://evil.example/fhir"
    assert set(hook()) == {"patient", "statements", "dispenses", "allergies", "observations"}
    assert hook(token="") == hook(server="https://evil.example/fhir") == {}


@pytest.mark.parametrize(
    "following", ["?page=2", "{base}?page=2", "{base}/MedicationRequest?page=2", "MedicationRequest?page=2"]
)
def test_an_address_of_the_same_server_is_followed(way, following):
    link = [{"relation": "next", "url": following.replace("{base}", "https://ehr.example/r4")}]
    answers = iter([{"resourceType": "Bundle", "link": link, "entry": [1]}, {"resourceType": "Bundle", "entry": [2]}])
    asked = []

    async def get(url):
        asked.append(url)
        return json.dumps(next(answers)).encode()

    async def use(_door):
        return json.loads(await read_pages("https://ehr.example/r4/", "MedicationRequest?patient=p1", get, 5))

    assert way.run(use)["entry"] == [1, 2]
    assert asked[1].startswith("https://ehr.example/r4") and asked[1].endswith("?page=2")
