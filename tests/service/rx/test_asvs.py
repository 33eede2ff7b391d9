"""What docs/security.md says of the interface and no other test shows: headers, bodies, logs, names, methods."""

from __future__ import annotations

import json
import socket

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.schema import DropTable

from benzosafe.audit.ledger import faults
from benzosafe.storage.rx_tables import PROTECTED, sessions
from tests.prescriptions.people import PASSWORD, content
from tests.service.cds_running import on_a_port
from tests.service.rx.conftest import clinic_on
from tests.service.rx.steps import at_the_counter, drafted, signed

HOSTILE = ["'; DROP TABLE accounts; --", "ann' OR '1'='1", '"}],"x":"', "${7*7}{{7*7}}", "%s%n%x", "$(id)`id`|id"]
IDS = ["..%2F..%2Fetc%2Fpasswd", "..%252F..%252Fetc", "%00", "ann'%20OR%20'1'='1", "%FF%FE", "a" * 3000, "..;"]
SECRETS = ("password", "totp_box", "private_box", "$argon2", "code_sha")


def rows(clinic):
    """Every row that the audit chain answers for."""
    with clinic.office.desk.engine.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in PROTECTED}


def answers(clinic):
    """An answer of every kind there is, good and bad."""
    made, doctor, nobody = signed(clinic), clinic["doctor"], clinic.browser()
    mine = f"/prescriptions/{made}"
    return {
        "json": doctor.get(mine), "fhir": doctor.get(f"{mine}/fhir"), "page": doctor.get(f"{mine}/form"),
        "pdf": doctor.get(f"{mine}/form.pdf"), "nothing": clinic["ann"].call("DELETE", "/session"),
        "not let in": nobody.log_in("doctor", "000000"), "nobody": nobody.get(mine),
        "another site": doctor.post(f"{mine}/cancel", {"reason": "x"}, Origin="https://evil.example"),
        "no such": doctor.get("/prescriptions/none"), "no address": doctor.get("/none"),
        "no method": doctor.call("PATCH", mine), "wrong kind": doctor.post(f"{mine}/cancel", {"reason": 7}),
        "not now": doctor.post(f"{mine}/review"),
        "too large": doctor.post(f"{mine}/cancel", {"reason": "x" * 6_000_000}),
    }  # fmt: skip


def test_a_download_has_its_name_from_here(clinic):
    made = signed(clinic)
    headers = clinic["doctor"].get(f"/prescriptions/{made}/form.pdf").headers
    assert headers["content-disposition"] == 'inline; filename="prescription.pdf"'


def test_every_answer_is_for_nobody_to_keep_frame_or_guess_the_kind_of(clinic):
    kinds = {"json": "application/json", "page": "text/html; charset=utf-8", "pdf": "application/pdf"}
    for name, answer in answers(clinic).items():
        headers = answer.headers
        assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "no-referrer" and headers["x-request-id"], name
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script" not in policy, name
        assert "access-control-allow-origin" not in headers, name
        if answer.content:
            assert headers["content-type"] == kinds.get(name, "application/fhir+json"), name


def test_no_answer_holds_a_secret_of_an_account_or_the_inside_of_a_failure(clinic):
    found = answers(clinic) | {"users": clinic["boss"].get("/users"), "audit": clinic["checker"].get("/audit")}
    for name, answer in found.items():
        text = answer.text.replace("password or second factor", "").replace("password changed", "")
        for inner in (*SECRETS, "Traceback", ".py", "sqlite", "SELECT ", str(clinic.office.desk.engine.url)):
            assert inner not in text, (name, inner)


def test_a_database_that_fails_tells_nothing_of_itself(clinic):
    doctor = clinic["doctor"]
    with clinic.office.desk.engine.begin() as connection:
        connection.execute(DropTable(sessions))
    answer = doctor.get("/prescriptions")
    assert answer.status_code == 503
    assert "sessions" not in answer.text and "sqlite" not in answer.text.lower()


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "CONNECT", "PROPFIND"])
def test_another_method_is_refused_with_those_there_are(clinic, method):
    answer = clinic["doctor"].call(method, "/prescriptions")
    assert answer.status_code == 405 and answer.headers["allow"]
    assert "cookie" not in answer.text.lower()


def test_looking_changes_nothing(clinic):
    made, before = at_the_counter(clinic), None
    addresses = [
        path for path, methods in clinic.app.openapi()["paths"].items() if path.startswith("/rx") and "get" in methods
    ]
    for who in ("doctor", "counter", "ann", "boss", "checker"):
        clinic[who].get("/session")
    before = rows(clinic)
    for path in addresses:
        address = path.removeprefix("/rx").format(prescription=made, patient="ann")
        tried = {clinic[who].get(address).status_code for who in ("doctor", "counter", "ann", "boss", "checker")}
        assert tried & {200, 409}, (path, tried)
    assert rows(clinic) == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]
)
def test_a_body_that_a_page_of_another_site_could_send_unasked_is_not_read(clinic, kind):
    body = json.dumps({"name": "doctor", "password": PASSWORD, "code": clinic.code("doctor")})
    headers = {"Content-Type": kind} if kind else {}
    answer = clinic.browser().client.post("/rx/session", content=body, headers=headers)
    assert answer.status_code == 422 and "set-cookie" not in answer.headers


def test_another_site_cannot_ask_first_either(clinic):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    answer = clinic.browser().client.options("/rx/patients/ann/record", headers=headers)
    assert answer.status_code == 400 and "access-control-allow-origin" not in answer.headers


def test_nothing_beside_what_is_named_is_taken(clinic):
    described = clinic.app.openapi()
    bodies = {
        (method, path): operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        for path, methods in described["paths"].items() if path.startswith("/rx")
        for method, operation in methods.items() if "requestBody" in operation
    }  # fmt: skip
    assert len(bodies) > 20
    for where, name in bodies.items():
        assert described["components"]["schemas"][name]["additionalProperties"] is False, where
    account = {"name": "dr.new", "roles": ["prescriber"], "password": "seven odd umbrellas sleep"}
    for more in ({"renew": False}, {"disabled_at": None}, {"granted_by": "nobody"}, {"roles": ["system"]}):
        assert clinic["boss"].post("/users", account | more).status_code == 422, more
    said = content(written_on=clinic.clock().date()).model_dump(mode="json") | {"state": "signed"}
    assert clinic["doctor"].post("/prescriptions", {"content": said}).status_code == 422


def test_what_stands_in_the_address_never_stands_in_for_the_body(clinic):
    right = {"password": PASSWORD, "code": clinic.code("doctor")}
    asked = f"/session?name=doctor&password={PASSWORD}&name=other"
    assert clinic.browser().post(asked, right).status_code == 422
    first, second = (
        clinic["checker"].get(f"/audit?{query}").json()["entry"] for query in ("since=3", "since=0&since=3")
    )
    assert first[0] == second[0]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_kept_as_words(clinic, words):
    made = drafted(clinic)
    assert clinic["ann"].post("/prescriptions/requests", {"patient": "ann", "words": words}).status_code == 201
    assert clinic["doctor"].post(f"/prescriptions/{made}/cancel", {"reason": words}).status_code == 200
    assert clinic["doctor"].get(f"/prescriptions/{made}").json()["reason"] == words
    assert words in {clinic["ann"].get(f"/prescriptions/{row['id']}").json()["request"]
                     for row in clinic["ann"].get("/prescriptions").json()}  # fmt: skip
    assert clinic.browser().log_in(words[:60], "000000").status_code == 401
    assert (
        clinic["boss"]
        .post("/users", {"name": words[:60], "roles": ["auditor"], "password": "seven odd umbrellas sleep"})
        .status_code
        == 400
    )
    desk = clinic.office.desk
    assert set(inspect(desk.engine).get_table_names()) >= {table.name for table in PROTECTED}
    assert faults(desk.engine, desk.vault.chain_key) == []


@pytest.mark.parametrize("odd", IDS)
def test_an_id_that_would_leave_its_place_finds_nothing(clinic, odd):
    drafted(clinic)
    for path in (f"/prescriptions/{odd}", f"/patients/{odd}/record", f"/prescriptions/{odd}/form.pdf"):
        answer = clinic["doctor"].get(path)
        assert answer.status_code == 404 and "root:" not in answer.text, path


def test_a_body_too_large_or_too_deep_is_refused(clinic):
    doctor = clinic["doctor"]
    assert doctor.post("/prescriptions", {"content": "x" * 5_000_001}).status_code == 413
    deep = b'{"reason":' * 101 + b"1" + b"}" * 101
    headers = {"X-CSRF-Token": doctor.csrf, "Content-Type": "application/json"}
    answer = doctor.client.post("/rx/prescriptions/x/cancel", content=deep, headers=headers)
    assert answer.status_code == 400 and "nested" in answer.text


HOSTILE_RECORDS = {
    "deep JSON": '{"a":' * 100_000, "deep YAML": "patient: " + "[" * 100_000,
    "aliases": "a: &a [x, x]\nb: [*a, *a]\npatient: {id: ann}\nmedicines: none\n",
    "a tag": "patient: !!python/object/apply:os.system ['id']\nmedicines: none\n", "not text": "\x00\x01",
}  # fmt: skip
HOSTILE_FILLS = {
    "deep": '{"entry":' + "[" * 100_000, "a list for an object": '{"entry": [{"resource": []}]}',
    "text for an object": json.dumps({"entry": [{"resource": {
        "resourceType": "MedicationDispense", "medicationCodeableConcept": "x", "performer": "x", "quantity": 1}}]}),
    "a huge field": "dispensed_on,medicine,units\n2026-11-01,clonazepam," + "1" * 200_000,
    "a huge number": "dispensed_on,medicine,units\n2026-11-01,clonazepam,1E999999",
    "no number": "dispensed_on,medicine,units\n2026-11-01,clonazepam,NaN",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_RECORDS.values(), ids=HOSTILE_RECORDS)
def test_a_record_holds_no_tags_aliases_or_depth(clinic, text):
    answer = clinic["doctor"].call("PUT", "/patients/ann/record", {"text": text})
    assert answer.status_code == 400 and answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("text", HOSTILE_FILLS.values(), ids=HOSTILE_FILLS)
def test_a_hostile_list_of_fills_is_refused_and_nothing_of_it_kept(clinic, text):
    drafted(clinic)
    answer = clinic["doctor"].post("/patients/ann/fills", {"text": text, "source": "programme"})
    assert answer.status_code == 400 or answer.json()["kept"] == 0
    assert clinic["doctor"].get("/patients/ann/history").json() == []


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
SMUGGLED = {
    "length and chunks": b"Content-Length: 6\r\n" + CHUNKED + b"0\r\n\r\nGET /a HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": b"Content-Length: 6\r\nContent-Length: 0\r\n\r\nabcdef",
    "another coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "no chunk": CHUNKED + b"zz\r\n\r\n",
    "a zero in a header": b"X-A: a\x00b\r\n\r\n",
}  # fmt: skip


def test_a_message_whose_end_can_be_read_in_two_ways_is_refused(tmp_path, knowledge):
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    clinic = clinic_on(
        f"sqlite:///{tmp_path / 'rx.db'}", knowledge, tmp_path, public_url=f"http://localhost:{port}", port=port
    )
    with on_a_port(clinic.app, sock):
        for name, rest in SMUGGLED.items():
            with socket.create_connection(("127.0.0.1", port), timeout=10) as there:
                there.sendall(b"POST /rx/session HTTP/1.1\r\nHost: localhost\r\n" + rest)
                answered = b"".join(iter(lambda: there.recv(65536), b""))
            assert answered.startswith(b"HTTP/1.1 400") and answered.count(b"HTTP/1.1") == 1, name


def test_what_a_caller_says_of_its_own_address_changes_nothing(tmp_path, knowledge):
    clinic = clinic_on(f"sqlite:///{tmp_path / 'rx.db'}", knowledge, tmp_path)
    said = {"X_Forwarded_Host": "rx.example.org", "Forwarded": "host=rx.example.org", "X_Original_URL": "/rx/users"}
    assert clinic.browser().get("/session", Host="evil.example", **said).status_code == 403
    tries = [
        clinic.browser().post("/session/challenge", X_Forwarded_For=f"192.0.2.{number}", X_Real_IP=f"192.0.2.{number}")
        for number in range(30)
    ]
    assert tries[-1].status_code == 429


def test_it_runs_without_debugging_and_shows_no_folders(clinic):
    assert clinic.app.debug is False
    for path in ("/", "/static/", "/rx/", "/.git/HEAD", "/redoc", "/benzosafe.db", "/master.key"):
        assert clinic.browser().client.get(path).status_code == 404, path
