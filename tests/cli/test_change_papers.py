"""The papers of a change of medicine: each shows both medicines, and its words are counted again here."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from icalendar import Calendar

from benzosafe.errors import InputRefused
from benzosafe.render.taper_calendar import html_calendar
from benzosafe.render.taper_pharmacy import html_pharmacy
from tests.cli.taper_command import OVERRIDE, refused, run, words_of_pages

MEDICINES = ("lorazepam 0.5 mg in the morning since 2024-02-01", "lorazepam 1 mg at bedtime since 2024-02-01")
VIA = (
    "--on", "2026-11-24", "--country", "UK", "--no-levels", "--pace", "10/14", "--to", "6", "--via", "diazepam",
    "--products", "tablet:2s,5s", "--from-products", "tablet:0.5,1s",
)  # fmt: skip
# What is taken of each in a day of each stage [mg].
STAGES = {
    ("2026-11-24", "2026-12-07"): (1.0, 2.5), ("2026-12-08", "2026-12-21"): (0.5, 5.0),
    ("2026-12-22", "2027-01-04"): (0.0, 7.5),
}  # fmt: skip
PORTION = re.compile(r"(\d*)(½?) × ([\d.]+) mg tablet")


@pytest.fixture
def made(patient, tmp_path):
    """The text of a paper, or the bytes of one that is no text."""

    def make(name, *more):
        out = tmp_path / name
        run(patient(*MEDICINES), *VIA, *more, "--out", out)
        return out.read_bytes() if name.endswith(".pdf") else out.read_text(encoding="utf-8")

    return make


def milligrams(words):
    """The portions a text names, added up [mg]."""
    found = PORTION.findall(words)
    return sum((int(whole or 0) + (0.5 if half else 0)) * float(strength) for whole, half, strength in found)


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- the patient's calendar -----------------------------------------------------------------------------------------


def test_the_calendar_draws_both_medicines_of_every_stage(made):
    page = made("calendar.html")
    sections = re.findall(r'<section class="step" aria-labelledby="stage-\d+">.*?</section>', page, re.DOTALL)
    assert len(sections) == len(STAGES)
    for section, ((starts, ends), (old, new)) in zip(sections, STAGES.items(), strict=True):
        taken = re.findall(r"<strong>(.*?)</strong> of (lorazepam|diazepam)<br>", section)
        of = {drug: sum(milligrams(plain(words)) for words, name in taken if name == drug)
              for drug in ("lorazepam", "diazepam")}  # fmt: skip
        assert (of["lorazepam"], of["diazepam"]) == (old, new), "the portions are the dose"
        stated = {name: float(mg) for mg, name in re.findall(r"([\d.]+) mg</strong> of (\w+)", section)}
        assert stated == {name: mg for name, mg in of.items() if mg}
        assert len(re.findall("<svg ", section)) == len(taken), "every portion has its picture"
        days = (date.fromisoformat(ends) - date.fromisoformat(starts)).days + 1
        hours = len(re.findall('<p class="when">', section))
        assert section.count('class="box"') == days * hours == 28
    assert "No more lorazepam." in plain(sections[-1]) and "No more lorazepam." not in plain(sections[0])


def test_the_calendar_warns_of_two_medicines_and_waits_for_the_prescriber(made):
    words = plain(made("calendar.html"))
    assert "Do not take your old dose of lorazepam as well" in words
    assert "Do not stop lorazepam early" in words
    assert [f"Call before stage {number}" in words for number in (1, 2, 3)] == [False, True, True]
    assert "Before the change: 1.5 mg of lorazepam a day" in words
    assert "change from lorazepam to diazepam, then take less slowly" in words


def test_the_range_stands_on_every_page_with_its_sources(made):
    data = json.loads(made("plan.json"))
    values = data["crossover"]["equivalence"]["values"]
    papers = [
        made("calendar.html"),
        made("sheet.html", "--paper", "pharmacy"),
        made("page.html", "--paper", "clinician"),
    ]
    for words in map(plain, papers):
        assert all(value["title"] in words and value["source"] in words for value in values)
    for words in map(plain, papers[:2]):
        assert "1 mg of lorazepam is said to equal 5 to 10 mg of diazepam; used: 5 mg" in words
        assert "take the next lower one" not in words, "that is said before products are chosen"


def test_the_pdf_has_both_medicines(made, tmp_path):
    for name, more in (("calendar.pdf", ()), ("large.pdf", ("--large-print",)), ("sheet.pdf", ("--paper", "pharmacy"))):
        made(name, *more)
        text = " ".join(words_of_pages(tmp_path / name))
        assert "lorazepam" in text and "diazepam" in text and "vadod_2021" in text


def test_an_override_stands_on_the_papers_of_a_change(made):
    for more in ((), ("--paper", "pharmacy")):
        assert "OVERRIDE" in made("page.html", *more, *OVERRIDE, "--equivalence", "ashton_2002")


def test_a_calendar_of_altered_doses_is_not_drawn(made):
    data = json.loads(made("plan.json"))
    data["crossover"]["made"][0]["new"][0]["take"][0]["units"] = 1.0
    with pytest.raises(InputRefused, match=r"calendar.*states 2.5 mg, but the portions make 5 mg"):
        html_calendar(data)
    data = json.loads(made("plan.json"))
    data["crossover"]["made"].pop()
    with pytest.raises(InputRefused, match="after the change lorazepam is still taken"):
        html_calendar(data)


# --- the pharmacist -------------------------------------------------------------------------------------------------


def test_the_sheet_counts_both_medicines(made):
    data = json.loads(made("plan.json"))
    old, new = data["change_supply"], data["supply"]
    taken = {"lorazepam": 0.0, "diazepam": 0.0}
    for sheet in (old, new):
        for fill in sheet["fills"]:
            for count in fill["counts"]:
                taken[sheet["drug"]] += count["taken"] * float(count["product"].split()[0])
    days = 14
    after = sum(step["delivered_mg_per_day"] * step["days"] for step in data["steps"])
    assert taken["lorazepam"] == days * sum(mg for mg, _ in STAGES.values())
    assert taken["diazepam"] == pytest.approx(days * sum(mg for _, mg in STAGES.values()) + after)
    page = plain(made("sheet.html", "--paper", "pharmacy"))
    for sheet in (old, new):
        assert f"schedule {sheet['law']['schedule']}" in page
        for fill in sheet["fills"]:
            row = f"{fill['earliest_on']} {sheet['drug']} {fill['number']} {fill['starts_on']} to {fill['ends_on']}"
            assert row in page
            assert all(count["words"] in page for count in fill["counts"])
    assert old["fills"][-1]["ends_on"] == "2026-12-21" and old["ends_on"] == "2026-12-21"


def test_the_ids_of_a_sheet_are_unique(made):
    ids = re.findall(r' id="([^"]+)"', made("sheet.html", "--paper", "pharmacy"))
    assert len(ids) == len(set(ids))


def test_a_sheet_without_a_change_is_as_before(made):
    data = json.loads(made("plan.json"))
    assert "Both medicines" not in html_pharmacy(data["supply"])


# --- reminders ------------------------------------------------------------------------------------------------------


def events(text):
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_reminders_name_both_medicines_when_asked(made):
    found = events(made("plan.ics", "--name-medicines"))
    for (starts, _), (old, new) in STAGES.items():
        (event,) = [
            one for one in found
            if one["DTSTART"].dt == date.fromisoformat(starts) and "Change from lorazepam" in one["DESCRIPTION"]
        ]  # fmt: skip
        every_day = str(event["DESCRIPTION"]).partition("every day: ")[2]
        old_words = re.search(r"lorazepam (at .*?) \([\d.]+ mg a day\)", every_day)
        new_words = re.search(r"diazepam (at .*?) \([\d.]+ mg a day\)", every_day)
        assert (milligrams(old_words[1]) if old_words else 0.0, milligrams(new_words[1])) == (old, new)
        assert bool(old_words) != ("no more lorazepam" in every_day)
    fills = [str(one["DESCRIPTION"]) for one in found if one["SUMMARY"] == "Collect at the pharmacy"]
    assert any("of lorazepam" in text for text in fills) and any("of diazepam" in text for text in fills)


def test_reminders_name_nothing_unless_asked(made):
    text = made("plan.ics")
    assert "lorazepam" not in text and "diazepam" not in text
    found = events(text)
    assert len(found) == len(events(made("named.ics", "--name-medicines")))
    assert len({one["UID"] for one in found}) == len(found)
    two = [one["DTSTART"].dt for one in found if "Two medicines in these days" in one["DESCRIPTION"]]
    assert two == [date(2026, 11, 24), date(2026, 12, 8)]
    called = {one["DTSTART"].dt for one in found if one["SUMMARY"] == "Call before this step"}
    assert {date(2026, 12, 8), date(2026, 12, 22)} <= called and date(2026, 11, 24) not in called


def test_naming_medicines_is_for_reminders(patient):
    message = refused(patient(*MEDICINES), *VIA, "--name-medicines", "--format", "json", code=2)
    assert "--name-medicines" in message and "ics" in message


# --- FHIR -----------------------------------------------------------------------------------------------------------


def test_one_request_per_medicine_with_bounds(made):
    bundle = json.loads(made("bundle.json", "--format", "fhir"))
    requests = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "MedicationRequest"]
    by_drug = {one["medicationCodeableConcept"]["text"]: one for one in requests}
    assert list(by_drug) == ["lorazepam", "diazepam"] and len(requests) == 2
    for place, (drug, request) in enumerate(by_drug.items()):
        assert (request["status"], request["intent"]) == ("draft", "plan")
        assert request["dispenseRequest"]["numberOfRepeatsAllowed"] == 0
        for (starts, ends), mg in STAGES.items():
            doses = [
                one for one in request["dosageInstruction"]
                if one["timing"]["repeat"]["boundsPeriod"] == {"start": starts, "end": ends}
            ]  # fmt: skip
            taken = sum(
                one["doseAndRate"][0]["doseQuantity"]["value"] * one["timing"]["repeat"]["frequency"] for one in doses
            )
            assert taken == mg[place], (drug, starts)
            for one in doses:
                assert milligrams(one["text"]) == one["doseAndRate"][0]["doseQuantity"]["value"]
    bounds = [one["timing"]["repeat"]["boundsPeriod"]["end"] for one in by_drug["lorazepam"]["dosageInstruction"]]
    assert max(bounds) == by_drug["lorazepam"]["dispenseRequest"]["validityPeriod"]["end"] == "2026-12-21"
    sequences = [one["sequence"] for one in by_drug["diazepam"]["dosageInstruction"]]
    assert sequences == sorted(sequences) and sequences[0] == 1


def test_the_care_plan_has_every_stage_of_both_and_the_range(made):
    bundle = json.loads(made("bundle.json", "--format", "fhir"))
    (care,) = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "CarePlan"]
    assert care["period"]["start"] == "2026-11-24" and "Change from lorazepam to diazepam" in care["title"]
    details = [one["detail"] for one in care["activity"] if "detail" in one]
    days = {}
    for detail in details:
        drug, period = detail["productCodeableConcept"]["text"], detail["scheduledPeriod"]
        days[drug, period["start"]] = detail["dailyAmount"]["value"]
    for (starts, _), (old, new) in STAGES.items():
        assert days["diazepam", starts] == new and days.get(("lorazepam", starts), 0.0) == old
    notes = " ".join(note["text"] for note in care["note"])
    assert "5 to 10 mg of diazepam; used: 5 mg" in notes and "vadod_2021] USED" in notes
    links = {one["reference"]["reference"] for one in care["activity"] if "reference" in one}
    assert links <= {entry["fullUrl"] for entry in bundle["entry"]} and len(links) == 2
    ids = [entry["resource"]["id"] for entry in bundle["entry"]]
    assert len(set(ids)) == len(ids)
    assert json.loads(made("again.json", "--format", "fhir")) == bundle
