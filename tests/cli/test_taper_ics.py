"""Calendar entries that tell a stranger nothing, and the pharmacist's sheet; both read back, not only written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from icalendar import Calendar

from benzosafe.cli.render_taper_ics import ics_plan
from benzosafe.cli.render_taper_pharmacy import html_pharmacy, text_pharmacy, text_prescriptions
from benzosafe.errors import UsageError
from benzosafe.taper.plan import Override
from benzosafe.taper.supply import fills
from benzosafe.taper.supply_data import fills_data
from tests.taper.test_supply import HALF_MG, LIQUID, ONE_MG, START, plan_of

STEPS = (
    (28, [(8.0, ONE_MG, 2), (20.0, HALF_MG, 1)]), (21, [(8.0, ONE_MG, 2)]), (28, [(8.0, LIQUID, 7)]), (7, []),
)  # fmt: skip
EVIL = Override("Dr <b>A</b>", 'moves "abroad"; soon, </style> sooner\nthan planned')


def read(text: str) -> list:
    return list(Calendar.from_ical(text).walk("VEVENT"))


@pytest.fixture
def calendar(knowledge):
    def write(plan=None, **options):
        plan = plan or plan_of(*STEPS)
        return ics_plan(knowledge, plan, fills(knowledge, plan, "US"), **options)

    return write


def test_every_step_review_and_fill_is_an_entry(calendar):
    events = read(calendar())
    steps = [one for one in events if one["summary"] == "New dose step"]
    days = (0, 28, 49, 77)
    assert [one.decoded("dtstart") for one in steps] == [START + timedelta(days=n) for n in days]
    assert [one.decoded("dtend") - one.decoded("dtstart") for one in events] == [timedelta(days=1)] * len(events)
    reviews = [one.decoded("dtstart") for one in events if one["summary"] == "Appointment"]
    assert reviews[0] == START + timedelta(days=7)
    assert {later - earlier for earlier, later in pairwise(reviews)} == {timedelta(days=28)}
    assert reviews[-1] >= START + timedelta(days=77), "someone looks once more after the last step"
    collect = [one.decoded("dtstart") for one in events if one["summary"] == "Collect at the pharmacy"]
    assert collect == [START + timedelta(days=n) for n in (-3, 25, 53)]


def test_private_entries_hold_no_drug_dose_or_reason(calendar):
    text = calendar(plan_of(*STEPS, override=EVIL)).lower()
    for word in ("clonazepam", " mg", "tablet", "abroad", "dr <b>", "ml"):
        assert word not in text
    assert all(str(one["description"]).startswith("OVERRIDE") for one in read(text.upper()))


def test_told_in_words_only_where_asked(calendar):
    events = read(calendar(plan_of(*STEPS, override=EVIL), private=False))
    steps = [str(one["description"]) for one in events if one["summary"] == "New dose step"]
    assert "at 08:00 1 × 1 mg tablet; at 20:00 ½ × 0.5 mg tablet (1.25 mg a day)" in steps[0]
    assert "nothing is taken" in steps[-1]
    assert all(text.startswith('OVERRIDE by Dr <b>A</b>: moves "abroad"; soon, </style>') for text in steps)
    assert {str(one["summary"]) for one in events} == {"New dose step", "Appointment", "Collect at the pharmacy"}


def test_same_plan_same_bytes_and_every_id_once(calendar):
    assert calendar() == calendar()
    events = read(calendar())
    uids = [str(one["uid"]) for one in events]
    assert len(set(uids)) == len(uids)
    assert {one.decoded("dtstamp") for one in events} == {datetime(START.year, START.month, START.day, tzinfo=UTC)}
    other = plan_of(*STEPS[:2])
    assert not set(uids) & {str(one["uid"]) for one in read(calendar(other))}
    assert all(len(line.encode()) <= 75 for line in calendar(private=False).split("\r\n"))


@pytest.mark.parametrize("days", [0, 29, True, 14.5])
def test_reviews_too_rare_or_impossible_are_refused(calendar, days):
    with pytest.raises(UsageError, match="reviews every"):
        calendar(review_days=days)


def test_sheet_in_text(knowledge):
    data = fills_data(knowledge, plan_of(*STEPS, override=EVIL), "DE")
    text = text_pharmacy(data)
    assert text.count("OVERRIDE by") == 1 + len(data["fills"])
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "14 (fourteen) tablets" in text and "14 to cut" in text
    assert "NOT KNOWN for DE, so" in text
    assert "1 bottle of 100 mL" in text
    drafts = text_prescriptions(data)
    assert drafts.count("NOT SIGNED") == drafts.count("OVERRIDE by") == len(data["fills"])


def test_sheet_without_anything_to_hand_out(knowledge):
    data = fills_data(knowledge, plan_of((7, [])), "US")
    assert "Nothing has to be handed out." in text_pharmacy(data)
    assert "Nothing has to be handed out." in html_pharmacy(data)


def test_page_escapes_and_repeats_the_override(knowledge):
    data = fills_data(knowledge, plan_of(*STEPS, override=EVIL), "UK")
    page = html_pharmacy(data)
    assert "<b>A" not in page and page.count("</style>") == 1
    assert "http" not in page
    assert page.count("OVERRIDE by Dr &lt;b&gt;A") == 1 + len(data["fills"])
    assert "OVERRIDE" not in html_pharmacy(fills_data(knowledge, plan_of(*STEPS), "UK"))


def test_override_stands_on_every_printed_page(knowledge):
    weasyprint = pytest.importorskip("weasyprint")
    steps = [(14, [(8.0, ONE_MG, 4), (20.0, HALF_MG, n % 3)]) for n in range(26)]
    data = fills_data(knowledge, plan_of(*steps, override=Override("Dr A", "moves abroad")), "US")
    document = weasyprint.HTML(string=html_pharmacy(data)).render()
    assert len(document.pages) > 3
    for page in document.pages:
        words = " ".join(
            box.text for box in page._page_box.descendants() if isinstance(getattr(box, "text", None), str)
        )  # fmt: skip
        assert "OVERRIDE by Dr A: moves abroad" in words
