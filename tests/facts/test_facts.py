"""Facts a pharmacist can check by hand, at their boundaries and where something is not known."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from benzosafe.facts.frame import Frame
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Allergy, Bounds, Condition, Coverage, Observation, Order, Record
from benzosafe.review.finding import plain
from tests.conftest import ON


def order(ingredient, dose=None, days=None, **more):
    since = None if days is None else ON - timedelta(days=days)
    bounds = dose if isinstance(dose, Bounds) or dose is None else Bounds(dose, dose)
    given = {"active": True, "prn": False, "route": "oral", **more}
    return Order(
        f"{ingredient} {dose}",
        str(ingredient),
        ingredient,
        "request",
        dose_mg_per_day=bounds,
        continuous_since=since,
        **given,
    )


def value(knowledge, fact, *orders, **record):
    given = {"coverage": Coverage(orders=True, conditions=True, allergies=True), **record}
    patient = Record("p", orders=orders, **given)
    frame = Frame([Scenario("as_is", patient, patient.orders)], knowledge, ON)
    return plain(frame.column(fact), 0)


@pytest.mark.parametrize(
    ("dose", "days", "weekly", "expected"),
    [
        (0.5, 29, 7.0, "possible"),
        (2.0, 29, 7.0, "possible"),
        (0.5, 30, 7.0, "possible"),
        (0.51, 30, 7.0, "likely"),
        (0.5, 89, 7.0, "possible"),
        (0.5, 90, 7.0, "likely"),
        (2.0, 400, 3.0, "rare"),
        (2.0, 400, 4.0, "likely"),
        (None, 45, 7.0, ["possible", "likely"]),
        (1.0, None, 7.0, ["possible", "likely"]),
    ],
)
def test_physical_dependence_follows_the_guideline_table(knowledge, dose, days, weekly, expected):
    assert value(knowledge, "physical_dependence", order("clonazepam", dose, days, days_per_week=weekly)) == expected


@pytest.mark.parametrize(
    ("drug", "dose", "band"),
    [("clonazepam", 0.5, "low"), ("clonazepam", 1.5, "moderate"), ("clonazepam", 1.6, "high"), ("diazepam", 10, "low"),
     ("diazepam", 15, "moderate"), ("lorazepam", 3.5, "high"), ("alprazolam", 1, "low")],
)  # fmt: skip
def test_dose_bands_are_drug_specific(knowledge, drug, dose, band):
    assert value(knowledge, "benzodiazepine_dose_band", order(drug, dose)) == band


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([order("oxycodone", 40)], 60),
        ([order("morphine", 30), order("tramadol", 100)], 50),
        ([order("methadone", 10)], 47),
        ([order("fentanyl", 0.6, route="transdermal")], 60),
        ([order("fentanyl", 0.6, route="buccal")], [0, None]),
        ([order("oxycodone")], [0, None]),
        ([order("oxycodone", 40), order("oxycodone")], [60, None]),
        ([order("oxycodone", Bounds(0, 40))], [0, 60]),
        ([order("oxycodone", 40, active=False)], 0),
        ([order("methadone", 80, indication="opioid_use_disorder")], [0, None]),
        ([order(None)], [0, None]),
        ([], 0),
    ],
)
def test_morphine_equivalents(knowledge, orders, expected):
    found = value(knowledge, "opioid_mme_per_day", *orders)
    assert found == (pytest.approx(expected, rel=1e-4) if isinstance(expected, int) else expected)


def test_an_unresolved_medicine_makes_absence_unknown(knowledge):
    assert value(knowledge, "opioid_active", order("clonazepam", 1)) is False
    assert value(knowledge, "opioid_active", order("clonazepam", 1), order(None)) is None
    assert value(knowledge, "opioid_active", order(None, active=False)) is False
    assert value(knowledge, "opioid_active", coverage=Coverage()) is None


def test_a_skin_cream_is_not_taken(knowledge):
    assert value(knowledge, "cyp3a4_inhibitor_strong_active", order("ketoconazole", route="topical")) is False
    assert value(knowledge, "cyp3a4_inhibitor_strong_active", order("ketoconazole", route="oral")) is True


def test_alcohol_not_asked_about_is_not_abstinence(knowledge):
    assert value(knowledge, "alcohol_use") is None
    assert value(knowledge, "alcohol_use", observations=(Observation("o", "alcohol_status", category="none"),)) is False
    assert value(knowledge, "alcohol_use", observations=(Observation("o", "alcohol_drinks_per_week", value=3),)) is True


def test_clonazepam_counts_once(knowledge):
    assert value(knowledge, "cns_active_count", order("clonazepam", 1)) == 1
    assert value(knowledge, "cns_active_count", order("clonazepam", 1), order("clonazepam", 0.5)) == 1


def test_stopped_and_started(knowledge):
    ended = order("clarithromycin", 1000, 20, active=False, end_on=ON - timedelta(days=6))
    assert value(knowledge, "clarithromycin_stopped_days_ago", ended) == 6
    assert value(knowledge, "clarithromycin_stopped_days_ago", order("clarithromycin", 1000, 20)) is None
    assert value(knowledge, "clarithromycin_started_days_ago", order("clarithromycin", 1000, 20)) == 20


def test_label_share_widens_while_the_reason_is_not_known(knowledge):
    patient = Record("p", age_years=40.0, orders=(order("clonazepam", 8),), coverage=Coverage(orders=True))
    frame = Frame([Scenario("as_is", patient, patient.orders)], knowledge, ON)
    low, high = plain(frame.column("order_share_of_label_max"), 0)
    assert low == pytest.approx(8 / 20) and high == pytest.approx(2)


def test_conditions_have_a_look_back(knowledge):
    falls = [
        Condition("c", "falls", ("falls",), active=None, onset_on=ON - timedelta(days=days)) for days in (30, 2000)
    ]
    assert value(knowledge, "falls", conditions=(falls[0],)) is True
    assert value(knowledge, "falls", conditions=(falls[1],)) is False
    assert value(knowledge, "falls", coverage=Coverage(orders=True)) is None


def test_naloxone_inside_a_tablet_is_no_rescue(knowledge):
    combined = [order("buprenorphine", 8, route="sublingual"), order("naloxone", 2, route="sublingual")]
    assert value(knowledge, "naloxone_available", *combined) is False
    assert value(knowledge, "naloxone_available", order("naloxone", 4, route="nasal")) is True


def test_riosord_adds_published_points_only_with_an_opioid(knowledge):
    assert value(knowledge, "riosord_score", order("clonazepam", 1)) is None
    assert value(knowledge, "riosord_score", order("clonazepam", 1), order("morphine", 20)) == 9 + 11
    points = knowledge.scores["riosord_cip"].points
    assert sum(points.values()) == 146 and len(points) == 16


def test_every_fact_has_a_column_for_no_patients_at_all(knowledge):
    from benzosafe.facts.registry import all_names

    frame = Frame([], knowledge, ON)
    for name in all_names(frame):
        column = frame.column(name)
        assert len(getattr(column, "yes", getattr(column, "low", np.zeros(0)))) == 0


def test_oral_factors_hold_for_oral_opioids_only(knowledge):
    assert value(knowledge, "opioid_mme_per_day", order("morphine", 30, route="injection")) == [0, None]
    assert value(knowledge, "opioid_mme_per_day", order("fentanyl", 0.0167, route="transdermal")) == [0, None]


def test_a_rectal_or_mislabelled_benzodiazepine_is_never_local(knowledge):
    assert value(knowledge, "benzodiazepine_active", order("diazepam", 10, route="topical")) is True


def test_dependence_after_a_stop(knowledge):
    ended = order("alprazolam", 2, 32, active=False, end_on=ON - timedelta(days=12), days_per_week=7.0)
    assert value(knowledge, "physical_dependence", ended) == "possible"
    undated = order("clonazepam", 4, 900, active=False)
    assert value(knowledge, "physical_dependence", undated) == ["none", "rare", "possible", "likely"]


def test_an_allergy_that_was_not_understood_is_not_absence(knowledge):
    assert value(knowledge, "benzodiazepine_allergy", allergies=(Allergy("a", "benzos"),)) is None


def test_a_child_without_a_weight_has_no_certain_dose_by_weight(knowledge):
    patient = Record("p", age_years=5.0, orders=(order("clonazepam", 0.05),), coverage=Coverage(orders=True))
    frame = Frame([Scenario("as_is", patient, patient.orders)], knowledge, ON)
    assert plain(frame.column("order_share_of_label_max_per_kg"), 0) in (None, [0, None])
