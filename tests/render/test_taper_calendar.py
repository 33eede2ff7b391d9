"""The patient's calendar: every dose in pictures and words, every day with a box, nothing that must be said missing."""

from __future__ import annotations

import builtins
import re
from datetime import timedelta

import pytest

from benzosafe.errors import InputRefused
from benzosafe.render.taper_calendar import clock, html_calendar, part_of_day
from benzosafe.render.taper_pictures import alternative, plain
from benzosafe.taper.plan import Override
from benzosafe.taper.product import Dose
from tests.render.page_reader import Reader
from tests.render.taper_plans import BEGINS, HALF_MG, LIQUID, WAFER, overridden, plan, simple, take


def test_every_portion_stands_in_words_and_as_a_picture_with_a_text_alternative():
    page = html_calendar(simple())
    text = Reader(page).text
    for portion in (take(HALF_MG, 1), take(WAFER, 2), take(HALF_MG, 2), take(HALF_MG, 3)):
        assert portion.words in text
        assert plain(portion) in text
        assert f'aria-label="{alternative(portion)}"' in page
    assert page.count("<svg ") == page.count("<svg xmlns") == page.count('role="img"') == 4
    assert "Each day: 0.875 mg in all. Less than before (1 mg)." in text
    assert "Each day: 0.75 mg in all. Less than before (0.875 mg)." in text


def test_every_day_of_a_step_has_a_box_for_every_dose_and_no_other_day_has():
    page = html_calendar(simple())
    assert page.count('class="box"') == 14 * 2 + 1 * 1
    dates = re.findall(r'class="date">([^<]+)<', page)
    assert dates == [f"{(BEGINS + timedelta(days=n)).day} Mar" for n in range(15)]
    assert re.findall(r'<th scope="row">(\d+)</th><td><span', page) == ["1", "2", "1"]


def test_a_time_at_which_nothing_is_taken_says_so():
    assert "Nothing Take none at this time." in Reader(html_calendar(simple()).replace("<br>", " ")).text


def test_the_last_step_is_gentle_and_does_not_say_stop():
    text = Reader(html_calendar(simple())).text
    end = text[text.index("Step 3: from Tuesday 16 March 2027") : text.rindex("How this plan was made")]
    assert "From this day you take none" in end and "Call your prescriber" in end
    assert "stop" not in end.lower()


def test_a_plan_that_ends_at_a_dose_says_stay_and_do_not_stop():
    data = plan((14, (Dose(8, (take(HALF_MG, 3),)),)), stop=False, target_ug=750)
    text = Reader(html_calendar(data)).text
    assert "Stay at 0.75 mg a day. Do not stop." in text
    assert "My plan to take less clonazepam" in text


@pytest.mark.parametrize(
    "needed",
    ["Draft.", "Never stop all at once", "My prescriber", "My pharmacy", "a seizure", "you are confused",
     "not there", "killing or hurting yourself", "chest pain", "you faint", "Never take a double dose",
     "hold and call today", "10 % every 14 days", "25 % less within any 14 days", "8 am kept & nothing <moved>"],
)  # fmt: skip
def test_what_must_never_be_missing(needed):
    assert needed in Reader(html_calendar(simple()).replace("\N{NO-BREAK SPACE}", " ")).text


def test_the_emergency_number_is_printed_only_when_the_country_is_sure():
    assert "Call 911" in Reader(html_calendar(simple())).text
    mixed = Reader(html_calendar(simple(products=(HALF_MG, LIQUID)))).text
    assert "911" not in mixed and "999" not in mixed and "Emergency number" in mixed


def test_proof_table_gives_the_change_of_every_step():
    page = html_calendar(simple()).replace("\N{NO-BREAK SPACE}", " ")
    rows = re.findall(r'<tr><th scope="row">(\d)</th><td>(.*?)</tr>', page[page.index('class="proof"') :])
    cells = [re.sub(r"</t[dh]>(<t[dh][^>]*>)?", "|", row) for _, row in rows]
    assert cells[0] == "1 Mar 2027|14|0.875|0.875|−12.5 %|−12.5 %|"
    assert cells[1] == "15 Mar 2027|1|0.75|0.75|−14.3 %|−14.3 %|"
    assert cells[2] == "16 Mar 2027|28|0|0|end of taking it|"


def test_the_page_is_valid_self_contained_and_without_scripts():
    for page in (html_calendar(simple()), html_calendar(overridden(), large_print=True)):
        read = Reader(page)
        assert '<html lang="en"' in page
        assert "<script" not in page and "http" not in page.replace("http://www.w3.org/2000/svg", "")
        ids = [attrs["id"] for _, attrs in read.attributes if "id" in attrs]
        assert len(ids) == len(set(ids))
        pointed = [attrs["aria-labelledby"] for _, attrs in read.attributes if "aria-labelledby" in attrs]
        links = [attrs["href"][1:] for tag, attrs in read.attributes if tag == "a"]
        assert set(pointed + links) <= set(ids)
        assert all("scope" in attrs for tag, attrs in read.attributes if tag == "th")


def test_override_is_refused_without_name_or_reason():
    for override in (None, Override(" ", "a reason"), Override("Dr A", "")):
        with pytest.raises(InputRefused, match="who allowed it and why"):
            html_calendar(simple(override=override, within_limit=False))
    with pytest.raises(InputRefused):
        html_calendar({"schema": "something else"})
    with pytest.raises(InputRefused, match="no steps"):
        html_calendar(plan())


def test_override_stands_on_the_screen_and_is_repeated_on_every_sheet_a_browser_prints():
    page = html_calendar(overridden())
    assert "OVERRIDE This plan goes down faster than the limit" in Reader(page).text
    assert "Allowed by: Dr Ann Example. Reason: Admission is planned <soon>" in Reader(page).text
    assert '<div class="every-page">' in page and "table-header-group" in page
    kept = Reader(html_calendar(simple(override=Override("Dr A", "r")))).text
    assert "OVERRIDE A limit was set aside. The plan still keeps the limit" in kept
    assert "OVERRIDE" not in Reader(html_calendar(simple())).text


def test_the_calendar_of_html_needs_no_weasyprint(monkeypatch):
    true_import = builtins.__import__

    def refuse(name, *rest, **named):
        assert not name.startswith("weasyprint")
        return true_import(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert html_calendar(simple())


@pytest.mark.parametrize(
    ("at_h", "said", "part"),
    [(0, "12 midnight (00:00)", "Night"), (7.5, "7:30 am", "Morning"), (12, "12 noon (12:00)", "Midday"),
     (20, "8 pm (20:00)", "Evening"), (22.25, "10:15 pm (22:15)", "Bedtime")],
)  # fmt: skip
def test_hours_as_people_say_them(at_h, said, part):
    assert (clock(at_h), part_of_day(at_h)) == (said, part)


def test_the_advice_is_written_for_reading_grade_seven_or_below():
    """Flesch-Kincaid grade, syllables counted as groups of vowels; headings and lists end a sentence."""
    page = html_calendar(simple())
    advice = page[page.index('class="stop-box"') : page.index("What I take now")]
    sentences = [part for part in re.split(r"[.:]|</li>|</p>|</h[23]>|</t[hd]>", advice) if _words(part)]
    words = [word for part in sentences for word in _words(part)]
    syllables = sum(_syllables(word) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    assert grade <= 6.5


def _words(part):
    return re.findall(r"[A-Za-z]+", re.sub(r"<[^>]*>?|^[^<]*>", " ", part))


def _syllables(word):
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and groups > 1 and not word.lower().endswith("le")
    return max(groups - silent, 1)


@pytest.mark.parametrize("words", ["addict", "abuse", "junkie"])
def test_dependence_is_never_called_addiction(words):
    assert words not in Reader(html_calendar(simple())).text.lower()
