"""What docs/security.md says of accounts and no other test shows: passwords, names, sessions, secrets in logs."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
from sqlalchemy import select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from benzosafe.audit.ledger import entries
from benzosafe.audit.vault import Sealed
from benzosafe.errors import UsageError
from benzosafe.identity.passwords import FEWEST_CHARACTERS, refuse_weak
from benzosafe.storage.rx_tables import accounts, recovery_codes, sessions, signing_keys
from tests.prescriptions.people import PASSWORD
from tests.service.rx.steps import reviewed
from tests.service.test_logs import log  # noqa: F401

LONG = "öd ist der weg, doch wer ihn geht hat zeit 🐌 und so fort bis ans ende der welt und zurück"


def changed(clinic, who, new, old=PASSWORD):
    browser = clinic[who]
    return browser.post("/me/password", {"password": old, "code": clinic.code(who), "new_password": new})


def test_a_new_password_needs_the_one_before_and_a_second_factor(clinic):
    assert changed(clinic, "doctor", LONG, old="another password").status_code == 401
    body = {"password": PASSWORD, "code": "000000", "new_password": LONG}
    assert clinic["doctor"].post("/me/password", body).status_code == 401
    assert changed(clinic, "doctor", LONG).status_code == 204


def test_a_long_password_of_any_letters_is_taken_and_checked_as_it_was_typed(clinic):
    assert len(LONG) > 64
    assert changed(clinic, "doctor", LONG).status_code == 204
    for near in (LONG.upper(), f"{LONG} ", f" {LONG}", LONG[:72], LONG[:-1]):
        assert clinic.browser().log_in("doctor", clinic.code("doctor"), near).status_code == 401, near
        clinic.clock.move(minutes=15)  # five failures would lock it
    assert clinic.browser().log_in("doctor", clinic.code("doctor"), LONG).status_code == 200


def test_a_password_does_not_grow_old(clinic):
    clinic.clock.move(days=800)
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 200


def test_every_common_password_that_is_long_enough_is_refused():
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= FEWEST_CHARACTERS]
    assert len(FREQUENCY_LISTS["passwords"]) > 3_000 and len(common) > 30
    for word in common:
        with pytest.raises(UsageError):
            refuse_weak(word, "somebody")


@pytest.mark.parametrize("password", ["dr.lee-dr.lee-dr.lee", "benzosafe2026!", "benzosafebenzosafe"])
def test_a_password_of_the_name_or_of_the_product_is_refused(password):
    with pytest.raises(UsageError):
        refuse_weak(password, "dr.lee")


def test_a_name_that_is_not_there_takes_as_long_and_says_as_much_as_one_that_is(clinic):
    def took(name):
        begun = time.perf_counter()
        answer = clinic.browser().log_in(name, "000000", "a wrong password")
        return time.perf_counter() - begun, answer.status_code, answer.text

    took("nobody.yet")  # what is compared with is hashed once
    known, unknown = ([took(f"{name}{number}" if name else "doctor") for number in range(4)] for name in ("", "nobody"))
    assert {answer[1:] for answer in known} == {answer[1:] for answer in unknown}
    shorter, longer = sorted((min(known)[0], min(unknown)[0]))
    assert shorter > longer / 2, (known, unknown)


def test_passwords_are_kept_as_argon2id_and_tokens_and_recovery_codes_by_their_hashes(clinic):
    token = clinic["doctor"].client.cookies["__Host-benzosafe"]
    made = clinic["doctor"].post("/me/second-factor", {"password": PASSWORD, "code": clinic.code("doctor")}).json()
    with clinic.office.desk.engine.connect() as connection:
        kept = connection.execute(select(accounts.c.password)).scalars().all()
        tokens = connection.execute(select(sessions.c.token)).scalars().all()
        codes = connection.execute(select(recovery_codes.c.code)).scalars().all()
        everything = " ".join(map(repr, connection.execute(select(accounts)).all()))
    assert all(one.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for one in kept) and len(set(kept)) == len(kept)
    assert len(token) == 43 and hashlib.sha256(token.encode()).hexdigest() in tokens and token not in tokens
    assert len(made["totp_secret"]) == 32 and made["totp_secret"] not in everything
    assert not set(made["recovery_codes"]) & set(codes)


def test_a_secret_that_was_changed_in_the_database_does_not_open(clinic):
    desk = clinic.office.desk
    with desk.engine.connect() as connection:
        key = connection.execute(select(signing_keys)).mappings().first()
    box = key["private_box"]
    assert len(desk.vault.open(box, f"key {key['id']}")) == 32
    for wrong in (box[:40] + ("A" if box[40] != "A" else "B") + box[41:], box[:-4], ""):
        with pytest.raises(Sealed):
            desk.vault.open(wrong, f"key {key['id']}")
    with pytest.raises(Sealed):
        desk.vault.open(box, "key of another")
    assert desk.vault.seal(b"the same") != desk.vault.seal(b"the same")


def test_a_new_second_factor_ends_the_other_sessions_whoever_makes_it(clinic):
    here, there = clinic["doctor"], clinic.browser()
    there.log_in("doctor", clinic.code("doctor"))
    made = here.post("/me/second-factor", {"password": PASSWORD, "code": clinic.code("doctor")}).json()
    assert here.get("/session").status_code == 200 and there.get("/session").status_code == 401
    assert clinic["boss"].post("/users/doctor/second-factor").status_code == 200
    assert here.get("/session").status_code == 401
    clinic.office.secrets["doctor"] = made["totp_secret"]
    assert clinic.browser().log_in("doctor", clinic.code("doctor")).status_code == 401


def test_no_secret_is_in_a_log_or_in_the_audit_chain(clinic, log):  # noqa: F811
    made, doctor, used = reviewed(clinic), clinic["doctor"], []

    def code():
        used.append(clinic.code("doctor"))
        return used[-1]

    wrong = clinic.browser().log_in("doctor", "987612", "a very wrong password")
    assert doctor.post(f"/prescriptions/{made}/sign", {"password": PASSWORD, "code": code()}).status_code == 200
    fresh = doctor.post("/me/second-factor", {"password": PASSWORD, "code": code()}).json()
    clinic.office.secrets["doctor"] = fresh["totp_secret"]
    assert changed(clinic, "doctor", LONG).status_code == 204
    assert clinic.browser().log_in("doctor", fresh["recovery_codes"][0], LONG).status_code == 200
    assert wrong.status_code == 401
    token = doctor.client.cookies["__Host-benzosafe"]
    secrets = [
        PASSWORD, LONG, "a very wrong password", *used, "987612", token, doctor.csrf, fresh["totp_secret"],
        *fresh["recovery_codes"], hashlib.sha256(token.encode()).hexdigest(),
    ]  # fmt: skip
    desk = clinic.office.desk
    chain = json.dumps([dict(entry) | {"hash": "", "before": "", "row_sha": ""} for entry in entries(desk.engine)])
    for written in (log.getvalue(), chain):
        assert written and not [secret for secret in secrets if secret in written]
    for word in ("Ann Example", "1986-03-04", "clonazepam", "AB1234563"):
        assert word not in log.getvalue()
