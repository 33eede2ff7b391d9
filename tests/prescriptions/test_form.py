"""The printed form: everything the law wants, a big word where it is not valid, nothing that runs or is fetched."""

from __future__ import annotations

import importlib
import re
from datetime import date
from decimal import Decimal

import pytest

from benzosafe.audit.canonical import digest
from benzosafe.errors import UsageError
from benzosafe.prescriptions.content import Item, Patient
from benzosafe.prescriptions.form import form_page
from benzosafe.prescriptions.lifecycle import State
from benzosafe.prescriptions.papers import BY_HAND, DO_NOT_STOP, NOT_CERTIFIED
from benzosafe.render.pdf import pdf_of
from tests.prescriptions.papers import PLACES, UNSIGNED, electronic, fill, held, placed, taper, words
from tests.prescriptions.people import TODAY, content
from tests.render.page_reader import Reader, inside_pdf

MARKS = {
    **dict.fromkeys(UNSIGNED, "NOT SIGNED"), State.signed: "", State.transmitted: "",
    **dict.fromkeys((State.received, State.verified, State.partly_dispensed, State.dispensed), "COPY"),
    State.declined: "DECLINED", State.cancelled: "CANCELLED", State.expired: "EXPIRED", State.held: "ON HOLD",
}  # fmt: skip
HOSTILE = "<script>alert('x')</script> & {{ 7 * 7 }} {% raw %} \" <img src=file:///etc/passwd>"
LINE = "Signature by hand of Dr Example"


def read(one, knowledge, fills=()):
    return Reader(form_page(one, fills, knowledge))


def mark_in(page):
    found = re.search(r'<p class="mark">(.*?)</p>', page)
    return found[1] if found else ""


@pytest.mark.parametrize("state", State)
def test_a_big_word_stands_on_whatever_may_not_be_used(knowledge, state):
    one = held(content(), state, reason="spoken with <Dr B>", pharmacy="Corner Pharmacy")
    page, seen = form_page(one, [], knowledge), read(one, knowledge)
    assert mark_in(page) == MARKS[state]
    assert (LINE in seen.text and BY_HAND in seen.text) is (MARKS[state] == "")
    assert NOT_CERTIFIED in seen.text and DO_NOT_STOP in seen.text
    assert state in (State.signed, State.transmitted) or "This page is not to be signed." in seen.text
    if state in (State.cancelled, State.declined, State.held):
        assert "spoken with <Dr B>" in seen.text
    assert state is not State.expired or "Its time ended on 2027-05-24" in seen.text
    assert MARKS[state] != "COPY" or "Corner Pharmacy has received the prescription" in seen.text


def test_signed_without_the_moment_of_a_signature_is_not_signed(knowledge):
    assert mark_in(form_page(held(content(), signed_at=None), [], knowledge)) == "NOT SIGNED"


def test_what_only_was_asked_for_has_no_form(knowledge):
    with pytest.raises(UsageError, match="nothing is prescribed in it yet"):
        form_page(held(None, State.requested), [], knowledge)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_its_registration_its_last_day_and_its_warnings(knowledge, place):
    seen = read(held(placed(place)), knowledge)
    rule = knowledge.prescribing[place].rules[0]
    last = {"US": "2027-05-24", "US-NY": "2026-12-24", "UK": "2026-12-22", "IE": "2027-05-24", "AU": "2027-11-24",
            "CA": "2026-12-22"}[place]  # fmt: skip
    assert re.search(rf"Last valid day\s*{last}", seen.text)
    if place == "CA":
        assert mark_in(form_page(held(placed(place)), [], knowledge)) == "NOT VALID" and LINE not in seen.text
        assert "the schedule of the medicine in Canada is not recorded" in seen.text
        return
    assert LINE in seen.text and BY_HAND in seen.text
    assert all(words in seen.text for words in rule.label_words)
    name = rule.registration.name
    assert f"{name[0].upper()}{name[1:]}" in seen.text and "AB1234563" in seen.text


def test_the_line_for_a_signature_is_gone_where_the_law_lets_it_go_electronically(knowledge):
    page = form_page(held(content()), [], electronic(knowledge))
    assert mark_in(page) == "" and LINE not in page and BY_HAND not in page and NOT_CERTIFIED in page


@pytest.mark.parametrize(("place", "size"), [("US", "letter"), ("CA", "letter"), ("UK", "A4"), ("IE", "A4")])
def test_the_paper_is_that_of_the_place(knowledge, place, size):
    page = form_page(held(placed(place)), [], knowledge)
    wanted = {"letter": rb"612(?:\.0+)? 792(?:\.0+)?", "A4": rb"595\.2\d* 841\.8\d*"}[size]
    assert re.search(rb"/MediaBox \[0 0 " + wanted, inside_pdf(pdf_of(page)))


def test_all_that_is_prescribed_stands_there(knowledge):
    seen = read(held(content(fills=6)), knowledge)
    for said in ("Ann Example", "1986-03-04", "1 Main Street", "Dr Example", "physician", "2 Side Street", "555 0100",
                 "clonazepam", "0.5 mg", "60 tablets", "30", "1 tablet twice daily", "panic disorder",
                 "5, 30 days apart, not before: 2026-12-24, 2027-01-23"):  # fmt: skip
        assert said in seen.text, said
    assert "0 (none)" in read(held(content()), knowledge).text


def test_a_taper_is_a_table_of_all_fills(knowledge):
    seen = read(held(taper()), knowledge)
    assert "All 3 fills, each with the first day on which it may be handed out" in seen.captions
    for day, units in (("2026-11-24", 56), ("2026-12-08", 42), ("2026-12-22", 56)):
        assert re.search(rf"{day}.{{0,60}}{units} tablets", seen.text), day
    assert "each fill above is handed out once" in seen.text and "0.25 mg" in seen.text


def test_what_was_handed_out_stands_there(knowledge):
    one = held(content(fills=2), State.partly_dispensed, pharmacy="Corner Pharmacy")
    seen = read(one, knowledge, [fill(units="20"), fill(units="40.0")])
    assert "Every hand-out on this prescription until this page was made" in seen.captions
    assert seen.text.count("clonazepam 0.5 mg tablet") == 2 and "40.0" not in seen.text


def test_the_quantity_is_in_words_where_the_law_wants_it(knowledge):
    missing = form_page(held(content(jurisdiction="IE")), [], knowledge)
    assert mark_in(missing) == "NOT VALID" and "NOT WRITTEN" in missing and LINE not in missing
    there = read(held(placed("IE")), knowledge)
    assert "In words" in there.text and "sixty tablets" in there.text and "NOT WRITTEN" not in there.text
    assert "In words" not in read(held(content()), knowledge).text
    assert "sixty" in read(held(words(content(), "sixty")), knowledge).text


def test_what_the_law_wants_and_nobody_wrote_is_seen(knowledge):
    said = content(patient=Patient(id="ann", name="Ann Example"))
    page = form_page(held(said), [], knowledge)
    assert mark_in(page) == "NOT VALID" and "it has to say: patient address" in page
    seen = Reader(page)
    assert "NOT WRITTEN" in seen.text and "Born" not in seen.text  # an address is wanted in the US, a birthday is not


def test_a_liquid_says_how_much_is_in_each_ml(knowledge):
    item = Item(ingredient="diazepam", strength_mg=Decimal("0.4"), form="oral solution", units=Decimal("150"))
    plan = content().fills[0].model_copy(update={"items": (item,), "directions": ("5 mL at night",)})
    text = read(held(content().model_copy(update={"fills": (plan,)})), knowledge).text
    assert "0.4 mg in each mL" in text and "150 mL" in text


def test_fingerprint_and_key_can_be_compared(knowledge):
    seen = read(held(content()), knowledge)
    sha = digest(content())
    assert " ".join(sha[at : at + 8] for at in range(0, 64, 8)) in seen.text
    assert "2026-11-24 09:00:00 UTC, with key key-doctor" in seen.text


def hostile():
    said = taper()
    names = {"name": HOSTILE, "address": HOSTILE}
    return said.model_copy(update={
        "patient": said.patient.model_copy(update=names),
        "indication": HOSTILE, "plan": HOSTILE, "days_reason": HOSTILE,
        "prescriber": said.prescriber.model_copy(update={**names, "profession": HOSTILE, "phone": HOSTILE}),
        "fills": tuple(one.model_copy(update={
            "directions": (HOSTILE,), "quantity_in_words": HOSTILE,
            "items": (one.items[0].model_copy(update={"form": HOSTILE, "ingredient": HOSTILE}),),
        }) for one in said.fills),
    })  # fmt: skip


def test_every_string_is_escaped(knowledge):
    row = fill() | {"pharmacy": HOSTILE, "units": {HOSTILE: "1"}}
    one = held(hostile(), State.held, id=HOSTILE, reason=HOSTILE, pharmacy=HOSTILE, key_id=HOSTILE)
    seen = read(one, knowledge, [row])
    calm = read(held(words(taper()), State.held, pharmacy="x"), knowledge, [fill()])
    assert {tag for tag, _ in seen.attributes} == {tag for tag, _ in calm.attributes}
    assert {name for _, given in seen.attributes for name in given} == {
        name for _, given in calm.attributes for name in given
    }
    assert seen.text.count(HOSTILE) >= 15 and " 49 " not in seen.text
    assert pdf_of(form_page(one, [row], knowledge)).startswith(b"%PDF")


def test_letters_stand_in_the_order_in_which_they_were_signed(knowledge):
    said = content(directions="take \u202eylno 1\u202c tablet\x00 twice daily")
    assert "take ylno 1 tablet twice daily" in read(held(said), knowledge).text


@pytest.mark.parametrize("said", [content(), content(fills=6), taper()], ids=["one", "refills", "taper"])
def test_the_page_is_accessible_and_alone(knowledge, said):
    page = form_page(held(said, State.held), [fill()], knowledge)
    seen = Reader(page)
    assert page.startswith('<!doctype html>\n<html lang="en">') and "<title>ON HOLD: Prescription of" in page
    assert seen.headings[0] == 1 and seen.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(seen.headings, seen.headings[1:], strict=False))
    tags = [tag for tag, _ in seen.attributes]
    assert tags.count("table") == len(seen.captions) == 2
    assert all(given.get("scope") for tag, given in seen.attributes if tag == "th")
    named = {given["id"] for _, given in seen.attributes if "id" in given}
    assert {given["aria-labelledby"] for _, given in seen.attributes if "aria-labelledby" in given} <= named
    assert not {"script", "img", "link", "iframe", "object", "form", "a"} & set(tags)
    assert not re.search(r"url\(|@import|https?:|\son\w+=", page)


def test_every_page_of_the_pdf_says_which_one_it_is_and_that_it_is_not_valid(knowledge):
    many = content(fills=6).model_copy(update={"plan": "x"})
    fills = tuple(
        one.model_copy(update={"number": number + 1, "directions": (f"{number} " + "word " * 60,)})
        for number, one in enumerate(many.fills * 4)
    )
    page = form_page(held(many.model_copy(update={"fills": fills}), State.cancelled), [], knowledge)
    pages = importlib.import_module("weasyprint").HTML(string=page).render().pages
    assert len(pages) >= 3
    for number, one in enumerate(pages, 1):
        boxes = one._page_box.descendants()
        text = " ".join(" ".join(box.text for box in boxes if hasattr(box, "text")).split())
        assert "CANCELLED" in text and f"Page {number} of {len(pages)}" in text, number
        assert "Prescription rx-1 for Ann Example" in text


def test_the_pdf_is_tagged_and_the_same_every_time(knowledge):
    page = form_page(held(taper()), [], knowledge)
    first = pdf_of(page)
    assert first == pdf_of(page)
    inside = inside_pdf(first)
    assert b"/StructTreeRoot" in inside and b"/Lang (en)" in inside and b"pdfuaid" in inside
    assert set(re.findall(rb"\(D:(\d{8})", inside)) == {TODAY.strftime("%Y%m%d").encode()}


def test_a_page_of_which_a_part_cannot_be_drawn_is_no_pdf():
    page = '<!doctype html><html lang="en"><title>x</title><p>x <img alt="x" src="file:///etc/hostname"></p></html>'
    with pytest.raises(UsageError, match="could not be drawn in full"):
        pdf_of(page, dated=date(2026, 11, 24).isoformat())
