"""For anybody and any drug: never above the ceiling, never below what tablets make, never more for more risk."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.dosing.planning import first_day_ug
from benzosafe.dosing.proof import Promise, faults
from benzosafe.dosing.rising import Bounds, Makes, ladder
from benzosafe.taper.catalogue import marketed
from tests.dosing.people import day_ug, patient, proposal

RISKS = {
    "medicines": ("fluconazole 200 mg daily since 2026-10-01", "oxycodone 5 mg every 6 hours since 2026-10-01",
                  "fluvoxamine 100 mg daily since 2026-01-01", "valproate 500 mg twice daily since 2026-01-01",
                  "rifampicin 600 mg daily since 2026-09-01", "a medicine nobody knows"),
    "conditions": ("COPD", "sleep apnoea", "frailty", "chronic kidney disease", "falls", "dementia"),
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(knowledge):
    """Every drug, reason and country of which there is a rule by mouth."""
    return sorted({
        (name, regimen.indication, regimen.jurisdiction)
        for name, dosing in knowledge.dosing.items() for regimen in dosing.regimens if regimen.route == "oral"
    })  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_dose_is_above_its_ceiling_or_made_of_nothing(knowledge, cases, data):
    drug, reason, country = data.draw(st.sampled_from(cases))
    year = data.draw(st.integers(1930, 2026))
    who = patient(
        knowledge, born=f"{year}-01-15" if year < 2026 else "2026-05-05",
        sex=data.draw(st.sampled_from(["female", "male"])),
        weight=data.draw(st.sampled_from([4, 9.5, 20, 30, 30.1, 48, 61, 110])),
        medicines=data.draw(st.lists(st.sampled_from(RISKS["medicines"]), max_size=2, unique=True)),
        conditions=data.draw(st.lists(st.sampled_from(RISKS["conditions"]), max_size=2, unique=True)),
    )  # fmt: skip
    found = proposal(knowledge, drug, reason, who, country=country)
    if not (found.plan and found.plan.rungs):
        assert found.status != "proposed" and (found.why or found.not_known)
        return
    label = who.label_limit(found.asked)
    for rung in found.plan.rungs:
        assert sum(portion.amount_ug for portion in rung.portions) in (rung.single_ug, 0) and rung.single_ug > 0
        assert label.per_day is None or rung.day_ug <= label.per_day
        assert label.per_dose is None or rung.single_ug <= label.per_dose
    first = found.plan.regimen.start
    if first.mg_per_day:
        assert day_ug(found) <= first.mg_per_day.lowest * 1000


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_more_risk_never_raises_the_first_dose(knowledge, cases, data):
    drug, reason, country = data.draw(st.sampled_from(cases))
    some = {kind: data.draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) for kind, names in RISKS.items()}
    kind = data.draw(st.sampled_from(sorted(RISKS)))
    one_more = some | {kind: [*some[kind], data.draw(st.sampled_from([n for n in RISKS[kind] if n not in some[kind]]))]}
    before, after = (
        proposal(knowledge, drug, reason, patient(knowledge, **risks), country=country) for risks in (some, one_more)
    )
    known = day_ug(before)
    if before.status == "disputed":  # the source's dose, which the review finds too high and does not show
        known = first_day_ug(before.plan.start, before.plan.times)
    given = day_ug(after)
    assert given is None or (known is not None and given <= known)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_not_known_gives_no_more_than_any_knowing(knowledge, cases, data):
    drug, reason, country = data.draw(st.sampled_from(cases))
    born = data.draw(st.sampled_from(["1940-01-01", "1986-01-01", "2012-01-01"]))
    unknown = day_ug(proposal(knowledge, drug, reason, patient(knowledge, born=born, conditions=None), country=country))
    found = proposal(knowledge, drug, reason, patient(knowledge, born=born), country=country)
    known = day_ug(found)  # disputed: the source's dose, which is more than the unknown one got, is not shown
    assert unknown is None or found.status == "disputed" or (known is not None and unknown <= known)


AMOUNTS = st.integers(1, 8000).map(Fraction)


@given(
    first=AMOUNTS, by=AMOUNTS, every=st.integers(1, 14), top=st.none() | AMOUNTS, most=AMOUNTS, times=st.integers(1, 4)
)
def test_every_ladder_stands_the_counting(knowledge, first, by, every, top, most, times):
    makes, limit = Makes(marketed(knowledge, "clonazepam", "US"), Fraction(8000)), Bounds(None, most)
    single = makes.at_most(min(first / times, most / times))
    if single is not None:
        rungs = ladder(makes, (single, times), (by, every), top, limit)
        assert faults(rungs, Promise(limit, (by, every), first, makes.smallest_ug, top)) == []
