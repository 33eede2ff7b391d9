"""What is proposed to whom: labelled doses, boundaries, refusals, unknowns, other medicines."""

from __future__ import annotations

import pytest

from benzosafe.dosing.person import asked_for
from benzosafe.errors import UsageError
from benzosafe.taper.catalogue import named
from tests.dosing.people import day_ug, patient, proposal

OPIOID = "oxycodone 5 mg every 6 hours since 2026-10-01"


def table(found):
    return [(rung.from_day, rung.single_ug, rung.times) for rung in found.plan.rungs]


def test_clonazepam_in_panic_disorder_as_labelled(knowledge):
    found = proposal(knowledge, "Klonopin", "panic disorder", patient(knowledge))
    assert (found.status, found.plan.regimen.id) == ("proposed", "panic_adult_us")
    assert table(found) == [(0, 250, 2), (3, 375, 2), (6, 500, 2)]
    assert found.plan.limit.per_day == 4000 and found.plan.target.per_day == (1000, 1000)
    assert [day.isoformat() for day in found.review_on] == ["2026-12-01", "2026-12-08"]


@pytest.mark.parametrize(
    ("drug", "reason", "who", "country", "day"),
    [
        ("clonazepam", "epilepsy", {}, "US", 1500), ("clonazepam", "epilepsy", {}, "UK", 1000),
        ("zolpidem", "insomnia", {"sex": "female"}, "US", 5000), ("zolpidem", "insomnia", {"sex": "male"}, "US", 5000),
        ("eszopiclone", "insomnia", {}, "US", 1000), ("lorazepam", "anxiety disorder", {}, "US", 2000),
        ("lorazepam", "anxiety disorder", {"born": "1946-01-01"}, "US", 1000),
        ("triazolam", "insomnia", {"born": "1946-01-01"}, "US", 125),
        ("clobazam", "epilepsy", {"born": "2016-01-01", "weight": 30}, "US", 5000),
        ("clobazam", "epilepsy", {"born": "2016-01-01", "weight": 30.1}, "US", 10000),
    ],
)  # fmt: skip
def test_first_days_as_labelled(knowledge, drug, reason, who, country, day):
    assert day_ug(proposal(knowledge, drug, reason, patient(knowledge, **who), country=country)) == day


@pytest.mark.parametrize(
    ("born", "weight", "regimen"),
    [
        ("2008-11-24", 60, "seizures_adult_us"), ("2008-11-25", 60, "seizures_older_child_us"),
        ("2015-11-24", 31, "seizures_older_child_us"), ("2015-11-24", 30, "seizures_light_child_us"),
        ("2015-11-25", 31, "seizures_child_us"), ("2024-01-01", 12, "seizures_child_us"),
    ],
)  # fmt: skip
def test_ages_and_weights_on_both_sides_of_a_boundary(knowledge, born, weight, regimen):
    who = patient(knowledge, born=born, weight=weight)
    found = proposal(
        knowledge, "clonazepam", "epilepsy", who, products=named("compounded:0.1", knowledge, "clonazepam")
    )
    assert found.status == "proposed" and found.plan.regimen.id == regimen
    if "child" in regimen and "older" not in regimen:
        assert day_ug(found) <= 10 * weight * 1.0001  # 0.01 mg/kg, the lower end


def test_a_childs_dose_that_tablets_cannot_make_is_not_made_up(knowledge):
    found = proposal(knowledge, "clonazepam", "epilepsy", patient(knowledge, born="2020-03-04", weight=20))
    assert found.status == "cannot_be_made" and "the smallest is 0.125 mg" in found.why and day_ug(found) is None


@pytest.mark.parametrize(
    ("who", "missing"),
    [
        ({"born": None}, ("age",)), ({"born": "2020-03-04", "weight": None}, ("weight",)),
        ({"born": None, "weight": None}, ("age", "weight")),
    ],
)  # fmt: skip
def test_what_decides_and_is_not_known_gives_no_dose(knowledge, who, missing):
    found = proposal(knowledge, "clonazepam", "epilepsy", patient(knowledge, **who))
    assert found.status == "not_known" and set(found.not_known) == set(missing) and found.plan is None


@pytest.mark.parametrize(
    ("drug", "reason", "who", "status", "said"),
    [
        ("clonazepam", "insomnia", {}, "no_rule", "no rule exists for clonazepam in insomnia; there are rules for:"),
        ("prazepam", "anxiety disorder", {}, "no_rule", "no rule exists for prazepam"),
        ("temazepam", "insomnia", {"born": "2015-01-01"}, "no_rule", "of this age, weight, sex or by this route"),
        ("clonazepam", "panic disorder", {"conditions": ["cirrhosis"]}, "contraindicated", "liver disease"),
        ("alprazolam", "panic disorder", {"medicines": ["itraconazole 200 mg daily since 2026-10-01"]},
         "contraindicated", "strong CYP3A4 inhibitor"),
        ("clonazepam", "panic disorder", {"medicines": ["clonazepam 1 mg daily since 2026-01-01"]}, "already_taken",
         "clonazepam is taken already"),
    ],
)  # fmt: skip
def test_why_there_is_no_dose(knowledge, drug, reason, who, status, said):
    found = proposal(knowledge, drug, reason, patient(knowledge, **who))
    assert found.status == status and said in found.why and day_ug(found) is None


def test_what_raises_exposure_lowers_every_dose_and_what_lowers_it_raises_none(knowledge):
    plain = proposal(knowledge, "alprazolam", "panic disorder", patient(knowledge))
    raised = patient(knowledge, medicines=["fluconazole 200 mg daily since 2026-10-01"])
    less = proposal(knowledge, "alprazolam", "panic disorder", raised)
    assert less.raised.by == ("fluconazole",) and less.raised.factor < 1
    assert less.status in ("proposed", "cannot_be_made") and (day_ug(less) or 0) < day_ug(plain)
    induced = patient(knowledge, medicines=["carbamazepine 200 mg three times a day since 2026-01-01"])
    same = proposal(knowledge, "clonazepam", "panic disorder", induced)
    assert same.raised.by == ("carbamazepine",) and same.raised.factor == 1
    assert table(same) == table(proposal(knowledge, "clonazepam", "panic disorder", patient(knowledge)))


def test_a_medicine_nobody_knows_leaves_the_exposure_unknown(knowledge):
    found = proposal(knowledge, "clonazepam", "panic disorder", patient(knowledge, medicines=["blue pill from abroad"]))
    assert not found.raised.complete and found.raised.factor == 1
    both = patient(knowledge, medicines=["blue pill from abroad", "fluconazole 200 mg daily since 2026-10-01"])
    less = proposal(knowledge, "alprazolam", "panic disorder", both)
    assert not less.raised.complete and less.raised.factor < 1


def test_the_review_speaks_beside_the_dose(knowledge):
    found = proposal(knowledge, "clonazepam", "panic disorder", patient(knowledge, medicines=[OPIOID]))
    assert "opioid_with_benzodiazepine" in {finding.rule.rule.id for finding in found.said.findings}


def test_what_is_drawn_up_is_not_made_of_tablets(knowledge):
    found = proposal(knowledge, "lorazepam", "status epilepticus", patient(knowledge), route="intravenous")
    assert day_ug(found) == 4000 and found.plan.rungs[0].portions == ()


def test_a_trait_hardly_anybody_is_tested_for_is_said_and_does_not_halve_the_dose(knowledge):
    found = proposal(knowledge, "clobazam", "epilepsy", patient(knowledge))
    assert [item.counts for item in found.plan.adjustments] == [False] and day_ug(found) == 10000


def test_other_countries_stand_beside_it_and_no_country_is_none(knowledge):
    found = proposal(knowledge, "clonazepam", "epilepsy", patient(knowledge), country="UK")
    assert [fit.regimen.jurisdiction for fit in found.others] == ["US"]
    nowhere = proposal(knowledge, "clonazepam", "panic disorder", patient(knowledge), country="UK")
    assert nowhere.status == "no_rule" and "no rule of UK is known; of US there is one" in nowhere.why


@pytest.mark.parametrize(
    ("drug", "reason", "said"),
    [
        ("clonazapine", "panic disorder", "is no single benzodiazepine"),
        ("amoxicillin", "insomnia", "'amoxicillin' is no single benzodiazepine"),
        ("clonazepam", "hunger", "'hunger' is no condition known here."),
        ("", "insomnia", "is no single benzodiazepine"),
    ],
)  # fmt: skip
def test_names_that_are_none(knowledge, drug, reason, said):
    with pytest.raises(UsageError, match=said):
        asked_for(knowledge, drug, reason, "US")
