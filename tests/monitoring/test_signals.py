"""Signals by their named definitions, on both sides of every number; the numbers are typed from the definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from benzosafe.monitoring.signals import signals
from benzosafe.patient.course import Course
from tests.monitoring.histories import (
    EVERYTHING,
    MONTHLY,
    ON,
    ago,
    course,
    event,
    fill,
    fills,
    order,
    record,
    states,
    stay,
)


@dataclass
class Result:
    on: date
    what: str


def prescribers(number, days_ago=(10, 40, 70, 100, 130, 160), **more):
    return tuple(fill(day, prescriber=f"Dr {n % number}", **more) for n, day in enumerate(days_ago))


def both(number, pharmacies, first=20, apart=30):
    """So many prescribers and pharmacies, a fill each, the oldest one last."""
    most = max(number, pharmacies)
    return tuple(
        fill(first + apart * n, prescriber=f"Dr {n % number}", pharmacy=f"Pharmacy {n % pharmacies}")
        for n in range(most)
    )


def told(days_ago, *lengths):
    """One supply that two sources tell of differently."""
    return tuple(fill(days_ago, float(days), source=str(days)) for days in lengths)


def with_opioid(days, opioid_fills=2, fills_each=2):
    """Clonazepam for the year, and oxycodone for so many days altogether."""
    sedative = fills(*(100 - 30 * n for n in range(fills_each)), drug="clonazepam")
    lengths = [days - 15 * (opioid_fills - 1), *[15] * (opioid_fills - 1)]
    opioid = tuple(fill(100 - 20 * n, length, drug="oxycodone") for n, length in enumerate(lengths))
    return course(sedative, opioid)


REGULAR = fills(*MONTHLY)
VIGNETTES = [
    # early refill, the note: less than 85 %, more than 3 days at hand
    ("30 days, fetched on day 26", course(fills(100, 74)), "early_refill", "not seen"),
    ("30 days, fetched on day 25", course(fills(100, 75)), "early_refill", "seen"),
    ("20 days, fetched on day 17 (85 %)", course(fills(100, 83, days=20.0)), "early_refill", "not seen"),
    ("20 days, fetched on day 16", course(fills(100, 84, days=20.0)), "early_refill", "seen"),
    ("7 days, 3 days early", course(fills(40, 36, days=7.0)), "early_refill", "not seen"),
    ("7 days, 4 days early", course(fills(40, 37, days=7.0)), "early_refill", "seen"),
    ("early, 364 days ago", course(fills(374, 364)), "early_refill", "seen"),
    ("early, 365 days ago", course(fills(375, 365)), "early_refill", "not seen"),
    ("40 days, fetched on day 34 (85 %)", course(fills(100, 66, days=40.0)), "early_refill", "not seen"),
    ("40 days, fetched on day 33", course(fills(100, 67, days=40.0)), "early_refill", "seen"),
    ("another strength in between", course(fill(100), fill(95, strength_mg=0.5)), "early_refill", "not seen"),
    ("the same strength elsewhere on the same day", course(fill(100), fill(100, pharmacy="Other")), "early_refill",
     "seen"),
    ("early only if the first lasts long", course(fill(100, None, None), fill(60)), "early_refill", "cannot tell"),
    # repeated, the flag: less than 75 %, twice in 90 days
    ("once", course(fills(100, 78, 48)), "early_refill_repeated", "not seen"),
    ("twice on day 22 of 30 (73 %)", course(fills(100, 78, 56)), "early_refill_repeated", "seen"),
    ("twice on day 23 of 30 (77 %)", course(fills(100, 77, 54)), "early_refill_repeated", "not seen"),
    ("twice on day 30 of 40 (75 %)", course(fills(100, 70, 40, days=40.0)), "early_refill_repeated", "not seen"),
    ("twice on day 29 of 40", course(fills(100, 71, 42, days=40.0)), "early_refill_repeated", "seen"),
    ("twice, 89 days apart", course(fills(200, 180, 111, 91)), "early_refill_repeated", "seen"),
    ("twice, 90 days apart", course(fills(200, 180, 110, 90)), "early_refill_repeated", "not seen"),
    ("once each of two medicines", course(fills(100, 80), fills(95, 75, drug="zolpidem")), "early_refill_repeated",
     "not seen"),
    # HEDIS UOP: 4 in a year, of people with 15 days or more
    ("three prescribers", course(prescribers(3)), "several_prescribers", "not seen"),
    ("four prescribers", course(prescribers(4)), "several_prescribers", "seen"),
    ("four, the oldest 364 days ago", course(prescribers(4, (10, 40, 70, 364))), "several_prescribers", "seen"),
    ("four, the oldest 365 days ago", course(prescribers(4, (10, 40, 70, 365))), "several_prescribers", "not seen"),
    ("four with 14 days altogether", course(prescribers(4, (10, 40, 70, 100), days=3.5)), "several_prescribers",
     "not seen"),
    ("four with 15 days altogether", course(prescribers(4, (10, 40, 70, 100), days=3.75)), "several_prescribers",
     "seen"),
    ("three and one without a name", course(prescribers(3), fill(200, prescriber="")), "several_prescribers",
     "cannot tell"),
    ("two prescribers, each under two names",
     course(*(fill(10 + 30 * n, prescriber=f"{way}{n % 2}", source=way) for n in range(4) for way in ("Dr ", "Mr "))),
     "several_prescribers", "explained"),
    ("four prescribers of opioids only", course(prescribers(4, drug="oxycodone")), "several_prescribers", "not seen"),
    ("three pharmacies", course(both(1, 3)), "several_pharmacies", "not seen"),
    ("four pharmacies", course(both(1, 4)), "several_pharmacies", "seen"),
    ("four and three", course(both(4, 3)), "several_prescribers_and_pharmacies", "not seen"),
    ("four and four", course(both(4, 4)), "several_prescribers_and_pharmacies", "seen"),
    ("the pharmacy of the journey is used again later",
     course(both(1, 4), fill(12, pharmacy="Pharmacy 3"), event(112, "travel", until=105)), "several_pharmacies",
     "seen"),
    # CDC and BJA: 5 and 5 in six months
    ("five and four", course(both(5, 4)), "multiple_provider_episode", "not seen"),
    ("five and five", course(both(5, 5)), "multiple_provider_episode", "seen"),
    ("five and five, the oldest 182 days ago", course(both(5, 5, 62)), "multiple_provider_episode", "seen"),
    ("five and five, the oldest 183 days ago", course(both(5, 5, 63)), "multiple_provider_episode", "not seen"),
    # two benzodiazepines or Z-drugs: 15 days with both
    ("14 days of both", course(fill(100), fill(84, drug="zolpidem")), "overlap_sedatives", "not seen"),
    ("15 days of both", course(fill(100), fill(85, drug="zolpidem")), "overlap_sedatives", "seen"),
    ("7 and 8 days of both", course(fills(100, 60), fill(77, drug="diazepam"), fill(38, drug="diazepam")),
     "overlap_sedatives", "seen"),
    ("15 days if the second lasts long", course(fill(100), fill(90, None, None, "diazepam")), "overlap_sedatives",
     "cannot tell"),
    # PQA COB: 30 days with both, two fills of each, 15 days of opioids
    ("29 days of both", with_opioid(29), "overlap_opioid", "not seen"),
    ("30 days of both", with_opioid(30), "overlap_opioid", "seen"),
    ("one fill of an opioid", with_opioid(30, opioid_fills=1), "overlap_opioid", "not seen"),
    ("one fill of a benzodiazepine", with_opioid(30, fills_each=1), "overlap_opioid", "not seen"),
    ("a Z-drug with an opioid", course(fills(100, 70, 40, drug="zolpidem"), fills(100, 70, 40, drug="oxycodone")),
     "overlap_opioid", "not seen"),
    # stockpile: 30 days beside the last supply
    ("29 days beside it", course(fills(1, 0)), "stockpile", "not seen"),
    ("30 days beside it", course(fill(0), fill(0, pharmacy="Other")), "stockpile", "seen"),
    ("5 days early each month for seven months", course(fills(*range(0, 176, 25))), "stockpile", "seen"),
    # lost or stolen: twice in a year; within a week it is one
    ("lost once", course(event(50, "lost_supply")), "lost_reports", "not seen"),
    ("lost and stolen", course(event(50, "lost_supply"), event(20, "stolen_supply")), "lost_reports", "seen"),
    ("told twice within 7 days", course(event(50, "lost_supply"), event(43, "lost_supply")), "lost_reports",
     "not seen"),
    ("told twice within a week, only one of them by the disaster",
     course(event(90, "lost_supply"), event(50, "lost_supply"), event(45, "lost_supply"), event(38, "disaster")),
     "lost_reports", "seen"),
    ("8 days apart", course(event(50, "lost_supply"), event(42, "lost_supply")), "lost_reports", "seen"),
    ("365 days ago", course(event(365, "lost_supply"), event(42, "lost_supply")), "lost_reports", "not seen"),
    # escalation: a quarter more a day
    ("24 % more", course(fills(220, 190, 160), fills(130, 100, 70, 40, units=37.2)), "escalation", "not seen"),
    ("25 % more", course(fills(220, 190, 160), fills(130, 100, 70, 40, units=37.5)), "escalation", "seen"),
    ("a quarter more, as one of two sources says",
     course(fills(220, 190, 160), *(fill(d, units=n, source=f"{n}") for d in (130, 100, 70, 40) for n in (30, 60))),
     "escalation", "cannot tell"),
    ("one early fill", course(fills(203, 173, 143, 113, 83, 53, 40)), "escalation", "not seen"),
    ("less for a while, then as meant", course(fills(250, 205, 160, 115, 85, 55, 25)), "escalation", "not seen"),
    ("six fills", course(fills(190, 160, 130), fills(100, 70, 40, units=60)), "escalation", "cannot tell"),
    ("units not known", course(fills(*MONTHLY, units=None)), "escalation", "cannot tell"),
    # gap: a week without supply
    ("6 days without", course(fills(100, 64, 34, 4)), "gap", "not seen"),
    ("7 days without", course(fills(100, 63, 33, 3)), "gap", "seen"),
    ("an early fill is carried over", course(fills(100, 90, 34, 4)), "gap", "not seen"),
    ("a week if a supply was short", course(fill(100, None, None), fills(60, 30, 0)), "gap", "cannot tell"),
    # PDC: 80 %
    ("80 % covered", course(fills(110, 50, days=40.0)), "under_use", "not seen"),
    ("79 % covered", course(fills(111, 50, days=40.0)), "under_use", "seen"),
    ("90 days known", course(fills(90, 20)), "under_use", "cannot tell"),
    ("91 days known", course(fills(91, 20)), "under_use", "seen"),
    # abrupt stop: more than 3 days without, at most 180, after 30 days of use
    ("3 days without", course(fills(62, 32)), "abrupt_stop", "not seen"),
    ("4 days without", course(fills(63, 33)), "abrupt_stop", "seen"),
    ("3 or 4 days without", course(fill(62), told(32, 30, 29)), "abrupt_stop", "cannot tell"),
    ("180 days without", course(fills(239, 209)), "abrupt_stop", "seen"),
    ("181 days without", course(fills(240, 210)), "abrupt_stop", "not seen"),
    ("fetched today, and in hospital since today", course(fills(100, 70, 0), stay(0)), "abrupt_stop", "not seen"),
    ("after 29 days of use", course(fill(50, 29)), "abrupt_stop", "not seen"),
    ("after 30 days of use", course(fill(50, 30)), "abrupt_stop", "seen"),
    ("ended if the last one was short", course(fills(90, 60), fill(30, None, None)), "abrupt_stop", "cannot tell"),
    # short supplies at irregular times
    ("a regular week, one of them missing", course(fills(56, 49, 42, 28, 21, days=7.0)), "short_fills", "seen"),
    ("three of 13 days, irregular", course(fills(80, 60, 45, days=13.0)), "short_fills", "seen"),
    ("three of 14 days, irregular", course(fills(80, 60, 45, days=14.0)), "short_fills", "not seen"),
    ("three of 13 or 14 days", course(*(told(day, 13, 14) for day in (80, 60, 45))), "short_fills", "cannot tell"),
    ("two, irregular", course(fills(80, 60, days=13.0)), "short_fills", "not seen"),
    ("intervals that differ by 3 days", course(fills(50, 40, 27, days=10.0)), "short_fills", "not seen"),
    ("intervals that differ by 4 days", course(fills(50, 40, 26, days=10.0)), "short_fills", "seen"),
    ("the oldest 90 days ago", course(fills(90, 60, 45, days=13.0)), "short_fills", "not seen"),
    # a regular history
    *((f"regular: {name}", course(REGULAR), name, "not seen") for name in (
        "early_refill", "several_prescribers", "escalation", "stockpile", "gap", "under_use", "abrupt_stop",
        "short_fills",
    )),
]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "signal", "state"), [row[1:] for row in VIGNETTES], ids=[row[0] for row in VIGNETTES]
)
def test_vignettes(knowledge, history, signal, state):
    assert states(knowledge, history)[signal] == state


def test_every_signal_is_seen_and_not_seen_in_some_vignette(knowledge):
    told = {(signal, state) for _, _, signal, state in VIGNETTES}
    for name in set(knowledge.signals) - {"unexpected_urine"}:
        assert {(name, "seen"), (name, "not seen")} <= told, name


@pytest.mark.parametrize(
    ("results", "given", "state"),
    [
        ((), EVERYTHING, "not seen"),
        ((), EVERYTHING - {"urine"}, "cannot tell"),
        ((Result(ago(20), "oxazepam, not expected"),), EVERYTHING, "seen"),
        ((Result(ago(364), "oxazepam, not expected"),), EVERYTHING, "seen"),
        ((Result(ago(365), "oxazepam, not expected"),), EVERYTHING, "not seen"),
    ],
)
def test_urine(knowledge, results, given, state):
    assert states(knowledge, course(REGULAR, given=given), urine=results)["unexpected_urine"] == state


def test_urine_after_a_stay_is_explained(knowledge):
    result = Result(ago(20), "midazolam, not expected")
    assert states(knowledge, course(REGULAR, stay(25, 22)), urine=[result])["unexpected_urine"] == "explained"


@pytest.mark.parametrize("missing", ["fills", "events", "urine"])
def test_a_list_that_was_not_given_is_never_not_seen(knowledge, missing):
    history = course(REGULAR, given=EVERYTHING - {missing})
    found = signals(record(), history, knowledge, ON)
    for one in found:
        if missing in knowledge.signals[one.id].needs:
            assert one.state == "cannot tell" and one.missing, one.id


def test_nothing_given_is_nothing_told(knowledge):
    assert {one.state for one in signals(record(), Course(), knowledge, ON)} == {"cannot tell"}


def test_fills_missing_from_the_list_may_hide_a_gap_but_not_an_early_fill(knowledge):
    known = states(knowledge, course(fills(200, 100, 80), given=EVERYTHING - {"fills"}))
    assert (known["gap"], known["early_refill"]) == ("cannot tell", "seen")


def test_as_needed_means_no_gap_can_be_told(knowledge):
    history = course(fills(300, 200, 100))
    plain, needed = states(knowledge, history), states(knowledge, history, record(order(prn=True)))
    for name in ("gap", "under_use", "abrupt_stop"):
        assert (plain[name], needed[name]) == ("seen", "cannot tell")


def test_ordered_and_never_fetched_cannot_be_told(knowledge):
    found = signals(record(order()), course(), knowledge, ON)
    assert next(one for one in found if one.id == "under_use").state == "cannot tell"


def test_the_dead_are_not_asked_why_they_stopped(knowledge):
    history = course(fills(100, 70))
    assert states(knowledge, history)["abrupt_stop"] == "seen"
    assert states(knowledge, history, record(deceased=True))["abrupt_stop"] == "not seen"
