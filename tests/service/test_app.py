"""Headers, CORS, documentation, health and numbers of the whole service."""

import re
import time

import pytest

from benzosafe.storage.store import Store
from tests.service.conftest import PATH

ORIGIN = "https://sandbox.cds-hooks.org"
ANYWHERE = ("/health", "/ready", "/metrics", "/docs", "/openapi.json", PATH, "/no/such/place")


@pytest.fixture
def client(client_of, settings):
    return client_of(settings(cors_origins=(ORIGIN,)))


@pytest.mark.parametrize("path", ANYWHERE)
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "base-uri 'none'" in policy
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "no-store" in headers["Cache-Control"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])


def test_an_address_with_a_slash_too_many_is_unknown_and_not_sent_elsewhere(client):
    for path in ("/cds-services/", "/fhir/metadata/", "/health/"):
        assert client.get(path, follow_redirects=False).status_code == 404, path


def test_a_preflight_of_a_listed_origin(client):
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = client.options(PATH, headers={**asked, "Access-Control-Request-Headers": "authorization,content-type"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed and "content-type" in allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_preflight_needs_no_token_but_the_call_does(client_of, guarded):
    client = client_of(guarded.model_copy(update={"cors_origins": (ORIGIN,)}))
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    assert client.options(PATH, headers=asked).status_code == 200
    refused = client.get(PATH, headers={"Origin": ORIGIN})
    assert refused.status_code == 401 and refused.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "x-request-id" in refused.headers["Access-Control-Expose-Headers"].lower()


@pytest.mark.parametrize("path", ANYWHERE)
def test_answers_good_and_bad_can_be_read_by_a_listed_origin_only(client, path):
    assert client.get(path, headers={"Origin": ORIGIN}).headers["Access-Control-Allow-Origin"] == ORIGIN
    other = client.get(path, headers={"Origin": "https://evil.example"}).headers
    assert "Access-Control-Allow-Origin" not in other


def test_what_is_not_there_is_told_as_an_outcome(client):
    missing, wrong = client.get("/no/such/place"), client.put("/cds-services")
    assert (missing.status_code, missing.json()["issue"][0]["code"]) == (404, "not-found")
    assert (wrong.status_code, wrong.json()["issue"][0]["code"]) == (405, "not-supported")
    assert wrong.headers["Allow"]
    assert missing.headers["Content-Type"].startswith("application/fhir+json")


def test_the_docs_list_every_operation_and_need_nothing_from_elsewhere(client):
    page = client.get("/docs")
    described = client.get("/openapi.json").json()
    assert page.status_code == 200 and "<script" not in page.text
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page.text
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page.text)
    style = re.search(r"<style>(.*?)</style>", page.text, re.S)[1]
    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]


def test_docs_can_be_switched_off(client_of, settings):
    client = client_of(settings(docs=False))
    assert client.get("/docs").status_code == client.get("/openapi.json").status_code == 404
    assert client.get("/health").status_code == 200


def test_descriptions_are_escaped():
    from benzosafe.service.docs_page import docs_page

    operation = {"summary": "<script>alert(1)</script>", "responses": {}}
    page = docs_page({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get": operation}}})
    assert "<script" not in page and "&lt;script&gt;" in page


def test_ready_says_that_callers_are_not_authenticated(client, client_of, guarded):
    open_door = client.get("/ready").json()
    assert open_door["status"] == "ready" and open_door["callers"].startswith("not authenticated")
    assert open_door["knowledge"]["review"] == "draft" and open_door["knowledge"]["rules"] > 100
    assert client_of(guarded).get("/ready").json()["callers"] == "authenticated"


def test_not_ready_when_the_database_is_away_or_old(client, monkeypatch):
    monkeypatch.setattr(Store, "ready", lambda self: "the schema is at 0001, and 0002 is needed")
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["database"]) == (
        "not ready",
        "the schema is at 0001, and 0002 is needed",
    )
    assert client.get("/health").status_code == 200


def test_a_database_that_fails_is_503_and_nothing_of_it_is_told(client_of, guarded, signer, clock):
    client = client_of(guarded)
    engine = client.app.state.service.store._engine
    engine.dispose()
    # Beside it stands a log with whole pages while any connection is open; a reader would answer from that.
    for path in (engine.url.database, f"{engine.url.database}-wal"):
        with open(path, "wb") as file:
            file.write(b"not a database at all, " * 1000)
    answer = client.get(PATH, headers={"Authorization": f"Bearer {signer.token(clock)}"})
    assert answer.status_code == 503 and engine.url.database not in answer.text


def test_metrics(client):
    client.get(PATH)
    client.get(f"{PATH}/nobody-knows-this")
    text = client.get("/metrics").text
    assert 'benzosafe_requests_total{method="GET",route="/cds-services",status="200"} 1.0' in text
    assert "nobody-knows-this" not in text
    assert 'benzosafe_request_seconds_count{route="/cds-services"} 1.0' in text
    assert re.search(r"process_resident_memory_bytes \d", text)


def test_metrics_of_calls_and_feedback():
    from benzosafe.service.metrics import Metrics
    from benzosafe.storage.events import Silence
    from tests.storage.made_up import answer, call, showing

    metrics, silence = Metrics(), Silence("r", "f", 2, "shown before")
    shown = (showing("a", "opioid"), showing("a", "age", position=1), showing("b", "age", tier=2))
    metrics.observe_call(call(*shown, silences=[silence, silence], not_checked=["allergies"], patient="MARKER"))
    metrics.observe_feedback([answer("a"), answer("b", "dismissed", comment="MARKER")])
    text = metrics.text().decode()
    for line in (
        'benzosafe_cards_total{rule="opioid",tier="1"} 1.0', 'benzosafe_cards_total{rule="age",tier="2"} 1.0',
        'benzosafe_silences_total{why="shown before"} 2.0', 'benzosafe_not_checked_total{list="allergies"} 1.0',
        'benzosafe_feedback_total{outcome="accepted"} 1.0', 'benzosafe_feedback_total{outcome="dismissed"} 1.0',
    ):  # fmt: skip
        assert line in text
    assert 'rule="age",tier="1"' not in text and "MARKER" not in text


def test_old_calls_are_forgotten_at_the_start(client_of, settings, clock):
    from tests.storage.made_up import call, showing

    given = settings(keep_days=7)
    store = Store(given.database_url)
    store.migrate()
    store.remember(call(showing("old"), minutes=-60 * 24 * 8))
    store.remember(call(showing("new"), minutes=-60 * 24 * 6))
    client = client_of(given)
    long_ago, until = clock().replace(year=2025), time.monotonic() + 20
    while len(store.showings("p", long_ago)) > 1 and time.monotonic() < until:
        client.get("/health")
    assert [item.showing.card for item in store.showings("p", long_ago)] == ["new"]


def test_without_tokens_only_names_of_this_machine_are_answered(client_of, settings):
    """A web page may lead its own name to this machine (DNS rebinding); the browser then sends that name."""
    client = client_of(settings())
    refused = client.get(PATH, headers={"Host": "evil.example:8000"})
    assert refused.status_code == 403 and refused.json()["resourceType"] == "OperationOutcome"
    for name in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        assert client.get(PATH, headers={"Host": name}).status_code == 200
    outside = client_of(settings(public_url="https://benzosafe.example.org"))
    assert outside.get(PATH, headers={"Host": "benzosafe.example.org"}).status_code == 200


def test_pages_of_this_machine_may_try_an_open_service(client_of, settings, guarded):
    local = {"Origin": "http://127.0.0.1:8191"}
    assert client_of(settings()).get(PATH, headers=local).headers["Access-Control-Allow-Origin"] == local["Origin"]
    assert "Access-Control-Allow-Origin" not in client_of(guarded).get(PATH, headers=local).headers
