"""No signature without a review of exactly this draft, today, answered; and none by the wrong hand or factor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from benzosafe.audit.ledger import entering
from benzosafe.errors import UsageError
from benzosafe.identity.accounts import NotAllowed
from benzosafe.identity.keys import revoke, rotate
from benzosafe.prescriptions import everyone, patients, prescriber
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.prescriptions.safety import Unchecked
from benzosafe.prescriptions.signing import SignatureWrong
from benzosafe.storage.database import writing
from benzosafe.storage.rx_tables import prescriptions, rx_tasks
from tests.prescriptions.people import (
    CALM,
    NOW,
    PASSWORD,
    WITH_OPIOID,
    answer_all,
    content,
    signed,
)


def state(office, prescription):
    return everyone.view(office.desk, office["doctor"], prescription, NOW)["state"]


def drafted(office, record=CALM, said=None):
    if record:
        patients.keep_record(office.desk, office["doctor"], "ann", record, NOW)
    return prescriber.draft(office.desk, office["doctor"], said or content(), NOW)


def sign(office, prescription, now=NOW, name="doctor", code=None):
    prescriber.sign(office.desk, name, PASSWORD, code or office.code(name, now), prescription, now)


def test_a_draft_is_not_signed_unreviewed(office):
    made = drafted(office)
    with pytest.raises(MoveRefused, match="it is drafted"):
        sign(office, made)
    assert state(office, made) == "drafted"


def test_reviewed_and_answered_it_is_signed(office):
    assert state(office, signed(office)) == "signed"


def test_a_contraindicating_regimen_needs_reason_and_confirmation(office):
    made = drafted(office, WITH_OPIOID, content(directions="4 tablets three times daily", units=360))
    found = prescriber.review(office.desk, office["doctor"], made, NOW)
    with pytest.raises(Unchecked, match="still needed"):
        sign(office, made)
    stops = [item for item in found["findings"] if item["tier"] == 0]
    for item in found["findings"]:
        if item["tier"] <= 1:
            given = {"rule": item["rule"], "action": "reason", "reason": "weighed"}
            needed = prescriber.answer(office.desk, office["doctor"], made, given, NOW)
    assert len(needed) == len(stops) > 0  # a reason alone does not do for what stops
    with pytest.raises(Unchecked, match="separate confirmation"):
        sign(office, made, NOW + timedelta(minutes=2))


def test_a_promise_to_monitor_is_a_dated_task(office):
    made = drafted(office, WITH_OPIOID)
    found = prescriber.review(office.desk, office["doctor"], made, NOW)
    item = next(item for item in found["findings"] if item["tier"] == 1)
    given = {"rule": item["rule"], "action": "will_monitor", "reason": "call in a week"}
    with pytest.raises(UsageError, match="needs a day to come"):
        prescriber.answer(office.desk, office["doctor"], made, given, NOW)
    given["due_on"] = NOW.date() + timedelta(days=7)
    needed = prescriber.answer(office.desk, office["doctor"], made, given, NOW)
    assert not any(item["rule"] in one for one in needed)
    with office.desk.engine.connect() as connection:
        task = connection.execute(select(rx_tasks)).mappings().one()
    assert (task["due_on"], task["owner"], task["done_at"]) == (given["due_on"], "a-doctor", None)


def changed_draft(office, made):
    prescriber.change(office.desk, office["doctor"], made, content(units=30, directions="1 tablet at bedtime"), NOW)


def changed_record(office, _made):
    patients.keep_record(office.desk, office["doctor"], "ann", CALM.replace("61", "48"), NOW)


def other_prescription(office, _made):
    signed(office, content(directions="1 tablet at bedtime", units=30), NOW + timedelta(minutes=3))


@pytest.mark.parametrize("change", [changed_record, other_prescription])
def test_whatever_changes_after_the_review_it_runs_again(office, change):
    made = drafted(office)
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    change(office, made)
    with pytest.raises(Unchecked, match="Review it again"):
        sign(office, made, NOW + timedelta(minutes=6))


def test_a_changed_draft_goes_back_to_the_beginning(office):
    made = drafted(office)
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    changed_draft(office, made)
    with pytest.raises(MoveRefused, match="it is drafted"):
        sign(office, made)


def test_the_next_day_it_is_another_review(office):
    made = drafted(office)
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    with pytest.raises(Unchecked, match="Review it again"):
        sign(office, made, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("record", "said", "why"),
    [(None, None, "no record of this patient"), (CALM, "as the moon tells", "not understood")],
)
def test_what_cannot_be_reviewed_stays_unchecked(office, record, said, why):
    made = drafted(office, record, content(directions=said) if said else None)
    found = prescriber.review(office.desk, office["doctor"], made, NOW)
    assert why in found["could_not_run"] and state(office, made) == "drafted"
    with pytest.raises(MoveRefused):
        sign(office, made)


def test_the_law_refuses_at_the_signature(office):
    made = drafted(office, CALM, content(fills=7, days=20, units=40))
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    with pytest.raises(MoveRefused, match="the law does not let it be signed: 6 refills"):
        sign(office, made)


def test_both_factors_at_the_moment_of_signing(office):
    made = drafted(office)
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    for name, password, code in [("doctor", "wrong", None), ("doctor", PASSWORD, "000000"), ("nobody", PASSWORD, "0")]:
        with pytest.raises(NotAllowed, match="was not signed"):
            prescriber.sign(office.desk, name, password, code or office.code("doctor", NOW), made, NOW)
    with pytest.raises(NotAllowed):
        sign(office, made, name="other")
    assert state(office, made) == "reviewed"
    sign(office, made)


def test_a_code_is_good_once(office):
    signed(office)
    made = drafted(office, said=content(directions="1 tablet at bedtime", units=30))
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    with pytest.raises(NotAllowed):
        sign(office, made)
    sign(office, made, NOW + timedelta(seconds=60))


def test_five_failures_lock_for_a_quarter_of_an_hour(office):
    made = drafted(office)
    answer_all(office, made, prescriber.review(office.desk, office["doctor"], made, NOW))
    for _ in range(5):
        with pytest.raises(NotAllowed):
            sign(office, made, code="000000")
    with pytest.raises(NotAllowed):
        sign(office, made)
    sign(office, made, NOW + timedelta(minutes=16))


def test_nobody_writes_in_anothers_name_or_with_anothers_number(office):
    with pytest.raises(NotAllowed, match="by its prescriber"):
        prescriber.draft(office.desk, office["other"], content(), NOW)
    said = content()
    forged = said.model_copy(update={"prescriber": said.prescriber.model_copy(update={"registration": "ZZ0000000"})})
    with pytest.raises(NotAllowed, match="registration are not those"):
        prescriber.draft(office.desk, office["doctor"], forged, NOW)


def test_what_is_changed_after_the_signature_is_not_handed_on(office):
    made = signed(office)
    with writing(office.desk.engine) as connection:
        said = connection.execute(select(prescriptions.c.content)).scalar_one()
        said["fills"][0]["items"][0]["units"] = "600"
        connection.execute(update(prescriptions).values(content=said))
    with pytest.raises(SignatureWrong, match="does not fit"):
        prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW)


def test_a_retired_key_still_verifies_and_a_revoked_one_nothing(office):
    made = signed(office)
    desk = office.desk
    with entering(desk.engine, desk.vault.chain_key, "boss", NOW + timedelta(hours=1)) as ledger:
        rotate(ledger, desk.vault, "doctor", "key-2", "yearly")
    prescriber.transmit(desk, office["doctor"], made, "Corner Pharmacy", NOW + timedelta(hours=2))
    with entering(desk.engine, desk.vault.chain_key, "boss", NOW + timedelta(hours=3)) as ledger:
        assert revoke(ledger, "doctor", "token lost") == 2
    from benzosafe.prescriptions import pharmacist

    with pytest.raises(SignatureWrong, match="was revoked"):
        pharmacist.receive(desk, office["counter"], made, NOW + timedelta(hours=4), handwritten_seen=True)
