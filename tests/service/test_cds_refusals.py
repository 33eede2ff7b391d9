"""What is refused, and how: an OperationOutcome with the next step, readable for a browser of a listed origin."""

from __future__ import annotations

import json

import pytest

from benzosafe.service.settings import Settings
from tests.cds_hooks.asking import order
from tests.service.cds_running import PERSON, TOKEN, hook, of_person, running
from tests.service.conftest import Clock

SERVICE = "/cds-services/benzosafe-order-sign"
ORIGIN, STRANGER = "https://sandbox.cds-hooks.org", "https://evil.example"
CLONAZEPAM, OXYCODONE = of_person("clonazepam", 1), of_person("oxycodone", 20, status="draft")


@pytest.fixture(scope="module")
def service(knowledge, tmp_path_factory):
    """One service for this file: nothing here is remembered."""
    url = f"sqlite:///{tmp_path_factory.mktemp('refusals') / 'memory.db'}"
    with running(
        Settings(database_url=url, cors_origins=(ORIGIN,), max_hook_bytes=50_000), Clock(), knowledge
    ) as found:
        yield found


def request(**changes):
    return hook("order-sign", CLONAZEPAM, drafts=[OXYCODONE]) | changes


def without(*names):
    return {key: value for key, value in request().items() if key not in names}


def context(**changes):
    return request(context=request()["context"] | changes)


OTHER = order("clonazepam 1 mg tablet", subject={"reference": f"Patient/{PERSON}8"})
BAD_REQUESTS = {
    "nothing": (b"", "JSON"), "no JSON": (b"{", "JSON"), "XML": (b"<Bundle/>", "JSON"), "a list": ([], "object"),
    "a text": ("order-sign", "object"), "not UTF-8": (b'{"hook": "\xff"}', ""), "two values": (b"{}{}", "JSON"),
    "another hook": (request(hook="patient-view"), "order-sign"), "no hook": (without("hook"), "order-sign"),
    "a hook of another kind": (request(hook=7), "order-sign"), "no instance": (without("hookInstance"), "hookInstance"),
    "a long instance": (request(hookInstance="x" * 129), "hookInstance"), "no context": (without("context"), "context"),
    "a context of another kind": (request(context=[]), "context"), "no patient": (context(patientId=None), "patientId"),
    "a patient of another kind": (context(patientId={"a": 1}), "patientId"),
    "a patient with a path": (context(patientId="../Patient/1"), "patientId"),
    "a patient with a query": (context(patientId="1?x=1"), "patientId"), "a long id": (context(patientId="1" * 65), ""),
    "too many names": (request(prefetch={f"n{number}": None for number in range(101)}), "prefetch"),
    "somebody else's draft": (hook("order-sign", CLONAZEPAM, drafts=[OTHER]), "Patient"),
    "somebody else's medicine": (hook("order-sign", OTHER, drafts=[OXYCODONE]), "Patient"),
    "nested too deeply": (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", "nested"),
}  # fmt: skip


def outcome(answer, status, code):
    """The words of a refusal that has the shape of one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/fhir+json"
    body = answer.json()
    (issue,) = body["issue"]
    assert body["resourceType"] == "OperationOutcome" and (issue["severity"], issue["code"]) == ("error", code)
    assert set(issue) <= {"severity", "code", "diagnostics", "expression"}
    assert answer.headers["X-Request-ID"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" not in answer.text and "benzosafe/" not in answer.text
    return issue["diagnostics"] + json.dumps(issue.get("expression", []))


@pytest.mark.parametrize("how", BAD_REQUESTS)
def test_what_cannot_be_read_is_refused_with_the_next_step(service, how):
    message, told = BAD_REQUESTS[how]
    words = outcome(service.post(SERVICE, message), 400, "structure")
    assert told in words and words.count(".") >= 1


BAD_FEEDBACK = [
    b"", b"[]", b"{}", {"feedback": []}, {"feedback": {}}, {"feedback": ["x"]}, {"feedback": [{}]},
    {"feedback": [{"card": "c", "outcome": "accepted"}]},
    {"feedback": [{"card": "c", "outcome": "accepted", "outcomeTimestamp": "yesterday"}]},
    {"feedback": [{"card": "c", "outcome": "accepted", "outcomeTimestamp": "2026-11-24T09:30:00"}]},
    {"feedback": [{"card": 7, "outcome": "accepted", "outcomeTimestamp": "2026-11-24T09:30:00Z"}]},
    {"feedback": [{"card": "c", "outcome": "dismissed", "outcomeTimestamp": "2026-11-24T09:30:00Z"}]},
]  # fmt: skip


@pytest.mark.parametrize("message", BAD_FEEDBACK, ids=range(len(BAD_FEEDBACK)))
def test_feedback_that_cannot_be_read_is_refused_and_nothing_stored(service, message):
    assert "nothing was stored" in outcome(service.post(f"{SERVICE}/feedback", message), 400, "structure")


def test_the_nearest_service_is_named(service):
    told = outcome(service.post("/cds-services/benzosafe-order-sing", request()), 404, "not-found")
    assert "benzosafe-order-sign" in told
    assert "benzosafe-order-sign" in outcome(
        service.post("/cds-services/benzosafe-order-sing/feedback", {"feedback": []}), 404, "not-found"
    )
    outcome(service.client.get("/reports/nobody-knows"), 404, "not-found")
    outcome(service.client.get(f"/{PERSON}"), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/cds-services"), ("POST", "/cds-services"), ("GET", SERVICE), ("DELETE", SERVICE), ("PATCH", SERVICE),
     ("GET", f"{SERVICE}/feedback"), ("POST", "/reports/x"), ("OPTIONS", SERVICE)],
)  # fmt: skip
def test_another_method_is_refused_with_the_ones_there_are(service, method, path):
    answer = service.client.request(method, path)
    outcome(answer, 405, "not-supported")
    assert answer.headers["Allow"] in ("GET", "POST")


def test_too_large_and_compressed_bodies_are_refused(service):
    large = request(extension={"org.example": "x" * 50_000})
    assert "50000 bytes" in outcome(service.post(SERVICE, large), 413, "too-long")
    outcome(service.post(SERVICE, request(), **{"Content-Encoding": "gzip"}), 415, "not-supported")


def test_a_media_type_of_fhir_or_none_is_read_all_the_same(service):
    for kind in ("application/fhir+json", "text/plain", "application/json; charset=utf-8"):
        assert service.call(request(), **{"Content-Type": kind})["cards"]


@pytest.mark.parametrize("path", ["/cds-services", SERVICE, f"{SERVICE}/feedback"])
def test_the_preflight_of_a_browser_is_answered(service, path):
    method = "GET" if path == "/cds-services" else "POST"
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": method,
             "Access-Control-Request-Headers": "authorization, content-type"}  # fmt: skip
    answer = service.client.options(path, headers=asked)
    assert answer.status_code == 200 and answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert method in answer.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type"} <= set(
        answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
    )
    assert "Origin" in answer.headers["Vary"] and "Access-Control-Allow-Credentials" not in answer.headers
    stranger = service.client.options(path, headers=asked | {"Origin": STRANGER})
    assert stranger.status_code == 400 and "Access-Control-Allow-Origin" not in stranger.headers


REFUSALS = {
    200: (SERVICE, request(), {}), 400: (SERVICE, b"{", {}), 403: (SERVICE, {}, {"Host": "evil.example"}),
    404: ("/cds-services/none", {}, {}), 405: ("/cds-services", {}, {}), 413: (SERVICE, b" " * 50_001, {}),
    415: (SERVICE, {}, {"Content-Encoding": "br"}),
}  # fmt: skip


@pytest.mark.parametrize("status", REFUSALS)
def test_answers_of_every_kind_can_be_read_by_a_listed_origin_only(service, status):
    path, message, headers = REFUSALS[status]
    answer = service.post(path, message, Origin=ORIGIN, **headers)
    assert answer.status_code == status and answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "x-request-id" in answer.headers["Access-Control-Expose-Headers"].lower()
    assert "Access-Control-Allow-Origin" not in service.post(path, message, Origin=STRANGER, **headers).headers


def test_a_refusal_does_not_say_again_what_was_sent(service):
    """Whoever called may log a refusal."""
    secret = {"access_token": TOKEN, "token_type": "Bearer", "note": "clonazepam for Markova"}
    for message in (
        request(fhirAuthorization=secret, hook=TOKEN[:5]),
        request(fhirAuthorization=secret, context=[TOKEN]),
    ):
        answer = service.post(SERVICE, message)
        assert answer.status_code == 400 and TOKEN not in answer.text and "Markova" not in answer.text
