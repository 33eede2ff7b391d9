"""The pages of leaflets in a real browser and on paper: accessible, self-contained, tagged, as large as promised."""

from __future__ import annotations

import importlib
import re
import shutil

import pytest

from benzosafe.render.leaflet_page import leaflet_page, leaflet_pdf
from benzosafe.render.quiz_page import quiz_page
from tests.education import people
from tests.education.people import BEGINS, data_of, made, situation
from tests.render.page_reader import Reader, inside_pdf

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
KINDS = [
    ("ann", "patient", "en", ()), ("kim", "patient", "en", ()), ("tom", "child_carer", "en", ()),
    ("ann", "caregiver", "es", ("overdose",)), ("kim", "patient", "es", ()), ("kim", "patient", "ar", ()),
    ("noor", "patient", "en", ("choice",)), ("ann", "patient", "ar", ("choice",)),
]  # fmt: skip


def paper(knowledge, who, audience="patient", language="en", topics=(), **more):
    plan = people.simple_plan() if who == "kim" else None
    where = situation(people.EVERYBODY[who], knowledge, plan=plan, on=BEGINS if plan else people.ON)
    return data_of(where, audience=audience, language=language, topics=topics, **more)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.fail("Chromium is needed: apt install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def shown(browser):
    """Shows a page and gives it back with every request it made and every complaint of the console."""
    context = browser.new_context()

    def show(html, width=1280):
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(html, wait_until="load")
        return page

    yield show
    context.close()


@pytest.mark.parametrize(("who", "audience", "language", "topics"), KINDS)
@pytest.mark.parametrize("large_print", [False, True])
def test_axe_finds_nothing(who, audience, language, topics, large_print, knowledge, shown):
    from axe_playwright_python.sync_playwright import Axe

    page = shown(leaflet_page(paper(knowledge, who, audience, language, topics), large_print=large_print))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.asked == [] and page.complaints == []


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_axe_finds_nothing_on_the_questions(language, knowledge, shown):
    from axe_playwright_python.sync_playwright import Axe

    from benzosafe.education.quiz import questions_of, quiz_data

    where = situation(people.ANN, knowledge)
    leaflet = made(where, language=language)
    found = Axe().run(shown(quiz_page(quiz_data(leaflet, questions_of(leaflet, where)))))
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("who", "audience", "language", "topics"), KINDS)
def test_nothing_is_cut_off_on_a_phone_or_at_400_percent(who, audience, language, topics, knowledge, shown):
    """1280 pixels at 400 % are 320 (WCAG 1.4.10): nothing needs sideways scrolling, and no text leaves its box."""
    for large_print in (False, True):
        page = shown(
            leaflet_page(paper(knowledge, who, audience, language, topics), large_print=large_print), width=320
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        cut = page.evaluate(
            "[...document.querySelectorAll('p, li, h1, h2, h3')].filter(e => e.scrollWidth > e.clientWidth + 1)"
            ".map(e => e.textContent.slice(0, 60))"
        )
        assert cut == []


def test_arabic_is_written_from_the_right_and_its_numbers_stay_in_order(knowledge, shown):
    page = shown(leaflet_page(paper(knowledge, "kim", language="ar")))
    box = page.evaluate(
        "() => { const item = document.querySelector('.acts li'); const [picture, text] = item.children;"
        " return [picture.getBoundingClientRect().left, text.getBoundingClientRect().left]; }"
    )
    assert box[0] > box[1]  # the picture stands at the right, where reading begins
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    text = page.inner_text("body")
    assert "\N{FIRST STRONG ISOLATE}911\N{POP DIRECTIONAL ISOLATE}" in text


def test_every_statement_is_on_the_page_with_its_id_and_its_source(knowledge):
    data = paper(knowledge, "ann")
    reader = Reader(leaflet_page(data))
    marked = {attributes["data-statement"] for _, attributes in reader.attributes if "data-statement" in attributes}
    assert marked == {line["id"] for section in data["sections"] for line in section["lines"]}
    for line in (line for section in data["sections"] for line in section["lines"]):
        assert " ".join(line["text"].split()) in reader.text
        assert {item["source"] for item in line["sources"]} <= set(data["sources"])


def test_a_name_that_is_a_tag_is_text(knowledge):
    data = paper(knowledge, "ann")
    data["patient"], data["title"] = "<script>alert(1)</script>", "<b>bold</b>"
    data["words"]["for_patient"] = "For: <script>alert(1)</script>"
    page = leaflet_page(data)
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_preview_says_on_the_page_that_it_is_not_for_the_patient(knowledge):
    from benzosafe.education.release import NOTHING

    page = leaflet_page(paper(knowledge, "ann", release=NOTHING, preview=True))
    assert 'class="not-released"' in page and page.count("unreleased") > 5


# --- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_pdf_is_tagged_in_its_language_and_the_same_every_time(language, knowledge):
    data = paper(knowledge, "ann", language=language)
    first, second = leaflet_pdf(data), leaflet_pdf(data)
    assert first == second and first.startswith(b"%PDF-1.7")
    inside = inside_pdf(first)
    assert b"/StructTreeRoot" in inside and f"/Lang ({language})".encode() in inside and b"pdfuaid" in inside
    for tag in (b"/S /H1", b"/S /H2", b"/S /L", b"/S /LI", b"/S /Figure"):
        assert tag in inside, tag
    assert inside.count(b"/S /Figure") == inside.count(b"/Alt ")


@pytest.mark.parametrize(("who", "audience", "language", "topics"), KINDS)
def test_large_print_has_nothing_below_18_points(who, audience, language, topics, knowledge):
    weasyprint = importlib.import_module("weasyprint")
    html = leaflet_page(paper(knowledge, who, audience, language, topics), large_print=True, paper=True)
    document = weasyprint.HTML(string=html).render()
    sizes = {
        round(box.style["font_size"] * 0.75, 2): box.text
        for page in document.pages
        for box in page._page_box.descendants()
        if hasattr(box, "text") and box.text.strip()
    }
    assert min(sizes) >= 17.99, sizes[min(sizes)]


def test_the_words_of_the_paper_are_those_of_the_page(knowledge, tmp_path):
    import subprocess

    data = paper(knowledge, "kim")
    path = tmp_path / "leaflet.pdf"
    path.write_bytes(leaflet_pdf(data))
    told = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True).stdout
    flat = re.sub(r"\s+", " ", told)
    for section in data["sections"]:
        for line in section["lines"]:
            assert line["text"] in flat, line["id"]
        for period in section["periods"]:
            assert section["topic"] == "start" or period["words"] in flat
            assert all(item["text"] in flat for drug in period["drugs"] for item in drug["lines"])
