"""The least that a review needs, in both spellings, each with its reason; and what a grant leaves out."""

import re
from pathlib import Path

import pytest

from benzosafe.fhir.searches import SEARCHES
from benzosafe.smart.scopes import READS, SESSION, lacking, scopes_for_backend, scopes_for_launch

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "connect-a-record-system.md"


def test_every_search_has_its_scope_and_no_scope_is_idle():
    kinds = {re.split(r"[/?]", address)[0] for address in SEARCHES.values()}
    assert {read.resource for read in READS} == kinds | {"Medication"}


@pytest.mark.parametrize("syntax", ["v1", "v2"])
def test_nothing_may_be_written_or_listed_wholesale(syntax):
    every = {*scopes_for_backend(syntax), *scopes_for_launch(syntax, from_record=True)}
    clinical = {scope for scope in every if "/" in scope and not scope.startswith("launch")}
    allowed = r"(system|patient)/[A-Z]\w+\.(read)" if syntax == "v1" else r"(system|patient)/[A-Z]\w+\.(r|rs)"
    assert all(re.fullmatch(allowed, scope) for scope in clinical)
    assert "offline_access" not in every


def test_a_backend_cannot_look_for_people():
    assert "system/Patient.r" in scopes_for_backend("v2")


def test_each_launch_asks_for_its_own_context():
    assert {"launch"} == {s for s in scopes_for_launch("v2", from_record=True) if s.startswith("launch")}
    assert {"launch/patient"} == {s for s in scopes_for_launch("v1", from_record=False) if s.startswith("launch")}


def test_the_guide_lists_every_scope_with_its_reason():
    text = GUIDE.read_text(encoding="utf-8")
    for read in READS:
        row = f"| `{read.scope('system', 'v2')}` | `{read.scope('system', 'v1')}` | {read.why} |"
        assert row in text, row
    for scope, why in SESSION.items():
        assert f"| `{scope}` | {why} |" in text


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        ("", set()),
        ("system/*.read", set()),
        ("patient/*.rs", set()),
        ("user/*.cruds", set()),
        ("system/*.*", set()),
        ("patient/*.write", {read.resource for read in READS}),
        ("launch openid", {read.resource for read in READS}),
        ("system/*.rs?category=laboratory", {read.resource for read in READS}),
        ("system/Patient.r", {read.resource for read in READS} - {"Patient"}),
        ("system/*.r", {read.resource for read in READS} - {"Patient"}),
    ],
)
def test_what_a_grant_leaves_out(granted, missing):
    assert lacking(granted) == missing


def test_a_narrowed_grant_is_not_the_whole():
    rest = " ".join(scope for scope in scopes_for_backend("v2") if "Condition" not in scope)
    assert lacking(f"{rest} system/Condition.rs?category=encounter-diagnosis") == {"Condition"}
