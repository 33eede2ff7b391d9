"""CMS156: who is counted, when orders count as repeated, doses and days of supply, and reasons that protect."""

from __future__ import annotations

import pytest

from benzosafe.errors import UsageError
from benzosafe.population.measures.cms156_sets import (
    ANTIINFECTIVES,
    ANTIPSYCHOTICS,
    BENZODIAZEPINES,
    CLASSES,
    ERGOLOID,
    VISITS,
)
from tests.population.measures.builders import (
    concept,
    condition,
    counts,
    made_up_sets,
    measured,
    order,
    patient,
    supply,
    visit,
)

OFFICE = visit("Office Visit", "2026-05-01T09:00:00Z", "2026-05-01T09:30:00Z")
CLASS = CLASSES[0]
ONE, TWO = "2026-03-01T09:00:00Z", "2026-04-01T09:00:00Z"


def rates(*resources, edition=2026, person=None, office=OFFICE):
    """The numerators of the three rates of a patient who is in the denominator and not excluded."""
    found = counts("cms156", person or patient(), office, *resources, edition=edition)
    assert {key: value[:3] for key, value in found.items()} == {"1": (1, 1, 0), "2": (1, 1, 0), "3": (1, 1, 0)}
    assert found["3"][3] == max(found["1"][3], found["2"][3])
    return found["1"][3], found["2"][3]


def in_population(*resources, edition=2026):
    found = counts("cms156", *resources, edition=edition)
    assert len({value[:3] for value in found.values()}) == 1
    return bool(found["1"][0])


@pytest.mark.parametrize(
    ("birth", "inside"), [("1961-12-31", True), ("1962-01-01", False), ("1961", False), ("1960", True), (None, False)]
)
def test_65_on_the_last_day_of_the_period(birth, inside):
    assert in_population(patient(birth), OFFICE) is inside


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", True), ("2025-12-31T23:59:59Z", "2026-01-01T01:00:00Z", False),
        ("2026-12-31T22:00:00Z", "2026-12-31T23:59:59Z", True), ("2026-12-31T22:00:00Z", "2027-01-01T00:00:00Z", False),
        ("2026-12-31", "2026-12-31", False), ("2026-12-30", "2026-12-30", True), ("2026-01-01", "2026-01-02", False),
        ("2026-05-01", None, False), (None, "2026-05-01", False),
    ],
)  # fmt: skip
def test_the_visit_lies_wholly_within_the_period_as_instants(start, end, inside):
    assert in_population(patient(), visit("Office Visit", start, end)) is inside


@pytest.mark.parametrize("name", VISITS)
def test_every_kind_of_visit_qualifies(name):
    assert in_population(patient(), visit(name, "2026-05-01", "2026-05-02"))


def test_the_visit_named_by_its_code_qualifies_and_others_do_not():
    cpt = {"type": [concept("99211", "http://www.ama-assn.org/go/cpt")]}
    assert in_population(patient(), OFFICE | cpt)
    assert not in_population(patient(), OFFICE | {"type": [concept("99211", "urn:other")]})
    assert not in_population(patient(), visit("Encounter Inpatient", "2026-05-01", "2026-05-02"))


@pytest.mark.parametrize("status", ["arrived", "triaged", "in-progress", "onleave"])
def test_a_visit_under_way_counts_in_2024_only(status):
    assert in_population(patient(), OFFICE | {"status": status}, edition=2024)
    assert not in_population(patient(), OFFICE | {"status": status}, edition=2026)
    assert not in_population(patient(), OFFICE | {"status": "planned"}, edition=2024)


@pytest.mark.parametrize("name", CLASSES)
def test_two_orders_of_a_class_on_different_days(name):
    assert rates(order(name, ONE), order(f"{name} 2", TWO)) == (1, 0)  # the class counts, not the medicine
    assert rates(order(name, ONE)) == (0, 0)


def test_orders_of_two_classes_are_not_two_orders_of_one():
    assert rates(order(CLASSES[0], ONE), order(CLASSES[1], TWO)) == (0, 0)


def test_ergoloid_is_a_class_of_one_code():
    assert rates(order(ERGOLOID[1], ONE), order(ERGOLOID[1], TWO)) == (1, 0)


@pytest.mark.parametrize(
    ("second", "repeated"),
    [
        ("2026-03-01T23:59:00Z", 0), ("2026-03-02T00:00:00Z", 1), ("2026-03-01T23:30:00-08:00", 0),
        ("2026-01-01T00:00:00Z", 1), ("2025-12-31T23:59:59Z", 0), ("2026-12-31T23:59:59Z", 1),
        ("2027-01-01T00:00:00Z", 0), ("2026-12-31", 0), ("2026-12-30", 1), (None, 0),
    ],
)  # fmt: skip
def test_the_second_order_is_written_on_another_day_within_the_period(second, repeated):
    assert rates(order(CLASS, ONE), order(CLASS, second)) == (repeated, 0)


@pytest.mark.parametrize(
    "change", [{"status": "cancelled"}, {"intent": "plan"}, {"doNotPerform": True}, {"status": "entered-in-error"}]
)
def test_what_is_no_order_makes_no_second(change):
    assert rates(order(CLASS, ONE), order(CLASS, TWO, **change)) == (0, 0)


def test_other_intents_of_an_order_count_since_2026():
    drugs = [order(CLASS, ONE), order(CLASS, TWO, intent="filler-order")]
    assert (rates(*drugs, edition=2024), rates(*drugs, edition=2026)) == ((0, 0), (1, 0))


@pytest.mark.parametrize(("refills", "repeated"), [(0, 0), (1, 1), (3, 1), (None, 0)])
def test_one_order_with_a_refill_is_enough(refills, repeated):
    assert rates(order(CLASS, ONE, dispenseRequest=supply(refills=refills))) == (repeated, 0)


def test_a_refill_of_an_order_outside_the_period_is_not():
    assert rates(order(CLASS, "2025-12-31", dispenseRequest=supply(refills=2))) == (0, 0)


@pytest.mark.parametrize(
    ("bounds", "days", "repeated"),
    [
        ({"start": "2026-03-10"}, 30, 1), ({"start": "2026-03-10"}, None, 0), ({"start": "2026-03-01"}, 30, 0),
        ({"start": "2026-03-10", "end": "2026-04-01"}, None, 1), ({"start": "2027-01-01"}, 30, 0),
        ({"start": "2026-12-31"}, 30, 1),
    ],
)  # fmt: skip
def test_two_orders_of_one_day_for_different_starts(bounds, days, repeated):
    dosage = [{"timing": {"repeat": {"boundsPeriod": bounds}}}]
    first = order(CLASS, ONE, name="1", dispenseRequest=supply(30))
    assert rates(first, order(CLASS, ONE, name="2", dosageInstruction=dosage, dispenseRequest=supply(days))) == (
        repeated, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("second", "repeated"),
    [
        (supply(45), 0), (supply(46), 1), (supply(23, refills=1), 1), (supply(22, refills=1), 0), (supply(), 0),
        (supply() | {"expectedSupplyDuration": {"value": 7, "code": "wk"}}, 1),
        (supply() | {"expectedSupplyDuration": {"value": 49, "unit": "days"}}, 1),
        (supply() | {"expectedSupplyDuration": {"value": 49, "unit": "boxes"}}, 0),
    ],
)  # fmt: skip
def test_anti_infectives_count_above_90_days_of_supply_in_all(second, repeated):
    first = order(ANTIINFECTIVES, ONE, dispenseRequest=supply(45))
    assert rates(first, order(ANTIINFECTIVES, TWO, dispenseRequest=second)) == (repeated, 0)


def test_a_long_supply_of_one_order_is_not_repeated():
    assert rates(order(ANTIINFECTIVES, ONE, dispenseRequest=supply(200))) == (0, 0)


def dosed(repeat, dose, more=()):
    return [{"timing": {"repeat": repeat}, "doseAndRate": [dose, *more]}]


@pytest.mark.parametrize(
    ("dosage", "days"),
    [
        (dosed({"frequency": 2, "period": 1, "periodUnit": "d"}, {"doseQuantity": {"value": 1}}), 46),
        (
            dosed({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, {"doseQuantity": {"value": 1}}),
            46,
        ),
        (dosed({"frequency": 14, "period": 1, "periodUnit": "wk"}, {"doseQuantity": {"value": 1}}), 46),
        (dosed({"frequency": 1, "period": 12, "periodUnit": "h"}, {"doseQuantity": {"value": 1}}), 46),
        (dosed({"timeOfDay": ["08:00:00", "20:00:00"]}, {"doseQuantity": {"value": 1}}), 46),
        (dosed({"frequency": 1, "period": 1, "periodUnit": "d"}, {"doseRange": {"high": {"value": 2}}}), 46),
        (dosed({"frequency": 3, "period": 1, "periodUnit": "d"}, {"doseQuantity": {"value": 1}}), None),
        (dosed({}, {"doseQuantity": {"value": 1}}), None),  # no frequency is not once a day
        (dosed({"timeOfDay": ["08:00:00"]}, {}), None),
        (dosed({"timeOfDay": ["08:00:00"]}, {"doseQuantity": {"value": 0}}), None),
        (2 * dosed({"frequency": 2, "period": 1, "periodUnit": "d"}, {"doseQuantity": {"value": 1}}), None),
    ],
)
def test_days_of_supply_from_quantity_dose_and_frequency(dosage, days):
    """92 pieces at two a day last 46 days, which with 45 of another order are above 90."""
    first = order(ANTIINFECTIVES, ONE, dispenseRequest=supply(45))
    second = order(ANTIINFECTIVES, TWO, dispenseRequest=supply(quantity=92), dosageInstruction=dosage)
    assert rates(first, second) == (1 if days else 0, 0)
    shorter = order(ANTIINFECTIVES, TWO, dispenseRequest=supply(quantity=90), dosageInstruction=dosage)
    assert rates(first, shorter) == (0, 0)  # 45 and 45 days


@pytest.mark.parametrize(
    ("code", "quantity", "unit", "above"),
    [
        ("197604", 30, None, 0), ("197604", 31, None, 1), ("197606", 15, None, 0), ("197606", 16, None, 1),
        ("245273", 60, None, 0), ("245273", 61, None, 1), ("393245", 75, "mL", 0), ("393245", 76, "mL", 1),
        ("393245", 76, None, 0), ("393245", 76, "1", 0), ("966793", 30, None, 0), ("966793", 31, None, 1),
        ("1000048", 18, None, 0), ("1000048", 19, None, 1), ("1000054", 19, "mL", 1),
    ],
)  # fmt: skip
def test_digoxin_and_doxepin_above_the_daily_dose(code, quantity, unit, above):
    given = supply(30, quantity=quantity, unit=unit)
    assert rates(order(code, ONE, dispenseRequest=given), order(code, TWO, dispenseRequest=given)) == (above, 0)


def test_since_2026_each_of_the_orders_is_above_the_limit():
    low, high = supply(30, quantity=30), supply(30, quantity=60)
    drugs = [order("197604", ONE, dispenseRequest=low), order("197604", TWO, dispenseRequest=high)]
    assert (rates(*drugs, edition=2024), rates(*drugs, edition=2026)) == ((1, 0), (0, 0))


def test_one_order_above_the_limit_is_not_enough():
    assert rates(order("197604", ONE, dispenseRequest=supply(30, quantity=60))) == (0, 0)


def test_every_value_set_is_needed():
    with pytest.raises(UsageError, match=r"of its \d+ value sets 1 are not there \(such as 'Seizure Disorder'\)"):
        measured("cms156", patient(), OFFICE, sets=made_up_sets(without=["Seizure Disorder"]))


REASONS = {
    ANTIPSYCHOTICS: ["Schizophrenia", "Bipolar Disorder"],
    BENZODIAZEPINES: [
        "Seizure Disorder", "REM Sleep Behavior Disorder", "Benzodiazepine Withdrawal", "Alcohol Withdrawal",
        "Generalized Anxiety Disorder",
    ],
}  # fmt: skip
PAIRS = [(drug, reason) for drug, reasons in REASONS.items() for reason in reasons]


@pytest.mark.parametrize("edition", [2024, 2026])
@pytest.mark.parametrize(("drug", "reason"), PAIRS)
def test_a_reason_on_record_explains_its_own_medicine(drug, reason, edition):
    orders = [order(drug, ONE), order(drug, TWO)]
    other = next(name for name, reasons in REASONS.items() if reason not in reasons)
    assert rates(*orders, edition=edition) == (0, 1)
    assert rates(*orders, condition(reason), edition=edition) == (0, 0)
    assert rates(order(other, ONE), order(other, TWO), condition(reason), edition=edition) == (0, 1)
