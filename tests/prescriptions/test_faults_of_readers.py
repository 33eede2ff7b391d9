"""What readers from outside found open, each tried again: tampering, checks that were too old, amounts, other hands."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from benzosafe.audit.ledger import Tampered, entering, faults
from benzosafe.audit.vault import Sealed
from benzosafe.errors import InputRefused, UsageError
from benzosafe.identity.accounts import NotAllowed, find
from benzosafe.identity.factors import password_right, prove
from benzosafe.prescriptions import everyone, patients, pharmacist, prescriber
from benzosafe.prescriptions.access import Stranger
from benzosafe.prescriptions.content import FillPlan, Item
from benzosafe.prescriptions.outside import import_fills
from benzosafe.prescriptions.safety import Unchecked
from benzosafe.prescriptions.supply import SupplyRefused
from benzosafe.storage.database import open_engine, writing
from benzosafe.storage.rx_tables import accounts, prescriptions
from tests.prescriptions.people import (
    CALM,
    NOW,
    PASSWORD,
    TODAY,
    WITH_OPIOID,
    at_the_counter,
    content,
    given,
    signed,
    verified,
)

HEAD = "dispensed_on,medicine,units,days,prescriber,pharmacy\n"


def behind_its_back(office, table, key, **changes):
    with writing(office.desk.engine) as connection:
        connection.execute(update(table).where(table.c.id == key).values(**changes))


def outside(office, text, source="programme", now=NOW):
    return patients.import_outside(office.desk, office["doctor"], "ann", (text.encode(), source), now)


def test_a_row_changed_past_the_chain_is_never_written_on(office):
    behind_its_back(office, accounts, "a-counter", roles=["prescriber"])
    right = password_right(office.desk.engine, "counter", PASSWORD)
    with (
        pytest.raises(Tampered, match="past the audit chain"),
        entering(office.desk.engine, office.desk.vault.chain_key, "counter", NOW) as ledger,
    ):
        prove(ledger, office.desk.vault, "counter", right, office.code("counter", NOW))
    assert faults(office.desk.engine, office.desk.vault.chain_key) == ["accounts/a-counter was changed past the audit"]


def test_a_prescription_changed_past_the_chain_goes_nowhere(office):
    made = at_the_counter(office)
    behind_its_back(office, prescriptions, made, transfers=0, pharmacy="Night Pharmacy", state="transmitted")
    with pytest.raises(Tampered):
        pharmacist.receive(office.desk, office["night"], made, NOW, handwritten_seen=True)


def test_the_secret_of_one_account_opens_nothing_in_another(office):
    with entering(office.desk.engine, office.desk.vault.chain_key, "x", NOW) as ledger:
        box = find(ledger, "night")["totp_box"]
    with pytest.raises(Sealed):
        office.desk.vault.open(box, "totp a-doctor")
    assert office.desk.vault.open(box, "totp a-night")


def test_what_was_handed_out_elsewhere_is_in_the_review_and_changes_it(office):
    made = signed(office)
    outside(office, f"{HEAD}{TODAY - timedelta(days=4)},oxycodone 10 mg,120,30,Dr X,Far Pharmacy\n")
    prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW)
    pharmacist.receive(office.desk, office["counter"], made, NOW, handwritten_seen=True)
    with pytest.raises(Unchecked, match="opioid_with_benzodiazepine"):
        pharmacist.verify(office.desk, office["counter"], made, {}, NOW)


def test_between_review_and_signature_a_fill_from_elsewhere_asks_for_a_new_review(office):
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    made = prescriber.draft(office.desk, office["doctor"], content(), NOW)
    prescriber.review(office.desk, office["doctor"], made, NOW)
    outside(office, f"{HEAD}{TODAY},oxycodone 10 mg,120,30,Dr X,Far Pharmacy\n")
    with pytest.raises(Unchecked, match="another than at its review"):
        prescriber.sign(office.desk, "doctor", PASSWORD, office.code("doctor", NOW), made, NOW)


@pytest.mark.parametrize("what", ["record", "day", "elsewhere"])
def test_what_is_handed_out_was_checked_today_with_what_is_known_now(office, what):
    made, later = at_the_counter(office), NOW
    verified(office, made)
    given(office, made, 1)
    if what == "record":
        patients.keep_record(office.desk, office["doctor"], "ann", WITH_OPIOID, NOW)
    elif what == "day":
        later = NOW + timedelta(days=1)
    else:
        outside(office, f"{HEAD}{TODAY},alprazolam 2 mg,90,30,Dr X,Far Pharmacy\n")
    with pytest.raises(Unchecked, match="counter-check"):
        given(office, made, 59, later)
    verified(office, made, later)
    assert given(office, made, 59, later) == "dispensed"


def test_the_rest_of_a_fill_waits_when_the_same_was_handed_out_elsewhere_meanwhile(office):
    made = at_the_counter(office)
    verified(office, made)
    given(office, made, 1)
    outside(office, f"{HEAD}{TODAY},clonazepam 0.5 mg,180,90,Dr X,Far Pharmacy\n")
    with pytest.raises(SupplyRefused, match="is due from"):
        verified(office, made)


def test_refills_live_on_after_a_transfer_and_after_a_hold(office):
    made = at_the_counter(office, content(fills=3))
    verified(office, made)
    given(office, made)
    pharmacist.transfer(office.desk, office["counter"], made, "Night Pharmacy", "moves", NOW)
    later = NOW + timedelta(days=30)
    pharmacist.receive(office.desk, office["night"], made, later, handwritten_seen=True)
    reasons = dict.fromkeys(office.desk.knowledge.rules, "spoken")
    pharmacist.verify(office.desk, office["night"], made, reasons, later)
    assert given(office, made, 60, later, "night") == "dispensed"
    everyone.move(office.desk, "hold", office["doctor"], made, "a question", later)
    everyone.move(office.desk, "release", office["doctor"], made, "answered", later)
    last = later + timedelta(days=30)
    pharmacist.receive(office.desk, office["night"], made, last, handwritten_seen=True)
    pharmacist.verify(office.desk, office["night"], made, reasons, last)
    assert given(office, made, 60, last, "night") == "dispensed"
    with pytest.raises(SupplyRefused, match="have been handed out"):
        pharmacist.verify(office.desk, office["night"], made, reasons, last + timedelta(days=30))


def test_the_rest_of_a_part_is_due_after_a_transfer_as_before(office):
    made = at_the_counter(office)
    verified(office, made)
    given(office, made, 30)
    pharmacist.transfer(office.desk, office["counter"], made, "Night Pharmacy", "moves", NOW)
    pharmacist.receive(office.desk, office["night"], made, NOW, handwritten_seen=True)
    pharmacist.verify(office.desk, office["night"], made, dict.fromkeys(office.desk.knowledge.rules, "spoken"), NOW)
    assert given(office, made, 30, NOW, "night") == "dispensed"


@pytest.mark.parametrize(("units", "days"), [(100_000, 30), (600, 30), (60, 1), (67, 30)])
def test_more_than_the_directions_take_is_not_signed(office, units, days):
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    made = prescriber.draft(office.desk, office["doctor"], content(units=units, days=days), NOW)
    found = prescriber.review(office.desk, office["doctor"], made, NOW)
    assert "quantity, days or directions are wrong" in found["could_not_run"]


@pytest.mark.parametrize("units", [1, 60, 66])
def test_a_pack_more_is_rounding(office, units):
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    made = prescriber.draft(office.desk, office["doctor"], content(units=units), NOW)
    assert prescriber.review(office.desk, office["doctor"], made, NOW)["could_not_run"] == ""


def test_a_part_of_one_product_of_two_lasts_as_long_as_it_can(office):
    strong, weak = (
        Item(ingredient="clonazepam", strength_mg=Decimal(mg), form="tablet", units=Decimal(30)) for mg in ("2", "0.5")
    )
    fill = FillPlan(
        number=1, items=(strong, weak), days=30, directions=("1 tablet at bedtime", "1 tablet in the morning"),
        earliest_on=TODAY,
    )  # fmt: skip
    made = at_the_counter(office, content().model_copy(update={"fills": (fill,)}))
    verified(office, made)
    pharmacist.dispense(
        office.desk,
        office["counter"],
        made,
        pharmacist.Handover({"clonazepam 2 mg tablet": Decimal(30)}, guide_given=True),
        NOW,
    )
    (row,) = everyone.view(office.desk, office["doctor"], made, NOW)["fills"]
    assert row["days"] == 30


BAD_DISPENSES = [
    {"status": "entered-in-error"}, {"subject": {"reference": "Patient/bob"}}, {"performer": "x"}, {"quantity": 5},
    {"medicationCodeableConcept": {"coding": ["x"]}}, {"daysSupply": []}, {"whenHandedOver": "2062-01-01"},
    {"whenHandedOver": "9999-12-31"}, {"quantity": {"value": "1e999999999"}}, {"daysSupply": {"value": "1e9"}},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD_DISPENSES, ids=json.dumps)
def test_a_dispense_that_is_none_is_left_out_in_words(office, change):
    good = {
        "resourceType": "MedicationDispense", "status": "completed", "subject": {"reference": "Patient/ann"},
        "medicationCodeableConcept": {"text": "lorazepam 1 mg tablet"}, "quantity": {"value": 30},
        "daysSupply": {"value": 30}, "whenHandedOver": "2026-11-20",
    }  # fmt: skip
    text = json.dumps({"resourceType": "Bundle", "entry": [{"resource": good}, {"resource": good | change}]})
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    found = outside(office, text)
    harmless = "performer" in change or change == {"daysSupply": []}
    assert found.kept == 1 + (change == {"daysSupply": []})
    assert bool(found.refused) is not (harmless or "status" in change)


def test_a_broken_file_is_refused_and_the_same_fill_written_otherwise_is_known(office):
    before = csv.field_size_limit(10**7)  # as the reader of OMOP sets it for its process
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    for text in (HEAD + "x" * 200_000 + "\n", '{"entry":' + "[" * 5000, "[" * 5000):
        with pytest.raises(InputRefused):
            outside(office, text)
    csv.field_size_limit(before)
    assert outside(office, f"{HEAD}2026-11-20,lorazepam 1 mg,60,30,,Far\n").kept == 1
    assert outside(office, f"{HEAD}2026-11-20,lorazepam 1 mg,60.0,30,,Far\n").known == 1


def test_nobody_takes_over_a_patient_without_saying_why(office):
    desk, other = office.desk, office["other"]
    patients.keep_record(desk, office["doctor"], "ann", WITH_OPIOID, NOW)
    everyone.request(desk, other, "ann", "for my patient", NOW)
    with pytest.raises(Stranger):
        patients.record_of(desk, other, "ann", NOW)
    with pytest.raises(Stranger):
        patients.keep_record(desk, other, "ann", CALM, NOW)
    assert patients.record_of(desk, office["doctor"], "ann", NOW)["version"] == 1
    assert patients.keep_record(desk, other, "ann", CALM, NOW, "moved to our practice") == 2


def test_nobody_prescribes_for_themselves_or_by_the_law_of_another_place(office):
    desk, doctor = office.desk, office["doctor"]
    myself = type(doctor)(**vars(doctor) | {"details": doctor.details | {"patient": "ann"}})
    with pytest.raises(NotAllowed, match="themselves"):
        prescriber.draft(desk, myself, content(), NOW)
    here = type(desk)(**vars(desk) | {"jurisdiction": "US-NY"})
    with pytest.raises(UsageError, match="is in US-NY, and the prescription says US"):
        prescriber.draft(here, doctor, content(), NOW)
    british = type(desk)(**vars(desk) | {"jurisdiction": "GB"})
    assert prescriber.draft(british, doctor, content(jurisdiction="UK"), NOW)


def test_the_same_answer_twice_and_the_own_pharmacy_in_other_letters_are_said(office):
    desk, doctor = office.desk, office["doctor"]
    patients.keep_record(desk, doctor, "ann", WITH_OPIOID, NOW)
    made = prescriber.draft(desk, doctor, content(), NOW)
    rule = prescriber.review(desk, doctor, made, NOW)["findings"][0]["rule"]
    said = {"rule": rule, "action": "reason", "reason": "weighed"}
    prescriber.answer(desk, doctor, made, said, NOW)
    with pytest.raises(UsageError, match="answered so already"):
        prescriber.answer(desk, doctor, made, said, NOW)
    other = at_the_counter(office)
    with pytest.raises(UsageError, match="no other pharmacy"):
        pharmacist.transfer(desk, office["counter"], other, " corner  PHARMACY ", "x", NOW)


def test_opening_a_database_once_more_leaves_the_locks_of_a_running_service_alone(tmp_path, office):
    url = office.desk.engine.url
    with office.desk.engine.connect() as connection:
        connection.execute(select(accounts.c.id)).all()
        open_engine(str(url).replace("+pysqlite", "")).dispose()
        code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM accounts'); c.close()"
        subprocess.run([sys.executable, "-c", code, url.database], check=True)
        assert (tmp_path / "rx.db-wal").exists()


def test_a_far_future_day_is_no_reason_to_fail(office):
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    with entering(office.desk.engine, office.desk.vault.chain_key, "a-doctor", NOW) as ledger:
        text = f"{HEAD}{date.max},lorazepam 1 mg,60,30,,Far\n0001-01-01,lorazepam 1 mg,60,30,,Far\n"
        found = import_fills(ledger, office.desk.knowledge, "ann", (text.encode(), "x"), "a-doctor")
    assert found.kept == 0 and len(found.refused) == 2
