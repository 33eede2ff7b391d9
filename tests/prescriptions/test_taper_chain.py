"""A whole plan through one prescription after the other: not a day without supply, not a tablet more than it takes."""

from __future__ import annotations

import copy
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import ceil

import pytest

from benzosafe.audit.ledger import faults
from benzosafe.errors import InputRefused
from benzosafe.patient.tables import Bounds
from benzosafe.prescriptions import patients, pharmacist, prescriber, shelf
from benzosafe.prescriptions.content import drafts_of
from benzosafe.prescriptions.fhir_request import medication_requests
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.prescriptions.supply import SupplyRefused
from benzosafe.prescriptions.taper_fills import content_of_plan
from benzosafe.storage.database import reading
from benzosafe.taper.catalogue import marketed, named
from benzosafe.taper.design import Request, design
from benzosafe.taper.plan import Override, Pace
from benzosafe.taper.product import LIQUIDS
from tests.prescriptions.crashes import hash_quickly
from tests.prescriptions.people import PASSWORD, answer_all, practice
from tests.prescriptions.test_taper_fills import about, record

START = date(2026, 12, 1)
PLANS = {
    "clonazepam US": ("clonazepam", ((8.0, 1000), (20.0, 1000)), "US", "", "compounded:0.1", 0),
    "clonazepam UK": ("clonazepam", ((20.0, 2000),), "UK", "", "", 0),
    "diazepam UK": ("diazepam", ((8.0, 5000), (14.0, 5000), (20.0, 10000)), "UK", "", "", 0),
    "diazepam IE": ("diazepam", ((20.0, 10000),), "IE", "tablet:2s,5s,10s", "", 4000),
    "diazepam AU": ("diazepam", ((8.0, 5000), (20.0, 10000)), "AU", "", "", 2000),
    "lorazepam US": ("lorazepam", ((8.0, 1000), (14.0, 1000), (20.0, 1000)), "US", "", "compounded:0.1", 0),
    "lorazepam AU": ("lorazepam", ((8.0, 1000), (20.0, 1000)), "AU", "tablet:0.5s,1s", "compounded:0.1", 0),
    "lorazepam CA": ("lorazepam", ((8.0, 1000), (20.0, 1000)), "CA", "", "", 1500),
}
"""Medicine, doses by hour [ug], place, products (or those marketed), more products, where it ends [ug a day]."""


def plan_of(knowledge, name):
    drug, before, place, products, more, target = PLANS[name]
    own = named(products, knowledge, drug, place) if products else marketed(knowledge, drug, place)
    added = named(more, knowledge, drug, place) if more else ()
    pace = Pace(Fraction(1, 10), 14)
    request = Request(drug, before, target, pace, (*own, *added), START, country=place)
    return design(knowledge, request)


@pytest.fixture(scope="module")
def known(knowledge):
    """The knowledge as it will be when the packs of law have been checked again: a long plan goes on beyond that."""
    later = copy.copy(knowledge)
    later.prescribing = {
        place: pack.model_copy(update={"checked": pack.checked.model_copy(update={"next": date(2030, 1, 1)})})
        for place, pack in knowledge.prescribing.items()
    }
    return later


@pytest.fixture
def clinic(tmp_path, known):
    office = practice(f"sqlite:///{tmp_path / 'rx.db'}", known)
    hash_quickly(office)
    return office


def at(day, hour=9):
    return datetime.combine(day, time(hour), UTC)


class Course:
    """A plan prescribed and handed out to its end, each prescription on the last day on which it may be written."""

    def __init__(self, office, plan, place, medicine):
        self.office, self.plan, self.place = office, plan, place
        self.contents, self.collected = [], []
        patients.keep_record(office.desk, office["doctor"], "ann", record(medicine), at(START))

    def go(self):
        written_on, rest = START, None
        while rest is not None or not self.contents:
            content, rest = content_of_plan(
                self.office.desk.knowledge, self.plan, about(self.place, written_on), rest.from_on if rest else None
            )
            self.contents.append(content)
            self.hand_out(self.signed(content), content)
            if rest is not None:
                assert content.written_on <= rest.write_from <= rest.write_by < rest.from_on
                written_on = rest.write_by
        return self

    def signed(self, content):
        desk, doctor, now = self.office.desk, self.office["doctor"], at(content.written_on)
        made = prescriber.draft(desk, doctor, content, now)
        found = prescriber.review(desk, doctor, made, now)
        assert found["could_not_run"] == ""
        assert [item["rule"] for item in found["findings"] if item["tier"] == 0] == []
        answer_all(self.office, made, found, now)
        prescriber.sign(desk, "doctor", PASSWORD, self.office.code("doctor", now), made, now)
        prescriber.transmit(desk, doctor, made, "Corner Pharmacy", now)
        pharmacist.receive(desk, self.office["counter"], made, now, handwritten_seen=True)
        return made

    def hand_out(self, made, content):
        """Every other fill on its first day, the others as early as may be."""
        desk, counter = self.office.desk, self.office["counter"]
        for fill in content.fills:
            now = at(self.counter_checked(made, fill, early=len(self.collected) % 2 == 0), 12)
            units = {item.product: item.units for item in fill.items}
            for item in fill.items:
                with pytest.raises(SupplyRefused, match="are more than"):
                    pharmacist.dispense(
                        desk, counter, made, pharmacist.Handover({item.product: item.units + 1}, guide_given=True), now
                    )
            assert (
                pharmacist.dispense(desk, counter, made, pharmacist.Handover(units, guide_given=True), now)
                == "dispensed"
            )
            with pytest.raises(MoveRefused, match="it is dispensed"):
                pharmacist.dispense(desk, counter, made, pharmacist.Handover(units, guide_given=True), now)
            self.collected.append((now.date(), fill))
        with pytest.raises(SupplyRefused, match="have been handed out"):
            self.verify(made, now.date())

    def counter_checked(self, made, fill, *, early):
        """The day on which it was: too early, the counter says from which day."""
        begins = fill.periods[0].from_on
        if not early:
            self.verify(made, begins)
            return begins
        try:
            self.verify(made, fill.earliest_on)
        except SupplyRefused as error:
            due = date.fromisoformat(re.search(r"is due from (\S+):", error.message)[1])
            assert fill.earliest_on < due <= begins
            self.verify(made, due)
            return due
        return fill.earliest_on

    def verify(self, made, day):
        desk = self.office.desk
        reasons = dict.fromkeys(desk.knowledge.rules, "spoken with the prescriber")
        assert pharmacist.verify(desk, self.office["counter"], made, reasons, at(day, 12))["could_not_run"] == ""


def taken_on(plan, day):
    """What the plan takes on a day: halves of tablets, hundredths of a mL."""
    found = Counter()
    for step in plan.steps:
        if step.starts_on <= day < step.starts_on + timedelta(days=step.days):
            for dose in step.doses:
                for portion in dose.portions:
                    product = portion.product
                    found[product.form, product.strength_ug] += portion.hundredths_ml or portion.half_units
    return found


def parts(item):
    """Halves of a tablet, hundredths of a mL."""
    return (item.form, int(item.strength_mg * 1000)), int(item.units) * (100 if item.form in LIQUIDS else 2)


@pytest.mark.parametrize("name", [name for name in PLANS if PLANS[name][2] != "CA"])
def test_a_plan_is_prescribed_and_handed_out_to_its_end(clinic, name):
    drug, before, place, *_ = PLANS[name]
    plan = plan_of(clinic.desk.knowledge, name)
    course = Course(clinic, plan, place, f"{drug} {sum(ug for _, ug in before) / 1000:g} mg daily").go()
    never_without(plan, course)
    never_more(plan, course)
    in_one = 6 if place == "US" else 1
    assert len(course.contents) == ceil(len(course.collected) / in_one)
    assert faults(clinic.desk.engine, clinic.desk.vault.chain_key) == []


def never_without(plan, course):
    """Day by day the steps are taken from what has been handed out until then."""
    at_home, coming = Counter(), list(course.collected)
    for number in range(plan.days):
        day = plan.steps[0].starts_on + timedelta(days=number)
        while coming and coming[0][0] <= day:
            at_home.update(dict(parts(item) for item in coming.pop(0)[1].items))
        at_home.subtract(taken_on(plan, day))
        assert min(at_home.values()) >= 0, (day, at_home)
    assert coming == []


def never_more(plan, course):
    """All fills together hold what the steps take, counted apart in whole tablets and mL.

    A half goes on into the next fill if that uses it; a liquid does not, and a tenth of it is lost.
    """
    handed, needed, carried = Counter(), Counter(), Counter()
    for _, fill in course.collected:
        handed.update(dict(map(parts, fill.items)))
        days = (fill.periods[-1].to_on - fill.periods[0].from_on).days + 1
        taken = sum((taken_on(plan, fill.periods[0].from_on + timedelta(days=n)) for n in range(days)), Counter())
        for product in {*taken, *carried}:
            if product[0] in LIQUIDS:
                needed[product] += ceil(Fraction(taken[product] * 11, 1000)) * 100
            elif product in taken:
                carried[product] += taken[product]
            else:
                needed[product] += 2 * ceil(Fraction(carried.pop(product), 2))
    needed.update({product: 2 * ceil(Fraction(halves, 2)) for product, halves in carried.items()})
    assert handed == needed


def test_where_the_law_is_not_known_it_is_written_and_not_signed(clinic):
    plan = plan_of(clinic.desk.knowledge, "lorazepam CA")
    with pytest.raises(MoveRefused, match="schedule of the medicine in Canada is not recorded"):
        Course(clinic, plan, "CA", "lorazepam 1 mg twice daily").go()


def test_what_is_left_is_said_in_words_and_begins_where_this_one_ends(knowledge):
    plan = plan_of(knowledge, "clonazepam US")
    _, rest = content_of_plan(knowledge, plan, about("US", START))
    assert (rest.from_on, rest.write_by) == (date(2027, 5, 18), date(2027, 5, 15))
    assert re.search(r"12 fills from 2027-05-18 on \(steps 13 to \d+\) do not fit .*5 refills", rest.words)
    assert rest.words.endswith("so that there is no gap: not before 2026-12-01, by 2027-05-15.")
    content, rest = content_of_plan(knowledge, plan, about("US", rest.write_by), rest.from_on)
    assert content.fills[0].number == 1 and content.fills[0].periods[0].from_on == date(2027, 5, 18)
    assert rest.fills == 6


@pytest.mark.parametrize(
    ("on", "from_on", "words"),
    [
        (START, date(2026, 12, 2), "no fill begins on 2026-12-02"),
        (START, date(2030, 1, 1), "no fill begins on 2030-01-01"),
        (START + timedelta(days=1), None, "before the prescription is written"),
        (START - timedelta(days=29), None, "valid until 2026-11-30. Write it on 2026-11-03 or later"),
        ("tomorrow", None, "'tomorrow' is no day"),
    ],
)
def test_a_day_that_will_not_do_is_refused_in_words(knowledge, on, from_on, words):
    said = about("UK", START) | {"written_on": str(on)}
    with pytest.raises(InputRefused, match=words):
        content_of_plan(knowledge, plan_of(knowledge, "diazepam UK"), said, from_on)


def test_an_override_stands_on_the_prescription(knowledge):
    plan = replace(plan_of(knowledge, "diazepam UK"), override=Override("Dr Who", "asked for by the patient"))
    content, _ = content_of_plan(knowledge, plan, about("UK", START))
    assert content.plan.endswith("30 steps. OVERRIDE by Dr Who: asked for by the patient")


def test_dated_directions_are_words_only_where_others_read_numbers(clinic):
    """A number of a day that holds for a part of the fill only would be read as if it held for all of it."""
    course = Course(clinic, plan_of(clinic.desk.knowledge, "clonazepam US"), "US", "clonazepam 1 mg twice daily")
    content, _ = content_of_plan(clinic.desk.knowledge, course.plan, about("US", START))
    made = course.signed(content)
    with reading(clinic.desk.engine) as connection:
        bundle = medication_requests(shelf.held(connection, made), [], clinic.desk.knowledge)
    requests = [entry["resource"] for entry in bundle["entry"]]
    dosages = [one["dosageInstruction"] for one in requests if one["resourceType"] == "MedicationRequest"]
    assert len(dosages) == sum(len(fill.items) for fill in content.fills)
    assert all(list(dosage) == ["text"] for (dosage,) in dosages)


def test_the_dose_that_is_judged_is_that_of_the_highest_day_hour_by_hour(knowledge):
    plan = plan_of(knowledge, "diazepam UK")
    content, _ = content_of_plan(knowledge, plan, about("UK", START))
    (order,) = drafts_of(content, knowledge)
    first = [Fraction(dose.amount_ug, 1000) for dose in plan.steps[0].doses]
    assert order.dose_mg_per_day == Bounds(float(sum(first)), float(sum(first)))
    assert order.dose_mg_single == Bounds(float(min(first)), float(max(first)))
    assert len(first) == 3 and min(first) < max(first)
