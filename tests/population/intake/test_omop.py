"""OMOP tables in every form give the rows that the same people give in FHIR; what is broken is told by line."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.buckets.partition import temporary_buckets
from benzosafe.population.intake.find import find_source
from benzosafe.population.intake.omop import OmopSource
from benzosafe.population.measures.measure import MEASURES
from benzosafe.population.rows import Row
from benzosafe.population.screen.judge import screen_rows
from tests.population.intake.omop import DRUGS, PEOPLE, TABLES, write_fhir, write_tables
from tests.population.measures.builders import asked_of, of_file

FORMS = ("plain", "packed", "tabs", "parquet")
ON = date(2026, 6, 30)


def rows_of(path: Path) -> tuple[list[Row], list[tuple[str, int, str]]]:
    source = pickle.loads(pickle.dumps(find_source(path)))
    assert isinstance(source, OmopSource)
    chunks = [chunk for split in source.splits() for chunk in source.read(split)]
    rejects = [(item.file, item.line, item.why) for chunk in chunks for item in chunk.rejects]
    assert sum(chunk.bytes_read for chunk in chunks) == pytest.approx(source.size_bytes, abs=len(source.splits()))
    return [row for chunk in chunks for row in chunk.rows], rejects


def resources(path: Path) -> dict[str, Any]:
    return {f"{row.kind}/{row.id}": json.loads(row.resource) for row in rows_of(path)[0]}


def screened(path: Path, knowledge: Knowledge) -> list[dict[str, Any]]:
    with temporary_buckets(find_source(path)) as buckets:
        batches = [batch for number in range(buckets.count) for batch in buckets.batches(number)]
        return [row for batch in screen_rows(batches, knowledge, ON) for row in batch.to_pylist()]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_people_are_judged_the_same(tmp_path: Path, knowledge: Knowledge, form: str) -> None:
    omop = screened(write_tables(tmp_path / "omop", form), knowledge)
    fhir = screened(write_fhir(tmp_path / "export.ndjson"), knowledge)
    for ours, theirs in zip(omop, fhir, strict=True):
        given = ours["facts"].pop("medicines"), theirs["facts"].pop("medicines")
        understood = ours["facts"].pop("medicines_understood"), theirs["facts"].pop("medicines_understood")
        assert (given, understood) in (((2, 2), (2, 2)), ((1, 1), (0, 0)), ((2, 1), (2, 1)))  # one was only given
        for side in (ours, theirs):
            side["gaps"] = [{**gap, "where": ""} for gap in side["gaps"]]
        assert ours == theirs
    assert [row["facts"]["status"] for row in omop] == ["reviewed", "not_known", "deceased"]
    assert {item["rule"] for item in omop[0]["findings"]} >= {"opioid_with_benzodiazepine"}


@pytest.mark.parametrize("form", FORMS)
def test_what_a_row_says(tmp_path: Path, form: str) -> None:
    found = resources(write_tables(tmp_path / "omop", form))
    assert set(found) == {
        "Patient/1", "Patient/2", "Patient/3", "MedicationRequest/drug_exposure-11",
        "MedicationRequest/drug_exposure-12", "MedicationStatement/drug_exposure-13",
        "MedicationDispense/drug_exposure-14", "MedicationAdministration/drug_exposure-15",
        "Condition/condition_occurrence-21", "Observation/measurement-31",
    }  # fmt: skip
    order = found["MedicationRequest/drug_exposure-11"]
    assert order["requester"] == {"reference": "Practitioner/7"} and order["dispenseRequest"]["quantity"]["value"] == 60
    assert order["encounter"] == {"reference": "Encounter/visit_occurrence-5"}
    assert found["Condition/condition_occurrence-21"]["code"]["text"] == 'Epilepsy, unspecified, "not intractable"'
    assert "abatementDateTime" not in found["Condition/condition_occurrence-21"]
    assert [item["url"].rsplit("-", 1)[1] for item in found["Patient/1"]["extension"]] == ["race", "ethnicity"]
    assert found["MedicationRequest/drug_exposure-12"]["dosageInstruction"][0]["text"].endswith("to\nalcohol")


def test_lines_are_those_of_the_file_and_reading_goes_on_after_one(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "omop", "plain")
    rows, rejects = rows_of(folder)
    lines = {row.id: row.line for row in rows if row.file == "drug_exposure.csv"}
    assert lines == {"drug_exposure-11": 2, "drug_exposure-12": 3, "drug_exposure-13": 5, "drug_exposure-14": 6,
                     "drug_exposure-15": 7}  # fmt: skip
    assert rejects == [("observation (no such table)", 0, "what it would say is not known")]
    source = find_source(folder)
    for split in source.splits():
        whole = [row for chunk in source.read(split) for row in chunk.rows]
        for cut in range(len(whole) + 1):
            after = whole[cut - 1].line if cut else 0
            assert [row for chunk in source.read(split, after) for row in chunk.rows] == whole[cut:]


def test_without_concepts_every_number_stays_unknown_and_it_is_said(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = write_tables(tmp_path / "omop", "plain", {k: v for k, v in TABLES.items() if k != "concept"})
    found = resources(folder)
    assert found["MedicationRequest/drug_exposure-11"]["medicationCodeableConcept"] == {
        "coding": [{"system": "http://ohdsi.org/omop", "code": "19019418"}]
    }
    assert ("concept (no such table)", 0, "what it would say is not known") in rows_of(folder)[1]
    assert {row["facts"]["status"] for row in screened(folder, knowledge)} == {"not_known"}


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("drug_exposure", {"person_id": ""}, "has no person_id that is a number"),
        ("drug_exposure", {"person_id": "ann"}, "has no person_id that is a number"),
        ("drug_exposure", {"drug_exposure_id": ""}, "has no drug_exposure_id that is a number"),
        (
            "drug_exposure",
            {"drug_exposure_start_date": "20.6.2026"},
            "has no drug_exposure_start_date that is a date: '20.6.2026'",
        ),
        (
            "drug_exposure",
            {"drug_exposure_start_date": "2026-02-31"},
            "has no drug_exposure_start_date that is a date: '2026-02-31'",
        ),
        ("condition_occurrence", {"condition_start_date": ""}, "has no condition_start_date that is a date"),
        ("measurement", {"measurement_id": "x"}, "has no measurement_id that is a number"),
        ("person", {"person_id": "1e3"}, "has no person_id that is a number"),
    ],
)
def test_a_bad_record_is_told_by_line_and_the_others_are_read(tmp_path: Path, table: str, change: dict[str, str],
                                                              said: str) -> None:  # fmt: skip
    tables = TABLES | {table: [TABLES[table][0] | change, *TABLES[table]]}
    rows, rejects = rows_of(write_tables(tmp_path / "omop", "plain", tables))
    assert len(rows) == 10
    assert [(line, why) for file, line, why in rejects if file == f"{table}.csv"] == [(2, f"{table} {said}")]


@pytest.mark.parametrize(
    ("change", "end"),
    [
        ({"days_supply": 30}, "2026-07-19"), ({"days_supply": 10}, "2026-06-29"), ({"days_supply": 0}, "2026-07-19"),
        ({"verbatim_end_date": "2026-06-25", "days_supply": 30}, "2026-06-25"),
        ({"drug_exposure_end_date": "2026-06-20"}, None),
    ],
)  # fmt: skip
def test_a_told_medicine_ends_with_its_supply(tmp_path: Path, change: dict[str, Any], end: str | None) -> None:
    told = [DRUGS[2] | {"drug_type_concept_id": 32817} | change]
    found = resources(write_tables(tmp_path / "omop", "plain", TABLES | {"drug_exposure": told}))
    assert found["MedicationStatement/drug_exposure-13"]["effectivePeriod"].get("end") == end


def test_lines_that_are_no_records_are_told(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "omop", "plain")
    path = folder / "person.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "7,too,few", "", *lines[2:]]))
    rows, rejects = rows_of(folder)
    assert len(rows) == 10 and (("person.csv", 3, "person has 3 fields where the header has 7")) in rejects


@pytest.mark.parametrize("place", [2, 3, 5])
@pytest.mark.parametrize("stray", ['"7,', '7,"8507,1990', '"'])
def test_a_stray_quotation_mark_costs_its_own_line_only(tmp_path: Path, stray: str, place: int) -> None:
    folder = write_tables(tmp_path / "omop", "plain")
    path = folder / "person.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[: place - 1], stray, *lines[place - 1 :], ""]))
    rows, rejects = rows_of(folder)
    people = {row.id: row.line for row in rows if row.file == "person.csv"}
    assert set(people) == {"1", "2", "3"} and place not in people.values()
    assert [line for file, line, _ in rejects if file == "person.csv"] == [place]


def test_bytes_that_are_no_letters_and_files_that_break_off(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "omop", "packed")
    whole = (folder / "DRUG_EXPOSURE.csv.gz").read_bytes()
    (folder / "DRUG_EXPOSURE.csv.gz").write_bytes(whole[:-12])
    _, rejects = rows_of(folder)
    assert any(file == "DRUG_EXPOSURE.csv.gz" and "cannot be read to its end" in why for file, _, why in rejects)
    plain = write_tables(tmp_path / "plain", "plain")
    text = (plain / "drug_exposure.csv").read_bytes().replace(b"herb", b"h\xffrb")
    (plain / "drug_exposure.csv").write_bytes(text)
    medicine = resources(plain)["MedicationStatement/drug_exposure-13"]["medicationCodeableConcept"]
    assert medicine["text"] == "a h�rb nobody knows"


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda folder: (folder / "person.csv").write_text("person_id,gender_concept_id,yaer_of_birth\n"),
         "has no column 'year_of_birth'. Did you mean 'yaer_of_birth'?"),
        (lambda folder: (folder / "person.csv").write_text(""), "has no column 'person_id'"),
        (lambda folder: (folder / "concept.csv").write_text("concept_id\n"), "has no column 'concept_name'"),
        (lambda folder: (folder / "person.csv").rename(folder / "person.parquet"), "cannot be read"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_one_is_refused(tmp_path: Path, break_it: Any, said: str) -> None:
    folder = write_tables(tmp_path / "omop", "plain")
    break_it(folder)
    with pytest.raises(InputRefused) as refused:
        find_source(folder)
    assert said in str(refused.value)


def test_a_measure_counts_supplies_from_tables(tmp_path: Path) -> None:
    """Both medicines handed over on 2 days each for 30 days: together for more than 30."""
    supplied = [
        DRUGS[3] | {"drug_exposure_id": number, "person_id": 1, "drug_concept_id": concept, "days_supply": 60,
                    "drug_exposure_start_date": day}
        for number, (concept, day) in enumerate([(19019418, "2026-01-01"), (19019418, "2026-03-02"),
                                                 (40232756, "2026-01-01"), (40232756, "2026-03-02")])
    ]  # fmt: skip
    folder = write_tables(tmp_path / "omop", "plain", TABLES | {"drug_exposure": supplied, "person": PEOPLE[:1]})
    found = of_file(asked_of("cob", own=dict(MEASURES["cob"].own_classes), sets=_none()), folder)
    assert found.tally.totals["1"]["numerator"].certain == 1


def _none() -> Any:
    from benzosafe.population.measures.value_sets import ValueSets

    return ValueSets()
