"""Logging in by an OpenID provider that nobody here wrote, and what is refused on the way back."""

from __future__ import annotations

import re
import socket
import warnings
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from benzosafe.audit.ledger import entries
from benzosafe.service.rx import openid_routes
from benzosafe.service.settings import OpenId
from tests.prescriptions import people
from tests.prescriptions.people import PASSWORD
from tests.service.cds_running import on_a_port
from tests.service.rx.conftest import Browser, clinic_on
from tests.service.rx.steps import drafted

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own libraries
    import oidc_provider_mock

SUBJECT = "person-77"


@pytest.fixture
def provider():
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def site(tmp_path, knowledge, provider, monkeypatch):
    """The clinic on a port, at the provider's time, with the doctor known to the provider."""
    monkeypatch.setenv("BENZOSAFE_OPENID_SECRET", "a secret of ours")
    monkeypatch.setitem(people.DETAILS, "doctor", people.DETAILS["doctor"] | {"openid_subject": SUBJECT})
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    clinic = clinic_on(
        f"sqlite:///{tmp_path / 'rx.db'}", knowledge, tmp_path, public_url=f"http://localhost:{port}", port=port,
        openid=OpenId(issuer=provider, client_id="benzosafe"),
    )  # fmt: skip
    clinic.clock.now = datetime.now(UTC)
    with on_a_port(clinic.app, sock):
        yield clinic, httpx.Client(base_url=f"http://localhost:{port}", trust_env=False, timeout=60)


def sent_on(browser):
    """Where the browser is sent."""
    answer = browser.get("/rx/openid")
    assert answer.status_code == 303
    return answer.headers["location"]


def through(url, subject=SUBJECT):
    """Say yes at the provider; gives the address that it sends the browser back to."""
    with httpx.Client(trust_env=False, timeout=60) as person:
        answer = person.post(url, data={"sub": subject})
        assert answer.status_code in (302, 303), answer.text
        return answer.headers["location"]


def back(browser, url):
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}")


def test_the_provider_opens_a_session_of_the_account_that_carries_its_name(site):
    clinic, browser = site
    url = sent_on(browser)
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["scope"] == ["openid"] and len(asked["nonce"][0]) > 40
    answer = back(browser, through(url))
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "doctor"
    assert browser.get("/rx/session").json()["csrf"] == answer.json()["csrf"]
    assert "openid" in {entry["details"].get("by") for entry in entries(clinic.office.desk.engine)}


def test_it_only_looks_because_the_provider_may_have_asked_for_one_factor(site):
    clinic, browser = site
    local = Browser(browser, back(browser, through(sent_on(browser))).json()["csrf"])
    clinic.browsers["doctor"] = local
    assert local.get("/prescriptions").status_code == 200
    for method, path in (
        ("POST", "/prescriptions"),
        ("POST", "/me/passkeys/challenge"),
        ("POST", "/me/password"),
        ("PUT", "/patients/ann/record"),
    ):
        answer = local.call(method, path, {})
        assert answer.status_code == 403 and "for looking" in answer.text, path
    assert local.call("DELETE", "/session").status_code == 204
    assert browser.get("/rx/session").status_code == 401


def test_where_the_provider_says_how_strongly_it_made_sure_it_opens_all_but_signing(site, monkeypatch):
    clinic, browser = site
    monkeypatch.setattr(openid_routes, "OPENID", openid_routes.OPENID_ACR)  # the provider of the tests knows no acr
    local = Browser(browser, back(browser, through(sent_on(browser))).json()["csrf"])
    clinic.browsers["doctor"] = local
    made = drafted(clinic)
    local.post(f"/prescriptions/{made}/review")
    assert local.post(f"/prescriptions/{made}/sign", {"password": "", "code": ""}).status_code == 422
    assert local.post(f"/prescriptions/{made}/sign", {"password": PASSWORD, "code": "000000"}).status_code == 403
    right = {"password": PASSWORD, "code": clinic.code("doctor")}
    assert local.post(f"/prescriptions/{made}/sign", right).json()["state"] == "signed"


def test_a_page_elsewhere_cannot_begin_it(site):
    _, browser = site
    assert browser.get("/rx/openid", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.get("/rx/openid", headers={"Sec-Fetch-Site": "none"}).status_code == 303


def test_a_person_without_an_account_is_refused(site):
    _, browser = site
    answer = back(browser, through(sent_on(browser), "a stranger"))
    assert answer.status_code == 403 and "benzosafe=" not in answer.headers.get("set-cookie", "")
    assert browser.get("/rx/session").status_code == 401


@pytest.mark.parametrize(
    "change",
    [lambda url: re.sub(r"state=[^&]+", "state=guessed", url), lambda url: re.sub(r"code=[^&]+", "code=guessed", url),
     lambda url: re.sub(r"code=[^&]+&", "", url), lambda url: url + "&iss=https://evil.example"],
    ids=["state", "code", "no code", "another issuer"],
)  # fmt: skip
def test_whatever_comes_back_wrong_opens_nothing(site, change):
    _, browser = site
    assert back(browser, change(through(sent_on(browser)))).status_code == 401
    assert browser.get("/rx/session").status_code == 401


def test_the_way_back_is_for_the_browser_that_began_and_for_ten_minutes(site):
    clinic, browser = site
    url = through(sent_on(browser))
    other = httpx.Client(base_url=browser.base_url, trust_env=False, timeout=60)
    assert back(other, url).status_code == 401
    clinic.clock.move(minutes=11)
    assert back(browser, url).status_code == 401


def test_a_code_is_good_once(site):
    _, browser = site
    url = through(sent_on(browser))
    assert back(browser, url).status_code == 200
    again = httpx.Client(base_url=browser.base_url, trust_env=False, timeout=60)
    assert back(again, url).status_code == 401


def test_a_provider_that_is_gone_or_names_itself_otherwise_is_said(site, provider):
    clinic, browser = site
    url = through(sent_on(browser))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gone = f"http://localhost:{nobody.getsockname()[1]}"
    settings = clinic.app.state.service.settings
    assert settings.openid.issuer == provider and url.startswith(settings.base_url)
    lost = clinic_on(
        str(clinic.office.desk.engine.url).replace("+pysqlite", ""), clinic.office.desk.knowledge,
        settings.key_file.parent, openid=OpenId(issuer=gone, client_id="benzosafe"), fresh=False,
    )  # fmt: skip
    assert lost.browser().client.get("/rx/openid").status_code == 502
