"""Value sets as users have them: codes.csv and Bundles of ValueSets, whole ones only; our own lists beside them."""

from __future__ import annotations

import json

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.fhir.elements import CodeableConcept, Coding
from benzosafe.population.measures.cms156 import REQUIRED as NEEDED_156
from benzosafe.population.measures.cms506 import REQUIRED as NEEDED_506
from benzosafe.population.measures.value_set_names import OID_OF
from benzosafe.population.measures.value_sets import OwnList, ValueSets, read_value_sets

NAME = "Schedule IV Benzodiazepines"
OID = OID_OF[NAME]
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"

LISTED = {"include": [{"system": RXNORM, "concept": [{"code": "1"}, {"code": "2"}]}]}


def coded(code, system=RXNORM, text=None):
    return CodeableConcept(coding=[Coding(system=system, code=code)] if code else None, text=text)


def written(tmp_path, content, name="sets"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def value_set(**more):
    expansion = {"contains": [{"system": RXNORM, "code": "1"}, {"contains": [{"system": RXNORM, "code": "2"}]}]}
    return {
        "resourceType": "ValueSet",
        "url": f"http://cts.nlm.nih.gov/fhir/ValueSet/{OID}|1",
        "expansion": expansion,
    } | more


def test_every_set_a_measure_needs_has_an_identifier_and_is_published(shared_data):
    sets = read_value_sets(shared_data / "value-sets-2024" / "codes.csv")
    assert set(NEEDED_506) | set(NEEDED_156) == set(OID_OF)
    assert sets.missing(OID_OF) == []
    assert len(sets.sets[NAME].members) == 94


def test_codes_csv_in_any_order_of_columns(tmp_path):
    path = written(tmp_path, f"code,system,oid,display\n1,{RXNORM},{OID},one\n9,urn:x,9.9.9,of no measure\n")
    sets = read_value_sets(path)
    assert list(sets.sets) == [NAME] and sets.source == str(path)
    holds = sets.any_of(NAME)
    assert holds(coded("1")) and not holds(coded("1", "urn:other")) and not holds(coded("2")) and not holds(None)


@pytest.mark.parametrize(
    "bundle",
    [
        {"resourceType": "Bundle", "entry": [{"resource": value_set()}]},
        value_set(),
        value_set(url="", id=OID),
        value_set(url="", identifier=[{"value": f"urn:oid:{OID}"}]),
        value_set(expansion={}, compose=LISTED),
    ],
)
def test_value_sets_in_fhir(tmp_path, bundle):
    holds = read_value_sets(written(tmp_path, bundle)).any_of(NAME)
    assert holds(coded("1")) and holds(coded("2")) and not holds(coded("3"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"name,oid,system,code\n{NAME},{OID},{RXNORM},1\n{NAME},{OID},{RXNORM},\n", "line 3 lacks"),
        ("name,oid\nx,y\n", "no column system, code"),
        (f"oid,system,code\n9.9,{RXNORM},1\n", "none of the measures' value sets"),
        ("{", "is not JSON"),
        (value_set(expansion={"total": 3} | value_set()["expansion"]), "lists 2 of its 3 codes"),
        (value_set(expansion={}, compose={"include": [{"system": RXNORM, "filter": []}]}), "none of the measures'"),
        (value_set(expansion={}, compose=LISTED | {"exclude": [{}]}), "none of the measures'"),
    ],
)  # fmt: skip
def test_a_list_that_may_not_be_whole_is_refused(tmp_path, content, said):
    with pytest.raises(InputRefused, match=said):
        read_value_sets(written(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_value_sets(tmp_path / "none.csv")


def test_our_own_list_knows_medicines_by_code_text_and_ingredient(knowledge):
    holds = OwnList(knowledge, "benzodiazepine")
    assert (
        holds(coded("2598")) and holds(coded(None, text="Klonopin 1 mg tablet")) and holds(coded("?", text="diazepam"))
    )
    assert not holds(coded(None, text="zolpidem 5 mg")) and not holds(coded(None, text="?")) and not holds(None)


def test_our_own_list_stands_in_only_where_the_value_set_is_not(knowledge, tmp_path):
    own = {NAME: OwnList(knowledge, "benzodiazepine")}
    assert ValueSets(own=own).any_of(NAME)(coded("2598"))
    given = read_value_sets(written(tmp_path, value_set()))
    assert not ValueSets(given.source, given.sets, own).any_of(NAME)(coded("2598"))
