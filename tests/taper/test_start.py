"""Where a taper starts: doses by time of day in whole micrograms, as-needed use, several agents, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Bounds, Order, Record, Supply
from benzosafe.taper.start import starting_point, tapering_order
from benzosafe.taper.start_refusals import completed_years
from benzosafe.taper.start_supply import illicit_supply

ON = date(2026, 11, 24)
AS_NEEDED = Order(
    "one", "alprazolam 0.5 mg", "alprazolam", "request", route="oral", active=True, prn=True,
    dose_mg_single=Bounds(0.5, 0.5), times_per_day=Bounds(0, 4), dose_mg_per_day=Bounds(0, 2),
)  # fmt: skip


@pytest.fixture
def start(knowledge):
    """The start of a patient written by hand."""

    def make(*medicines, drug=None, age=50, on=ON, as_regular_mg=None):
        lines = "\n".join(f"  - {medicine}" for medicine in medicines)
        record = read_handwritten(f"patient: {{id: p, age: {age}}}\nmedicines:\n{lines}\n", "p.yaml", knowledge, on)
        return starting_point(knowledge, record, drug, on, as_regular_mg)

    return make


@pytest.fixture
def filled(knowledge):
    """The start of somebody who takes alprazolam as needed, at most 2 mg a day, filled on these days before."""

    def make(*days_before, supply=15.0, order=AS_NEEDED, as_regular_mg=None):
        fills = [Supply("dispense", f"fill{day}", ON - timedelta(days=day), supply) for day in days_before]
        record = Record("p", age_years=50.0, orders=(replace(order, supplies=tuple(fills)),))
        return starting_point(knowledge, record, None, ON, as_regular_mg)

    return make


# --- doses by time of day ------------------------------------------------------------------------------------------


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


# --- as needed -----------------------------------------------------------------------------------------------------


def test_as_needed_use_is_what_the_fills_come_to_rounded_up_to_half_a_dose(filled):
    # 15 days' supply at 2 mg a day is 30 mg: 3 fills are used up in 120 days, 0.75 mg a day.
    found = filled(121, 81, 41, 1)
    assert found.doses == ((8.0, 250), (20.0, 500))
    assert any("4 fills" in note and "0.75 mg" in note and "ask" in note for note in found.notes)
    # 30 mg in 38 days is 0.789 mg a day.
    assert filled(40, 2).amount_ug == 1000


def test_the_most_that_is_allowed_is_never_assumed(filled, start):
    for fills in ((), (10,), (20, 2), (400, 300)):
        with pytest.raises(InputRefused, match="only the most is known") as caught:
            filled(*fills)
        assert "--as-regular" in caught.value.message
    with pytest.raises(InputRefused, match="sets no limit"):
        start("alprazolam 0.5 mg as needed")


def test_fills_that_contradict_the_order_or_stopped_long_ago_are_refused(filled):
    with pytest.raises(InputRefused, match="were handed out and the order allows 2 mg"):
        filled(40, 30, 20, 10, 2)
    with pytest.raises(InputRefused, match="less is taken now"):
        filled(180, 140, supply=10.0)


def test_rare_use_is_not_made_daily(filled, start):
    with pytest.raises(InputRefused, match="Physical dependence is rare"):
        filled(170, 2)
    with pytest.raises(InputRefused, match="Physical dependence is rare"):
        start("temazepam 20 mg at bedtime three nights a week")


def test_a_stated_regular_amount_is_taken_exactly_and_only_where_it_belongs(filled, start):
    assert filled(as_regular_mg=1.25).doses == ((8.0, 250), (14.0, 500), (20.0, 500))
    both = ("lorazepam 1 mg at bedtime", "lorazepam 0.5 mg twice daily as needed")
    assert start(*both, as_regular_mg=0.0).amount_ug == 1000
    assert start(*both, as_regular_mg=0.5).amount_ug == 1500
    for wrong in (-1.0, float("nan"), 2.5):
        with pytest.raises(UsageError):
            filled(as_regular_mg=wrong)
    with pytest.raises(UsageError, match="not taken as needed"):
        start("lorazepam 1 mg at bedtime", as_regular_mg=1.0)


def test_the_stated_amount_is_the_as_needed_part_and_the_total_is_said(start):
    found = start("clonazepam 1 mg at night", "clonazepam 0.5 mg once daily as needed", as_regular_mg=0.5)
    assert found.amount_ug == 1500
    assert any("1 mg regular + 0.5 mg as needed taken as regular = 1.5 mg a day" in note for note in found.notes)
    with pytest.raises(UsageError, match="1.5 mg a day is more than the 0.5 mg"):
        start("clonazepam 1 mg at night", "clonazepam 0.5 mg once daily as needed", as_regular_mg=1.5)


@pytest.mark.parametrize(
    "medicine",
    [
        "diazepam 5 mg morning and 5 mg as needed",
        "clonazepam 1 mg daily plus 0.5 mg prn",
        "clonazepam 1 mg daily + 0.5 mg PRN",
        "clonazepam 1 mg at night; 0.5 mg when required",
        "diazepam 5 mg in the morning, 5 mg if needed",
        "lorazepam 1 mg daily, as needed 0.5 mg",
        "lorazepam 1 mg as needed in the morning and 2 mg at night",
        "alprazolam 0.5 mg twice daily and as needed",
        "{drug: diazepam 5 mg, take: 5 mg in the morning and 5 mg at night as needed}",
    ],
)
def test_a_line_that_mixes_regular_and_as_needed_is_refused(start, medicine):
    for stated in (None, 0.5):
        with pytest.raises(InputRefused, match="write the regular and the as-needed part as two medicines"):
            start(medicine, as_regular_mg=stated)


def test_an_as_needed_order_with_a_least_dose_is_refused(filled):
    with pytest.raises(InputRefused, match="as two medicines"):
        filled(order=replace(AS_NEEDED, dose_mg_per_day=Bounds(0.5, 2)), as_regular_mg=0.5)


@pytest.mark.parametrize(
    "medicine",
    [
        "lorazepam 1 mg twice daily as needed",
        "lorazepam 1 mg at night as needed",
        "lorazepam 1 mg twice daily, as needed",
        "lorazepam 1 mg as needed, max 3 mg a day",
        "lorazepam 1 mg prn up to 3 mg a day",
        "lorazepam 1 to 2 mg 1-2 times daily prn",
        "lorazepam 1 mg every 4 to 6 hours as needed",
        "lorazepam 1 mg twice daily as needed for anxiety",
        "{drug: lorazepam 1 mg tablet, take: take 1 tablet (1 mg) by mouth twice daily as needed}",
    ],
)
def test_a_line_that_is_as_needed_alone_is_not_taken_for_mixed(start, medicine):
    assert start(medicine, as_regular_mg=0.5).amount_ug == 500


def test_a_rescue_medicine_is_no_agent(start):
    found = start("clonazepam 1 mg at night", "{drug: midazolam 5 mg, take: 5 mg as needed, route: nasal}")
    assert found.agents == ("clonazepam",)
    assert any("midazolam" in note and "emergencies" in note for note in found.notes)


# --- several agents ------------------------------------------------------------------------------------------------


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


# --- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("medicine", "words"),
    [
        ("clonazepam 0.5 to 1 mg at night", "0.5 or 1 mg a day"),
        ("diazepam 5 mg 1 to 2 tablets at bedtime", "5 or 10 mg a day"),
        ("oxazepam 15 mg as directed", "dose of a day is not known"),
        ("{drug: etizolam 1 mg, take: twice daily}", "illicit or novel"),
        ("{drug: bromazolam 1 mg, take: twice daily}", "illicit or novel"),
        ("metformin 500 mg daily", "no benzodiazepine or Z-drug"),
        ("{drug: diazepam 5 mg, take: 5 mg daily, route: rectal}", "one oral"),
    ],
)
def test_what_cannot_be_started_from_is_refused_with_a_next_step(start, medicine, words):
    with pytest.raises(InputRefused, match=words) as caught:
        start(medicine)
    assert caught.value.exit_code == 4
    assert len(str(caught.value).split(". ")) > 1


def test_a_novel_agent_beside_a_known_one_is_refused_too(start):
    with pytest.raises(InputRefused, match="must not be stopped at once"):
        start("clonazepam 1 mg at night", "{drug: flubromazolam 1 mg, take: daily}", drug="clonazepam")


def test_a_child_an_entry_written_twice_and_a_drug_not_taken_are_refused(start):
    with pytest.raises(InputRefused, match="12 years"):
        start("clonazepam 1 mg at night", age=12)
    with pytest.raises(InputRefused, match="twice in the same words"):
        start("clonazepam 1 mg at night", "clonazepam 1 mg at night")
    with pytest.raises(UsageError, match="Did you mean 'clonazepam'"):
        start("clonazepam 1 mg at night", drug="clonazzepamm")


def test_a_recent_change_of_dose_is_said(knowledge):
    order = Order(
        "one", "lorazepam", "lorazepam", "request", route="oral", active=True, sig="1 mg at bedtime", prn=False,
        dose_mg_single=Bounds(1, 1), times_per_day=Bounds(1, 1), dose_mg_per_day=Bounds(1, 1),
        previous_dose_mg_per_day=2.0, dose_changed_on=ON - timedelta(days=5),
    )  # fmt: skip
    found = starting_point(knowledge, Record("p", age_years=50.0, orders=(order,)), None, ON)
    assert any("was 2 mg a day until 2026-11-19" in note for note in found.notes)
    assert found.country is None


# --- not from a pharmacy, not a plain tablet -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "medicine",
    [
        "counterfeit alprazolam 2 mg daily",
        "illicit diazepam 10 mg three times daily",
        "street Xanax 2 mg",
        "fake Xanax 2 mg daily",
        "pressed alprazolam 2 mg daily",
        "alprazolam 2 mg daily, pressed pills",
        "alprazolam 2 mg daily bought online",
        "alprazolam 2 mg daily for anxiety, bought on the street",
        "diazepam 10 mg at night, from a dealer",
        "zopiclone 7.5 mg at night without prescription",
        "diazepam 10 mg de la calle",
        "street benzodiazepines",
        "pressed pills",
    ],
)
def test_illicit_supply_is_refused_with_what_to_do(start, medicine):
    with pytest.raises(InputRefused, match="did not come from a pharmacy") as caught:
        start(medicine)
    assert medicine.split()[0] in caught.value.message
    for words in ("No sudden stop", "smallest dose of a known benzodiazepine", "naloxone"):
        assert words in caught.value.next_step


def test_illicit_supply_beside_a_prescription_is_refused_until_it_is_over(start):
    prescribed = "diazepam 5 mg twice daily"
    for other in ("counterfeit alprazolam 2 mg daily", "pressed bars"):
        with pytest.raises(InputRefused, match="did not come from a pharmacy"):
            start(prescribed, other, drug="diazepam")
    assert start(prescribed, "{drug: counterfeit alprazolam 2 mg, status: stopped}").amount_ug == 10_000


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ("street benzodiazepines", True),
        ("illicit Xanax use", True),
        ("buys sleeping tablets on the internet", True),
        ("counterfeit pills", True),
        ("{name: street benzodiazepines, status: past}", False),
        ("denies illicit benzodiazepines", False),
        ("illicit opioid use", False),
        ("street phobia", False),
        ("depression", False),
    ],
)
def test_conditions_tell_of_illicit_supply_too(knowledge, condition, refused):
    text = f"patient: {{id: p, age: 50}}\nmedicines: [diazepam 5 mg twice daily]\nconditions:\n  - {condition}\n"
    record = read_handwritten(text, "p.yaml", knowledge, ON)
    assert bool(illicit_supply(knowledge, record)) is refused
    if refused:
        with pytest.raises(InputRefused, match="did not come from a pharmacy"):
            starting_point(knowledge, record, None, ON)
    else:
        assert starting_point(knowledge, record, None, ON).amount_ug == 10_000


def test_what_is_listed_as_recreational_did_not_come_from_a_pharmacy(knowledge):
    text = "patient: {age: 50}\nmedicines: [diazepam 5 mg twice daily]\nrecreational: [alprazolam 2 mg daily]\n"
    record = read_handwritten(text, "p.yaml", knowledge, ON)
    with pytest.raises(InputRefused, match="did not come from a pharmacy"):
        starting_point(knowledge, record, "diazepam", ON)


def test_prescribed_medicines_with_such_words_elsewhere_are_not_taken_for_illicit(start):
    for medicine in (
        "diazepam 5 mg twice daily for withdrawal from illicit benzodiazepines",
        "diazepam 5 mg twice daily for depression",
        "diazepam 5 mg compressed tablet twice daily",
        "diazepam 5 mg twice daily not from the street",
    ):
        with_name = read_or_refused(start, medicine)
        assert "pharmacy" not in with_name, medicine
    assert start("diazepam 5 mg twice daily", "street heroin daily").amount_ug == 10_000


def read_or_refused(start, medicine):
    try:
        return str(start(medicine).amount_ug)
    except InputRefused as refused:
        return refused.message


def test_no_name_of_a_medicine_is_a_word_of_illicit_supply(knowledge):
    names = []
    for drug in knowledge.drugs.values():
        if {"novel_benzodiazepine", "illicit_opioid"} & set(drug.classes):
            continue  # 'street valium' is a name of one
        names += drug.names.brands
        if {"benzodiazepine", "z_drug"} & set(drug.classes):
            names += [drug.name, *drug.names.synonyms]
    assert len(names) > 500
    orders = [Order("1", name, "diazepam", "handwritten", active=True) for name in names]
    assert illicit_supply(knowledge, Record("p", orders=tuple(orders))) == ()


@pytest.mark.parametrize(
    ("medicine", "name"),
    [
        ("alprazolam extended-release 2 mg once daily", "alprazolam"),
        ("alprazolam ER 2 mg once daily", "alprazolam"),
        ("Xanax XR 2 mg once daily", "alprazolam"),
        ("alprazolam 2 mg XR tablet once daily", "alprazolam"),
        ("alprazolam prolonged release 2 mg once daily", "alprazolam"),
        ("alprazolam retard 2 mg once daily", "alprazolam"),
        ("{drug: alprazolam 2 mg, take: once daily, form: extended-release tablet}", "alprazolam"),
        ("Ambien CR 12.5 mg at bedtime", "zolpidem"),
        ("lorazepam ER 2 mg once daily", "lorazepam"),
    ],
)
def test_an_extended_release_is_never_read_as_plain_tablets(start, medicine, name):
    with pytest.raises(InputRefused, match="extended-release product") as caught:
        start(medicine)
    assert caught.value.where == name
    for_sleep = name == "zolpidem"
    advice = "one bedtime dose of plain tablets, not spread" if for_sleep else "plain tablets spread over the times"
    assert advice in caught.value.next_step
    assert f"'{name} {'10 mg at bedtime' if for_sleep else '0.5 mg four times daily'}'" in caught.value.next_step


@pytest.mark.parametrize(
    "name",
    ["zolpidem", "zopiclone", "eszopiclone", "temazepam", "flurazepam", "quazepam", "estazolam", "triazolam"],
)
def test_an_extended_release_hypnotic_becomes_one_bedtime_dose_of_the_same_drug(start, name):
    with pytest.raises(InputRefused, match="extended-release product") as caught:
        start(f"{name} extended-release 60 mg at bedtime")
    said = caught.value.next_step
    assert "not spread over the day" in said and f"such as '{name} " in said and "alprazolam" not in said
    assert "too little before the next dose" not in caught.value.message


def test_the_example_for_a_hypnotic_is_never_above_the_dose_written(start):
    with pytest.raises(InputRefused, match="zolpidem 5 mg at bedtime"):
        start("Ambien CR 6.25 mg at bedtime")


def test_plain_and_orally_disintegrating_tablets_and_other_medicines_are_no_extended_release(start):
    for medicine in ("clonazepam ODT 1 mg at night", "alprazolam 1 mg tablet twice daily, seen in ER"):
        assert "extended" not in read_or_refused(start, medicine)
    assert start("clonazepam 1 mg at night", "venlafaxine XR 75 mg daily").amount_ug == 1000
    assert start("clonazepam 1 mg at night", "alprazolam XR 2 mg daily", drug="clonazepam").amount_ug == 1000


# --- words of the refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "years"), [("2018-03-15", "8"), ("2015-01-01", "11"), ("2008-11-25", "17"), ("2026-11-01", "0")]
)
def test_a_child_is_as_old_as_its_completed_years(knowledge, born, years):
    text = f"patient: {{id: kid, born: {born}}}\nmedicines: [clonazepam 0.5 mg at night]\n"
    with pytest.raises(InputRefused, match=f"a patient of {years} years"):
        starting_point(knowledge, read_handwritten(text, "p.yaml", knowledge, ON), None, ON)
    assert completed_years(Record("p", birth_on=date(2008, 11, 24)), ON) == 18


def test_only_a_near_name_is_offered(start):
    for drug in ("clonazzepamm", "KLONAZEPAMM"):
        with pytest.raises(UsageError, match="Did you mean 'clonazepam'"):
            start("clonazepam 1 mg at night", drug=drug)
    for drug in ("diazepam", "lorazepam", "clozapine", "warfarin", "Valium", "lonza", ""):
        with pytest.raises(UsageError, match="not a benzodiazepine or Z-drug this patient takes") as caught:
            start("clonazepam 1 mg at night", drug=drug)
        assert "Did you mean" not in caught.value.message


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
