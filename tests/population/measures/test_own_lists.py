"""Our own lists of medicines and conditions, and the user's lists by ingredient."""

from __future__ import annotations

import msgspec
import pytest

from benzosafe.fhir.elements import CodeableConcept, Coding
from benzosafe.population.measures.dispensing_sets import CNS_ACTIVE, OPIOIDS
from benzosafe.population.measures.medicine_lists import ByClass, medicine_list
from benzosafe.population.measures.own_lists import OwnConditions, OwnMedicines, own_list
from benzosafe.population.measures.resources import DECODERS
from benzosafe.population.measures.value_sets import Codes, OwnList, ValueSets, read_value_sets
from benzosafe.population.measures.written_medicine import written_in, written_of
from tests.population.measures.supplies import given_sets, supply

NDC = "http://hl7.org/fhir/sid/ndc"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def handed(text, route=None):
    """A medicine in words, read from a supply."""
    more = {"dosageInstruction": [{"route": {"text": route}}]} if route else {}
    return written_of(
        DECODERS["MedicationDispense"].decode(msgspec.json.encode(supply(None, "2026-01-01", text=text, **more)))
    )


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("oxycodone hydrochloride 5 MG Oral Tablet", ("oxycodone",)),
        ("acetaminophen 325 MG / codeine phosphate 30 MG Oral Tablet", ("codeine",)),
        ("codeine/guaifenesin 10-100 mg/5mL oral solution", ("codeine",)),
        ("fentanyl 25 mcg/hr transdermal system", ("fentanyl",)),
        ("Fentanyl 0.05 MG/ML Injectable Solution", ()),
        ("morphine 10 mg/mL vial", ()),
        ("sufentanil 30 mcg sublingual tablet", ()),
        ("buprenorphine 10 MCG/HR patch", ("buprenorphine",)),
        ("Butrans 10 mcg/hr", ("buprenorphine",)),
        ("buprenorphine 0.15 MG Buccal Film", ("buprenorphine",)),
        ("buprenorphine 8 MG Sublingual Tablet", ()),
        ("buprenorphine / naloxone 8 MG / 2 MG Sublingual film", ()),
        ("buprenorphine / naloxone 4.2 MG / 0.7 MG Buccal Film", ()),
        ("Sublocade 300 MG/1.5 ML", ()),
        ("butorphanol 10 mg/mL nasal spray", ("butorphanol",)),
        ("lorazepam 1 mg tablet", ()),
    ],
)
def test_opioids_for_pain_and_cough_taken_at_home(knowledge, text, listed):
    assert own_list(knowledge, "opioids_dispensed").listed(handed(text)) == listed


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("lorazepam 1 mg tablet", ("lorazepam",)), ("lorazepam 2 MG/ML injection", ()),
        ("chlordiazepoxide / clidinium capsule", ("chlordiazepoxide",)), ("zolpidem 10 mg tablet", ()),
        ("midazolam 5 mg nasal spray", ("midazolam",)),
    ],
)  # fmt: skip
def test_benzodiazepines_but_no_z_drugs_and_no_injections(knowledge, text, listed):
    assert own_list(knowledge, "benzodiazepines_dispensed").listed(handed(text)) == listed


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("amitriptyline 25 mg tablet", ("amitriptyline",)), ("sertraline 50 mg", ("sertraline",)),
        ("duloxetine 30 mg capsule", ("duloxetine",)), ("gabapentin 300 mg capsule", ("gabapentin",)),
        ("quetiapine 25 mg tablet", ("quetiapine",)), ("zolpidem 10 mg tablet", ("zolpidem",)),
        ("clonazepam 1 mg tablet", ("clonazepam",)), ("tramadol 50 mg tablet", ("tramadol",)),
        ("chlordiazepoxide / amitriptyline tablet", ("chlordiazepoxide", "amitriptyline")),
        ("mirtazapine 15 mg tablet", ()), ("bupropion 150 mg tablet", ()), ("trazodone 50 mg tablet", ()),
        ("baclofen 10 mg tablet", ()), ("cyclobenzaprine 5 mg tablet", ()), ("suvorexant 10 mg tablet", ()),
        ("metformin 500 mg tablet", ()), ("diazepam 10 mg rectal gel", ("diazepam",)),
        ("haloperidol 5 mg/mL injection", ()), ("midazolam 5 mg nasal spray", ()), ("doxepin 5% topical cream", ()),
        ("buprenorphine 8 MG Sublingual Tablet", ()),
    ],
)  # fmt: skip
def test_cns_active_medicines_by_ingredient_class_and_route(knowledge, text, listed):
    assert own_list(knowledge, "cns_active_dispensed").listed(handed(text)) == listed


def test_the_route_of_the_directions_counts_where_the_name_has_none(knowledge):
    opioids = own_list(knowledge, "opioids_dispensed")
    assert opioids.listed(handed("morphine 10 mg")) == opioids.listed(handed("morphine 10 mg", "oral"))
    assert opioids.listed(handed("morphine 10 mg", "Intravenous route")) == ()
    assert opioids.listed(handed("buprenorphine 0.3 mg", "buccal")) == ("buprenorphine",)


def test_a_list_of_medicines_holds_a_coded_field_like_every_list(knowledge):
    opioids = own_list(knowledge, "opioids_dispensed")
    assert opioids(CodeableConcept(text="oxycodone 5 mg tablet"))
    assert not opioids(CodeableConcept(text="morphine injection")) and not opioids(None)


def test_what_is_not_a_medicine_of_ours_is_not_recognised(knowledge):
    opioids = own_list(knowledge, "opioids_dispensed")
    both = ByClass({"a": opioids, "b": medicine_list(given_sets(), OPIOIDS)})
    assert opioids.listed(handed("metformin 500 mg tablet")) == ()
    assert opioids.listed(handed("item 4711")) is None
    assert both.listed(handed("metformin 500 mg tablet")) is None  # a list of codes cannot tell from words
    assert both.listed(handed("oxycodone 5 mg tablet")) == ("a",)


def test_which_list_a_name_stands_for(knowledge):
    assert isinstance(own_list(knowledge, "opioids_dispensed"), OwnMedicines)
    assert own_list(knowledge, "cancer") == OwnConditions(knowledge, "cancer")
    assert own_list(knowledge, "opioid") == OwnList(knowledge, "opioid")


def test_a_condition_by_code_and_by_words(knowledge):
    cancer, sickle = own_list(knowledge, "cancer"), own_list(knowledge, "sickle_cell")

    def coded(code, text=None):
        return CodeableConcept(coding=[Coding(system=ICD, code=code)], text=text)

    assert cancer(coded("C50.911")) and cancer(CodeableConcept(text="breast cancer")) and not cancer(None)
    assert not cancer(coded("Z85.3", "personal history of breast cancer"))
    assert sickle(coded("D57.1")) and not sickle(coded("D57.3", "sickle cell trait"))
    assert own_list(knowledge, "epilepsy")(coded("G40.909")) and own_list(knowledge, "hospice")(
        CodeableConcept(text="hospice care")
    )


def test_the_users_lists_come_by_ingredient_and_a_code_may_be_in_two(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(
        f"oid,system,code\npolycns-zolpidem,{NDC},1\npolycns-amitriptyline,{NDC},2\npolycns-chlordiazepoxide,{NDC},2\n"
        f"cob-opioids,{NDC},3\npolycns-,{NDC},9\n"
    )
    sets = read_value_sets(path)
    medicines = medicine_list(sets, CNS_ACTIVE)

    def coded(code):
        return medicines.listed(written_in(CodeableConcept(coding=[Coding(system=NDC, code=code)])))

    assert coded("1") == ("zolpidem",) and set(coded("2")) == {"amitriptyline", "chlordiazepoxide"}
    assert coded("3") == coded("9") == ()
    assert sets.missing([CNS_ACTIVE, OPIOIDS]) == []


def test_a_value_set_in_fhir_by_its_identifier(tmp_path):
    path = tmp_path / "sets.json"
    path.write_text(
        '{"resourceType": "ValueSet", "id": "pqa-cancer", "expansion": {"contains": [{"system": "s", "code": "1"}]}}'
    )
    assert list(read_value_sets(path).sets) == ["PQA cancer"]


def test_the_users_list_goes_before_ours(knowledge):
    own = {OPIOIDS: own_list(knowledge, "opioids_dispensed")}
    given = ValueSets("given", {OPIOIDS: Codes(frozenset({(NDC, "1")}))}, own)
    oxycodone = handed("oxycodone 5 mg tablet")._replace(codes=((NDC, "2"),))
    assert medicine_list(given, OPIOIDS).listed(oxycodone) == ()
    assert medicine_list(ValueSets(own=own), OPIOIDS).listed(oxycodone) == ("oxycodone",)
