"""The interface of prescriptions keeps to its own description, whatever is sent to it."""

from __future__ import annotations

import socket

import pytest
import schemathesis
from hypothesis import given, seed
from schemathesis import GenerationMode

from tests.prescriptions.people import PASSWORD
from tests.service.cds_running import on_a_port
from tests.service.rx.conftest import clinic_on
from tests.service.rx.test_roles import MAY
from tests.service.test_openapi import CHECKS, calls_of, generated

EXAMPLES = 12
CALLERS = ("doctor", "boss", "counter", "checker")


@pytest.fixture(scope="module")
def site(tmp_path_factory, knowledge):
    folder = tmp_path_factory.mktemp("rx")
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    clinic = clinic_on(
        f"sqlite:///{folder / 'rx.db'}", knowledge, folder, public_url=f"http://localhost:{port}", port=port
    )
    with on_a_port(clinic.app, sock):
        yield clinic, f"http://localhost:{port}"


@pytest.fixture(scope="module")
def schema(site):
    return schemathesis.openapi.from_url(f"{site[1]}/openapi.json")


@pytest.fixture(scope="module")
def callers(site):
    return sessions(site[0])


def sessions(clinic):
    return {name: session_of(clinic, name) for name in CALLERS}


def session_of(clinic, name):
    """Cookie and page token of somebody who has just logged in."""
    browser = clinic.browser()
    browser.client.base_url = "http://localhost"
    answer = browser.log_in(name, clinic.code(name), PASSWORD)
    assert answer.status_code == 200, answer.text
    return {"Cookie": answer.headers["set-cookie"].split(";")[0], "X-CSRF-Token": browser.csrf}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), sorted(MAY), ids=lambda part: part.replace("/rx/", ""))
def test_no_call_breaks_it_and_every_answer_is_documented(site, schema, callers, method, path, mode):
    if mode is GenerationMode.NEGATIVE and method not in ("POST", "PUT"):
        return  # only a body can be wrong: an address of another form is another address
    if path.endswith(("/challenge", "/review", "/disable", "/second-factor")) and mode is GenerationMode.NEGATIVE:
        return  # without a body
    statuses = set()
    if method == "DELETE" and path == "/rx/session":
        callers = sessions(site[0])  # which end with it

    @seed(20261127)
    @generated(EXAMPLES)
    @given(case=calls_of(schema, method, path, mode))
    def call(case):
        for headers in callers.values():
            answer = case.call_and_validate(checks=CHECKS, headers=headers)
            statuses.add(answer.status_code)

    call()
    assert statuses and max(statuses) < 500
