"""How a prescription leaves: whole, only where the law lets it, and never noted as sent when it was not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from benzosafe.audit.ledger import faults
from benzosafe.prescriptions import everyone, prescriber
from benzosafe.prescriptions.sender import NotSent, Outbox
from tests.fhir.conftest import fhir_errors  # noqa: F401  a fixture of the tests below
from tests.prescriptions.papers import electronic
from tests.prescriptions.people import NOW, signed


def with_outbox(office, folder, knowledge):
    office.desk = replace(office.desk, sender=Outbox(folder), knowledge=knowledge)
    return office


def state(office, made):
    return everyone.view(office.desk, office["doctor"], made, NOW)["state"]


def test_where_the_law_lets_it_the_signed_bundle_is_put_into_the_outbox(office, knowledge, tmp_path, fhir_errors):  # noqa: F811
    office = with_outbox(office, tmp_path / "out", electronic(knowledge))
    made = signed(office)
    assert list(tmp_path.glob("out/*")) == []
    assert prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW) == "electronic"
    (file,) = tmp_path.glob("out/*")
    bundle = json.loads(file.read_text())
    assert file.name == f"{made}.json" and file.stat().st_mode & 0o077 == 0
    assert fhir_errors(bundle) == []
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert {"MedicationRequest", "Provenance", "Patient"} <= set(kinds)
    assert "Corner Pharmacy" in file.read_text()


def test_where_it_goes_on_paper_nothing_is_sent(office, knowledge, tmp_path):
    office = with_outbox(office, tmp_path / "out", knowledge)
    made = signed(office)
    assert prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW) == "paper"
    assert not (tmp_path / "out").exists()


def test_what_could_not_be_sent_stays_signed_and_can_be_sent_later(office, knowledge, tmp_path):
    folder = tmp_path / "out"
    folder.write_text("a file where the folder should be")
    office = with_outbox(office, folder, electronic(knowledge))
    made = signed(office)
    with pytest.raises(NotSent, match="outbox"):
        prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW)
    assert state(office, made) == "signed"
    assert faults(office.desk.engine, office.desk.vault.chain_key) == []
    folder.unlink()
    prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW)
    assert state(office, made) == "transmitted" and len(list(folder.iterdir())) == 1
