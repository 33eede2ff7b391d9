"""However a hook request or feedback is damaged: it is answered as CDS Hooks wants, or refused in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.service.settings import Settings
from tests.cds_hooks.asking import ask, everything, in_mg, order, searchset
from tests.service.cds_checker import response_faults
from tests.service.cds_running import WILL_MONITOR
from tests.service.conftest import Clock, TestClient
from tests.service.test_fhir_fuzz import ODD, WHOLE, damaged, places

EXAMPLES = 60
PERSON = {"context": {"patientId": "p", "userId": "Practitioner/d"}, "hookInstance": "4f1c"}


def mine(resource):
    return resource | {"subject": {"reference": "Patient/p"}}


def kinds(*names):
    """The resources of some kinds in a rich record."""
    return searchset(*(entry["resource"] for entry in WHOLE["entry"] if entry["resource"]["resourceType"] in names))


PREFETCH = everything(
    patient=WHOLE["entry"][0]["resource"], requests=kinds("MedicationRequest", "Medication"),
    statements=kinds("MedicationStatement"), dispenses=kinds("MedicationDispense"), conditions=kinds("Condition"),
    allergies=kinds("AllergyIntolerance"), observations=kinds("Observation"),
)  # fmt: skip
DRAFTS = [mine(in_mg("oxycodone", 20, status="draft")), mine(order("zolpidem 10 mg tablet", status="draft"))]
FHIR = {"fhirServer": "https://fhir.example.org/r4", "fhirAuthorization": {"access_token": "t", "token_type": "Bearer"}}
ANSWERED = {"card": "c", "outcome": "accepted", "outcomeTimestamp": "2026-11-24T09:30:00Z",
            "acceptedSuggestions": [{"id": "s"}]}  # fmt: skip
PROMISED = {"card": "c", "outcome": "overridden", "outcomeTimestamp": "2026-11-24T10:30:00+01:00",
            "overrideReason": {"reason": WILL_MONITOR, "userComment": "x"}}  # fmt: skip
FEEDBACK = "benzosafe-order-sign/feedback"
MESSAGES = {
    "benzosafe-patient-view": ask("patient-view", PREFETCH, **PERSON),
    "benzosafe-order-select": ask("order-select", PREFETCH, DRAFTS, **PERSON, **FHIR),
    "benzosafe-order-sign": ask("order-sign", PREFETCH, DRAFTS, **PERSON),
    "benzosafe-medication-refill": ask("medication-refill", PREFETCH, DRAFTS, **PERSON),
    FEEDBACK: {"feedback": [ANSWERED, PROMISED]},
}
MESSAGES["benzosafe-order-select"]["context"]["selections"] = ["MedicationRequest/oxycodone"]


@st.composite
def messages(draw):
    """A message damaged in one to four places."""
    name = draw(st.sampled_from(sorted(MESSAGES)))
    document = MESSAGES[name]
    for _ in range(draw(st.integers(1, 4))):
        if not isinstance(document, dict):
            break
        way = draw(st.sampled_from(list(places(document))))
        kind = draw(st.sampled_from(["value", "value", "value", "remove", "list", "object", "nest", "rename"]))
        document = damaged(document, way, kind, draw(ODD))
    return name, document


@pytest.fixture(scope="module")
def client(knowledge, tmp_path_factory):
    from benzosafe.service.app import create_app

    chosen = Settings(
        database_url=f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'memory.db'}", burst=1_000_000, report_minutes=1,
        rate_per_minute=1_000_000, quiet_days=0,
    )  # fmt: skip
    app = create_app(chosen, clock=Clock(), knowledge=knowledge)
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


def answered(client, name, body):
    """The answer, which is as it should be or a refusal in words."""
    answer = client.post(f"/cds-services/{name}", content=body)
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 400:
        issue = answer.json()["issue"][0]
        assert answer.json()["resourceType"] == "OperationOutcome" and issue["diagnostics"]
    elif name.endswith("feedback"):
        assert set(answer.json()) == {"stored", "known", "unknownCards", "tasks"}
    else:
        # A draft's id is the client's own, and is given back as it came.
        assert [fault for fault in response_faults(answer.json()) if "resourceId" not in fault] == []
        for card in answer.json()["cards"]:
            assert [client.get(link["url"]).status_code for link in card.get("links", [])] in ([], [200])
    return answer


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(messages())
def test_damaged_messages_are_answered_or_refused(client, message):
    name, document = message
    answered(client, name, json.dumps(document).encode())


@pytest.mark.parametrize("name", MESSAGES)
def test_undamaged_messages_are_answered(client, name):
    """Else the fuzz would only ever see refusals."""
    answer = answered(client, name, json.dumps(MESSAGES[name]).encode())
    assert answer.status_code == 200 and answer.json().get("cards", [1])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(set(MESSAGES) - {FEEDBACK})), st.binary(max_size=300), st.integers(0, 4000))
def test_bytes_in_the_middle(client, name, noise, at):
    data = json.dumps(MESSAGES[name]).encode()
    answered(client, name, data[:at] + noise + data[at + len(noise) :])


def test_feedback_that_is_not_utf_8_is_refused(client):
    answered(client, FEEDBACK, json.dumps(MESSAGES[FEEDBACK]).encode().replace(b"card", b"c\xdbd", 1))
