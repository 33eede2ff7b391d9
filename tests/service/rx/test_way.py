"""A prescription over HTTP from the request to the last tablet, and what stops it on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from benzosafe.audit.ledger import faults
from tests.prescriptions.people import PASSWORD, TABLET, WITH_OPIOID, content
from tests.service.rx.steps import at_the_counter, drafted, given, reviewed, signed


def test_from_request_to_the_last_tablet(either_clinic):
    clinic = either_clinic
    ann, doctor = clinic["ann"], clinic["doctor"]
    asked = ann.post("/prescriptions/requests", {"patient": "ann", "words": "My clonazepam runs out next week."})
    made = asked.json()["id"]
    assert asked.status_code == 201 and doctor.get("/prescriptions").json()[0]["id"] == made
    assert doctor.post(f"/prescriptions/{made}/ask", {"reason": "How often do you take it?"}).json()["state"] == (
        "needs_information"
    )
    assert ann.post(f"/prescriptions/{made}/answer", {"reason": "Twice a day."}).json()["state"] == "requested"
    doctor.call("PUT", "/patients/ann/record", {"text": "patient: {id: ann, born: 1986-03-04}\nmedicines: none\n"})
    body = content(written_on=clinic.clock().date()).model_dump(mode="json")
    assert doctor.post("/prescriptions", {"content": body, "request": made}).json() == {
        "id": made, "state": "drafted", "needed": [], "how": "", "advice": [], "rest": "",
    }  # fmt: skip
    doctor.post(f"/prescriptions/{made}/review")
    sign = {"password": PASSWORD, "code": clinic.code("doctor")}
    assert doctor.post(f"/prescriptions/{made}/sign", sign).json()["state"] == "signed"
    sent = doctor.post(f"/prescriptions/{made}/transmit", {"pharmacy": "Corner Pharmacy"})
    assert sent.json()["how"] == "paper"
    counter = clinic["counter"]
    assert counter.post(f"/prescriptions/{made}/receive", {}).status_code == 409
    assert counter.post(f"/prescriptions/{made}/receive", {"handwritten_seen": True}).status_code == 200
    looked = counter.get(f"/prescriptions/{made}/counter-check").json()
    assert looked["left"] == {TABLET: "60"} and looked["could_not_run"] == ""
    assert counter.post(f"/prescriptions/{made}/verify", {}).status_code == 200
    assert given(clinic, made, 20).json()["state"] == "partly_dispensed"
    last = given(clinic, made, 40)
    assert last.json()["state"] == "dispensed"
    assert given(clinic, made, 1).status_code == 409
    seen = ann.get(f"/prescriptions/{made}").json()
    assert [fill["units"] for fill in seen["fills"]] == [{TABLET: "20"}, {TABLET: "40"}]
    desk = clinic.office.desk
    assert faults(desk.engine, desk.vault.chain_key) == []


def test_nothing_is_signed_without_a_review_of_exactly_this_draft(clinic):
    made, doctor = drafted(clinic), clinic["doctor"]
    sign = lambda: doctor.post(  # noqa: E731
        f"/prescriptions/{made}/sign", {"password": PASSWORD, "code": clinic.code("doctor")}
    )
    assert sign().status_code == 409
    doctor.post(f"/prescriptions/{made}/review")
    doctor.call("PUT", "/patients/ann/record", {"text": WITH_OPIOID})
    answer = sign()
    assert answer.status_code == 409 and "another than at its review" in answer.text
    found = doctor.post(f"/prescriptions/{made}/review").json()
    assert found["needed"] and sign().status_code == 409


def test_a_promise_to_monitor_is_a_dated_task(clinic):
    made, doctor = drafted(clinic, record=WITH_OPIOID), clinic["doctor"]
    rule = doctor.post(f"/prescriptions/{made}/review").json()["findings"][0]["rule"]
    body = {"rule": rule, "action": "will_monitor", "reason": "breathing at night", "due_on": "2026-12-08"}
    assert doctor.post(f"/prescriptions/{made}/answers", body).status_code == 200
    (task,) = doctor.get(f"/prescriptions/{made}").json()["tasks"]
    assert task["due_on"] == "2026-12-08" and "breathing at night" in task["what"]
    past = body | {"action": "will_monitor", "due_on": "2026-11-01"}
    assert doctor.post(f"/prescriptions/{made}/answers", past).status_code == 400


def test_the_law_stops_a_signature(clinic):
    said = content(fills=7, written_on=clinic.clock().date())
    made = reviewed(clinic, said)
    answer = clinic["doctor"].post(f"/prescriptions/{made}/sign", {"password": PASSWORD, "code": clinic.code("doctor")})
    assert answer.status_code == 409 and "6 refills" in answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"units": {TABLET: "61"}}, 409), ({"units": {TABLET: "-1"}}, 422), ({"units": {TABLET: "0"}}, 422),
        ({"units": {TABLET: "NaN"}}, 422), ({"units": {TABLET: "Infinity"}}, 422), ({"units": {}}, 422),
        ({"units": {"clonazepam 2 mg tablet": "1"}}, 409), ({"guide_given": False}, 409), ({"more": 1}, 422),
    ],
)  # fmt: skip
def test_never_more_and_nothing_else_than_prescribed(clinic, change, status):
    made = at_the_counter(clinic)
    body = {"units": {TABLET: "60"}, "guide_given": True} | change
    assert clinic["counter"].post(f"/prescriptions/{made}/dispense", body).status_code == status
    assert given(clinic, made).json()["state"] == "dispensed"


def test_of_two_pharmacies_worth_of_calls_at_once_one_gets_the_tablets(either_clinic):
    made = at_the_counter(either_clinic)
    either_clinic["counter"]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: given(either_clinic, made).status_code, range(24)))
    assert sorted(answers) == [200] + [409] * 23
    desk = either_clinic.office.desk
    assert faults(desk.engine, desk.vault.chain_key) == []


def test_it_moves_to_another_pharmacy_once(clinic):
    made = at_the_counter(clinic, content(fills=2, written_on=clinic.clock().date()))
    to = {"pharmacy": "Night Pharmacy", "reason": "the patient moves"}
    assert clinic["counter"].post(f"/prescriptions/{made}/transfer", to).json()["state"] == "transmitted"
    assert clinic["counter"].get(f"/prescriptions/{made}").status_code == 404
    night = clinic["night"]
    assert night.post(f"/prescriptions/{made}/receive", {"handwritten_seen": True}).status_code == 200
    back = to | {"pharmacy": "Corner Pharmacy"}
    assert night.post(f"/prescriptions/{made}/transfer", back).status_code == 409


def test_fills_from_elsewhere_are_matched_shown_with_their_source_and_count(clinic):
    made = at_the_counter(clinic, content(fills=2, written_on=clinic.clock().date()))
    assert given(clinic, made).status_code == 200
    day = clinic.clock().date().isoformat()
    text = "dispensed_on,medicine,units,days,prescriber,pharmacy\n" + (
        f"{day},clonazepam 0.5 mg,60,30,Dr X,corner  PHARMACY\n{day},clonazepam 0.5 mg,30,15,Dr Y,Far Pharmacy\n"
        f"{day},nonsense,30,15,Dr Y,Far Pharmacy\n"
    )
    counter = clinic["counter"]
    found = counter.post("/patients/ann/fills", {"text": text, "source": "state programme"}).json()
    assert (found["kept"], found["known"], len(found["refused"])) == (2, 0, 1)
    history = counter.get("/patients/ann/history").json()
    assert [sorted(one["sources"]) for one in history] == [["here", "state programme"], ["state programme"]]
    assert [one["conflict"] for one in history] == ["", ""]
    again = text.replace("30,15", "90,45")
    counter.post("/patients/ann/fills", {"text": again, "source": "second export"})
    far = counter.get("/patients/ann/history").json()[1]
    assert far["days"] == 45 and "disagree" in far["conflict"]


def test_a_bad_file_or_record_is_refused_in_words(clinic):
    doctor = clinic["doctor"]
    drafted(clinic)
    for text in ("nonsense", "", "{}", "a,b\n1,2\n", '{"entry": 3}'):
        assert doctor.post("/patients/ann/fills", {"text": text, "source": "x"}).status_code == 400, text
    for text in ("patient: [", "", "{}", "patient: {id: bob}\nmedicines: none\n"):
        assert doctor.call("PUT", "/patients/ann/record", {"text": text}).status_code == 400, text


def test_the_record_of_somebody_born_on_another_day_judges_nothing(clinic):
    made = drafted(clinic, record="patient: {id: ann, born: 1968-03-04}\nmedicines: none\n")
    found = clinic["doctor"].post(f"/prescriptions/{made}/review").json()
    assert "1968-03-04: another person?" in found["could_not_run"]
    assert clinic["doctor"].get(f"/prescriptions/{made}").json()["state"] == "drafted"


def test_a_revoked_key_is_worth_nothing_at_the_counter(clinic):
    made = signed(clinic)
    clinic["doctor"].post(f"/prescriptions/{made}/transmit", {"pharmacy": "Corner Pharmacy"})
    revoked = clinic["boss"].post("/users/doctor/keys/revoke", {"reason": "laptop stolen"})
    assert revoked.json() == {"revoked": 1}
    answer = clinic["counter"].post(f"/prescriptions/{made}/receive", {"handwritten_seen": True})
    assert answer.status_code == 409 and "revoked" in answer.text
