"""The dosing files: every statement of the table is reproduced, bands do not overlap, no adjustment raises a dose."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from benzosafe.knowledge.dosing_model import Dosing, Regimen
from benzosafe.knowledge.model import Quantity
from benzosafe.review.dosing_conditions import check_dosing
from tests.knowledge.dosing_statements import (
    KNOWN,
    Person,
    Statement,
    answer,
    fitting,
    is_of,
    numbers,
    statements,
)

FEWEST_STATEMENTS = 450
SMALLEST_SHARE_COVERED = 0.85
REGIMENS = [(dosing.drug, regimen) for dosing in KNOWN.dosing.values() for regimen in dosing.regimens]


def _range_of(value: str) -> tuple[float, float]:
    low, _, high = value.partition("-")
    return float(low), float(high or low)


@pytest.mark.parametrize("statement", statements(), ids=str)
def test_the_knowledge_says_what_the_source_says(statement: Statement) -> None:
    for person in statement.people:
        found = fitting(statement, person)
        assert len(found) == 1, f"{person} fits {[regimen.id for regimen in found]}"
        said = answer(statement, person)
        if isinstance(said, bool):
            assert said is (statement.value == "yes")
        elif isinstance(said, tuple):
            assert said == _range_of(statement.value)
        else:
            assert said is not None, f"nothing is said for {person}"
            assert (said.lowest, said.highest) == _range_of(statement.value), person
            assert (said.unit, said.source, said.confidence) == (statement.unit, statement.source, statement.confidence)


def test_the_table_is_large_and_reaches_every_file() -> None:
    assert len(statements()) >= FEWEST_STATEMENTS
    by_drug = Counter(statement.drug for statement in statements())
    assert not [drug for drug in KNOWN.dosing if by_drug[drug] < 2]


def test_how_many_numbers_of_the_files_a_statement_covers(capsys: pytest.CaptureFixture[str]) -> None:
    said = [answer(statement, person) for statement in statements() for person in statement.people]
    covered = {id(item) for item in said if isinstance(item, Quantity)}
    every = list(numbers())
    missing = [place for place, quantity in every if id(quantity) not in covered]
    stand = len(every) - len(missing)
    with capsys.disabled():
        print(f"\n{stand} of {len(every)} numbers of the dosing files stand in the table of statements")
    assert stand >= SMALLEST_SHARE_COVERED * len(every), "\n".join(missing)


@pytest.mark.parametrize(
    ("drug", "indication", "place", "age", "weight", "expected"),
    [
        ("clonazepam", "epilepsy", "US", 10, 29, "seizures_child_us"),
        ("clonazepam", "epilepsy", "US", 10, 60, "seizures_child_us"),
        ("clonazepam", "epilepsy", "US", 11, 30, "seizures_light_child_us"),
        ("clonazepam", "epilepsy", "US", 11, 30.1, "seizures_older_child_us"),
        ("clonazepam", "epilepsy", "US", 17.9, 30, "seizures_light_child_us"),
        ("clonazepam", "epilepsy", "US", 18, 30, "seizures_adult_us"),
        ("clonazepam", "epilepsy", "UK", 0.9, None, "epilepsy_infant_uk"),
        ("clonazepam", "epilepsy", "UK", 1, None, "epilepsy_small_child_uk"),
        ("clonazepam", "epilepsy", "UK", 4.9, None, "epilepsy_small_child_uk"),
        ("clonazepam", "epilepsy", "UK", 5, None, "epilepsy_school_child_uk"),
        ("clonazepam", "epilepsy", "UK", 12, None, None),
        ("clonazepam", "epilepsy", "UK", 17.9, None, None),
        ("clonazepam", "epilepsy", "UK", 18, None, "epilepsy_adult_uk"),
        ("clonazepam", "panic_disorder", "US", 17.9, None, None),
        ("clonazepam", "panic_disorder", "US", 18, None, "panic_adult_us"),
        ("clobazam", "epilepsy", "US", 1.9, 12, None),
        ("clobazam", "epilepsy", "US", 2, 12, "epilepsy_to_30_kg_us"),
        ("clobazam", "epilepsy", "US", 8, 30, "epilepsy_to_30_kg_us"),
        ("clobazam", "epilepsy", "US", 8, 30.1, "epilepsy_above_30_kg_us"),
        ("lorazepam", "anxiety_disorder", "US", 11.9, None, None),
        ("lorazepam", "anxiety_disorder", "US", 12, None, "anxiety_us"),
        ("clorazepate", "epilepsy", "US", 8.9, None, None),
        ("clorazepate", "epilepsy", "US", 9, None, "epilepsy_child_us"),
        ("clorazepate", "epilepsy", "US", 12.9, None, "epilepsy_child_us"),
        ("clorazepate", "epilepsy", "US", 13, None, "epilepsy_adult_us"),
        ("diazepam", "epilepsy", "US", 0.4, None, None),
        ("diazepam", "epilepsy", "US", 0.5, None, "epilepsy_child_us"),
        ("chlordiazepoxide", "anxiety_disorder", "US", 5.9, None, None),
        ("chlordiazepoxide", "anxiety_disorder", "US", 6, None, "anxiety_child_us"),
    ],
)
def test_both_sides_of_a_bound(
    drug: str, indication: str, place: str, age: float, weight: float | None, expected: str | None
) -> None:
    asked = Statement(drug, indication, place, "oral", "", "regular", (), "", "", "", "", "")
    found = [regimen.id for regimen in fitting(asked, Person(age, weight, "female"))]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("drug", "indication", "route", "form", "age", "weight", "expected"),
    [
        ("diazepam", "seizure_cluster", "rectal", "", 1.9, 11, None),
        ("diazepam", "seizure_cluster", "rectal", "", 2, 11, "seizure_cluster_rectal_2_to_5_us"),
        ("diazepam", "seizure_cluster", "rectal", "", 5.9, 20, "seizure_cluster_rectal_2_to_5_us"),
        ("diazepam", "seizure_cluster", "rectal", "", 6, 20, "seizure_cluster_rectal_6_to_11_us"),
        ("diazepam", "seizure_cluster", "rectal", "", 12, 40, "seizure_cluster_rectal_from_12_us"),
        ("diazepam", "seizure_cluster", "nasal", "", 5.9, 20, None),
        ("diazepam", "seizure_cluster", "buccal", "buccal film", 3, 5.9, None),
        ("diazepam", "seizure_cluster", "buccal", "buccal film", 3, 10.9, "seizure_cluster_film_6_to_10_kg_us"),
        ("diazepam", "seizure_cluster", "buccal", "buccal film", 3, 11, "seizure_cluster_film_11_to_15_kg_us"),
        ("diazepam", "seizure_cluster", "buccal", "buccal film", 6, 20, None),
        ("midazolam", "seizure_cluster", "nasal", "", 11.9, 40, None),
        ("midazolam", "seizure_cluster", "nasal", "", 12, 40, "seizure_cluster_nasal_us"),
        ("midazolam", "status_epilepticus", "intramuscular", "", 9, 12.9, None),
        ("midazolam", "status_epilepticus", "intramuscular", "", 9, 13, "status_epilepticus_im_to_40_kg_us"),
        ("midazolam", "status_epilepticus", "intramuscular", "", 9, 40, "status_epilepticus_im_to_40_kg_us"),
        ("midazolam", "status_epilepticus", "intramuscular", "", 9, 40.1, "status_epilepticus_im_above_40_kg_us"),
    ],
)
def test_both_sides_of_a_bound_in_an_emergency(
    drug: str, indication: str, route: str, form: str, age: float, weight: float, expected: str | None
) -> None:
    asked = Statement(drug, indication, "US", route, form, "emergency", (), "", "", "", "", "")
    found = [regimen.id for regimen in fitting(asked, Person(age, weight, "male"))]
    assert found == ([expected] if expected else [])


def test_nobody_fits_two_regimens_of_one_source_for_the_same_use() -> None:
    groups: dict[tuple[object, ...], list[Regimen]] = {}
    for drug, regimen in REGIMENS:
        key = (drug, regimen.indication, regimen.jurisdiction, regimen.route, regimen.forms, regimen.use)
        groups.setdefault(key, []).append(regimen)
    for key, regimens in groups.items():
        ages = sorted({edge for r in regimens for edge in (r.min_age_years, r.max_age_years - 0.01)})
        weights = sorted({edge for r in regimens for edge in (r.min_weight_kg, r.max_weight_kg - 0.001)})
        for age, weight, sex in product(ages, weights, ("female", "male")):
            found = [regimen.id for regimen in regimens if is_of(regimen, Person(age, weight, sex))]
            assert len(found) <= 1, (key, age, weight, sex, found)


@pytest.mark.parametrize(("drug", "regimen"), REGIMENS, ids=lambda item: getattr(item, "id", item))
def test_no_adjustment_raises_and_no_start_passes_a_ceiling(drug: str, regimen: Regimen) -> None:
    for owner in (regimen, *regimen.adjustments):
        ceiling = owner.at_most or regimen.at_most
        for part in ("start", "start_at_most", "target"):
            amount = getattr(owner, part, None)
            for name, quantity in (amount.quantities if amount else {}).items():
                most = ceiling.quantities.get(name) if ceiling else None
                assert most is None or quantity.highest <= most.highest, f"{drug} {regimen.id} {part} {name}"
    for adjustment in regimen.adjustments:
        for part in ("start", "target", "at_most"):
            lower, usual = getattr(adjustment, part), getattr(regimen, part)
            for name in set(lower.quantities if lower else ()) & set(usual.quantities if usual else ()):
                pair = (lower.quantities[name].highest, usual.quantities[name].highest)
                assert pair[0] <= pair[1], f"{drug} {regimen.id} {adjustment.id} {part} {name}"


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("age_yaers >= older_adult", "no fact 'age_yaers'"),
        ("age_years >= 65", "number"),
        ("age_years >= older_adult and", "not a condition"),
        ("frailty", "threshold 'older_adult' is not used"),
        ("frailty >= older_adult", "frailty"),
    ],
)
def test_a_faulty_condition_is_named(when: str, says: str) -> None:
    dosing = KNOWN.dosing["clonazepam"]
    place, regimen = next((n, r) for n, r in enumerate(dosing.regimens) if r.id == "epilepsy_adult_uk")
    faulty = regimen.adjustments[0].model_copy(update={"when": when})
    regimens = list(dosing.regimens)
    regimens[place] = regimen.model_copy(update={"adjustments": (faulty,)})
    changed: Dosing = dosing.model_copy(update={"regimens": tuple(regimens)})
    issues = check_dosing(KNOWN.model_copy(update={"dosing": {"clonazepam": changed}}))
    assert [issue.file for issue in issues] == ["dosing/clonazepam.yaml"] * len(issues)
    assert any(says in issue.what for issue in issues), issues


def test_the_conditions_in_the_files_are_sound() -> None:
    assert check_dosing(KNOWN) == []
