"""The FHIR addresses over HTTP: formats, operations, definitions, and refusals that are FHIR themselves."""

from __future__ import annotations

import json

import pytest

from tests.fhir.asking import BUNDLE, ask, parameters
from tests.fhir.builders import PATIENT, bundle

FHIR = "application/fhir+json"
XML = "application/fhir+xml"


@pytest.fixture
def client(client_of, settings):
    return client_of(settings())


def post(client, code, document, **headers):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post(f"/fhir/${code}", content=body, headers={"content-type": FHIR, **headers})


def is_outcome(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith(FHIR)
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome" and body["issue"][0]["severity"] == "error"
    return body["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("code", "document"),
    [
        ("review", BUNDLE),
        ("taper", parameters(target=1.0, levels=False)),
        ("simulate", parameters(None, drug="clonazepam", dose="1", days=2, people=5)),
    ],
)
def test_operations_answer_as_they_do_without_http(client, knowledge, clock, code, document):
    answer = post(client, code, document)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(FHIR)
    assert answer.json() == json.loads(json.dumps(ask(knowledge, code, document, clock()).resource))


def test_the_clock_of_the_service_says_what_today_is(client, clock):
    clock.move(days=10)
    envelope = post(client, "review", BUNDLE).json()["entry"][0]["resource"]
    assert envelope["occurrenceDateTime"].startswith("2026-12-04")


def test_an_address_may_be_percent_encoded(client):
    assert client.post("/fhir/%24review", json=BUNDLE).status_code == 200


@pytest.mark.parametrize("kind", [FHIR, "application/json", "application/json+fhir", f"{FHIR}; fhirVersion=4.0"])
def test_json_is_read_and_written_under_all_its_names(client, kind):
    answer = post(client, "review", BUNDLE, **{"content-type": kind, "accept": kind})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == kind.split(";")[0]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*;q=0.5", f"{XML};q=0.9, application/json;q=0.8", "text/html, */*;q=0.1"]
)
def test_json_is_written_where_it_is_accepted_at_all(client, accept):
    assert client.get("/fhir/metadata", headers={"accept": accept}).status_code == 200


@pytest.mark.parametrize("accept", [XML, "application/xml, text/xml", "text/html", f"{FHIR};q=0, {XML}"])
@pytest.mark.parametrize(
    "path", ["/fhir/metadata", "/fhir/Library", "/fhir/Library/benzosafe-rules", "/fhir/OperationDefinition"]
)
def test_xml_is_not_written(client, accept, path):
    is_outcome(client.get(path, headers={"accept": accept}), 406)


def test_format_in_the_address_comes_before_the_header(client):
    assert client.get("/fhir/metadata?_format=json", headers={"accept": XML}).status_code == 200
    assert client.get(f"/fhir/metadata?_format={FHIR}").status_code == 200
    is_outcome(client.get("/fhir/metadata?_format=xml"), 406)
    is_outcome(post(client, "review", BUNDLE, accept=XML), 406)


def test_xml_is_not_read(client):
    assert FHIR in is_outcome(post(client, "review", b"<Bundle/>", **{"content-type": XML}), 415)
    assert "XML" in is_outcome(post(client, "review", b"<Bundle/>"), 400)


def test_refusals_are_outcomes(client):
    is_outcome(post(client, "review", b"{"), 400)
    assert "pace" in is_outcome(post(client, "taper", parameters(pac="10/14")), 400)
    two = bundle(PATIENT, PATIENT | {"id": "q", "birthDate": "1970-01-01"})
    assert "two patients" in is_outcome(post(client, "review", two), 422)
    is_outcome(client.get("/fhir/$review"), 404)
    is_outcome(client.post("/fhir/$revue", json=BUNDLE), 405)


def test_a_body_beyond_the_limit_is_refused(client_of, settings):
    small = client_of(settings(max_fhir_bytes=1_000))
    is_outcome(post(small, "review", BUNDLE | {"id": "x" * 2_000}), 413)


def test_the_capability_statement_has_the_public_address(client_of, settings):
    statement = client_of(settings(public_url="https://cds.example.org")).get("/fhir/metadata").json()
    assert statement["implementation"]["url"] == "https://cds.example.org/fhir"


def test_definitions_are_read_and_searched(client):
    plan = client.get("/fhir/PlanDefinition/use-over-four-weeks").json()
    assert plan["title"].startswith("Benzodiazepine or Z-drug taken")
    page = client.get("/fhir/PlanDefinition?_count=2&_offset=1").json()
    assert len(page["entry"]) == 2
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert following.endswith("/fhir/PlanDefinition?_count=2&_offset=3")
    for kind in ("Library", "ValueSet", "OperationDefinition"):
        assert client.get(f"/fhir/{kind}").json()["total"] > 0


def test_what_is_not_there_is_not_found(client):
    assert "use-over-four-weeks" in is_outcome(client.get("/fhir/PlanDefinition/use-over-for-weeks"), 404)
    assert "PlanDefinition" in is_outcome(client.get("/fhir/Plandefinition"), 404)
    is_outcome(client.get("/fhir/Patient/1"), 404)
    assert "_count" in json.dumps(client.get("/fhir/Library?_count=x").json())


def test_every_operation_is_documented_for_openapi(client):
    paths = client.get("/openapi.json").json()["paths"]
    for code in ("review", "taper", "simulate"):
        described = paths[f"/fhir/${code}"]["post"]
        assert FHIR in described["requestBody"]["content"]
        assert {"200", "400", "406", "415", "422"} <= set(described["responses"])


def test_without_a_token_a_guarded_service_answers_no_operation(client_of, guarded):
    client = client_of(guarded)
    is_outcome(post(client, "review", BUNDLE), 401)
    assert client.get("/fhir/metadata").status_code == 200
