"""Every role tries every address: only those it is for let it in."""

from __future__ import annotations

import pytest

from benzosafe.audit.ledger import faults
from tests.prescriptions.people import PASSWORD, TABLET, content
from tests.service.rx.conftest import EVERYBODY, clinic_on, kept
from tests.service.rx.steps import at_the_counter

MINE = {"doctor", "other"}
EACH = set(EVERYBODY)
NOBODY = set()
# For whom an address is, with a prescription for Ann at the corner pharmacy (sign: needs right factors).
MAY = {
    ("POST", "/rx/session"): EACH, ("POST", "/rx/session/challenge"): EACH, ("GET", "/rx/session"): EACH,
    ("DELETE", "/rx/session"): EACH, ("POST", "/rx/me/password"): EACH, ("POST", "/rx/me/renew"): EACH,
    ("POST", "/rx/me/second-factor"): EACH, ("GET", "/rx/me/passkeys"): EACH,
    ("POST", "/rx/me/passkeys/challenge"): EACH, ("POST", "/rx/me/passkeys"): EACH,
    ("DELETE", "/rx/me/passkeys/{passkey}"): EACH,
    ("GET", "/rx/prescriptions"): EACH,
    ("POST", "/rx/prescriptions/requests"): {"ann", "doctor", "other"},
    ("GET", "/rx/prescriptions/{prescription}"): {"ann", "doctor", "counter"},
    ("GET", "/rx/prescriptions/{prescription}/fhir"): {"ann", "doctor", "counter"},
    ("GET", "/rx/prescriptions/{prescription}/advice"): {"ann", "doctor", "counter"},
    ("GET", "/rx/prescriptions/{prescription}/form"): {"ann", "doctor", "counter"},
    ("GET", "/rx/prescriptions/{prescription}/form.pdf"): {"ann", "doctor", "counter"},
    ("POST", "/rx/prescriptions"): {"doctor"},
    ("POST", "/rx/prescriptions/tapers"): MINE,
    ("PUT", "/rx/prescriptions/{prescription}"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/review"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/answers"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/sign/challenge"): {"doctor", "ann", "counter"},
    ("POST", "/rx/prescriptions/{prescription}/sign"): NOBODY,
    ("POST", "/rx/prescriptions/{prescription}/transmit"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/receive"): {"counter"},
    ("GET", "/rx/prescriptions/{prescription}/counter-check"): {"counter"},
    ("POST", "/rx/prescriptions/{prescription}/verify"): {"counter"},
    ("POST", "/rx/prescriptions/{prescription}/dispense"): {"counter"},
    ("POST", "/rx/prescriptions/{prescription}/transfer"): {"counter"},
    ("POST", "/rx/prescriptions/{prescription}/ask"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/answer"): {"ann", "doctor"},
    ("POST", "/rx/prescriptions/{prescription}/decline"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/clarify"): {"counter"},
    ("POST", "/rx/prescriptions/{prescription}/hold"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/release"): {"doctor"},
    ("POST", "/rx/prescriptions/{prescription}/refuse"): {"counter"},
    ("POST", "/rx/prescriptions/{prescription}/cancel"): {"doctor"},
    ("GET", "/rx/patients/{patient}/record"): {"doctor", "counter", "ann"},
    ("PUT", "/rx/patients/{patient}/record"): {"doctor", "counter"},
    ("GET", "/rx/patients/{patient}/history"): {"doctor", "counter", "ann"},
    ("POST", "/rx/patients/{patient}/fills"): {"doctor", "counter"},
    ("GET", "/rx/tasks"): EACH, ("POST", "/rx/tasks/{task}/done"): NOBODY,
    ("GET", "/rx/users"): {"boss", "checker"}, ("POST", "/rx/users"): {"boss"},
    ("POST", "/rx/users/{name}/disable"): {"boss"}, ("POST", "/rx/users/{name}/second-factor"): {"boss"},
    ("POST", "/rx/users/{name}/keys"): {"boss"}, ("POST", "/rx/users/{name}/keys/revoke"): {"boss"},
    ("GET", "/rx/audit"): {"checker"}, ("GET", "/rx/audit/verify"): {"checker"},
}  # fmt: skip
OPEN = {("POST", "/rx/session"), ("POST", "/rx/session/challenge")}
ITSELF = {path for _, path in MAY if path.startswith(("/rx/session", "/rx/me"))}
"""Of one's own account: tried by the tests of sessions and passkeys."""


@pytest.fixture(scope="module")
def at_counter(tmp_path_factory, knowledge):
    """A prescription of the doctor's at the corner pharmacy, with everybody logged in; and how all that was."""
    folder = tmp_path_factory.mktemp("roles")
    clinic = clinic_on(f"sqlite:///{folder / 'rx.db'}", knowledge, folder)
    made = at_the_counter(clinic)
    for who in EVERYBODY:
        clinic[who]
    return made, kept(clinic)


def addresses(app):
    described = app.openapi()["paths"]
    return {(method.upper(), path) for path in described if path.startswith("/rx") for method in described[path]}


def body_of(method, path, clinic):
    """What a proper call would carry."""
    said = content(written_on=clinic.clock().date()).model_dump(mode="json")
    reason, factors = {"reason": "because of this"}, {"password": PASSWORD, "code": "000000"}
    exact = {
        "/rx/prescriptions/requests": {"patient": "ann", "words": "please"},
        "/rx/prescriptions": {"content": said}, "/rx/prescriptions/{prescription}/answers": {
            "rule": "x", "action": "reason", "reason": "y"}, "/rx/patients/{patient}/record": {
            "text": "patient: {id: ann}\nmedicines: none\n"},
        "/rx/patients/{patient}/fills": {"text": "dispensed_on,medicine,units\n", "source": "x"},
        "/rx/users": {"name": "somebody.new", "roles": ["auditor"], "password": "seven odd umbrellas sleep"},
        "/rx/prescriptions/{prescription}/sign": factors, "/rx/prescriptions/{prescription}/transmit": {
            "pharmacy": "Night Pharmacy"}, "/rx/prescriptions/{prescription}/transfer": reason | {
            "pharmacy": "Night Pharmacy"}, "/rx/prescriptions/{prescription}/receive": {"handwritten_seen": True},
        "/rx/prescriptions/{prescription}/verify": {}, "/rx/prescriptions/{prescription}/review": {},
        "/rx/prescriptions/{prescription}/dispense": {"units": {TABLET: "1"}, "guide_given": True},
        "/rx/users/{name}/disable": {}, "/rx/tasks/{task}/done": {"note": "seen"}, "/rx/users/{name}/second-factor": {},
        "/rx/prescriptions/{prescription}/sign/challenge": {},
    }  # fmt: skip
    if path == "/rx/prescriptions/tapers":
        return {
            "plan": {},
            "about": {name: said[name] for name in ("patient", "prescriber", "jurisdiction", "written_on")},
        }
    if (method, path) == ("PUT", "/rx/prescriptions/{prescription}"):
        return said
    return exact.get(path, reason) if method != "GET" else None


def test_every_address_is_in_the_table(clinic):
    assert addresses(clinic.app) == set(MAY)


@pytest.mark.parametrize(("method", "path"), sorted(MAY), ids=lambda part: part.replace("/rx/", ""))
def test_only_those_it_is_for_are_let_in(at_counter, method, path):
    made, before = at_counter
    before.put_back()
    clinic = before.clinic
    named = {"prescription": made, "patient": "ann", "name": "other", "passkey": "none", "task": "none"}
    address = path.removeprefix("/rx").format(**named)
    body = body_of(method, path, clinic)
    if (method, path) not in OPEN:
        assert clinic.browser().call(method, address, body).status_code == 401
    if path in ITSELF:
        return
    let_in = set()
    for who in sorted(EVERYBODY, key=lambda name: name in MAY[method, path]):  # strangers first: others may move it
        status = clinic[who].call(method, address, body).status_code
        assert status < 500 and status != 422, (who, status)
        if status < 400:
            let_in.add(who)
        elif who in MAY[method, path]:
            assert status in (400, 409), (who, status)  # it is for them, but not now
            let_in.add(who)
        else:
            assert status in (403, 404), (who, status)  # never, whatever its state: not "not now"
    assert let_in == MAY[method, path]
    desk = clinic.office.desk
    assert faults(desk.engine, desk.vault.chain_key) == []


def test_a_prescription_of_others_and_one_that_is_not_there_are_refused_alike(clinic):
    made = at_the_counter(clinic)
    for who in ("other", "night", "boss", "checker"):
        there, nowhere = (clinic[who].get(f"/prescriptions/{name}") for name in (made, "no-such-prescription"))
        assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
        assert there.status_code == 404
        assert made not in {row["id"] for row in clinic[who].get("/prescriptions").json()}
