"""What the log holds, and above all what it does not."""

import io
import json
import logging

import pytest

from benzosafe.service.logs import JsonLines
from tests.service.conftest import PATH

HOOK = "/cds-services/benzosafe-order-sign"
MARK = "MARKERZQX"


@pytest.fixture
def log():
    """Everything any logger writes, as the service would write it, and more than it would."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    # The client of these tests writes its own addresses with httpx; the service keeps that logger quiet.
    levels = {"": logging.DEBUG, "sqlalchemy": logging.INFO, "httpx": logging.WARNING, "httpcore": logging.WARNING}
    before = {name: logging.getLogger(name).level for name in levels}
    root.addHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    yield stream
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def requests_in(log):
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if line["logger"] == "benzosafe.access"]


def marked(value):
    """The same value with the marker in every text."""
    if isinstance(value, dict):
        return {key: marked(inner) if key != "resourceType" else inner for key, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner) for inner in value]
    return f"{value} {MARK}" if isinstance(value, str) else value


ORDER = {
    "resourceType": "MedicationRequest", "id": "1", "status": "draft", "intent": "order",
    "subject": {"reference": "Patient/1", "display": "Ann Example"}, "note": [{"text": "call the daughter"}],
    "medicationCodeableConcept": {"text": "clonazepam 1 mg", "coding": [{"system": "s", "code": "c", "display": "d"}]},
    "dosageInstruction": [{"text": "1 mg at bedtime"}], "authoredOn": "2026-11-24",
}  # fmt: skip
PATIENT = {
    "resourceType": "Patient", "id": "1", "birthDate": "1950-02-03", "gender": "female",
    "name": [{"family": "Example", "given": ["Ann"]}], "identifier": [{"system": "nhs", "value": "943 476 5919"}],
    "telecom": [{"value": "0123"}], "address": [{"text": "1 Street"}], "contact": [{"name": {"text": "Daughter"}}],
}  # fmt: skip


def bundle(*resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}


def hook(order, patient, **changes):
    return {
        "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": f"Practitioner/{MARK}", "patientId": f"1{MARK}", "draftOrders": bundle(order)},
        "prefetch": {"patient": patient, "orders": bundle(order)}, **changes,
    }  # fmt: skip


MESSAGES = {
    "as it should be": (HOOK, hook(marked(ORDER), marked(PATIENT))),
    "with a token for its server": (
        HOOK,
        hook(ORDER, PATIENT, fhirServer=f"https://{MARK}.example/r4", fhirAuthorization={"access_token": MARK}),
    ),
    "every text marked": (HOOK, marked(hook(ORDER, PATIENT))),
    "types turned round": (HOOK, {MARK: MARK, "context": MARK, "prefetch": [MARK], "hook": {MARK: MARK}}),
    "feedback": (f"{HOOK}/feedback", {"feedback": [{"card": MARK, "outcome": "overridden", "outcomeTimestamp": MARK,
                                                    "overrideReason": {"userComment": MARK}}]}),
    "feedback, rightly": (f"{HOOK}/feedback", {"feedback": [{"card": MARK, "outcome": "overridden",
                          "outcomeTimestamp": "2026-11-24T09:30:00Z", "overrideReason": {"userComment": MARK}}]}),
    "review": ("/fhir/$review", bundle(marked(PATIENT), marked(ORDER))),
    "taper": ("/fhir/$taper", marked(bundle(PATIENT, ORDER))),
    "simulate": ("/fhir/$simulate", bundle(marked(PATIENT), marked(ORDER), {MARK: [MARK]})),
    "no such service": (f"/cds-services/{MARK}", {}),
    "no such place": (f"/{MARK}/{MARK}", {}),
    "no such report": (f"/reports/{MARK}", {}),
}  # fmt: skip


@pytest.mark.parametrize("how", ["whole", "cut off", "in a list", "with bad UTF-8"])
@pytest.mark.parametrize(("path", "message"), MESSAGES.values(), ids=MESSAGES)
def test_no_patient_data_in_any_log(client_of, settings, log, path, message, how):
    client = client_of(settings())
    body = json.dumps(message).encode()
    sent = {"whole": body, "cut off": body[:-9], "in a list": b"[" + body + b"]", "with bad UTF-8": body + b"\xff"}[how]
    headers = {"X-Request-ID": f"{MARK} !", "User-Agent": MARK, "Authorization": f"Bearer {MARK}", "Cookie": MARK}
    for method in ("POST", "GET"):
        client.request(method, f"{path}?patient={MARK}", content=sent, headers=headers)
    text = log.getvalue()
    assert len(requests_in(log)) == 2
    assert MARK.lower() not in text.lower()


def with_faults(app):
    @app.post("/faulty")
    async def faulty():
        raise RuntimeError(f"patient {MARK}")


def test_an_internal_error_is_told_by_kind_and_place_only(client_of, settings, log):
    client = client_of(settings(cors_origins=("https://ehr.example.org",)), with_faults)
    answer = client.post("/faulty", headers={"Origin": "https://ehr.example.org"})
    assert answer.status_code == 500 and MARK not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "https://ehr.example.org"
    assert answer.headers["X-Request-ID"] in answer.json()["issue"][0]["diagnostics"]
    (line,) = requests_in(log)
    assert line["failed"].startswith("RuntimeError at ") and line["level"] == "error" and line["status"] == 500
    assert MARK not in log.getvalue()


def test_a_line_says_what_an_operator_needs(client_of, guarded, signer, clock, log):
    client = client_of(guarded)
    client.get(PATH, headers={"Authorization": f"Bearer {signer.token(clock)}", "X-Request-ID": "abc-1"})
    (line,) = requests_in(log)
    assert line["time"] and line["ms"] > 0
    del line["time"], line["ms"]
    assert line == {
        "level": "info", "logger": "benzosafe.access", "request_id": "abc-1", "method": "GET", "route": "/cds-services",
        "status": 200, "issuer": signer.iss, "bytes_in": 0,
    }  # fmt: skip


def test_the_reason_of_a_refusal_is_for_the_log_only(client_of, guarded, signer, clock, log):
    client = client_of(guarded)
    answer = client.get(PATH, headers={"Authorization": f"Bearer {signer.token(clock, aud='https://x.example')}"})
    (line,) = requests_in(log)
    assert (line["refused"], line["issuer"], line["status"]) == ("another audience", "", 401)
    assert "audience" not in answer.text


def test_bytes_in_and_template_of_a_call(client_of, settings, log):
    client_of(settings()).post(HOOK, content=b'{"a": 1}')
    (line,) = requests_in(log)
    assert (line["bytes_in"], line["route"]) == (8, "/cds-services/{id}")


@pytest.mark.parametrize("given", ["a b", "x" * 65, "a\tb", "<script>", "é"])
def test_a_malformed_request_id_is_replaced(client_of, settings, given):
    answer = client_of(settings()).get("/health", headers={"X-Request-ID": given.encode("latin-1")})
    assert len(answer.headers["X-Request-ID"]) == 32


def test_an_exception_in_a_log_keeps_its_message_to_itself():
    try:
        raise ValueError(MARK)
    except ValueError:
        import sys

        record = logging.LogRecord("n", logging.ERROR, "f", 1, "it failed", (), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "it failed" and line["failed"].startswith("ValueError at ") and MARK not in str(line)
