"""The chain as FHIR AuditEvents: every action has its kind, every event is FHIR and says its place in the chain."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import benzosafe
from benzosafe.audit.events import KINDS, audit_event, audit_events, ndjson
from benzosafe.audit.ledger import entering, entries, head
from benzosafe.prescriptions import everyone
from benzosafe.prescriptions.lifecycle import MOVES
from tests.prescriptions.people import NOW, WITH_OPIOID, at_the_counter, given, verified

SOURCE = Path(benzosafe.__file__).parent
PLACES = {"insert": 2, "update": 3, "note": 0}
"""Where the action stands among the arguments of a ledger's writes."""


def actions_in_the_code():
    found = set()
    for room in ("audit", "identity", "prescriptions", "service/rx", "cli"):
        for path in sorted((SOURCE / room).glob("*.py")):
            for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
                place = PLACES.get(getattr(call.func, "attr", ""))
                if place is None or getattr(getattr(call.func, "value", None), "id", "") != "ledger":
                    continue
                if isinstance(call.args[place], ast.Constant):
                    found.add(call.args[place].value)
    return found


def test_every_action_that_the_code_writes_has_its_kind():
    found = actions_in_the_code()
    assert {"account made", "fill", "view", "log-in refused", "refused", "key revoked"} <= found
    assert found | set(MOVES) | set(everyone.WITH_A_REASON) <= set(KINDS)


def test_no_kind_is_of_an_action_that_is_never_written():
    assert set(KINDS) <= actions_in_the_code() | set(MOVES)


@pytest.fixture
def used(either_office):
    made = at_the_counter(either_office, record=WITH_OPIOID)
    verified(either_office, made)
    given(either_office, made)
    everyone.move(either_office.desk, "cancel", either_office["doctor"], made, "made by \U0001f600 mistake\0", NOW)
    return either_office


def test_every_entry_is_an_audit_event(used, fhir_errors):
    engine = used.desk.engine
    found = list(audit_events(engine))
    assert len(found) == head(engine).seq > 80
    kinds = {}
    for event in found:
        kinds.setdefault(event["subtype"][0]["code"], event)
    assert len(kinds) > 12
    assert [fault for event in kinds.values() for fault in fhir_errors(event)] == []
    for entry, event in zip(entries(engine), found, strict=True):
        details = {one["type"]: one["valueString"] for one in event["entity"][0]["detail"]}
        assert (details["entry"], details["hash"]) == (str(entry["seq"]), entry["hash"])
        assert event["recorded"] == entry["at"]
        assert event["agent"][0]["who"]["identifier"]["value"] == entry["actor"]


@pytest.mark.parametrize("action", sorted(KINDS))
def test_every_kind_is_fhir(fhir_errors, action):
    entry = {
        "seq": 1, "at": "2026-11-24T09:00:00.000000+00:00", "actor": "a", "action": action, "about": "accounts/unknown",
        "hash": "0" * 64, "details": {"patient": "ann", "nothing": "", "list": ["x"], "number": 3},
    }  # fmt: skip
    event = audit_event(entry)
    assert fhir_errors(event) == []
    assert event["outcome"] == ("4" if "refused" in action else "0")
    assert event["entity"][1]["what"]["identifier"]["value"] == "ann"


def test_lines_of_json_begin_after_an_entry(used):
    lines = [json.loads(line) for line in ndjson(used.desk.engine, 80)]
    assert [int(one["id"].removeprefix("entry-")) for one in lines] == list(range(81, head(used.desk.engine).seq + 1))


def test_an_actor_without_a_name_is_still_an_event(office, fhir_errors):
    with entering(office.desk.engine, office.desk.vault.chain_key, "", NOW) as ledger:
        ledger.note("view", "prescriptions/x")
    (event,) = list(audit_events(office.desk.engine, head(office.desk.engine).seq - 1))
    assert fhir_errors(event) == []
