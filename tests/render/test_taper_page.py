"""The clinician's page: whether before how, the proof counted again, flags before the table, OVERRIDE on every page."""

from __future__ import annotations

import importlib
import re
from copy import deepcopy
from itertools import pairwise

import pytest

from benzosafe.errors import InputRefused
from benzosafe.render.taper_page import html_taper
from benzosafe.render.taper_page_words import clock, level, percent
from benzosafe.render.taper_pdf import pdf_page
from benzosafe.render.taper_pharmacy import html_pharmacy
from benzosafe.taper.plan import Override
from tests.render.clinician_plans import compared, crossover, fast, simulated, taper
from tests.render.page_reader import Reader, inside_pdf


def test_in_short_says_from_to_pace_and_proof_and_stands_before_whether_before_how():
    text = Reader(html_taper(taper())).text
    assert "From: 2 mg of clonazepam a day (20:00 4 × 0.5 mg tablet)." in text
    assert "To: 1.5 mg a day, which goes on." in text and "2 steps in 28 days, 2027-03-01 to 2027-03-15." in text
    assert "Largest fall: 14.3 % within 14 days, at step 2: within the limit of 25 % in 14 days." in text
    assert "every step makes its dose exactly, and none rises." in text
    places = [text.index(heading) for heading in ("In short", "Whether, before how", "Steps, with", "Supply in short")]
    assert places == sorted(places)


def test_every_step_has_its_proof():
    page = html_taper(taper())
    row = page[page.index('<th scope="row">2</th>') :].split("</tr>")[0]
    said = [" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in row.split("</td>")[:-1]]
    assert said == ["22027-03-15", "20:00 3 × 0.5 mg tablet", "14", "1.5", "1.5", "-14.3 %", "-14.3 %"]


def test_a_plan_that_does_not_deliver_what_it_states_is_not_shown():
    more, wrong, steep = taper(), taper(), taper(half_tablets=(4,))
    more["steps"][1]["doses"] = deepcopy(more["before"]["doses"])
    wrong["steps"][1]["delivered_mg_per_day"] = 1.4
    steep["within_limit"] = True
    for data, fault in ((more, "step 2"), (wrong, "step 2 states 1.4 mg but makes 1.5 mg"), (steep, "falls by 50")):
        with pytest.raises(InputRefused, match=fault):
            html_taper(data)
    with pytest.raises(InputRefused, match=r"clinician's page: .*who allowed it and why"):
        html_taper(taper(within_limit=False))
    with pytest.raises(InputRefused, match="not a taper plan"):
        html_taper({"schema": "something else"})


def test_whether_keeps_every_line_with_its_sources_and_the_two_harms_side_by_side():
    page = html_taper(taper())
    assert page.count('<div class="two">') == 1 and page.count('<div class="column">') == 2
    two = page[page.index('<div class="two">') : page.index("Where it may end")]
    assert "<h3>Harm of continuing</h3>" in two and "<h3>Harm of stopping</h3>" in two
    text = Reader(page).text
    assert "Falls: more of them. [beers_2023 (recalled)]" in text and "Withdrawal: likely. [fda_2020]" in text
    assert "Absent: Pregnancy; Brain injury." in text and "Long use: present. A year." in text
    assert (
        "Faster than suggested. 12.5 % every 14 days is asked for; the assessment suggests 5 % every 28 days." in text
    )


def test_sure_flags_stand_before_the_table_with_what_to_do_and_the_picture_has_its_words():
    page = html_taper(taper(levels=simulated()))
    text = Reader(page).text
    sure = "Level in blood, flag B. Step 2: the level falls by 40 %. What to do: Hold step 2."
    assert text.index(sure) < text.index("Whether, before how") < text.index("Steps, with their proof")
    assert "Hold step 1." in text[text.index("A simulation, not a measurement") :]
    assert text.count("Hold step 2.") == 1
    assert page.count("<svg ") == 1 and 'role="img"' in page
    rows = re.findall(r'<tr class="flagged"><th scope="row">(\d) <span class="tag">flag (\w)', page)
    assert rows == [("1", "A"), ("2", "B")]
    assert "-40\N{NO-BREAK SPACE}%" in page


def test_missing_parts_are_said_or_left_out():
    text = Reader(html_taper(taper())).text
    assert "It was not asked for." in text and "First a change" not in text and "Published schedules" not in text
    text = Reader(html_taper(taper(levels={"not_simulated": "no kinetics are known"}))).text
    assert text.count("Not simulated: no kinetics are known") == 2
    nothing = taper()
    nothing["supply"]["fills"], nothing["supply"]["counts_add_up"] = [], False
    text = Reader(html_taper(nothing)).text
    assert "Nothing has to be handed out." in text and "Its counts do not add up." in text


def test_crossover_has_a_source_per_value_the_used_one_marked_and_the_reasons_against():
    page = html_taper(taper(crossover=crossover()))
    text = Reader(page).text
    assert "Taper of lorazepam by way of clonazepam for ann" in text
    assert "VA/DoD 2021 USED10vadod_2021" in text and "Ashton 200220ashton_2002" in text
    assert page.count(">USED<") == 1
    assert "age 65 or over: it builds up [klotz_1975 (derived)]" in text
    assert "It is discouraged: age 65 or over." in text[: text.index("Whether, before how")]
    assert "By Ashton 2002: the change lowers the dose by 50%." in text[: text.index("Whether, before how")]
    assert "20:00 2 × 10 mg tablet" in text


def test_published_schedules_are_for_comparison_only():
    text = Reader(html_taper(taper(comparison=compared()))).text
    part = text[text.index("Published schedules beside it") :]
    assert part.startswith("Published schedules beside it For comparison only, not a plan")
    assert "This planlinear2 mg clonazepam2814.3 %keeps to it" in part
    assert "40 mg diazepam (highest published equivalence)9866.7 %breaks it at 3 of 8 steps" in part
    assert "not worked out: it is written for alprazolam." in part


def test_page_is_well_formed_self_contained_and_has_names_for_everything():
    for data in (taper(), fast(levels=simulated(), crossover=crossover(), comparison=compared())):
        page = html_taper(data)
        read = Reader(page)
        assert "<script" not in page and "http" not in re.sub(r"http://www.w3.org/\S+", "", page)
        assert "noted & <kept>" in read.text
        ids = [attrs["id"] for _, attrs in read.attributes if "id" in attrs]
        assert len(ids) == len(set(ids))
        pointed = [attrs["aria-labelledby"] for _, attrs in read.attributes if "aria-labelledby" in attrs]
        assert set(pointed) <= set(ids)
        assert all("scope" in attrs for tag, attrs in read.attributes if tag == "th")
        assert all(attrs["aria-label"] for _, attrs in read.attributes if attrs.get("role") == "region")
        heads = [int(tag[1]) for tag, _ in read.attributes if re.fullmatch(r"h\d", tag)]
        assert heads[0] == 1 and all(later - sooner <= 1 for sooner, later in pairwise(heads))


def test_override_stands_first_with_name_and_reason_and_marks_the_steps():
    page = html_taper(fast())
    text = Reader(page).text
    first = "OVERRIDE This plan goes down faster than the limit of 25 % in 14 days. Allowed by: Dr Ann Example."
    assert text.startswith(f"{first} Reason: Admission is planned <soon> Taper of clonazepam")
    assert "ABOVE the limit of 25 %" in text and "table-header-group" in page
    assert len(re.findall(r"% <strong class=\"tag\">OVERRIDE", page)) == 3  # 50, 33.3 and 50 %; not the end
    assert "OVERRIDE" not in Reader(html_taper(taper())).text


@pytest.mark.parametrize("paper", ["clinician", "pharmacy"])
def test_override_stands_on_every_page_of_the_pdf_above_the_text(paper, monkeypatch):
    weasyprint = importlib.import_module("weasyprint")
    drawn = []
    true_render = weasyprint.HTML.render

    def render(self, *rest, **named):
        drawn.append(true_render(self, *rest, **named))
        return drawn[-1]

    monkeypatch.setattr(weasyprint.HTML, "render", render)
    data = fast(Override("Dr Ann Example", "A long reason. " * 40))
    html = html_taper(data)
    if paper == "pharmacy":
        fills = [{"number": n, "starts_on": "2027-03-01", "ends_on": "2027-03-28", "days": 28, "counts": [],
                  "earliest_on": "2027-02-26", "directions": ["one a day"] * 30} for n in range(3)]  # fmt: skip
        html = html_pharmacy(data["supply"] | {
            "drug": "clonazepam", "starts_on": "2027-03-01", "ends_on": "2027-05-01", "before_mg_per_day": 2.0,
            "target_mg_per_day": 0.0, "override_words": "OVERRIDE by Dr Ann Example", "fills": fills, "totals": [],
            "law": {"name": "UK", "schedule": "", "limits": [], "notes": []}, "prescriptions": [],
        })  # fmt: skip
    pdf_page(html, data)
    assert len(drawn[0].pages) >= 2
    for number, page in enumerate(drawn[0].pages):
        boxes = [box for box in page._page_box.descendants() if hasattr(box, "text")]
        assert "OVERRIDE" in " ".join(box.text for box in boxes)
        assert not number or "A long reason." in " ".join(box.text for box in boxes)
        margin = [box for box in page._page_box.children if type(box).__name__ == "MarginBox"]
        lowest = max((box.position_y + box.height for one in margin if one.at_keyword == "@top-center"
                      for box in one.descendants() if hasattr(box, "text")), default=0)  # fmt: skip
        assert lowest < page._page_box.margin_top


def test_pdf_is_tagged_the_same_every_time_and_dated_by_the_plan():
    data = taper(levels=simulated())
    html = html_taper(data)
    first, second = pdf_page(html, data), pdf_page(html_taper(data), data)
    assert first == second and first.startswith(b"%PDF-1.7")
    inside = inside_pdf(first)
    assert b"/StructTreeRoot" in inside and b"/Lang (en)" in inside and b"pdfuaid" in inside
    assert set(re.findall(rb"\(D:(\d{8})", inside)) == {b"20270301"}
    assert inside.count(b"/S /Figure") == inside.count(b"/Alt ") == 1


def test_status_counts_how_each_cited_statement_was_read_and_names_its_source():
    text = Reader(html_taper(taper())).text
    assert "Of the statements cited here 1 were read in their source, 2 are from general knowledge" in text
    assert re.search(r"Sources asam_2025: \w+.* beers_2023: \w+.* smpc_uk: \w+", text)


def test_numbers_in_words():
    assert (clock(8.5), clock(24.0), percent(0.125), percent(-0.0)) == ("08:30", "00:00", "12.5\xa0%", "0\xa0%")
    assert (level(0.0), level(0.0001), level(1140.2), level(0.0805)) == ("0", "<\xa00.01", "1140", "0.0805")
