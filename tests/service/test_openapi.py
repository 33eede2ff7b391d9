"""The interface keeps to its own description: generated calls get documented answers and never a server error."""

from __future__ import annotations

import socket

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error, positive_data_acceptance
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from benzosafe.service.settings import Settings
from tests.service.cds_checker import response_faults
from tests.service.cds_running import hook, of_person, on_a_port, running
from tests.service.conftest import Clock

EXAMPLES = 30
HOOKS = ("patient-view", "order-select", "order-sign", "medication-refill")
CDS = {
    ("GET", "/cds-services"), ("POST", "/cds-services/{id}"), ("POST", "/cds-services/{id}/feedback"),
    ("GET", "/reports/{name}"),
}  # fmt: skip
FHIR = {
    ("POST", "/fhir/$review"), ("POST", "/fhir/$taper"), ("POST", "/fhir/$simulate"), ("GET", "/fhir/metadata"),
    ("GET", "/fhir/{kind}"), ("GET", "/fhir/{kind}/{name}"),
}  # fmt: skip
OWN = {("GET", "/health"), ("GET", "/ready"), ("GET", "/metrics")}
ALL = sorted(CDS | FHIR | OWN, key=lambda item: item[::-1])
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def service(knowledge, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'memory.db'}"
    given_here = Settings(database_url=url, burst=1_000_000, rate_per_minute=1_000_000)
    with running(given_here, Clock(), knowledge) as found:
        yield found


@pytest.fixture(scope="module")
def schema(service):
    return schemathesis.openapi.from_url(f"{service.settings.base_url}/openapi.json")


def calls_of(schema, method, path, mode):
    return schema[path][method].as_strategy(generation_mode=mode)


def generated(examples=EXAMPLES):
    """The same calls on every machine and day."""
    quietly = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return how(
        max_examples=examples, deadline=None, database=None, derandomize=False, suppress_health_check=quietly,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip


def test_every_operation_is_called(schema):
    offered = {(item.ok().method.upper(), item.ok().path) for item in schema.get_all_operations()}
    assert offered == set(ALL)


@pytest.mark.parametrize(
    ("mode", "method", "path"),
    [(GenerationMode.POSITIVE, *item) for item in ALL]
    # Only a body can be wrong: an address of another form is another address.
    + [(GenerationMode.NEGATIVE, *item) for item in ALL if item[0] == "POST"],
    ids=lambda value: getattr(value, "value", value),
)
def test_no_call_breaks_it_and_every_answer_is_documented(schema, mode, method, path):
    statuses = set()

    @seed(20261124)
    @generated()
    @given(case=calls_of(schema, method, path, mode))
    def call(case):
        fitted(case)
        statuses.add(case.call_and_validate(checks=CHECKS).status_code)

    call()
    assert max(statuses) < 500
    if mode is GenerationMode.POSITIVE and (method, path) in CDS - {("GET", "/reports/{name}")}:
        assert 200 in statuses


def fitted(case):
    """The service that goes with the hook, so that more than a refusal is tried."""
    body = case.body
    if isinstance(body, dict) and body.get("hook") in HOOKS:
        case.path_parameters = {"id": f"benzosafe-{body['hook']}"}


@pytest.mark.parametrize("path", ["/cds-services/{id}", "/cds-services/{id}/feedback"])
def test_what_fits_the_description_is_accepted_and_answered_well(schema, path):
    @seed(20261125)
    @generated(3 * EXAMPLES)
    @given(case=calls_of(schema, "POST", path, GenerationMode.POSITIVE))
    def call(case):
        fitted(case)
        answer = case.call_and_validate(checks=[*CHECKS, positive_data_acceptance])
        if not path.endswith("feedback"):
            assert response_faults(answer.json()) == []

    call()


def test_a_card_and_its_report_are_described(service, schema):
    medicines = of_person("clonazepam", 1), of_person("oxycodone", 20, status="draft")
    request = hook("order-sign", medicines[0], drafts=[medicines[1]])
    answer = service.post("/cds-services/benzosafe-order-sign", request)
    (card,) = answer.json()["cards"]
    assert {"suggestions", "links", "overrideReasons", "selectionBehavior"} <= set(card)
    schema["/cds-services/{id}"]["POST"].validate_response(answer)
    report = service.client.get(card["links"][0]["url"])
    schema["/reports/{name}"]["GET"].validate_response(report)
    assert list(schema["/reports/{name}"]["GET"].definition.raw["responses"]["200"]["content"]) == ["text/html"]


async def broken(scope, receive, send):
    """A service that keeps to nothing of what is described."""
    if scope["type"] == "http":
        status, kind = (500, b"application/json") if scope["path"] == "/health" else (200, b"text/plain")
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.parametrize(("path", "told"), [("/health", "Server error"), ("/cds-services", "text/plain")])
def test_the_checks_find_what_is_wrong(service, path, told):
    described = schemathesis.openapi.from_dict(service.client.get("/openapi.json").json())
    with socket.create_server(("127.0.0.1", 0)) as sock, on_a_port(broken, sock):
        base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        with pytest.raises(FailureGroup) as caught:
            described[path]["GET"].Case().call_and_validate(base_url=base, checks=CHECKS)
    assert any(told in str(failure.__dict__) + str(failure) for failure in caught.value.exceptions)
