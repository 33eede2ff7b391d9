"""Urine tests as FHIR tells of them: codes and names, amounts, words, interpretations, methods, cut-offs, samples."""

from __future__ import annotations

import json
from datetime import date

import pytest

from benzosafe.errors import InputRefused
from benzosafe.fhir.specimens import read_specimens
from benzosafe.patient.course import Assay
from tests.monitoring.urine_cases import ON

LOINC = "http://loinc.org"


def observation(code="", text="", **more):
    """A laboratory result; the code is one of LOINC."""
    coding = [{"system": LOINC, "code": code}] if code else []
    return {
        "resourceType": "Observation", "status": "final", "code": {"coding": coding, "text": text},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-11-20T09:30:00Z", **more,
    }  # fmt: skip


def amount(value, unit="ng/mL", **more):
    """A quantity."""
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit, **more}


def bundle(*resources):
    """A Bundle of them."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def read(resource, knowledge, patient_id="p1"):
    """The samples and gaps of a resource."""
    return read_specimens(json.dumps(resource).encode(), "result.json", knowledge, ON, patient_id)


def one(resource, knowledge):
    """The only result of the only sample."""
    (sample,), gaps = read(resource, knowledge)
    (assay,) = sample.assays
    return assay, gaps


POSITIVE = {"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "10828004"}]}}


@pytest.mark.parametrize(
    ("resource", "assay"),
    [
        (observation("14316-4", "Benzodiazepines Ur Ql Scn", valueString="Negative"),
         Assay("benzodiazepines", "immunoassay", "negative")),
        (observation("51776-3", valueQuantity=amount(120)),
         Assay("7-aminoclonazepam", "mass_spectrometry", "positive", 120.0)),
        (observation("51776-3", valueQuantity=amount(5, comparator="<")),
         Assay("7-aminoclonazepam", "mass_spectrometry", "negative", None, 5.0)),
        (observation("17088-6", valueQuantity=amount(12), referenceRange=[{"high": amount(20)}]),
         Assay("lorazepam", "mass_spectrometry", "negative", 12.0, 20.0)),
        (observation("17088-6", valueQuantity=amount(0.9, "mg/L"), referenceRange=[{"text": "Cutoff: 20 ng/mL"}],
                     method={"text": "LC-MS/MS after enzymatic hydrolysis"}),
         Assay("lorazepam", "mass_spectrometry", "positive", 900.0, 20.0, True)),
        (observation("", "7-Aminoclonazepam, Urine", **POSITIVE, note=[{"text": "GC-MS, cut-off 50 ng/mL"}]),
         Assay("7-Aminoclonazepam, Urine", "mass_spectrometry", "positive", None, 50.0)),
        (observation("3887-7", interpretation=[{"coding": [{"code": "ND"}]}]), Assay("oxazepam", "", "negative")),
        (observation("3390-2", valueBoolean=True, method={"text": "EMIT II"}),
         Assay("benzodiazepines", "immunoassay", "positive")),
        (observation("14316-4", valueCodeableConcept={"text": "None Detected"}),
         Assay("benzodiazepines", "immunoassay", "negative")),
        (observation("19520-6", valueString="Inconclusive"), Assay("lorazepam", "immunoassay", "invalid")),
        (observation("19520-6", valueString="<20 ng/mL", method={"text": "Mass spectrometry, without hydrolysis"}),
         Assay("lorazepam", "mass_spectrometry", "negative", None, 20.0, False)),
    ],
)  # fmt: skip
def test_one_result(knowledge, resource, assay):
    assert one(resource, knowledge) == (assay, ())


def test_a_bundle_of_a_panel(knowledge):
    resources = [
        {"resourceType": "Specimen", "id": "s9", "type": {"text": "Urine, random"},
         "collection": {"collectedDateTime": "2026-11-19"}},
        observation("53745-6", "Benzodiazepines panel", hasMember=[{"reference": "Observation/1"}],
                    specimen={"reference": "Specimen/s9"}),
        observation("51776-3", specimen={"reference": "Specimen/s9"}, valueQuantity=amount(120)),
        observation("2161-8", "Creatinine Ur", specimen={"reference": "Specimen/s9"},
                    valueQuantity=amount(8.84, "mmol/L")),
        observation("", "Urine temperature", specimen={"reference": "Specimen/s9"}, valueQuantity=amount(95, "[degF]")),
        observation("14316-4", valueString="neg"),
    ]  # fmt: skip
    (first, second), gaps = read(bundle(*resources), knowledge)
    assert (first.specimen_id, first.collected_on) == ("s9", date(2026, 11, 19))
    assert first.assays == (Assay("7-aminoclonazepam", "mass_spectrometry", "positive", 120.0),)
    assert first.creatinine_mg_per_dl == pytest.approx(100.0, abs=0.1) and first.temperature_celsius == 35.0
    assert (second.collected_on, [a.name for a in second.assays]) == (date(2026, 11, 20), ["benzodiazepines"])
    assert gaps == ()


def test_a_report_with_contained_results_and_components(knowledge):
    parts = [{"code": {"coding": [{"system": LOINC, "code": "16201-6"}]}, "valueQuantity": amount(300)},
             {"code": {"coding": [{"system": LOINC, "code": "20559-1"}]}, "valueString": "not detected"}]  # fmt: skip
    inside = observation("90890-5", "Panel", component=parts, id="o1")
    report = {"resourceType": "DiagnosticReport", "status": "final", "contained": [inside],
              "result": [{"reference": "#o1"}]}  # fmt: skip
    (sample,), gaps = read(report, knowledge)
    assert [(a.name, a.outcome) for a in sample.assays] == [("oxazepam", "positive"), ("temazepam", "negative")]
    assert gaps == ()


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (observation("17088-6", valueQuantity=amount(4, "mmol/L")), "no amount in ng/mL"),
        (observation("17088-6", valueString="see report"), "no result that is known"),
        (observation("17088-6"), "no result is given"),
        (observation("17088-6", valueString="Negative", interpretation=[{"coding": [{"code": "POS"}]}]), "at once"),
        (observation("17088-6", valueString="Negative", valueQuantity=amount(900),
                     referenceRange=[{"high": amount(20)}]), "against a cut-off"),
        (observation("17088-6", valueString="Negative", effectiveDateTime="2026-11"), "does not say the day"),
        (observation("17088-6", valueString="Negative", subject={"reference": "Patient/p2"}), "the same person?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(knowledge, resource, said):
    assay, gaps = one(resource, knowledge)
    assert any(said in gap.what for gap in gaps)
    if "day" not in said and "person" not in said:
        assert assay.outcome == ""


def test_other_fluids_and_withdrawn_results_are_left_out(knowledge):
    resources = bundle(
        observation("14316-4", valueString="neg"),
        observation("", "Clonazepam [Mass/volume] in Serum", valueQuantity=amount(30)),
        observation("17088-6", valueString="pos", specimen={"display": "oral fluid"}),
        observation("17088-6", status="entered-in-error", valueString="pos"),
    )
    (sample,), gaps = read(resources, knowledge)
    assert [a.name for a in sample.assays] == ["benzodiazepines"]
    assert sum("not of urine" in gap.what for gap in gaps) == 2 and any("entered-in-error" in g.what for g in gaps)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "cut off"), (b"[]", ""), (b'{"resourceType": "Patient", "id": "p1"}', "no laboratory result"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": []}', "nothing"), (b"7", ""),
        (json.dumps(bundle(observation("14316-4", valueString="neg"),
                           observation("14316-4", valueString="neg", subject={"reference": "Patient/p2"}))).encode(),
         "two patients"),
        (json.dumps(observation("", "Clonazepam in Serum", valueQuantity=amount(30))).encode(), "no urine result"),
        (b'{"resourceType": "Observation", "code": 7, "component": "x", "note": {}, "valueQuantity": []}', ""),
        (b"\xff\xfe{", "UTF-16"), (b"[" * 50_000, ""),
    ],
)  # fmt: skip
def test_files_that_hold_no_result_are_refused(knowledge, data, said):
    with pytest.raises(InputRefused) as error:
        read_specimens(data, "result.json", knowledge, ON, "p1")
    assert "result.json" in error.value.message and said in error.value.message
