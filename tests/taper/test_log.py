"""The diary: what is read, and what is refused with its line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.log import log_of, read_log
from benzosafe.taper.log_entries import Taken
from benzosafe.taper.log_scales import POINTS, SCORED, TURNED, UNSCORED

EXAMPLE = Path(__file__).parents[2] / "examples" / "tapers" / "log.yaml"


def day(text: str):
    return log_of(f"entries:\n  - {{date: 2026-12-01, {text}}}\n", "log.yaml").days[0]


def test_the_example_is_read():
    log = read_log(EXAMPLE)
    assert log.days[0].on == date(2026, 12, 1)
    assert [item.taken for item in log.days if item.on == date(2026, 12, 15)] == [Taken("missed")]
    assert dict(log.baseline)["ciwa_b"].total == 14
    last = log.days[-1]
    assert (last.ciwa_b.total, len(last.ciwa_b.items), last.wish) == (24, 20, "slower")


def test_json_is_read_as_yaml(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"entries": [{"date": "2026-12-01", "taken": "0.75 mg", "seizure": False}]}, indent=1))
    found = read_log(path).days[0]
    assert found.taken == Taken("amount", 750)
    assert found.flags == (("seizure", False),)


@pytest.mark.parametrize(
    ("written", "taken"),
    [("as planned", Taken("as planned")), ("missed", Taken("missed")), ("0 mg", Taken("missed")),
     ("0,5 mg", Taken("amount", 500)), ("1 mg daily", Taken("amount", 1000)), ("unknown", Taken("unknown"))],
)  # fmt: skip
def test_what_was_taken(written, taken):
    assert day(f"taken: '{written}'").taken == taken


def test_a_medicine_with_its_dose():
    found = day("started: [fluconazole 200 mg daily, {name: rifampicin, mg_per_day: 600}, st john's wort]").started
    assert [(item.name, item.mg_per_day) for item in found] == [
        ("fluconazole", 200), ("rifampicin", 600), ("st john's wort", None),
    ]  # fmt: skip


def test_two_entries_of_one_day_that_agree_are_joined():
    log = log_of("entries:\n- {date: 2026-12-01, taken: missed}\n- {date: 2026-12-01, ciwa_b: 9}\n", "log.yaml")
    assert len(log.days) == 1
    assert (log.days[0].taken, log.days[0].ciwa_b.total) == (Taken("missed"), 9)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("entries:\n- {date: 2026-12-01, sezure: yes}\n", 2, "Did you mean 'seizure'"),
        ("entries:\n- {date: 2026-02-30, taken: missed}\n", 2, "is not a date"),
        ("entries:\n- {date: 2026-12, taken: missed}\n", 2, "not a whole date"),
        ("entries:\n- {taken: missed}\n", 2, "without a date"),
        ("entries:\n- {date: 2026-12-01}\n", 2, "says nothing but its date"),
        ("entries:\n- {date: 2026-12-01, taken: 3}\n", 2, "Write: as planned"),
        ("entries:\n- {date: 2026-12-01, taken: -1 mg}\n", 2, "Write: as planned"),
        ("entries:\n- {date: 2026-12-01, ciwa_b: 81}\n", 2, "highest total is 80"),
        ("entries:\n- {date: 2026-12-01, bwsq: 41}\n", 2, "highest total is 40"),
        ("entries:\n- {date: 2026-12-01, bwsq: 4.5}\n", 2, "whole number"),
        ("entries:\n- {date: 2026-12-01, sleep_hours: 25}\n", 2, "more than 24"),
        ("entries:\n- date: 2026-12-01\n  ciwa_b: {items: [1, 2]}\n", 3, "has 2 items, not 20 or 22"),
        (f"entries:\n- date: 2026-12-01\n  bwsq: {[3] + [0] * 19}\n", 3, "item 1 of 'bwsq' is 3"),
        (f"entries:\n- date: 2026-12-01\n  bwsq: {{total: 5, items: {[1] * 20}}}\n", 3, "items add up to 20"),
        ("entries:\n- date: 2026-12-01\n  taken: as planned\n- date: 2026-12-01\n  taken: missed\n", 4, "line 2"),
        ("entries:\n- {from: 2026-12-01, to: 2026-12-09, taken: missed}\n- {date: 2026-12-05, taken: as planned}\n", 3,
         "something else than on line 2"),
        ("entries:\n- {date: 2026-12-01, seizure: yes}\n- {date: 2026-12-01, seizure: no}\n", 3, "'seizure'"),
        ("entries:\n- {date: 2026-12-01, started: [codeine], stopped: [codeine]}\n", 2, "both started and stopped"),
        ("entries:\n- {from: 2026-12-05, to: 2026-12-01, taken: missed}\n", 2, "is before 'from'"),
        ("entries:\n- {from: 2026-12-01, to: 2026-12-05, ciwa_b: 5}\n", 2, "beside 'from' and 'to'"),
        ("hospital:\n- {from: 2026-12-01, to: 2026-12-05}\n- {from: 2026-12-03, to: 2026-12-09}\n", 3, "overlaps"),
        ("entries:\n- {date: 2026-12-01, wish: faster}\n", 2, "Write one of"),
        (f"entries:\n- {{date: 2026-12-01, taken: {'9' * 26} mg}}\n", 2, "not a day's dose"),
        (f"entries:\n- {{date: 2026-12-01, taken: {'9' * 400} mg}}\n", 2, "call the emergency number"),
        ("entries:\n- {date: 2026-12-01, taken: 0.0001 mg}\n", 2, "less than a microgram"),
        (f"entries:\n- {{date: 2026-12-01, started: [fluconazole {'9' * 26} mg]}}\n", 2, "number and the unit"),
        ("hospital:\n- {from: 2026-12-01, to: 2026-12-02, given: 20000 mg}\n", 2, "not a day's dose"),
        ("entries: none\n", 1, "neither 'entries' nor 'hospital'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_line(text, line, says):
    with pytest.raises(InputRefused) as refused:
        log_of(text, "log.yaml")
    assert refused.value.where == f"log.yaml:{line}"
    assert says in refused.value.message


def test_turned_items_are_explained():
    points = [0] * 20
    with pytest.raises(InputRefused, match="Items 12 and 14 count the other way round"):
        day(f"ciwa_b: {{total: 8, items: {points}}}")


def test_empty_and_missing_files_are_refused(tmp_path):
    empty = tmp_path / "log.yaml"
    empty.write_text("\n")
    for path in (empty, tmp_path / "none.yaml"):
        with pytest.raises(InputRefused):
            read_log(path)


def test_the_shapes_of_scales_are_those_of_the_knowledge(knowledge):
    assert set(knowledge.withdrawal_scales) == set(SCORED)
    for name in knowledge.withdrawal_scales:
        scale = knowledge.scales[name]
        shape = (len(scale.scored), len(scale.unscored), max(scale.answers), scale.written_turned)
        assert shape == (SCORED[name], UNSCORED[name], POINTS[name], TURNED[name])
        assert scale.highest == SCORED[name] * POINTS[name] and not scale.reversed_items
        covered = [total for band in scale.bands for total in range(band.low, band.high + 1)]
        assert covered in ([], list(range(1, scale.highest + 1)))
