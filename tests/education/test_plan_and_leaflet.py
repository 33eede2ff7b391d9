"""The plan and the leaflet agree in every dose, hour and day: the printed text is read back and compared.

What is read back is the text a person reads, by patterns typed here; nothing of the code that wrote it is used.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.render.leaflet_text import aloud_leaflet, text_leaflet
from benzosafe.taper.product import Dose, Portion, Product
from tests.education import people
from tests.education.people import data_of, situation
from tests.render.taper_plans import BEGINS, CAPSULE, HALF_MG, LIQUID, WAFER, plan

WHOLE_MG = Product("tablet", 1_000, False, "US")
_SHOWN = 6  # steps on the paper beside today's
_DOSE = re.compile(r"^(?P<part>[A-Z][a-z]+), (?P<time>\d{1,2}:\d{2} [AP]M): (?P<what>.+)$")
_PERIOD = re.compile(r"^(?:From )?(?P<from>[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4})(?: to (?P<to>.+))?:$")
_HALF = re.compile(r"^half of a ([\d.]+) mg (?:tablet|melt tablet)$")
_WHOLE = re.compile(r"^(\d+)( and a half)? (?:tablets?|melt tablets?|capsules?) of ([\d.]+) mg$")
_LIQUID_AMOUNT = re.compile(r"^([\d.]+) mL of the liquid with ([\d.]+) mg in 1 mL$")


def portions():
    tablet = st.sampled_from([HALF_MG, WHOLE_MG]).flatmap(
        lambda product: st.integers(1, 9).map(lambda n: Portion(product, half_units=n if product.halves else 2 * n))
    )
    melting = st.integers(1, 4).map(lambda n: Portion(WAFER, half_units=2 * n))
    liquid = st.integers(5, 900).map(lambda n: Portion(LIQUID, hundredths_ml=n))
    return st.one_of(tablet, melting, liquid, st.just(Portion(CAPSULE, half_units=2)))


def days_of_doses():
    hours = st.lists(st.integers(0, 47).map(lambda n: n / 2), min_size=1, max_size=3, unique=True).map(sorted)
    return hours.flatmap(
        lambda at: st.tuples(
            *(st.builds(Dose, st.just(hour), st.lists(portions(), max_size=2).map(tuple)) for hour in at)
        )
    )


steps = st.lists(st.tuples(st.integers(1, 40), days_of_doses()), min_size=1, max_size=12)


def grams_of(amount):
    """Micrograms that a printed portion stands for."""
    if found := _HALF.match(amount):
        return Fraction(found[1]) * 500
    if found := _WHOLE.match(amount):
        return (int(found[1]) + Fraction(1, 2) * bool(found[2])) * Fraction(found[3]) * 1_000
    found = _LIQUID_AMOUNT.match(amount)
    assert found, amount
    return Fraction(found[1]) * Fraction(found[2]) * 1_000


def doses_of(lines):
    """Every printed dose as (hour, micrograms)."""
    found = []
    for line in lines:
        if match := _DOSE.match(line):
            time = datetime.strptime(match["time"], "%I:%M %p")
            amounts = re.split(r", and (?=\d|half)|, (?=\d|half)| and (?=\d|half of)", match["what"])
            found.append((time.hour + time.minute / 60, sum(grams_of(amount) for amount in amounts)))
    return found


def read_back(text):
    """What stands under 'Today', and every step as (first day, last day, doses, total)."""
    body = [re.sub(r"^[*-] ", "", line.strip()) for line in text.splitlines()]
    start = body.index("Today:") if "Today:" in body else None
    today = []
    if start is not None:
        end = next(
            place for place in range(start + 1, len(body)) if body[place].startswith(("You take", "Ask your", "Take "))
        )
        today = body[start:end]
    steps_at = body.index("Next steps:") if "Next steps:" in body else len(body)
    found = []
    for line in body[steps_at + 1 :]:
        if match := _PERIOD.match(line):
            found.append([match["from"], match["to"], []])
        elif not line and found:
            break
        elif found:
            found[-1][2].append(line)
    return today, found


def printed_day(text):
    return datetime.strptime(text, "%A, %B %d, %Y").date()


def wanted(doses):
    return [(dose.at_h, Fraction(dose.amount_ug)) for dose in doses if dose.amount_ug]


def total_of(lines):
    for line in lines:
        if found := re.match(r"^In all ([\d.]+) mg a day$", line):
            return Fraction(found[1]) * 1_000
    return Fraction(0) if any(line.startswith("None. You do not take it") for line in lines) else None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.integers(-3, 200))
def test_every_dose_hour_and_day_on_the_paper_is_that_of_the_plan(knowledge, made, after):
    on = BEGINS + timedelta(days=after)
    data = plan(*made, stop=False)
    where = situation(_taking_what_the_plan_says(), knowledge, plan=data, on=on)
    today, printed = read_back(_unwrapped(text_leaflet(data_of(where))))
    steps = where.plan.plan.steps
    now = next((step for step in steps if step.starts_on <= on <= step.ends_on), steps[-1] if on >= BEGINS else None)
    if now:
        assert doses_of(today) == wanted(now.doses)
        assert total_of(today) == now.delivered_ug
    coming = [step for step in steps if step.starts_on > on][:_SHOWN]
    assert len(printed) == len(coming)
    for (first, last, lines), step in zip(printed, coming, strict=True):
        assert printed_day(first) == step.starts_on
        assert last is None if step is steps[-1] else printed_day(last) == step.ends_on
        assert doses_of(lines) == wanted(step.doses)
        assert total_of(lines) == step.delivered_ug


def _taking_what_the_plan_says():
    return "patient: {id: kim, born: 1970-07-07, sex: male}\nmedicines: [clonazepam tablet]\nconditions: none\n"


def _unwrapped(text):
    """The text with the lines that a terminal folds joined again: what follows a line and is indented further."""
    return re.sub(r"(?<=\S)\n {4,6}(?=[^\s*-])", " ", text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.sampled_from(["es", "ar"]), st.sampled_from(["US", "GB"]))
def test_in_every_language_the_numbers_of_a_dose_are_the_same(knowledge, made, language, country):
    on = BEGINS
    where = situation(_taking_what_the_plan_says(), knowledge, country, plan(*made, stop=False), on)
    english, other = (data_of(where, language=code) for code in ("en", language))
    pairs = 0
    for one, two in zip(_dose_lines(english), _dose_lines(other), strict=True):
        assert (one["at_h"], one["mg"]) == (two["at_h"], two["mg"])
        assert _amounts(one["text"]) == _amounts(two["text"]), (one["text"], two["text"])
        assert (one["original"], two["original"]) == ("", one["text"])  # nobody has read the translation
        pairs += 1
    assert pairs == sum(1 for step in where.plan.plan.steps[: _SHOWN + 1] for dose in step.doses if dose.amount_ug)


def _dose_lines(data):
    return [
        line
        for section in data["sections"]
        for period in section["periods"]
        for drug in period["drugs"]
        for line in drug["lines"]
    ]


def _amounts(text):
    """The strengths and volumes of a line, its hour left out: a dual or 'one' may be said without a figure."""
    what = text.split(": ", 1)[1]
    return sorted(number for number in re.findall(r"\d+(?:\.\d+)?", what) if "." in number or len(number) > 1)


def test_a_real_plan_from_the_solver_is_printed_as_it_is(knowledge):
    from benzosafe.taper.asked import Asked
    from benzosafe.taper.job import taper_job

    kim = people.record(people.TAPERED, knowledge)
    job = taper_job(knowledge, kim, Asked(levels=False, country="US", to_mg=0.5, pace="10/14"), people.ON)
    first = date.fromisoformat(job.data["steps"][0]["starts_on"])
    where = situation(people.TAPERED, knowledge, plan=job.data, on=first)
    today, printed = read_back(_unwrapped(text_leaflet(data_of(where))))
    assert doses_of(today) == wanted(job.plan.steps[0].doses)
    assert [printed_day(item[0]) for item in printed] == [step.starts_on for step in job.plan.steps[1 : _SHOWN + 1]]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_text_for_reading_aloud_says_the_same_in_words(language, knowledge):
    where = situation(people.TAPERED, knowledge, plan=people.simple_plan(), on=BEGINS)
    data = data_of(where, language=language)
    aloud = aloud_leaflet(data)
    assert "9 1 1" in aloud and "911" not in aloud
    assert "1 8 0 0 2 2 2 1 2 2 2" in aloud
    for sign in ("*", "·", "(", ")", " mg", "½", "!"):
        assert sign not in aloud.replace("1 × ", ""), sign
    assert aloud.count(data["sections"][0]["title"]) == 1
