"""Where a taper starts: doses by time of day in whole micrograms, several agents, ordinary prescriptions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.tables import Bounds, Order, Record
from benzosafe.taper.start import starting_point, tapering_order
from tests.conftest import ON


def test_two_orders_are_added_up_by_the_times_their_directions_name(start):
    found = start("clonazepam 0.5 mg in the morning", "clonazepam 1 mg at night", "clonazepam 0.25 mg at bedtime")
    assert found.doses == ((8.0, 500), (21.0, 1250))
    assert found.amount_ug == 1750
    assert any("3 orders" in note for note in found.notes)


def test_unequal_doses_in_one_sentence_and_as_dashes(start):
    assert start("lorazepam 0.5 mg in the morning and 1 mg at night").doses == ((8.0, 500), (21.0, 1000))
    assert start("lorazepam 0.5 mg tablet 1-0-3").doses == ((8.0, 500), (21.0, 1500))
    written = '{drug: lorazepam 1 mg tablet, take: "0.5 mg at 9 am, 1 mg at noon, and 2 mg at bedtime"}'
    assert start(written).doses == ((9.0, 500), (12.0, 1000), (21.0, 2000))


def test_hours_that_are_not_named_are_assumed_and_said(start):
    found = start("clonazepam 0.5 mg twice daily")
    assert found.doses == ((8.0, 500), (20.0, 500))
    assert any("08:00, 20:00 assumed" in note for note in found.notes)
    assert start("lorazepam 1 mg every 8 hours").doses == ((0.0, 1000), (8.0, 1000), (16.0, 1000))


def test_an_assumed_evening_dose_joins_a_written_bedtime_dose(start):
    assert start("clonazepam 0.5 mg twice daily", "clonazepam 1 mg at bedtime").doses == ((8.0, 500), (21.0, 1500))


def test_small_doses_stay_exact(start):
    assert start("clonazepam 0.125 mg three times a day").amount_ug == 375
    with pytest.raises(InputRefused, match="not a whole number of micrograms"):
        start("triazolam 62.5 mcg at bedtime")
    with pytest.raises(InputRefused, match="no whole micrograms"):
        start("{drug: lorazepam 1 mg tablet, take: 1 mg a day in 3 divided doses}")


def test_several_agents_are_named_in_the_order_of_tapering(start):
    medicines = ("diazepam 5 mg twice daily", "zolpidem 10 mg at bedtime", "lorazepam 1 mg at noon")
    with pytest.raises(UsageError, match="zolpidem first.*lorazepam next.*diazepam last") as caught:
        start(*medicines)
    assert "--drug 'zolpidem'" in caught.value.message
    found = start(*medicines, drug="Valium")
    assert (found.drug, found.agents) == ("diazepam", ("zolpidem", "lorazepam", "diazepam"))
    assert any("stays unchanged" in note and "zolpidem, lorazepam" in note for note in found.notes)


def test_the_order_does_not_depend_on_how_they_are_listed(knowledge):
    names = ["clonazepam", "triazolam", "zopiclone", "oxazepam", "diazepam"]
    agents, reasons = tapering_order(knowledge, names)
    assert tapering_order(knowledge, names[::-1])[0] == agents
    assert agents == ("triazolam", "zopiclone", "oxazepam", "clonazepam", "diazepam")
    assert all(agent in reason for agent, reason in zip(agents, reasons, strict=True))


def test_a_recent_change_of_dose_is_said(knowledge):
    order = Order(
        "one", "lorazepam", "lorazepam", "request", route="oral", active=True, sig="1 mg at bedtime", prn=False,
        dose_mg_single=Bounds(1, 1), times_per_day=Bounds(1, 1), dose_mg_per_day=Bounds(1, 1),
        previous_dose_mg_per_day=2.0, dose_changed_on=ON - timedelta(days=5),
    )  # fmt: skip
    found = starting_point(knowledge, Record("p", age_years=50.0, orders=(order,)), None, ON)
    assert any("was 2 mg a day until 2026-11-19" in note for note in found.notes)
    assert found.country is None


@pytest.mark.parametrize(("before", "days", "said"), [(2.0, 5, True), (2.0, 14, False), (0.5, 5, False)])
def test_only_a_recent_fall_makes_the_first_step_wait(knowledge, before, days, said):
    order = Order(
        "one", "lorazepam", "lorazepam", "request", route="oral", active=True, sig="1 mg at bedtime", prn=False,
        dose_mg_single=Bounds(1, 1), times_per_day=Bounds(1, 1), dose_mg_per_day=Bounds(1, 1),
        previous_dose_mg_per_day=before, dose_changed_on=ON - timedelta(days=days),
    )  # fmt: skip
    notes = starting_point(knowledge, Record("p", age_years=50.0, orders=(order,)), None, ON).notes
    assert any("the first step waits" in note for note in notes) is said
    assert any(f"was {before:g} mg" in note for note in notes) is said
    assert not any("count this change" in note for note in notes)


@pytest.mark.parametrize(
    ("medicine", "doses"),
    [
        ("zolpidem 10 mg at bedtime", ((21.0, 10_000),)),
        ("zopiclone 7.5 mg at bedtime", ((21.0, 7_500),)),
        ("eszopiclone 2 mg at bedtime", ((21.0, 2_000),)),
        ("temazepam 20 mg at bedtime", ((21.0, 20_000),)),
        ("Xanax 0.5 mg three times daily", ((8.0, 500), (14.0, 500), (20.0, 500))),
        ("Restoril 15 mg at bedtime", ((21.0, 15_000),)),
        ("Klonopin 1 mg at bedtime", ((21.0, 1_000),)),
    ],
)
def test_ordinary_prescriptions_start_as_before(start, medicine, doses):
    assert start(medicine).doses == doses
