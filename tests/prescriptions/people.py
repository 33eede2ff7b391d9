"""A desk with a prescriber, two pharmacies, a patient and an administrator, on an empty database."""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyotp

from benzosafe.audit.ledger import entering
from benzosafe.audit.vault import Vault
from benzosafe.identity.accounts import Asked, enrol
from benzosafe.identity.keys import rotate
from benzosafe.identity.roles import Role
from benzosafe.prescriptions import patients, pharmacist, prescriber
from benzosafe.prescriptions.content import Content, FillPlan, Item, Patient, Prescriber
from benzosafe.prescriptions.desk import Desk
from benzosafe.storage.database import open_engine
from benzosafe.storage.store import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "correct horse battery"
CALM = """patient: {id: ann, born: 1986-03-04, sex: female, weight_kg: 61}
medicines: none
conditions: [panic disorder]
allergies: none
alcohol: none
"""
WITH_OPIOID = CALM.replace("medicines: none", "medicines:\n  - oxycodone 10 mg every 6 hours since 2026-10-20")
TABLET = "clonazepam 0.5 mg tablet"
DETAILS = {
    "doctor": {"profession": "physician", "registration": "AB1234563"},
    "other": {"profession": "physician", "registration": "CD7654321"},
    "counter": {"pharmacy": "Corner Pharmacy"}, "night": {"pharmacy": "Night Pharmacy"}, "ann": {"patient": "ann"},
}  # fmt: skip
ROLES = {"doctor": Role.prescriber, "other": Role.prescriber, "counter": Role.pharmacist, "night": Role.pharmacist,
         "ann": Role.patient, "boss": Role.administrator, "checker": Role.auditor}  # fmt: skip


_MADE = []


@dataclass
class Practice:
    """Everybody with their secrets; codes are made for the moment asked."""

    desk: Desk
    people: dict
    secrets: dict

    def __getitem__(self, name):
        return self.people[name]

    def code(self, name, now):
        return pyotp.TOTP(self.secrets[name]).at(now)


def practice(url, knowledge):
    """A practice on a database that is brought up to date first; a file is copied from one that was made before."""
    if not url.startswith("sqlite:///"):
        return _practice(url, knowledge)
    if not _MADE:
        folder = tempfile.mkdtemp(prefix="benzosafe-practice-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        made = _practice(f"sqlite:///{folder}/made.db", knowledge)
        made.desk.engine.dispose()
        _MADE.append((f"{folder}/made.db", made, dict(DETAILS)))
    file, made, details = _MADE[0]
    if details != DETAILS:  # a test that knows more of somebody
        return _practice(url, knowledge)
    shutil.copy(file, url.removeprefix("sqlite:///"))
    return Practice(_desk(url, knowledge), dict(made.people), dict(made.secrets))


def _desk(url, knowledge):
    numbers = itertools.count(1)
    return Desk(open_engine(url), Vault(bytes(range(32))), knowledge, lambda: f"id-{next(numbers)}")


def _practice(url, knowledge):
    """Everybody gets an account: passwords are hashed slowly on purpose, so this takes a second."""
    with closing(Store(url)) as store:
        store.migrate()
    desk = _desk(url, knowledge)
    people, secrets = {}, {}
    with entering(desk.engine, desk.vault.chain_key, "test", NOW - timedelta(days=1)) as ledger:
        for name, role in ROLES.items():
            asked = Asked(name, frozenset({role}), PASSWORD, details=DETAILS.get(name))
            made = enrol(ledger, desk.vault, asked, f"a-{name}")
            people[name], secrets[name] = made.account, made.totp_secret
        for name in ("doctor", "other"):
            rotate(ledger, desk.vault, name, f"key-{name}", "first key")
    return Practice(desk, people, secrets)


def content(*, fills=1, days=30, units=60, written_on=TODAY, directions="1 tablet twice daily", words="", **more):
    """A prescription of clonazepam 0.5 mg that says everything a US one has to."""
    item = Item(ingredient="clonazepam", strength_mg=Decimal("0.5"), form="tablet", units=Decimal(units))
    said = {
        "patient": Patient(id="ann", name="Ann Example", address="1 Main Street", born=date(1986, 3, 4)),
        "prescriber": Prescriber(account="doctor", name="Dr Example", profession="physician", address="2 Side Street",
                                 registration="AB1234563", phone="555 0100"),
        "jurisdiction": "US", "written_on": written_on, "indication": "panic disorder", "seen_in_person": True,
        "monitoring_checked_on": written_on,
        "fills": tuple(
            FillPlan(number=number + 1, items=(item,), days=days, directions=(directions,),
                     earliest_on=written_on + timedelta(days=days * number), quantity_in_words=words)
            for number in range(fills)
        ),
    }  # fmt: skip
    return Content(**(said | more))


def answer_all(office, prescription, found, now=NOW):
    """A reason against everything that interrupts, and a confirmation of what stops."""
    for item in found["findings"]:
        for action in (["reason"] if item["tier"] <= 1 else []) + (["confirm"] if item["tier"] == 0 else []):
            given = {"rule": item["rule"], "action": action, "reason": "weighed with the patient"}
            prescriber.answer(office.desk, office["doctor"], prescription, given, now)


def signed(office, said=None, now=NOW, record=CALM):
    """A prescription reviewed, answered and signed."""
    desk, doctor = office.desk, office["doctor"]
    patients.keep_record(desk, doctor, "ann", record, now)
    made = prescriber.draft(desk, doctor, said or content(written_on=now.date()), now)
    answer_all(office, made, prescriber.review(desk, doctor, made, now), now)
    prescriber.sign(desk, "doctor", PASSWORD, office.code("doctor", now), made, now)
    return made


def at_the_counter(office, said=None, now=NOW, record=CALM):
    """A signed one that the corner pharmacy has received."""
    made = signed(office, said, now, record)
    prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", now)
    pharmacist.receive(office.desk, office["counter"], made, now, handwritten_seen=True)
    return made


def verified(office, prescription, now=NOW):
    """The next fill counter-checked, with a reason against whatever interrupts."""
    rules = office.desk.knowledge.rules
    pharmacist.verify(
        office.desk, office["counter"], prescription, dict.fromkeys(rules, "spoken with the prescriber"), now
    )


def given(office, prescription, units=60, now=NOW, who="counter"):
    """So many tablets handed out."""
    amount = {TABLET: Decimal(units)}
    return pharmacist.dispense(
        office.desk, office[who], prescription, pharmacist.Handover(amount, guide_given=True, again=True), now
    )
