"""What a leaflet says is taken: the plan's portions, the list's where it is certain, else nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from benzosafe.errors import InputRefused
from benzosafe.patient.tables import Bounds
from tests.education import people
from tests.education.people import BEGINS, EVE, data_of, made, record, simple_plan, situation


def today(data):
    section = next(section for section in data["sections"] if section["topic"] == "start")
    return [(drug["drug"], [line["text"] for line in drug["lines"]], drug["total"], drug["ask"])
            for period in section["periods"] for drug in period["drugs"]]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "lines", "total"),
    [
        (people.ANN, ["1 tablet of 0.5 mg, 2 times a day"], "In all 1 mg a day"),
        (people.NEW, ["half of a 1 mg tablet, 3 times a day"], "In all 1.5 mg a day"),
        (people.CHILD, ["2 melt tablets of 0.125 mg, 2 times a day"], "In all 0.5 mg a day"),
        (people.TAPERED, ["Morning, 8:00 AM: 2 tablets of 0.5 mg"], "In all 1 mg a day"),
        ("medicines: [clonazepam 1 mg twice daily]", ["1 mg, 2 times a day"], "In all 2 mg a day"),
    ],
)
def test_the_list_in_tablets_where_a_tablet_is_stated(who, lines, total, knowledge):
    audience = "child_carer" if who is people.CHILD else "patient"
    (found,) = today(data_of(situation(who, knowledge), audience=audience))
    assert found[1] == lines and found[2] == total
    assert bool(found[3]) == (who.startswith("medicines"))  # milligrams alone: ask how many tablets that is


@pytest.mark.parametrize(
    "medicine",
    [
        "clonazepam 1 mg", "clonazepam 0.5-1 mg twice daily", "clonazepam 1 mg every other day",
        "{drug: clonazepam 1 mg tablet, take: 1-2 tablets daily}", "clonazepam",
    ],
)  # fmt: skip
def test_an_uncertain_dose_is_not_claimed(medicine, knowledge):
    (found,) = today(data_of(situation(f"medicines: [{medicine}]", knowledge)))
    assert found[1] == [] and found[2] == "" and "Look at the label" in found[3]


def test_as_needed_says_so_and_never_more_than_the_most(knowledge):
    text = "medicines: [{drug: lorazepam 1 mg tablet, take: '1 tablet as needed, at most 2 a day'}]"
    (found,) = today(data_of(situation(text, knowledge)))
    assert found[1] == ["1 tablet of 1 mg, only when you need it, and no more than 2 times a day"]


def test_of_a_liquid_the_pharmacist_is_asked_for_millilitres(knowledge):
    text = "medicines: [{drug: clonazepam oral solution 0.1 mg/mL, take: 3 mL twice daily}]"
    (found,) = today(data_of(situation(text, knowledge)))
    assert found[1] == ["0.3 mg, 2 times a day"] and "how many mL" in found[3]


def test_a_capsule_is_never_halved(knowledge):
    where = situation("medicines: [{drug: oxazepam 15 mg capsule, take: 1 capsule daily}]", knowledge)
    order = replace(where.record.orders[0], dose_mg_single=Bounds(7.5, 7.5), dose_mg_per_day=Bounds(7.5, 7.5))
    where = type(where)(replace(where.record, orders=(order,)), knowledge, where.on, "US")
    (found,) = today(data_of(where))
    assert found[1] == ["7.5 mg, once a day"]


# --- the plan -----------------------------------------------------------------------------------------------------


def test_before_the_plan_begins_the_dose_is_that_of_now(knowledge):
    data = data_of(situation(people.TAPERED, knowledge, plan=simple_plan(), on=EVE))
    assert today(data) == [("clonazepam", ["Morning, 8:00 AM: 2 tablets of 0.5 mg"], "In all 1 mg a day", "")]
    taper = next(section for section in data["sections"] if section["topic"] == "taper")
    assert [period["starts_on"] for period in taper["periods"]] == ["2027-03-01", "2027-03-15", "2027-03-16"]
    assert taper["after"][0].startswith("Your plan starts on Monday, March 1, 2027")
    assert taper["after"][-1] == "The plan ends on Tuesday, March 16, 2027."


def test_on_each_day_of_the_plan_the_step_of_that_day(knowledge):
    for day, lines, total in (
        (0, ["Morning, 8:00 AM: half of a 0.5 mg tablet and 1 melt tablet of 0.125 mg",
             "Evening, 8:00 PM: 1 tablet of 0.5 mg"], "In all 0.875 mg a day"),
        (14, ["Evening, 8:00 PM: 1 and a half tablets of 0.5 mg"], "In all 0.75 mg a day"),
        (15, [], "None. You do not take it."),
    ):  # fmt: skip
        on = BEGINS + timedelta(days=day)
        where = situation(people.TAPERED, knowledge, plan=simple_plan(), on=on)
        (found,) = today(data_of(where))
        assert (found[1], found[2], found[3]) == (lines, total, "")


def test_a_list_that_differs_from_the_plan_is_refused(knowledge):
    other = people.TAPERED.replace("2 tablets in the morning", "3 tablets in the morning")
    with pytest.raises(InputRefused, match=r"the list says 1\.5 mg a day, the plan knows 1 mg a day.*Settle"):
        made(situation(other, knowledge, plan=simple_plan(), on=EVE))


def test_a_plan_that_is_not_released_gives_no_dose_at_all_of_its_drug(knowledge):
    from benzosafe.education.release import release_of

    where = situation(people.TAPERED, knowledge, plan=simple_plan(), on=BEGINS)
    assert today(data_of(where, release=release_of("Dr Lee", ("plan",), BEGINS))) == []


@pytest.mark.parametrize(
    ("country", "language", "dose", "time"),
    [
        ("US", "en", "0.5 mg", "8:00 PM"),
        ("GB", "en", "0.5 mg", "20:00"),
        ("ES", "es", "0,5", "20:00"),
        ("US", "es", "0.5", "8:00"),
    ],
)
def test_numbers_are_written_as_on_the_packs_of_the_country(country, language, dose, time, knowledge):
    where = situation(people.TAPERED, knowledge, country, simple_plan(), BEGINS)
    text = " ".join(line for found in today(data_of(where, language=language)) for line in found[1])
    assert dose in text and time in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_plan_of_another_person_is_refused(knowledge, tmp_path):
    import json

    from benzosafe.education.given_plan import given_plan
    from benzosafe.taper.asked import Asked
    from benzosafe.taper.job import taper_job

    kim = record(people.TAPERED, knowledge)
    job = taper_job(knowledge, kim, Asked(levels=False, country="US", to_mg=0.5), people.ON)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(job.data))
    assert given_plan(path, kim, knowledge).plan == job.plan
    with pytest.raises(InputRefused, match="is the plan of 'kim', but the patient is 'ann'"):
        given_plan(path, record(people.ANN, knowledge), knowledge)
    path.write_text(json.dumps(job.data | {"drug": "zolpidem"}))
    with pytest.raises(InputRefused):
        given_plan(path, kim, knowledge)
