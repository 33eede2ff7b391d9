"""Steps of the calendar to ask about first, and plans too long to be drawn day by day."""

from __future__ import annotations

import importlib
import re

import pytest

from benzosafe.errors import InputRefused
from benzosafe.render.taper_calendar import calendar_page, html_calendar
from benzosafe.taper.product import Dose
from tests.render.page_reader import Reader
from tests.render.taper_plans import HALF_MG, WAFER, minded, plan, simple, take


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
