"""Logging in and out: what opens a session, what ends it, and what a page has to bring along."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from benzosafe.audit.ledger import entries, faults
from benzosafe.identity.sessions import csrf_of
from benzosafe.storage.rx_tables import sessions
from tests.prescriptions.people import PASSWORD
from tests.service.rx.conftest import SITE, clinic_on

NEW = "seven odd umbrellas sleep"


def sha(token):
    return hashlib.sha256(token.encode()).hexdigest()


def test_both_factors_open_a_session_whose_cookie_scripts_and_other_sites_cannot_have(clinic):
    browser = clinic.browser()
    answer = browser.log_in("doctor", clinic.code("doctor"))
    assert answer.json()["name"] == "doctor" and answer.json()["roles"] == ["prescriber"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-benzosafe=")
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert browser.get("/session").json()["csrf"] == browser.csrf


@pytest.mark.parametrize(
    ("name", "password", "shift"),
    [("doctor", "wrong password here", 0), ("doctor", PASSWORD, 900), ("nobody", PASSWORD, 0), ("doctor", "", 0),
     ("doctor\0", PASSWORD, 0), ("DOCTOR", PASSWORD, 0), ("doctor' OR '1'='1", PASSWORD, 0)],
)  # fmt: skip
def test_whatever_is_wrong_the_answer_is_the_same(clinic, name, password, shift):
    code = pyotp.TOTP(clinic.office.secrets["doctor"]).at(clinic.clock().timestamp() + 30 + shift)
    answer = clinic.browser().log_in(name, code, password)
    assert answer.status_code == (401 if password else 422)
    if password:
        other = clinic.browser().log_in("someone", "000000", "something else entirely")
        assert answer.json() == other.json() and "set-cookie" not in answer.headers


def test_a_code_is_good_once(clinic):
    code = clinic.code("doctor")
    assert clinic.browser().log_in("doctor", code).status_code == 200
    assert clinic.browser().log_in("doctor", code).status_code == 401


def test_a_recovery_code_is_good_once_and_new_ones_end_the_old(clinic):
    made = clinic["doctor"].post("/me/second-factor", {"password": PASSWORD, "code": clinic.code("doctor")}).json()
    first, second = made["recovery_codes"][:2]
    assert len(set(made["recovery_codes"])) == 10
    assert clinic.browser().log_in("doctor", first.upper()).status_code == 200
    assert clinic.browser().log_in("doctor", first).status_code == 401
    clinic.office.secrets["doctor"] = made["totp_secret"]
    again = clinic["doctor"].post("/me/second-factor", {"password": PASSWORD, "code": clinic.code("doctor")}).json()
    assert clinic.browser().log_in("doctor", second).status_code == 401
    assert clinic.browser().log_in("doctor", again["recovery_codes"][0]).status_code == 200


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(clinic):
    for _ in range(5):
        assert clinic.browser().log_in("doctor", "000000").status_code == 401
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 401
    clinic.clock.move(minutes=15)
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 200
    locked = [entry for entry in entries(clinic.office.desk.engine) if entry["details"].get("locked")]
    assert len(locked) == 1


@pytest.mark.parametrize(("steps", "minutes"), [(1, 15.1), (33, 14.9)], ids=["unused", "after eight hours"])
def test_a_session_ends_when_it_is_not_used_and_ends_anyway_after_eight_hours(clinic, steps, minutes):
    browser, seen = clinic["doctor"], []
    for _ in range(steps):
        clinic.clock.move(minutes=minutes)
        seen.append(browser.get("/session").status_code)
    assert seen[-1] == 401
    assert all(status == 200 for status in seen[:-1])


def test_logging_in_anew_ends_the_session_that_the_browser_had(clinic):
    browser, copied = clinic["doctor"], clinic.browser()
    copied.client.cookies.set("__Host-benzosafe", browser.client.cookies["__Host-benzosafe"], domain="rx.example.org")
    assert copied.get("/session").status_code == 200
    assert browser.log_in("doctor", clinic.code("doctor")).status_code == 200
    assert copied.get("/session").status_code == 401
    assert browser.get("/session").status_code == 200


@pytest.mark.parametrize("column", ["account_id", "proved_by", "ends_at", "made_at", "token", "seal"])
def test_a_session_put_or_changed_past_the_program_opens_nothing(clinic, column):
    """Whoever can write into the database, and knows a token of their own, becomes nobody by it."""
    browser, boss = clinic["ann"], clinic["boss"]
    token, other = browser.client.cookies["__Host-benzosafe"], boss.client.cookies["__Host-benzosafe"]
    with clinic.office.desk.engine.begin() as connection:
        row = dict(connection.execute(select(sessions).where(sessions.c.token == sha(token))).mappings().one())
        admin = connection.execute(select(sessions).where(sessions.c.token == sha(other))).mappings().one()
        change = {
            "account_id": admin["account_id"], "proved_by": "passkey", "ends_at": row["ends_at"] + timedelta(days=9),
            "made_at": row["made_at"] + timedelta(minutes=1), "token": sha("mine"), "seal": "0" * 64,
        }  # fmt: skip
        connection.execute(update(sessions).where(sessions.c.token == sha(token)).values({column: change[column]}))
    assert browser.get("/session").status_code == 401
    if column == "token":
        browser.client.cookies.set("__Host-benzosafe", "mine", domain="rx.example.org")
        assert browser.get("/session").status_code == 401


def test_what_is_typed_as_a_name_is_kept_nowhere(clinic):
    typed = "my secret password typed in the wrong box"
    assert clinic.browser().log_in(typed, "000000").status_code == 401
    kept = list(entries(clinic.office.desk.engine))
    assert kept[-1]["action"] == "log-in refused" and kept[-1]["actor"] == "nobody"
    assert typed not in repr(kept)


def test_log_out_ends_the_session_for_whoever_has_its_cookie(clinic):
    browser, copied = clinic["doctor"], clinic.browser()
    copied.client.cookies.update(browser.client.cookies)
    assert copied.get("/session").status_code == 200
    assert browser.call("DELETE", "/session").status_code == 204
    assert copied.get("/session").status_code == 401


def test_every_log_in_gets_a_session_of_its_own(clinic):
    first, second = clinic.browser(), clinic.browser()
    first.log_in("doctor", clinic.code("doctor"))
    second.client.cookies.update(first.client.cookies)
    second.log_in("doctor", clinic.code("doctor"))
    assert dict(first.client.cookies) != dict(second.client.cookies)


def test_a_made_up_cookie_opens_nothing(clinic):
    browser = clinic.browser()
    for value in ("", "x", "a" * 43, "0" * 5000):
        browser.client.cookies.set("__Host-benzosafe", value)
        browser.csrf = csrf_of(value)
        assert browser.get("/session").status_code == 401
        assert browser.post("/prescriptions/requests", {"patient": "ann", "words": "please"}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"X_CSRF_Token": None}, {"X_CSRF_Token": "0" * 64}, {"X_CSRF_Token": "é"}, {"Origin": "https://evil.example"},
     {"Origin": "null"}, {"Origin": SITE + ".evil.example"}, {"Sec_Fetch_Site": "cross-site"},
     {"Sec_Fetch_Site": "same-site"}],
    ids=lambda given: "-".join(map(str, *given.items())),
)  # fmt: skip
def test_a_change_needs_the_page_token_and_our_own_site(clinic, headers):
    browser = clinic["ann"]
    sent = {name: value.encode("utf-8") if value else value for name, value in headers.items()}
    answer = browser.post("/prescriptions/requests", {"patient": "ann", "words": "please"}, **sent)
    assert answer.status_code == 403
    assert clinic["ann"].get("/prescriptions").json() == []


@pytest.mark.parametrize("path", ["/session", "/session/challenge"])
def test_not_even_a_log_in_is_taken_from_another_site(clinic, path):
    body = {"name": "doctor", "password": PASSWORD, "code": clinic.code("doctor")}
    assert clinic.browser().post(path, body, Origin="https://evil.example").status_code == 403


def test_another_host_name_is_not_answered(clinic):
    assert clinic.browser().get("/session", Host="evil.example").status_code == 403


def test_the_page_token_of_another_session_does_not_fit(clinic):
    browser = clinic["ann"]
    browser.csrf = clinic["doctor"].csrf
    assert browser.post("/prescriptions/requests", {"patient": "ann", "words": "please"}).status_code == 403


def test_who_tries_too_often_waits(tmp_path, knowledge):
    clinic = clinic_on(f"sqlite:///{tmp_path / 'rx.db'}", knowledge, tmp_path)
    answers = [clinic.browser().post("/session/challenge") for _ in range(30)]
    assert [answer.status_code for answer in answers[:15]] == [200] * 15
    assert answers[-1].status_code == 429 and answers[-1].headers["retry-after"]


def test_a_new_password_ends_the_other_sessions_and_the_old_password(clinic):
    here, there = clinic["doctor"], clinic.browser()
    there.log_in("doctor", clinic.code("doctor"))
    body = {"password": PASSWORD, "code": clinic.code("doctor"), "new_password": NEW}
    assert here.post("/me/password", body).status_code == 204
    assert here.get("/session").status_code == 200 and there.get("/session").status_code == 401
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 401
    assert clinic.browser().log_in("doctor", clinic.code("doctor"), NEW).status_code == 200


@pytest.mark.parametrize("new", ["short", "doctor-doctor-doctor", "password1234567", "aaaaaaaaaaaaaaaa", "x" * 201])
def test_an_easy_password_is_refused(clinic, new):
    doctor = clinic["doctor"]
    body = {"password": PASSWORD, "code": clinic.code("doctor"), "new_password": new}
    assert doctor.post("/me/password", body).status_code in (400, 422)
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 200


def test_a_disabled_account_is_out_at_once(clinic):
    doctor, boss = clinic["doctor"], clinic["boss"]
    assert boss.post("/users/doctor/disable").status_code == 204
    assert doctor.get("/session").status_code == 401
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 401


def test_what_somebody_else_has_seen_is_renewed_before_anything_else(clinic):
    made = clinic["boss"].post(
        "/users", {"name": "dr.new", "roles": ["prescriber"], "password": NEW, "profession": "physician",
                   "registration": "XY1"},
    ).json()  # fmt: skip
    clinic.office.secrets["dr.new"] = made["totp_secret"]
    browser = clinic.browser()
    assert browser.log_in("dr.new", clinic.code("dr.new"), NEW).json()["renew"] is True
    assert browser.get("/prescriptions").status_code == 403
    assert browser.post("/me/passkeys/challenge").status_code == 403
    own = "a sentence of her own choice"
    renewed = browser.post("/me/renew", {"password": NEW, "code": clinic.code("dr.new"), "new_password": own}).json()
    assert renewed["totp_secret"] != made["totp_secret"]
    assert browser.get("/prescriptions").status_code == 200
    assert clinic.browser().log_in("dr.new", clinic.code("dr.new"), NEW).status_code == 401
    clinic.office.secrets["dr.new"] = renewed["totp_secret"]
    assert clinic.browser().log_in("dr.new", clinic.code("dr.new"), own).json()["renew"] is False


def test_whoever_made_an_account_does_not_let_it_sign(clinic):
    boss = clinic["boss"]
    account = {"name": "dr.new", "roles": ["prescriber"], "password": NEW, "profession": "physician"}
    assert boss.post("/users", account | {"registration": "XY1"}).status_code == 201
    assert boss.post("/users/dr.new/keys", {"reason": "first key"}).status_code == 403
    second = {"name": "boss2", "roles": ["administrator"], "password": NEW}
    made = boss.post("/users", second).json()
    clinic.office.secrets["boss2"] = made["totp_secret"]
    other = clinic.browser()
    other.log_in("boss2", clinic.code("boss2"), NEW)
    other.post("/me/renew", {"password": NEW, "code": clinic.code("boss2"), "new_password": NEW + "!"})
    assert other.post("/users/dr.new/keys", {"reason": "first key"}).status_code == 200


def test_every_log_in_and_refusal_is_in_the_chain(clinic):
    clinic["doctor"]
    clinic.browser().log_in("doctor", "000000")
    clinic["ann"].get("/users")
    found = [entry["action"] for entry in entries(clinic.office.desk.engine)]
    assert {"logged in", "log-in refused", "refused"} <= set(found)
    desk = clinic.office.desk
    assert faults(desk.engine, desk.vault.chain_key) == []
