"""The way of a prescription over HTTP, step by step."""

from __future__ import annotations

from tests.prescriptions.people import CALM, PASSWORD, TABLET, content


def drafted(clinic, said=None, record=CALM):
    """A draft of the doctor's; its id."""
    doctor = clinic["doctor"]
    assert doctor.call("PUT", "/patients/ann/record", {"text": record}).status_code == 200
    body = (said or content(written_on=clinic.clock().date())).model_dump(mode="json")
    answer = doctor.post("/prescriptions", {"content": body})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def reviewed(clinic, said=None, record=CALM):
    """Reviewed and answered."""
    made, doctor = drafted(clinic, said, record), clinic["doctor"]
    found = doctor.post(f"/prescriptions/{made}/review").json()
    assert found["could_not_run"] == ""
    for item in found["findings"]:
        for action in (["reason"] if item["tier"] <= 1 else []) + (["confirm"] if item["tier"] == 0 else []):
            body = {"rule": item["rule"], "action": action, "reason": "weighed with the patient"}
            assert doctor.post(f"/prescriptions/{made}/answers", body).status_code == 200
    return made


def signed(clinic, said=None, record=CALM):
    """Signed with password and code."""
    made = reviewed(clinic, said, record)
    answer = clinic["doctor"].post(f"/prescriptions/{made}/sign", {"password": PASSWORD, "code": clinic.code("doctor")})
    assert answer.status_code == 200, answer.text
    return made


def at_the_counter(clinic, said=None, record=CALM):
    """Received, with the paper seen, and counter-checked."""
    made = signed(clinic, said, record)
    sent = clinic["doctor"].post(f"/prescriptions/{made}/transmit", {"pharmacy": "Corner Pharmacy"})
    assert sent.status_code == 200, sent.text
    counter = clinic["counter"]
    assert counter.post(f"/prescriptions/{made}/receive", {"handwritten_seen": True}).status_code == 200
    reasons = dict.fromkeys(clinic.office.desk.knowledge.rules, "spoken with the prescriber")
    checked = counter.post(f"/prescriptions/{made}/verify", {"reasons": dict(list(reasons.items())[:200])})
    assert checked.status_code == 200, checked.text
    return made


def given(clinic, made, units=60, who="counter"):
    """Tablets handed out."""
    return clinic[who].post(f"/prescriptions/{made}/dispense", {"units": {TABLET: str(units)}, "guide_given": True})
