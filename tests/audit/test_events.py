"""The chain as FHIR AuditEvents: every action has its kind, every event is FHIR and says its place in the chain."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import benzosafe
from benzosafe.audit.events import KINDS, audit_event, audit_events, ndjson
from benzosafe.audit.ledger import entering, entries, head
from benzosafe.prescriptions import everyone, patients
from benzosafe.prescriptions.lifecycle import MOVES
from benzosafe.storage.snapshot import AT_ONCE
from tests.prescriptions.people import NOW, ROLES, WITH_OPIOID, at_the_counter, given, verified
from tests.prescriptions.test_counter import outside

SOURCE = Path(benzosafe.__file__).parent
PLACES = {("ledger", "insert"): 2, ("ledger", "update"): 3, ("ledger", "note"): 0, ("desk", "to"): 3}
"""Where the action stands among the arguments of what writes an entry."""
NAMES = {f"a-{name}": name for name in ROLES}
OF_THE_MOVES = {"name", "made.name"}
"""What stands there in the code where it is the name of a move."""


def actions_in(source, where):
    """The actions that a piece of code writes; what is no plain text has to be a choice of plain texts, or a move."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        if not isinstance(call.func, ast.Attribute):
            continue
        place = PLACES.get((ast.unparse(call.func.value).rpartition(".")[2], call.func.attr))
        if place is None:
            continue
        named = {one.arg: one.value for one in call.keywords}
        yield from plain_texts(named["action"] if len(call.args) <= place else call.args[place], where)


def plain_texts(node, where):
    if isinstance(node, ast.IfExp):
        return plain_texts(node.body, where) | plain_texts(node.orelse, where)
    if isinstance(node, ast.Constant):
        return {node.value}
    assert ast.unparse(node) in OF_THE_MOVES | {"action"}, f"{where}:{node.lineno} writes an action nobody can know"
    return set()


def actions_in_the_code():
    return {
        action
        for path in sorted(SOURCE.rglob("*.py"))
        for action in actions_in(path.read_text(encoding="utf-8"), path.name)
    }


def test_every_action_that_the_code_writes_has_its_kind():
    found = actions_in_the_code()
    assert {"account made", "fill", "view", "log-in refused", "refused", "key revoked", "transfer", "expire"} <= found
    assert found | set(MOVES) | set(everyone.WITH_A_REASON) <= set(KINDS)


def test_a_new_action_would_be_seen_wherever_it_is_written():
    assert set(actions_in("self.desk.to(ledger, one, target, 'new one', {})", "")) == {"new one"}
    assert set(actions_in("ledger.note('a' if x else 'b', 'c/d')\nledger.note(action='e', about='')", "")) == {*"abe"}
    with pytest.raises(AssertionError, match="nobody can know"):
        list(actions_in("ledger.insert(table, row, f'{word} made')", ""))


def test_no_kind_is_of_an_action_that_is_never_written():
    assert set(KINDS) <= actions_in_the_code() | set(MOVES)


@pytest.fixture
def used(either_office):
    made = at_the_counter(either_office, record=WITH_OPIOID)
    verified(either_office, made)
    given(either_office, made)
    patients.record_of(either_office.desk, either_office["doctor"], "ann", NOW)
    with either_office.desk.entering(either_office["doctor"], NOW) as ledger:
        one = either_office.desk.held(ledger, either_office["doctor"], made)
        either_office.desk.task(ledger, one, "call", NOW.date(), either_office["doctor"])
    outside(either_office, b"2026-01-02,lorazepam 1 mg,10,10,,\n")
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
        assert event["agent"][0]["who"].get("display", "") == NAMES.get(entry["actor"], "")


def test_the_patient_is_named_in_every_entry_about_one(used):
    about = {}
    for entry, event in zip(entries(used.desk.engine), audit_events(used.desk.engine), strict=True):
        named = [one["what"]["identifier"]["value"] for one in event["entity"] if "role" in one]
        about.setdefault(entry["about"].partition("/")[0], set()).update(named or {""})
    assert about == {
        "accounts": {""}, "recovery_codes": {""}, "signing_keys": {""}, "records": {"ann"}, "prescriptions": {"ann"},
        "rx_reviews": {"ann"}, "rx_answers": {"ann"}, "rx_tasks": {"ann"}, "fills": {"ann"}, "patients": {"ann"},
        "outside_fills": {"ann"},
    }  # fmt: skip


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


def test_what_another_version_wrote_is_told_with_its_hash_whatever_its_details_are_called(office, fhir_errors):
    with entering(office.desk.engine, office.desk.vault.chain_key, "x", NOW) as ledger:
        ledger.note("something new", "nothing", hash="mine", entry="too")
    end = head(office.desk.engine)
    (event,) = list(audit_events(office.desk.engine, end.seq - 1))
    assert fhir_errors(event) == [] and event["subtype"][0]["display"] == "something new"
    told = [(one["type"], one["valueString"]) for one in event["entity"][0]["detail"]]
    assert sorted(told) == sorted([("entry", str(end.seq)), ("hash", end.hash), ("entry", "too"), ("hash", "mine")])


def test_more_entries_than_are_read_at_once_all_come_in_their_order(office):
    with entering(office.desk.engine, office.desk.vault.chain_key, "x", NOW) as ledger:
        for number in range(2 * AT_ONCE):
            ledger.note("view", f"prescriptions/{number}")
    found = [int(one["id"].removeprefix("entry-")) for one in audit_events(office.desk.engine, 3)]
    assert found == list(range(4, head(office.desk.engine).seq + 1)) and len(found) > 2 * AT_ONCE
