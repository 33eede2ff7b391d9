"""What stands beside a dose: the class taken already, labels that forbid it, cautions without a number, open ends."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.dosing.people import day_ug, patient, proposal

PANIC = ("clonazepam", "panic disorder")


def test_another_of_the_class_is_no_beginning_and_is_never_converted(knowledge):
    found = proposal(knowledge, *PANIC, patient(knowledge, medicines=["diazepam 5 mg twice daily since 2026-01-01"]))
    assert found.status == "already_taken" and day_ug(found) is None and "duplicate therapy" in found.why
    (taken,) = found.taken
    assert (taken.ingredient, taken.surely, taken.mg_per_day) == ("diazepam", True, (10, 10))
    tables = {like.table.table: like.mg_per_day for like in taken.like}
    assert tables["vadod_2021"] == (1, 1) and tables["ashton_2002"] == (Fraction(1, 2), Fraction(1, 2))
    assert "two_benzodiazepines" in {finding.rule.rule.id for finding in found.said.findings}


def test_a_dose_that_is_not_known_is_like_nothing(knowledge):
    found = proposal(knowledge, *PANIC, patient(knowledge, medicines=["diazepam since 2026-01-01"]))
    assert found.status == "already_taken" and found.taken[0].mg_per_day is None and found.taken[0].like == ()


def test_a_rescue_medicine_is_no_beginning_and_no_obstacle(knowledge):
    """Someone who takes clobazam may be given a rescue dose, and someone with a rescue dose may begin clobazam."""
    daily = patient(knowledge, born="1986-03-04", medicines=["clobazam 10 mg twice daily since 2026-01-01"])
    rescue = proposal(knowledge, "diazepam", "seizure cluster", daily, route="rectal")
    assert rescue.status == "proposed" and [item.ingredient for item in rescue.taken] == ["clobazam"]
    kit = patient(knowledge, medicines=["diazepam 10 mg rectally as needed for seizures since 2026-01-01"])
    assert proposal(knowledge, "clobazam", "epilepsy", kit).status == "proposed"


@pytest.mark.parametrize(
    ("country", "reason", "conditions", "status"),
    [
        ("UK", "epilepsy", ["sleep apnoea"], "contraindicated"), ("US", "epilepsy", ["sleep apnoea"], "proposed"),
        ("UK", "epilepsy", ["myasthenia gravis"], "contraindicated"), ("UK", "epilepsy", ["asthma"], "proposed"),
    ],
)  # fmt: skip
def test_what_the_label_of_the_country_forbids_gets_no_dose(knowledge, country, reason, conditions, status):
    found = proposal(knowledge, "clonazepam", reason, patient(knowledge, conditions=conditions), country=country)
    assert found.status == status and (day_ug(found) is None) == (status != "proposed")
    if status == "contraindicated":
        assert "the label of UK/EU forbids it with" in found.why and found.forbidden[0].surely


def test_what_could_forbid_it_is_said_where_conditions_are_not_given(knowledge):
    found = proposal(knowledge, "clonazepam", "epilepsy", patient(knowledge, conditions=None), country="UK")
    assert {item.contraindication.condition for item in found.forbidden} >= {"sleep_apnoea", "myasthenia_gravis"}
    assert not any(item.surely for item in found.forbidden) and found.said.could_be
    given = proposal(knowledge, "clonazepam", "epilepsy", patient(knowledge), country="UK")
    assert given.forbidden == () and len(given.said.could_be) < len(found.said.could_be)


def test_with_a_caution_without_a_number_the_first_dose_stays_and_no_rise_is_laid_out(knowledge):
    risky = patient(knowledge, medicines=["oxycodone 5 mg every 6 hours since 2026-10-01"],
                    conditions=["COPD", "sleep apnoea"])  # fmt: skip
    found, plain = (proposal(knowledge, *PANIC, who) for who in (risky, patient(knowledge)))
    assert {item.caution.what for item in found.cautions if item.surely} >= {
        "an opioid is taken", "a chronic lung disease", "sleep apnoea",
    }  # fmt: skip
    assert [rung.day_ug for rung in plain.plan.rungs] == [500, 750, 1000]
    assert [rung.day_ug for rung in found.plan.rungs] == [500] and found.plan.step is None
    assert not [item for item in plain.cautions if item.surely]


def test_a_caution_with_a_number_is_not_said_to_have_none(knowledge):
    frail = patient(knowledge, conditions=["frailty"])
    with_number = proposal(knowledge, "lorazepam", "anxiety disorder", frail)
    assert "frailty" not in {item.caution.what for item in with_number.cautions}
    assert "frailty" in {item.caution.what for item in proposal(knowledge, *PANIC, frail).cautions}


def test_a_list_of_medicines_that_is_not_given_is_not_an_empty_one(knowledge):
    found = proposal(knowledge, *PANIC, patient(knowledge, medicines=None))
    assert "medicines_taken" in found.not_known
    assert "medicines_taken" not in proposal(knowledge, *PANIC, patient(knowledge)).not_known


def test_dates_and_days_to_a_steady_level(knowledge):
    found = proposal(knowledge, *PANIC, patient(knowledge))
    assert [day.isoformat() for day in found.decide_on] == ["2026-12-08", "2026-12-22"]
    inhibited = patient(knowledge, medicines=["fluconazole 200 mg daily since 2026-10-01"])
    plain, slow = (
        proposal(knowledge, "alprazolam", "panic disorder", who).steady_days for who in (patient(knowledge), inhibited)
    )
    assert slow[0] == plain[0] and slow[1] > plain[1]
