"""Calendar entries that tell a stranger nothing, and the pharmacist's sheet; both read back, not only written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from icalendar import Calendar

from benzosafe.errors import InputRefused, UsageError
from benzosafe.render.taper_ics import ics_plan
from benzosafe.render.taper_pharmacy import html_pharmacy, text_pharmacy, text_prescriptions
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


MIND = {
    "step": 2, "starts_on": "2026-12-29", "drug": "itraconazole", "what": "Itraconazole ends: exposure falls 67 %",
    "do": "begin step 2 two weeks later", "plain": "Before step 2 (29 December): call. Itraconazole ends.",
}  # fmt: skip


def test_a_step_to_ask_about_is_called_so_and_reminds_a_week_ahead(calendar):
    plain, warned = read(calendar()), read(calendar(minds=[MIND]))
    assert [one["uid"] for one in plain] == [one["uid"] for one in warned], "it replaces the entry a device has"
    changed = [(old, new) for old, new in zip(plain, warned, strict=True) if old.to_ical() != new.to_ical()]
    ((old, new),) = changed
    assert (str(old["summary"]), str(new["summary"])) == ("New dose step", "Call before this step")
    assert new.decoded("dtstart").isoformat() == "2026-12-29" and new["sequence"] == 1
    assert str(new["description"]) == "Call before you start this step. See your plan."
    triggers = [alarm.decoded("trigger") for alarm in new.walk("VALARM")]
    assert triggers == [timedelta(days=-7, hours=9), timedelta(hours=-6)]
    assert calendar(minds=()) == calendar()


def test_private_warning_names_no_medicine_and_the_other_says_it_in_words(calendar):
    assert "itraconazole" not in calendar(minds=[MIND]).lower()
    (told,) = [one for one in read(calendar(private=False, minds=[MIND])) if "Call" in one["summary"]]
    assert "call. Itraconazole ends.\nclonazepam, step 2." in str(told["description"])


def test_a_warning_for_a_step_the_plan_does_not_have_is_refused(calendar):
    with pytest.raises(InputRefused, match="no step 7"):
        calendar(minds=[MIND | {"step": 7}])


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


def test_sheet_says_first_where_the_prescriber_has_to_decide(knowledge):
    data = fills_data(knowledge, plan_of(*STEPS), "AU")
    minds = [MIND | {"what": "Itraconazole <ends>"}]
    text, page = text_pharmacy(data, minds), html_pharmacy(data, minds)
    words = "Step 2 (2026-12-29, itraconazole): Itraconazole <ends>. Begin step 2 two weeks later."
    assert words in " ".join(text.split()) and text.index("Step 2 (2026") < text.index("Fill 1")
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "Itraconazole &lt;ends&gt;. <strong>Begin step 2" in page
    assert page.index("has to decide") < page.index("All fills") and "<ends>" not in page
    assert text_pharmacy(data, ()) == text_pharmacy(data) and html_pharmacy(data, ()) == html_pharmacy(data)
    assert "has to decide" not in text_pharmacy(data) + html_pharmacy(data)
    with pytest.raises(InputRefused, match="not a list"):
        html_pharmacy(data, MIND)


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
