"""Passkeys in a real Chromium with an authenticator of its own: made, logged in with, signed with, and misused."""

from __future__ import annotations

import shutil
import socket

import pytest

from benzosafe.audit.ledger import faults
from tests.prescriptions.people import PASSWORD, content
from tests.service.cds_running import on_a_port
from tests.service.rx.conftest import clinic_on

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MAKE = """async options => (await navigator.credentials.create(
    {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})).toJSON()"""
ANSWER = """async options => (await navigator.credentials.get(
    {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)})).toJSON()"""
CALL = """async ([method, path, body, csrf]) => {
    const answer = await fetch('/rx' + path, {method, body: body === null ? undefined : JSON.stringify(body),
        headers: {'Content-Type': 'application/json', 'X-CSRF-Token': csrf}});
    const text = await answer.text();
    return [answer.status, text ? JSON.parse(text) : null];
}"""


class Page:
    """A page of the site in Chromium, with an authenticator that says yes."""

    def __init__(self, page, origin):
        self.page, self.csrf = page, ""
        page.goto(f"{origin}/docs")
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.device = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }})["authenticatorId"]  # fmt: skip

    def call(self, method, path, body=None):
        status, found = self.page.evaluate(CALL, [method, path, body, self.csrf])
        if path == "/session" and status == 200 and method == "POST":
            self.csrf = found["csrf"]
        return status, found

    def make(self, options):
        return self.page.evaluate(MAKE, options)

    def answer(self, options):
        return self.page.evaluate(ANSWER, options)


@pytest.fixture
def site(tmp_path, knowledge):
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    origin = f"http://localhost:{port}"
    clinic = clinic_on(f"sqlite:///{tmp_path / 'rx.db'}", knowledge, tmp_path, public_url=origin, port=port)
    with on_a_port(clinic.app, sock):
        yield clinic, origin


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; .ci/run installs it")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(site, chromium):
    context = chromium.new_context(bypass_csp=True)  # the test's own script, not the site's, is what it lets in
    yield Page(context.new_page(), site[1])
    context.close()


def with_a_passkey(clinic, page):
    """The doctor, logged in with a code, has made a passkey."""
    status, _ = page.call("POST", "/session", {"name": "doctor", "password": PASSWORD, "code": clinic.code("doctor")})
    assert status == 200
    _, options = page.call("POST", "/me/passkeys/challenge", {})
    body = {"password": PASSWORD, "code": clinic.code("doctor"), "answer": page.make(options), "label": "laptop"}
    status, _ = page.call("POST", "/me/passkeys", body)
    assert status == 204
    return body


def logged_in_by(page, name="doctor", password=PASSWORD):
    _, options = page.call("POST", "/session/challenge", {})
    answer = page.answer(options)
    return answer, page.call("POST", "/session", {"name": name, "password": password, "passkey": answer})[0]


def test_a_passkey_logs_in_and_signs_in_place_of_a_code(site, page):
    clinic, _ = site
    made_with = with_a_passkey(clinic, page)
    assert page.call("POST", "/me/passkeys", made_with)[0] in (400, 401)  # the challenge is used up, and so is the code
    assert [key["label"] for key in page.call("GET", "/me/passkeys")[1]] == ["laptop"]
    page.call("DELETE", "/session")
    answer, status = logged_in_by(page)
    assert status == 200 and page.call("GET", "/session")[1]["name"] == "doctor"
    assert page.call("POST", "/session", {"name": "doctor", "password": PASSWORD, "passkey": answer})[0] == 401

    page.call("PUT", "/patients/ann/record", {"text": "patient: {id: ann, born: 1986-03-04}\nmedicines: none\n"})
    said = content(written_on=clinic.clock().date()).model_dump(mode="json")
    ids = [page.call("POST", "/prescriptions", {"content": said})[1]["id"] for _ in range(2)]
    for made in ids:
        assert page.call("POST", f"/prescriptions/{made}/review", {})[1]["could_not_run"] == ""
    _, options = page.call("POST", f"/prescriptions/{ids[0]}/sign/challenge", {})
    answer = page.answer(options)
    sign = {"password": PASSWORD, "passkey": answer}
    assert page.call("POST", f"/prescriptions/{ids[1]}/sign", sign)[0] == 403  # asked for another prescription
    assert page.call("POST", f"/prescriptions/{ids[0]}/sign", sign)[0] == 403  # and so used up
    _, options = page.call("POST", f"/prescriptions/{ids[0]}/sign/challenge", {})
    sign = {"password": PASSWORD, "passkey": page.answer(options)}
    assert page.call("POST", f"/prescriptions/{ids[0]}/sign", sign | {"password": "wrong password"})[0] == 403
    _, options = page.call("POST", f"/prescriptions/{ids[0]}/sign/challenge", {})
    sign = {"password": PASSWORD, "passkey": page.answer(options)}
    assert page.call("POST", f"/prescriptions/{ids[0]}/sign", sign)[1]["state"] == "signed"
    desk = clinic.office.desk
    assert faults(desk.engine, desk.vault.chain_key) == []


def test_a_passkey_is_worth_nothing_to_others_without_its_owner_or_when_removed(site, page):
    clinic, _ = site
    with_a_passkey(clinic, page)
    assert logged_in_by(page, name="other")[1] == 401
    assert logged_in_by(page, password="another password")[1] == 401
    assert logged_in_by(page)[1] == 200
    page.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": page.device, "isUserVerified": False})
    _, options = page.call("POST", "/session/challenge", {})
    with pytest.raises(Exception, match="NotAllowedError|not allowed"):
        page.answer(options)
    weaker = options | {"userVerification": "discouraged"}  # a page that asks for less
    body = {"name": "doctor", "password": PASSWORD, "passkey": page.answer(weaker)}
    assert page.call("POST", "/session", body)[0] == 401
    page.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": page.device, "isUserVerified": True})
    (key,) = page.call("GET", "/me/passkeys")[1]
    assert page.call("DELETE", f"/me/passkeys/{key['id']}")[0] == 204
    assert logged_in_by(page)[1] == 401


def test_a_changed_draft_is_not_what_the_passkey_was_asked_about(site, page):
    clinic, _ = site
    with_a_passkey(clinic, page)
    page.call("PUT", "/patients/ann/record", {"text": "patient: {id: ann, born: 1986-03-04}\nmedicines: none\n"})
    day = clinic.clock().date()
    made = page.call("POST", "/prescriptions", {"content": content(written_on=day).model_dump(mode="json")})[1]["id"]
    page.call("POST", f"/prescriptions/{made}/review", {})
    _, options = page.call("POST", f"/prescriptions/{made}/sign/challenge", {})
    answer = page.answer(options)
    page.call("PUT", f"/prescriptions/{made}", content(written_on=day, units=30, days=15).model_dump(mode="json"))
    page.call("POST", f"/prescriptions/{made}/review", {})
    status, _ = page.call("POST", f"/prescriptions/{made}/sign", {"password": PASSWORD, "passkey": answer})
    assert status == 403 and page.call("GET", f"/prescriptions/{made}")[1]["state"] == "reviewed"


def test_a_damaged_answer_is_refused(site, page):
    clinic, _ = site
    with_a_passkey(clinic, page)
    for damage in ({"id": "x"}, {"rawId": 3}, {"response": None}, {"response": {}}):
        _, options = page.call("POST", "/session/challenge", {})
        body = {"name": "doctor", "password": PASSWORD, "passkey": page.answer(options) | damage}
        assert page.call("POST", "/session", body)[0] == 401, damage
    assert logged_in_by(page)[1] == 200  # four refusals do not lock it, and one good answer forgets them
    assert page.call("POST", "/session", {"name": "doctor", "password": PASSWORD, "passkey": {}})[0] == 401
