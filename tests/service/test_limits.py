"""Sizes, depth, time, number at once, rate: refused early, in words, and readable for a browser."""

import asyncio
import threading
import time

import pytest

from benzosafe.service.limits import Limits
from benzosafe.service.note import Note, attach
from benzosafe.service.settings import Settings
from tests.service.conftest import PATH, PUBLIC

ORIGIN = "https://ehr.example.org"
HOOK = f"{PATH}/benzosafe-order-sign"


def assert_outcome(answer, status, code, words):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    assert body["issue"][0]["code"] == code and words in body["issue"][0]["diagnostics"]
    assert answer.headers["X-Request-ID"]


@pytest.fixture
def small(client_of, settings):
    return client_of(settings(max_hook_bytes=1000, max_fhir_bytes=2000, max_json_depth=10, cors_origins=(ORIGIN,)))


def test_an_announced_size_is_refused_unread(small):
    assert_outcome(small.post(HOOK, content=b"x" * 1001), 413, "too-long", "larger than 1000 bytes")
    assert small.post(HOOK, content=b"x" * 1000).status_code != 413
    assert_outcome(small.post("/fhir/$review", content=b"x" * 2001), 413, "too-long", "larger than 2000 bytes")
    assert small.post("/fhir/$review", content=b"x" * 2000).status_code != 413


def test_a_size_that_was_not_announced_is_refused_on_the_way(small):
    def parts():
        for _ in range(11):
            yield b"x" * 100

    assert_outcome(small.post(HOOK, content=parts()), 413, "too-long", "larger than 1000 bytes")


def test_depth(small):
    assert_outcome(small.post(HOOK, content=b"[" * 11 + b"]" * 11), 400, "structure", "deeper than 10 levels")
    inside = small.post(HOOK, content=b"[" * 10 + b"]" * 10)
    assert inside.status_code == 400 and "deeper" not in inside.text


def test_depth_of_a_large_body_is_checked_too(client_of, settings):
    client = client_of(settings())
    body = b'{"a": "' + b" " * 300_000 + b'", "b": ' + b"[" * 101 + b"]" * 101 + b"}"
    assert_outcome(client.post(HOOK, content=body), 400, "structure", "deeper than 100 levels")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, identity", "x-unknown"])
def test_compressed_bodies_are_not_opened(small, encoding):
    answer = small.post(HOOK, content=b"{}", headers={"Content-Encoding": encoding})
    assert_outcome(answer, 415, "not-supported", "Compressed bodies are not accepted")
    assert small.post(HOOK, content=b"{}", headers={"Content-Encoding": "Identity"}).status_code != 415


def with_slow(app):
    @app.get("/slow-thread")
    def slow_thread():
        SLOW.wait(10)
        return {}

    @app.get("/slow-task")
    async def slow_task():
        await asyncio.sleep(10)


SLOW = threading.Event()


@pytest.mark.parametrize("path", ["/slow-thread", "/slow-task"])
def test_time_is_limited_even_for_work_that_cannot_be_stopped(client_of, settings, path):
    SLOW.clear()
    client = client_of(settings(max_request_seconds=0.3, cors_origins=(ORIGIN,)), with_slow)
    begun = time.monotonic()
    answer = client.get(path, headers={"Origin": ORIGIN})
    assert time.monotonic() - begun < 3
    assert_outcome(answer, 503, "transient", "No answer within 0.3 s; nothing was judged")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    SLOW.set()


def test_work_that_goes_on_counts_until_it_ends(client_of, settings):
    SLOW.clear()
    client = client_of(settings(max_request_seconds=0.2, max_in_flight=2), with_slow)
    assert [client.get("/slow-thread").status_code for _ in range(2)] == [503, 503]
    busy = client.get("/health")
    assert_outcome(busy, 503, "transient", "busy")
    assert busy.headers["Retry-After"] == "1"
    SLOW.set()
    for _ in range(50):
        if client.get("/health").status_code == 200:
            return
        time.sleep(0.1)
    pytest.fail("the service stayed busy")


def test_a_body_that_drips_is_cut_off():
    """Below HTTP: a client that sends a byte now and then, for ever."""
    sent = []

    async def receive():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        raise AssertionError("the route must not be reached")

    scope = {"type": "http", "path": "/cds-services/x", "method": "POST", "headers": []}
    attach(scope, Note("r"))
    begun = time.monotonic()
    asyncio.run(Limits(app, Settings(max_request_seconds=0.3))(scope, receive, send))
    assert time.monotonic() - begun < 2 and sent[0]["status"] == 503


def test_a_client_that_leaves_is_not_answered():
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        raise AssertionError("the route must not be reached")

    scope = {"type": "http", "path": "/x", "method": "POST", "headers": []}
    attach(scope, Note("r"))
    asyncio.run(Limits(app, Settings())(scope, receive, send))
    assert sent == []


def test_rate_per_issuer(client_of, guarded, signer, clock):
    client = client_of(guarded.model_copy(update={"rate_per_minute": 1, "burst": 3}))
    answers = [client.get(PATH, headers={"Authorization": f"Bearer {signer.token(clock)}"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert_outcome(answers[3], 429, "throttled", "Too many calls")
    assert 55 <= int(answers[3].headers["Retry-After"]) <= 60
    assert client.get("/health").status_code == 200


def test_rate_per_peer_when_nobody_is_authenticated(client_of, settings):
    client = client_of(settings(rate_per_minute=1, burst=2, cors_origins=(ORIGIN,)))
    answers = [client.get(PATH, headers={"Origin": ORIGIN}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Access-Control-Allow-Origin"] == ORIGIN
    assert [client.get("/health").status_code for _ in range(3)] == [200, 200, 429]


def test_the_body_of_a_stranger_is_not_read(guarded):
    """Trust is checked before a byte of the body is taken."""
    from benzosafe.service.gate import Gate
    from benzosafe.service.trust import Trust

    sent = []

    async def receive():
        raise AssertionError("the body was read")

    async def send(message):
        sent.append(message)

    trust = Trust(guarded, None, None, None)
    scope = {"type": "http", "path": HOOK, "raw_path": HOOK.encode(), "headers": [], "client": ("203.0.113.9", 1)}
    attach(scope, Note("r"))
    asyncio.run(Gate(receive, guarded, trust)(scope, receive, send))
    assert sent[0]["status"] == 401 and PUBLIC
