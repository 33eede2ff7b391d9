"""Who is listed, what is offered to whom, and what is never offered."""

from __future__ import annotations

import json
import re
import shutil

import pyarrow.parquet as pq
import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.population.rows import by_patient
from benzosafe.population.screen.job import MANIFEST
from benzosafe.population.screen.record import record_of
from benzosafe.population.screen.tables import TABLES
from benzosafe.population.worklist.worklist import worklist_data
from benzosafe.review.evaluate import RANK
from benzosafe.review.review import review
from benzosafe.taper.assess import assess
from tests.population.people import ON
from tests.population.screened import PARTS, person, screened

EVERYONE = 10_000
BZRA = {"clonazepam", "alprazolam", "diazepam", "zolpidem", "lorazepam", "oxazepam"}


@pytest.fixture(scope="module")
def everyone(crowd, knowledge):
    return worklist_data(crowd, knowledge, EVERYONE)


@pytest.fixture(scope="module")
def reviews(crowd, knowledge):
    """Every patient whose records were kept, looked at without any list."""
    found = {}
    for number in range(PARTS):
        table = pq.read_table(crowd / "records" / f"part-{number:05d}.parquet")
        for one in by_patient(table.to_batches()):
            found[one.patient] = review(record_of(one, knowledge, ON), knowledge, ON)
    return found


def listed(data, patient):
    return next(entry for entry in data["listed"] if entry["patient"] == patient)


def harm_of(judged):
    answered = [item for item in judged.verdict.findings if item.rule.rule.lowers_nothing and item.rank > 1]
    by_change = [tried.burden_before - tried.burden_after for tried in judged.changes]
    return max([*by_change, sum(100 ** (item.rank - 1) for item in answered)])


@pytest.mark.parametrize("capacity", [1, 2, 5, 12, 19, 20, 40, EVERYONE])
def test_the_list_is_that_of_looking_at_everyone(crowd, knowledge, reviews, capacity):
    data = worklist_data(crowd, knowledge, capacity)
    facts = {row["patient"]: row for row in pq.read_table(crowd / "facts").to_pylist()}
    wanted = sorted(reviews, key=lambda name: (-harm_of(reviews[name]), -facts[name]["burden"], name))
    assert [entry["patient"] for entry in data["listed"]] == wanted[:capacity]
    assert [entry["preventable_harm"] for entry in data["listed"]] == [
        harm_of(reviews[name]) for name in wanted[:capacity]
    ]
    behind = {entry["patient"] for entry in data["beyond_capacity"]}
    assert behind == {*wanted[capacity:]}
    ranks = [entry["rank"] for entry in (*data["listed"], *data["beyond_capacity"])]
    assert ranks == list(range(1, len(ranks) + 1))
    assert json.dumps(worklist_data(crowd, knowledge, capacity)) == json.dumps(data)


def test_few_are_looked_at_closely(crowd, knowledge):
    counts = worklist_data(crowd, knowledge, 3)["counts"]
    assert counts["listed"] == 3 <= counts["looked_at_closely"] < counts["candidates"] / 2


def test_only_findings_that_interrupt_put_somebody_on_the_list(crowd, everyone):
    facts = pq.read_table(crowd / "facts").to_pylist()
    urgent = {row["patient"] for row in facts if row["worst_tier"] is not None and row["worst_tier"] <= 1}
    assert {entry["patient"] for entry in everyone["listed"]} == urgent and "died" not in urgent
    assert everyone["counts"]["in_line_only"] == sum(row["worst_tier"] == 2 for row in facts) > 0
    assert everyone["counts"]["died"] == 1
    assert all(entry["finding"]["tier"] <= 1 and entry["finding"]["reason"] for entry in everyone["listed"])


def test_a_reason_not_to_taper_keeps_the_place_and_never_gets_a_taper(everyone):
    mine = [entry for entry in everyone["listed"] if entry["do_not_taper"]]
    assert {"seizures", "comfort"} <= {entry["patient"] for entry in mine}
    assert {entry["stratum"] for entry in mine} == {"do_not_taper"}
    for entry in mine:
        offered = [change for change in entry["changes"] if change["ingredient"] in BZRA]
        assert offered == []
        assert not re.search(r"taper|crossing over", json.dumps(entry["changes"]))
        assert entry["finding"]["advice"] == ""


def test_what_can_still_be_done_is_offered(everyone):
    seizures, comfort = listed(everyone, "seizures"), listed(everyone, "comfort")
    assert [change["words"] for change in seizures["changes"]] == [
        "lower oxycodone gradually, as far as the person can"
    ]
    assert "naloxone" in seizures["can_be_done"][0]
    assert comfort["changes"][0]["words"] == "stop itraconazole"
    assert {change["how"] for change in comfort["changes"]} == {"free"}
    assert comfort["not_offered"][0]["ingredient"] == "alprazolam"
    assert "palliative team" in comfort["not_offered"][0]["instead"]


def test_no_benzodiazepine_is_lowered_unless_the_assessment_lets_it(everyone, knowledge, reviews):
    seen = set()
    for entry in everyone["listed"]:
        for drug in {change["ingredient"] for change in entry["changes"]} & BZRA:
            decision = assess(knowledge, reviews[entry["patient"]].record, drug, ON).decision
            assert decision == "may be proposed", entry["patient"]
            seen.add(drug)
        for item in entry["not_offered"]:
            assert item["why"] and item["instead"]
    assert {"clonazepam", "diazepam"} <= seen
    child = listed(everyone, "child")
    assert [item["why"] for item in child["not_offered"]] == [("Under 18",)]
    assert all(change["ingredient"] == "oxycodone" for change in child["changes"])


def test_the_ordinary_patient_is_offered_what_the_review_found_best(everyone, reviews):
    entry, best = listed(everyone, "ordinary"), reviews["ordinary"].changes[0]
    assert entry["stratum"] == "change"
    assert entry["changes"][0]["words"] == best.change.words
    assert entry["changes"][0]["takes_away"] == entry["preventable_harm"] == best.burden_before - best.burden_after
    assert "abrupt" in entry["finding"]["advice"]


def test_who_could_not_be_judged_is_named_and_counted(crowd, everyone):
    facts = pq.read_table(crowd / "facts").to_pylist()
    unknown = {row["patient"] for row in facts if row["status"] in ("not_known", "refused")}
    wholly = [entry for entry in everyone["not_judged"] if entry["status"] != "partly_judged"]
    assert {entry["patient"] for entry in wholly} == unknown
    assert everyone["counts"]["not_judged"] == len(unknown)
    told = {entry["patient"]: entry["why"] for entry in everyone["not_judged"]}
    assert told["unknown"] == "1 of 1 medicines could not be told"


def test_who_was_judged_only_in_part_is_named_last(tmp_path, knowledge):
    calm = [
        ("paracetamol 500 mg tablet", "take 1 tablet twice daily"),
        ("clonazepam 0.5 mg tablet", "take 1 tablet daily"),
    ]
    people = [person("whole", calm), person("partly", [*calm, ("sleepwellorama", "1 daily")]),
              person("unknown", [("sleepwellorama", "1 daily")])]  # fmt: skip
    data = worklist_data(screened(tmp_path, people, knowledge), knowledge, EVERYONE)
    urgent = {entry["patient"] for entry in data["listed"]}
    partly = {"partly"} - urgent
    assert data["counts"]["partly_judged"] == len(partly) == 1
    assert [entry["patient"] for entry in data["not_judged"]] == ["unknown", "partly"]
    assert data["not_judged"][1]["why"] == "1 of 3 medicines could not be told"


def test_who_has_none_left_is_helped_by_what_lowers_nothing(tmp_path, knowledge):
    without = person("without", [("clonazepam 2 mg tablet", "take 1 tablet twice daily")])
    without[1] |= {
        "authoredOn": "2025-01-02",
        "dispenseRequest": {"validityPeriod": {"start": "2025-01-02", "end": "2026-06-20"},
                            "expectedSupplyDuration": {"value": 535, "unit": "d"}},
    }  # fmt: skip
    data = worklist_data(screened(tmp_path, [without], knowledge), knowledge, EVERYONE)
    entry = listed(data, "without")
    assert entry["finding"]["rule"] == "supply_gap" and knowledge.rules["supply_gap"].lowers_nothing
    assert " ".join(knowledge.rules["supply_gap"].advice.split()) in entry["can_be_done"]
    assert entry["preventable_harm"] >= 100 ** (RANK["high"] - 1)


def test_groups_are_counted(everyone):
    assert sum(group["candidates"] for group in everyone["groups"]) == everyone["counts"]["candidates"]
    assert sum(group["listed"] for group in everyone["groups"]) == everyone["counts"]["listed"]
    assert sum(group["reviewed"] for group in everyone["groups"]) == everyone["counts"]["by_status"]["reviewed"]


def test_a_screen_of_nobody_gives_an_empty_list(tmp_path, knowledge):
    data = worklist_data(screened(tmp_path, [], knowledge), knowledge, 40)
    assert data["listed"] == data["beyond_capacity"] == data["not_judged"] == data["groups"] == []
    assert data["counts"]["patients"] == 0


def test_other_knowledge_is_told(crowd, tmp_path, knowledge):
    folder = tmp_path / "copy"
    shutil.copytree(crowd, folder)
    manifest = json.loads((folder / MANIFEST).read_text()) | {"knowledge": "2025.1+abc"}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    data = worklist_data(folder, knowledge, 1)
    assert data["screened_with"]["knowledge_version"] == "2025.1+abc" != data["knowledge_version"]


def test_no_screen_and_an_unfinished_one_are_refused(tmp_path, knowledge):
    with pytest.raises(UsageError, match="benzosafe screen INPUT"):
        worklist_data(tmp_path, knowledge, 40)
    (tmp_path / ".work").mkdir()
    (tmp_path / ".work" / MANIFEST).write_text("{}")
    with pytest.raises(UsageError, match="--resume"):
        worklist_data(tmp_path, knowledge, 40)


@pytest.mark.parametrize("damage", ["records", "facts"])
def test_a_damaged_folder_is_refused_in_words(crowd, tmp_path, knowledge, damage):
    folder = tmp_path / "copy"
    shutil.copytree(crowd, folder)
    for path in (folder / damage).iterdir():
        path.write_bytes(b"no parquet")
    with pytest.raises(InputRefused, match=rf"{damage}/part-0000\d.parquet"):
        worklist_data(folder, knowledge, 40)
    assert all((folder / name).is_dir() for name in TABLES)


def test_records_that_are_gone_are_missed(tmp_path, knowledge):
    ann = person("ann", [("clonazepam 1 mg", "1 twice daily"), ("oxycodone 5 mg", "1 every 6 hours")])
    folder = screened(tmp_path, [ann], knowledge)
    for path in (folder / "records").iterdir():
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    with pytest.raises(InputRefused, match="holds no record of ann"):
        worklist_data(folder, knowledge, 40)


def test_a_refused_record_is_named_first_and_with_its_reason(tmp_path, knowledge):
    two = [*person("two", [("clonazepam 1 mg", "1 twice daily")]), {"resourceType": "Patient", "id": "other"}]
    unread = [person(f"u{n}", [("a medicine nobody knows", "")] * n) for n in (1, 3, 2)]
    data = worklist_data(screened(tmp_path, [two, *unread], knowledge), knowledge, 40)
    assert [entry["patient"] for entry in data["not_judged"]] == ["two", "u3", "u2", "u1"]
    assert data["not_judged"][0]["status"] == "refused" and "patients" in data["not_judged"][0]["why"]
    assert data["not_judged"][1]["why"] == "3 of 3 medicines could not be told"
