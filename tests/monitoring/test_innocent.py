"""Innocent histories: none raises a signal; without the innocent circumstance its twin does, so these can fail."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from benzosafe.patient.course import Course
from benzosafe.patient.tables import Bounds, Condition, Record
from tests.monitoring.histories import course, event, fill, fills, order, record, seen, stay

EARLY = fills(200, 170, 140, 110, 80, 50, 33)
"""Every month, and once after 17 of 30 days."""

TWICE = fills(180, 150, 120, 90, 60, 40, 20)
"""Every month, and twice after 20 of 30 days."""

GAP = fills(220, 190, 160, 130, 80, 50, 20)
"""Every month, and once 20 days without."""

ENDED = fills(190, 160, 130, 100, 70, 40)
"""Every month, and without since 11 days."""

MONTHS = (190, 160, 130, 100, 70, 40, 10)
LATER = (185, 155, 125, 95, 65, 35, 5)
PAIR = (fills(190, 160, 130, 100), fills(130, 100, 70, 40, 10, drug="diazepam"))
"""Clonazepam until 70 days ago, diazepam since 130."""

BESIDE = (fills(*MONTHS), fills(*LATER, drug="diazepam"))
COMFORT = (fills(*MONTHS), fills(*LATER, drug="morphine"))
LOST = (EARLY[:-1], fill(20), event(34, "stolen_supply"), event(90, "lost_supply"))
BRANCHES = ("Chain North", "Chain South", "Chain East", "Chain West", "Chain North", "Chain South", "Chain East")
DOCTORS = ("Dr A", "Dr B", "Dr C", "Dr D", "Dr A", "Dr B", "Dr A")
FOUR, ONCE = ("A", "B", "C", "C", "D", "D", "D"), ("A", "B", "C", "Other", "A", "A", "A")
RAISED = order(dose_mg_per_day=Bounds(1.5, 1.5), previous_dose_mg_per_day=1.0, dose_changed_on=TWICE[-3].on)
LOWERED = order(dose_mg_per_day=Bounds(1, 1), previous_dose_mg_per_day=2.0, dose_changed_on=GAP[3].on)


def pharmacies(*names, **more):
    return tuple(fill(190 - 30 * n, pharmacy=name, **more) for n, name in enumerate(names))


def doctors(*names, **more):
    return tuple(fill(190 - 30 * n, prescriber=name, **more) for n, name in enumerate(names))


def doubled(days=30.0, **differing):
    """Two fills every month that differ in one thing."""
    ((name, values),) = differing.items()
    return tuple(fill(day, days, **{name: value}) for day in MONTHS for value in values)


def falling(*units):
    return tuple(fill(190 - 30 * n, units=amount) for n, amount in enumerate(units))


@dataclass(frozen=True)
class Innocent:
    """A history, its twin without the innocent circumstance, and what the twin raises."""

    name: str
    history: Course
    twin: Course | None = None
    raises: str = ""
    who: Record = field(default_factory=record)
    twin_who: Record = field(default_factory=record)


def lifted(name, fills_, kind, raises="early_refill", days_ago=30, until=None):
    """The fills, explained by one event; its twin has none."""
    return Innocent(name, course(fills_, event(days_ago, kind, until=until)), course(fills_), raises)


HISTORIES = [
    lifted("holiday supply before a journey", EARLY, "travel", days_ago=25, until=10),
    lifted("fetched while travelling", EARLY, "travel", days_ago=35, until=20),
    lifted("pharmacy about to close for the holidays", EARLY, "pharmacy_closed", days_ago=28),
    lifted("refills synchronised", EARLY, "refill_synchronised", days_ago=33),
    lifted("spilled and replaced", EARLY, "spilled_or_damaged", days_ago=34),
    lifted("lost once and replaced", EARLY, "lost_supply", days_ago=34),
    lifted("stolen once and replaced", EARLY, "stolen_supply", days_ago=34),
    lifted("house fire", EARLY, "disaster", days_ago=36),
    lifted("dose raised by agreement", TWICE, "agreed_dose_change", "early_refill_repeated", days_ago=60),
    lifted("mail order sends ahead", EARLY, "mail_order", days_ago=35),
    lifted("parcel late, replaced meanwhile", EARLY, "mail_delay", days_ago=36),
    lifted("taper begun, new strengths fetched", EARLY, "taper_step", days_ago=34),
    lifted("plan changed", EARLY, "insurance_change", days_ago=20),
    lifted("moved home", EARLY, "moved_home", days_ago=40),
    lifted("weekly dispensing begun", EARLY, "interval_dispensing", days_ago=50),
    lifted("returned to the pharmacy by mistake", EARLY, "returned_to_pharmacy", days_ago=45),
    Innocent("written on the fill: vacation supply", course(*EARLY[:-1], fill(33, note="vacation supply")),
             course(EARLY), "early_refill"),
    Innocent("written on the fill: rest of a part", course(*EARLY[:-1], fill(46, 10, note="owing"), fill(11)),
             course(*EARLY[:-1], fill(46, 10), fill(11)), "early_refill"),
    Innocent("hospital, with a supply at discharge", course(EARLY, stay(40, 33)), course(EARLY), "early_refill"),
    Innocent("the order was raised", course(TWICE), course(TWICE), "early_refill_repeated", record(RAISED)),
    Innocent("a higher order followed", course(TWICE), course(TWICE), "early_refill_repeated",
             record(order(dose_mg_per_day=Bounds(1, 1), end_on=TWICE[-3].on),
                    order(dose_mg_per_day=Bounds(1.5, 1.5), start_on=TWICE[-3].on))),
    Innocent("fetched three days early, opening hours", course(fills(157, 130, 103, 76, 49, 22)),
             course(fills(160, 130, 100, 70, 40, 20)), "early_refill"),
    Innocent("one supply told by two sources", course(doubled(source="ab")), course(doubled(pharmacy="ab")),
             "early_refill"),
    Innocent("told by two sources, one without a pharmacy",
             course(*(fill(d, source=s, pharmacy=p) for d in MONTHS for s, p in (("a", "P"), ("b", "")))),
             course(doubled(pharmacy="PQ")), "early_refill"),
    Innocent("one supply in two parts on a day", course(doubled(days=15.0, note=("", ""))),
             course(doubled(pharmacy="ab")), "early_refill"),
    Innocent("a fill that was taken back", course(fills(*MONTHS), fill(30), fill(30, -30, -30)),
             course(fills(*MONTHS), fill(30)), "early_refill"),
    Innocent("taken back some days later", course(fills(*MONTHS), fill(30), fill(25, -30, -30)),
             course(fills(*MONTHS), fill(30)), "early_refill"),
    Innocent("two strengths side by side", course(fills(*MONTHS), fills(*LATER, strength_mg=0.5)),
             course(fills(*MONTHS), fills(*LATER)), "early_refill"),
    Innocent("a long holiday supply", course(fills(160, 130, 100), fill(70, 45), fills(25))),
    Innocent("two supplies for a long journey",
             course(fills(60, 30, 0), fill(0, pharmacy="Other", note="going abroad")),
             course(fills(60, 30, 0), fill(0, pharmacy="Other")), "stockpile"),
    Innocent("two pharmacies of one chain", course(pharmacies(*BRANCHES, chain="Chain")),
             course(pharmacies(*BRANCHES)), "several_pharmacies"),
    Innocent("doctors of one practice", course(doctors(*DOCTORS, practice="Main Street")), course(doctors(*DOCTORS)),
             "several_prescribers"),
    lifted("pharmacy taken over by another", pharmacies(*FOUR), "pharmacy_merger", "several_pharmacies", 75),
    lifted("usual pharmacy closed for good", pharmacies(*FOUR), "pharmacy_closed", "several_pharmacies", 75),
    lifted("practices merged", doctors(*FOUR), "practice_merger", "several_prescribers", 75),
    lifted("a locum in summer", doctors(*ONCE), "covering_prescriber", "several_prescribers", 100, 95),
    lifted("pharmacy at the place of the holiday", pharmacies(*ONCE), "travel", "several_pharmacies", 105, 95),
    lifted("out of stock, fetched elsewhere", pharmacies(*ONCE), "shortage", "several_pharmacies", 105),
    Innocent("doctor of the hospital", course(doctors(*ONCE), stay(110, 101)), course(doctors(*ONCE)),
             "several_prescribers"),
    Innocent("one doctor, written differently by two sources",
             course(*(fill(d, source=s, prescriber=w) for d in MONTHS for s, w in (("a", "Lee, J"), ("b", "Jo Lee"))))),
    Innocent("change from clonazepam to diazepam", course(*PAIR, event(128, "cross_taper", until=72)), course(*PAIR),
             "overlap_sedatives"),
    Innocent("both stand on the list of medicines", course(*BESIDE), course(*BESIDE), "overlap_sedatives",
             record(order(), order("diazepam"))),
    Innocent("supply lasted longer through a hospital stay", course(GAP, stay(99, 81)), course(GAP), "gap"),
    Innocent("away in rehabilitation", course(GAP, stay(105, 82, "rehabilitation")), course(GAP), "gap"),
    lifted("dose lowered by agreement", GAP, "agreed_dose_change", "gap", 128),
    Innocent("order lowered", course(GAP), course(GAP), "gap", record(LOWERED)),
    lifted("medicine not to be had", GAP, "shortage", "gap", 100),
    lifted("late by mail", fills(120, 82, 52, 22), "mail_delay", "gap", 91),
    lifted("tapered and finished", ENDED, "taper_completed", "abrupt_stop", 12),
    Innocent("in hospital now", course(ENDED, stay(12)), course(ENDED), "abrupt_stop"),
    Innocent("handed out in ever smaller amounts", course(falling(30, 30, 20, 14, 10, 6)),
             course(falling(30, 30, 20, 20, 20, 20)), "abrupt_stop"),
    lifted("small supplies by agreement", fills(60, 56, 48, 41, 34, 27, 20, 13, 6, days=7.0), "interval_dispensing",
           "short_fills", 60),
    Innocent("weekly, as regular as can be", course(fills(*range(84, -1, -7), days=7.0))),
    Innocent("a theft, and a flood before", course(*LOST, event(92, "disaster")), course(*LOST), "lost_reports"),
    Innocent("comfort care, with an opioid", course(*COMFORT), course(*COMFORT), "overlap_opioid",
             record(conditions=(Condition("c", "palliative care", concepts=("palliative_care",)),))),
    Innocent("a week of an opioid after an operation", course(fills(*MONTHS), fill(95, 7, drug="oxycodone"))),
    Innocent("a short course for a flight", course(fill(60, 4), event(60, "travel"))),
    Innocent("taken as needed", course(fills(300, 200, 100)), course(fills(300, 200, 100)), "gap",
             record(order(prn=True))),
    Innocent("days' supply always written as nought", course(fills(*MONTHS, days=0, units=30))),
    Innocent("days' supply slipped tenfold",
             course(fills(*MONTHS, days=300.0, units=30, dose_mg_per_day=Bounds(1, 1)))),
    Innocent("every month, as it should be", course(fills(*MONTHS))),
]  # fmt: skip
WITH_TWIN = [one for one in HISTORIES if one.twin]


def by_name(histories):
    return pytest.mark.parametrize("one", histories, ids=[one.name for one in histories])


@by_name(HISTORIES)
def test_raises_no_signal(knowledge, one):
    assert seen(knowledge, one.history, one.who) == set()


@by_name(WITH_TWIN)
def test_without_the_circumstance_it_is_seen(knowledge, one):
    assert one.raises in seen(knowledge, one.twin, one.twin_who)


def test_there_are_enough_of_them():
    assert len({one.name for one in HISTORIES}) == len(HISTORIES) >= 40
    assert len(WITH_TWIN) >= 20
