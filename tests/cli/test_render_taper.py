"""The patient's calendar: every dose in pictures and words, every day with a box, OVERRIDE on every page."""

from __future__ import annotations

import builtins
import importlib
import re
import zlib
from datetime import date, timedelta
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from benzosafe.cli.render_taper_calendar import calendar_page, clock, html_calendar, part_of_day
from benzosafe.cli.render_taper_pdf import pdf_calendar
from benzosafe.cli.render_taper_pictures import alternative, picture, plain
from benzosafe.errors import InputRefused, UsageError
from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product
from benzosafe.taper.record import plan_data

HALF_MG = Product("tablet", 500, True, "US")
WAFER = Product("orally disintegrating tablet", 125, False, "US")
CAPSULE = Product("capsule", 37_500, False, "US")
LIQUID = Product("oral solution", 100, False, "UK")
BEGINS = date(2027, 3, 1)
VOID = {"meta", "br", "link", "img", "hr", "input", "path", "rect", "circle"}


def take(product, number):
    return Portion(product, hundredths_ml=number) if product.liquid else Portion(product, half_units=number)


def plan(*steps, stop=True, override=None, within_limit=True, **changed):
    """A plan from 1 mg of clonazepam a day; each step is (days, doses)."""
    made, day, before = [], BEGINS, 1_000
    for number, (days, doses) in enumerate(steps, 1):
        amount = sum(dose.amount_ug for dose in doses)
        fall = Fraction(max(before - amount, 0), before) if before else Fraction(0)
        made.append(TaperStep(number, day, days, amount, doses, fall, fall, stop and number == len(steps)))
        day, before = day + timedelta(days=days), amount
    whole = {
        "drug": "clonazepam", "before": (Dose(8, (take(HALF_MG, 4),)),), "steps": tuple(made),
        "pace": Pace(Fraction(1, 10), 14), "shape": "proportional", "target_ug": 0, "products": (HALF_MG, WAFER),
        "notes": ("8 am kept & nothing <moved>",), "override": override, "within_limit": within_limit,
    }  # fmt: skip
    return plan_data(TaperPlan(**(whole | changed)))


def simple(**changed):
    return plan(
        (14, (Dose(8, (take(HALF_MG, 1), take(WAFER, 2))), Dose(20, (take(HALF_MG, 2),)))),
        (1, (Dose(8, ()), Dose(20, (take(HALF_MG, 3),)))), (28, ()), **changed,
    )  # fmt: skip


def overridden(**changed):
    override = Override("Dr Ann Example", "Admission is planned <soon>")
    return simple(override=override, within_limit=False, **changed)


class Reader(HTMLParser):
    """The words of a page without its style, which also fails when tags are not closed in order."""

    def __init__(self, page):
        super().__init__()
        self.open, self.words, self.attributes = [], [], []
        self.feed(page)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, text):
        if not {"style", "svg", "title"} & set(self.open):
            self.words.append(text)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


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


@pytest.mark.parametrize("large_print", [False, True])
def test_override_stands_on_every_page_of_the_pdf(large_print):
    weasyprint = importlib.import_module("weasyprint")
    pages = weasyprint.HTML(string=calendar_page(overridden(), large_print=large_print, paper=True)).render().pages
    assert len(pages) >= 3
    for page in pages:
        text = " ".join(box.text for box in page._page_box.descendants() if hasattr(box, "text"))
        assert "OVERRIDE" in text
        assert "Dr Ann Example" in re.sub(r"\s+", " ", text) and "Admission" in text


def test_pdf_is_tagged_the_same_every_time_and_dated_by_the_plan():
    first, second = pdf_calendar(simple()), pdf_calendar(simple())
    assert first == second and first.startswith(b"%PDF-1.7")
    inside = b"".join(zlib.decompress(stream) for stream in re.findall(rb"stream\n(x\xda.*?)\nendstream", first, re.S))
    assert b"/StructTreeRoot" in inside and b"/Lang (en)" in inside and b"pdfuaid" in inside
    assert set(re.findall(rb"\(D:(\d{4})", inside)) == {b"2027"}
    assert inside.count(b"/S /Figure") == inside.count(b"/Alt ") == 4
    assert pdf_calendar(simple(), large_print=True) != first


def test_large_print_has_nothing_below_18_points():
    weasyprint = importlib.import_module("weasyprint")
    document = weasyprint.HTML(string=calendar_page(overridden(), large_print=True, paper=True)).render()
    sizes = {
        box.style["font_size"] * 0.75
        for page in document.pages
        for box in page._page_box.descendants()
        if hasattr(box, "text") and box.text.strip()
    }
    assert min(sizes) >= 17.99
    drawn = re.findall(r'font-size="(\d+)"', html_calendar(simple(), large_print=True))
    assert min(map(int, drawn)) >= 16  # sixteenths of the text size of the page


def test_pdf_without_pango_says_what_to_install(monkeypatch):
    def missing(name):
        print("a wall of words from the library")
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UsageError, match=r"Pango.*libpango-1\.0-0 libpangoft2-1\.0-0.*--format html"):
        pdf_calendar(simple())


def test_the_calendar_of_html_needs_no_weasyprint(monkeypatch):
    true_import = builtins.__import__

    def refuse(name, *rest, **named):
        assert not name.startswith("weasyprint")
        return true_import(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert html_calendar(simple())


@pytest.mark.parametrize(
    ("portion", "words"),
    [
        (take(HALF_MG, 1), "half of one tablet"),
        (take(HALF_MG, 2), "one tablet"),
        (take(HALF_MG, 3), "one and a half tablets"),
        (take(CAPSULE, 4), "two capsules"),
        (take(LIQUID, 35), "fill a 1 mL oral syringe to the 0.35 mL mark"),
        (take(LIQUID, 1_000), "fill a 10 mL oral syringe to the 10 mL mark"),
        (take(LIQUID, 2_150), "fill a 10 mL oral syringe to the 10 mL mark, 2 times, then one to the 1.5 mL mark"),
    ],
)
def test_everyday_words(portion, words):
    assert plain(portion) == words


def test_a_picture_shows_as_many_pieces_as_are_taken():
    drawn = ElementTree.fromstring(str(picture(take(HALF_MG, 7))))
    svg = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f".//{svg}circle")) == 3
    assert [text.text for text in drawn.iter(f"{svg}text")].count("½") == 1
    assert "½ of 0.5 mg" in [text.text for text in drawn.iter(f"{svg}text")]
    assert drawn.find(f"{svg}title").text == alternative(take(HALF_MG, 7))
    many = [text.text for text in ElementTree.fromstring(str(picture(take(HALF_MG, 31)))).iter(f"{svg}text")]
    assert "× 15½" in many


@pytest.mark.parametrize(("volume", "share"), [(35, 0.35), (100, 1.0), (150, 0.5), (460, 0.92), (850, 0.85)])
def test_a_syringe_is_filled_to_its_mark(volume, share):
    drawn = ElementTree.fromstring(str(picture(take(LIQUID, volume))))
    svg = "{http://www.w3.org/2000/svg}"
    barrel, filled = (
        next(float(rect.get("width")) for rect in drawn.iter(f"{svg}rect") if rect.get("fill") == fill and tall(rect))
        for fill in ("none", "#9cc7e6")
    )
    assert filled / barrel == pytest.approx(share, abs=0.005)
    assert f"{volume / 100:g} mL" in [text.text for text in drawn.iter(f"{svg}text")]


def tall(rect):
    return float(rect.get("height")) > 20


def test_strengths_of_one_plan_differ_in_tint():
    fills = {
        ElementTree.fromstring(str(picture(take(product, 2), (125, 500))))[1].get("fill")
        for product in (HALF_MG, WAFER)
    }
    assert len(fills) == 2


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


def minded(data, *numbers):
    """The data with a warning for each of these steps."""
    first = {step["number"]: step["starts_on"] for step in data["steps"]}
    return data | {"minds": [
        {"step": number, "starts_on": first[number], "drug": "itraconazole", "what": "Itraconazole ends",
         "do": "begin 2 weeks later", "plain": f"Step {number}: call <first>. Do not start it until they say so."}
        for number in numbers
    ]}  # fmt: skip


def year_and_a_half(stop=True):
    steps = [(21, (Dose(8, (take(HALF_MG, 4 - number // 8),)),)) for number in range(26)]
    return plan(*steps, *([(28, ())] if stop else []), stop=stop, target_ug=0 if stop else 250)


def test_a_step_to_ask_about_is_named_at_the_front_and_right_above_the_step():
    page = html_calendar(minded(simple(), 2, 3))
    text = Reader(page).text
    for number in (2, 3):
        words = f"Step {number}: call <first>. Do not start it until they say so."
        assert text.count(words) == 2 and text.index(words) < text.index("Whom to call ")
        assert re.search(rf"Call before step {number} ?{re.escape(words)} ?Step {number}: (from )?\w+ 1", text)
    assert "Call before step 1" not in text
    assert html_calendar(simple() | {"minds": []}) == html_calendar(simple())
    assert 'class="mind"' not in html_calendar(simple())


@pytest.mark.parametrize(
    "changed", [{"step": 9}, {"starts_on": "2027-03-16"}, {"plain": " "}, {"step": "2"}, {"drug": 7}, {"do": None}]
)
def test_a_warning_that_does_not_fit_the_plan_is_never_left_out_in_silence(changed):
    data = minded(simple(), 2)
    data["minds"][0] |= changed
    with pytest.raises(InputRefused, match="ask the prescriber about"):
        html_calendar(data)


@pytest.mark.parametrize("large_print", [False, True])
def test_in_print_the_warning_stands_on_the_page_where_its_step_begins(large_print):
    weasyprint = importlib.import_module("weasyprint")
    steps = [(28, (Dose(8, (take(HALF_MG, 1), take(WAFER, 2))), Dose(20, (take(HALF_MG, 2),))))] * 5
    data = minded(plan(*steps, stop=False, target_ug=875), 2, 3, 5)
    pages = weasyprint.HTML(string=calendar_page(data, large_print=large_print, paper=True)).render().pages
    texts = [" ".join(box.text for box in page._page_box.descendants() if hasattr(box, "text")) for page in pages]
    assert all(f"Step {number}: call" in texts[0] for number in (2, 3, 5))
    for number in (2, 3, 5):
        (begins,) = [text for text in texts if re.search(rf"Step {number}: \w+ \d", text)]
        assert f"Call before step {number}" in begins


@pytest.mark.parametrize("stop", [True, False])
def test_a_plan_over_a_year_is_drawn_for_half_a_year_and_then_listed(stop):
    data = minded(year_and_a_half(stop), 2, 20)
    page = html_calendar(data)
    assert page.count('class="ticks"') == 9  # steps that begin within 182 days: 9 x 21 = 189
    text = Reader(page).text
    assert "shows the first 9 steps day by day. A new calendar follows" in text
    assert "Ask for it well before Monday 6 September 2027" in text
    listed = page[page.index("proof later") : page.index("</table>", page.index("proof later"))]
    assert re.findall(r'scope="row">(\d+)<', listed) == [str(number) for number in range(10, 27)]
    assert Reader(listed[listed.index("<tbody>") :]).text.count("Call before this step. Step 20: call <first>.") == 1
    assert "8 am: ½ × 0.5 mg tablet" in Reader(listed[listed.index("<tbody>") :]).text
    assert ("From this day you take none" in text) == stop and ("Stay at 0.25 mg a day. Do not stop." in text) != stop
    whole = html_calendar(data, full=True)
    assert whole.count('class="ticks"') == 26 and "My later steps" not in whole
    ids = [attrs["id"] for _, attrs in Reader(page).attributes if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_a_plan_of_a_year_is_drawn_to_its_end():
    steps = [(73, (Dose(8, (take(HALF_MG, 4),)),))] * 5
    assert html_calendar(plan(*steps, (28, ()))).count('class="ticks"') == 5
    longer = [*steps, (1, (Dose(8, (take(HALF_MG, 4),)),)), (28, ())]
    assert html_calendar(plan(*longer)).count('class="ticks"') == 3
