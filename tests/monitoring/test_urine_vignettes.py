"""Cases of urine tests with the answer that a published source leads to, each with its source; numbers are theirs."""

from __future__ import annotations

import pytest

from tests.monitoring.urine_cases import ended, read, taking

KIMS = "Research Trends TIA 2014;10: KIMS 36 % at 300 ng/mL, EMIT II+ 27 %, Triage 18 % of those taking clonazepam"
WEST = "West 2010, Pain Physician: 7-aminoclonazepam by LC-MS/MS at 40 ng/mL"
ASAM = "ASAM 2025, key takeaway 1b: presumptive tests with caution; house rule E-35"
MAYO = "Mayo Clinic Laboratories, drug book: metabolites and detection times"
WAKEMED = "WakeMed cross-reactivity table: lorazepam glucuronide 250, oxazepam glucuronide 50 ug/mL; zolpidem negative"
ROCHE = "Benzodiazepines II against Plus: 100 % against 66.7 % sensitive, glucuronidase is crucial"
KALE = "Kale 2019, Am Fam Physician: screens may not detect alprazolam or clonazepam; all screens are presumptive"
PIERGIES = "Piergies 1997: zolpidem never positive; temazepam 15 mg positive in 37 to 74 % after ten hours"
LABELS = "US labels of sertraline and oxaprozin: false positive screens; confirm"
BLANK = "Blank 2009: 49 of 50 on efavirenz positive"
DIAZEPAM = "PMID 30517712: after 10 mg once oxazepam for 203 to 322 h; alprazolam 26 to 61 h"
WANG = "Wang 2022: diazepam is excreted as temazepam and oxazepam glucuronides; the parent peaks at 2.4 ng/mL"
AEGIS = "Aegis 2019: alprazolam, clonazepam, flurazepam, lorazepam have metabolites of their own"
TRIAZOLAM = "J Anal Toxicol, Halcion: alpha-hydroxytriazolam conjugated, free below 5 ng/mL, 2 to 35 h"
LABPLUS = "LabPLUS Auckland: low cross-reactivity to nitrazepam and clonazepam; diazepam 1 day to 6 weeks"
BARRETT = "Barrett 1999: five kits do not detect flunitrazepam reliably"
ARUP = "ARUP 2008291: absence may be timing, absorption, dilution or limits of testing; cut-offs 5 to 20 ng/mL"
DOT = "49 CFR 40.65 and 40.88: 32 to 38 C in four minutes; creatinine below 20 dilute, below 2 substituted"
ACCURSO = "Accurso 2017: parent without metabolite may be added to the sample (buprenorphine); Wang 2022"
SCILIT = "Receptor agonists in urine: zopiclone N-oxide 86 %, 5-oxozaleplon 97 %"
QUAZEPAM = "14C-quazepam: 3-hydroxy-2-oxoquazepam glucuronide is the major one in urine"
MEYER = "Meyer 2016: clonazolam is excreted as amino and acetamino metabolites"
NEGRUSZ = "Negrusz: 7-aminoclonazepam up to 28 days after 3 mg once; Mayo up to 5 days at 100 ng/mL"

SCREEN, MS = "immunoassay", "mass_spectrometry"
# medicines; results; about; method; verdict; source
CASES = [
    (["clonazepam"], ["screen benzodiazepines - @300"], "clonazepam", SCREEN, "cannot tell", KIMS),
    (["clonazepam"], ["screen benzodiazepines - @200"], "clonazepam", SCREEN, "cannot tell", KIMS),
    (["clonazepam"], ["screen benzodiazepines - @200 h"], "clonazepam", SCREEN, "cannot tell", ASAM),
    (["clonazepam"], ["screen benzodiazepines + @200"], "clonazepam", SCREEN, "expected", KIMS),
    (["clonazepam"], ["ms 7-aminoclonazepam - @40 h"], "clonazepam", MS, "unexpected", WEST),
    (["clonazepam"], ["ms 7-aminoclonazepam - @200 h"], "clonazepam", MS, "cannot tell", WEST),
    (["clonazepam"], ["ms 7-aminoclonazepam - h"], "clonazepam", MS, "cannot tell", ARUP),
    (["clonazepam"], ["ms clonazepam - @5 h"], "clonazepam", MS, "cannot tell", MAYO),
    (["clonazepam"], ["ms 7-aminoclonazepam + 120 @5 h", "ms clonazepam - @5 h"], "clonazepam", MS, "expected", MAYO),
    (["clonazepam"], ["ms oxazepam - @20 h", "ms nordiazepam - @20 h"], "clonazepam", MS, "cannot tell", AEGIS),
    (["clonazepam"], ["ms benzodiazepines -"], "clonazepam", MS, "cannot tell", ARUP),
    (["clonazepam"], ["? clonazepam -"], "clonazepam", SCREEN, "cannot tell", KALE),
    (["lorazepam"], ["screen benzodiazepines -"], "lorazepam", SCREEN, "cannot tell", WAKEMED),
    (["lorazepam"], ["screen benzodiazepines - @200 h"], "lorazepam", SCREEN, "unexpected", ROCHE),
    (["lorazepam"], ["ms lorazepam - @20 nh"], "lorazepam", MS, "cannot tell", AEGIS),
    (["lorazepam"], ["ms lorazepam - @20"], "lorazepam", MS, "cannot tell", AEGIS),
    (["lorazepam"], ["ms lorazepam - @20 h"], "lorazepam", MS, "unexpected", ARUP),
    (["lorazepam"], ["ms lorazepam + 900 @20 h"], "lorazepam", MS, "expected", AEGIS),
    (["alprazolam"], ["screen benzodiazepines -"], "alprazolam", SCREEN, "cannot tell", KALE),
    (["alprazolam"], ["ms alpha-hydroxyalprazolam + @5 h"], "alprazolam", MS, "expected", MAYO),
    (["alprazolam"], ["ms alprazolam - @5 h"], "alprazolam", MS, "cannot tell", MAYO),
    (["diazepam"], ["ms oxazepam + 300 @20 h"], "diazepam", MS, "expected", DIAZEPAM),
    (["diazepam"], ["ms temazepam + @20 h", "ms oxazepam + @20 h", "ms nordiazepam + @20 h"], "diazepam", MS,
     "expected", MAYO),
    (["diazepam"], ["ms temazepam - @20 nh", "ms oxazepam - @20 nh", "ms nordiazepam - @20 nh"], "diazepam", MS,
     "cannot tell", WANG),
    (["diazepam"], ["ms temazepam - @20 h", "ms oxazepam - @20 h", "ms nordiazepam - @20 h"], "diazepam", MS,
     "unexpected", MAYO),
    (["diazepam"], ["screen benzodiazepines + @300"], "diazepam", SCREEN, "expected", LABPLUS),
    (["diazepam"], ["screen benzodiazepines - @300"], "diazepam", SCREEN, "unexpected", LABPLUS),
    (["diazepam"], ["? benzodiazepines -"], "diazepam", SCREEN, "cannot tell", KALE),
    (["diazepam"], ["ms diazepam + 900 @5 h", "ms temazepam - @5 h", "ms oxazepam - @5 h", "ms nordiazepam - @10 h"],
     "diazepam", MS, "unexpected", ACCURSO),
    (["diazepam"], ["ms diazepam + 3 @1 h", "ms temazepam - @5 h", "ms oxazepam - @5 h", "ms nordiazepam - @10 h"],
     "diazepam", MS, "cannot tell", WANG),
    (["clonazepam"], ["ms clonazepam + @5 h", "ms 7-aminoclonazepam - @5 h"], "clonazepam", MS, "cannot tell", ACCURSO),
    (["temazepam"], ["screen benzodiazepines -"], "temazepam", SCREEN, "cannot tell", PIERGIES),
    (["temazepam"], ["ms oxazepam + @20 h", "ms temazepam + @20 h"], "temazepam", MS, "expected", AEGIS),
    (["temazepam"], ["ms nordiazepam + @20 h"], "nordiazepam", MS, "unexpected", MAYO),
    (["oxazepam"], ["screen benzodiazepines - @300"], "oxazepam", SCREEN, "cannot tell", WAKEMED),
    (["oxazepam"], ["ms temazepam + @20 h"], "temazepam", MS, "unexpected", MAYO),
    (["chlordiazepoxide"], ["ms nordiazepam + @20 h", "ms oxazepam + @20 h"], "chlordiazepoxide", MS, "expected", MAYO),
    (["triazolam"], ["ms alpha-hydroxytriazolam - @20 nh"], "triazolam", MS, "cannot tell", TRIAZOLAM),
    (["nitrazepam"], ["screen benzodiazepines -"], "nitrazepam", SCREEN, "cannot tell", LABPLUS),
    (["flunitrazepam"], ["screen benzodiazepines - @300"], "flunitrazepam", SCREEN, "cannot tell", BARRETT),
    (["flunitrazepam"], ["ms 7-aminoflunitrazepam + @5"], "flunitrazepam", MS, "expected", MAYO),
    (["quazepam"], ["ms N-desalkylflurazepam - @10 h"], "quazepam", MS, "cannot tell", QUAZEPAM),
    (["zolpidem"], ["screen benzodiazepines - @300"], "zolpidem", SCREEN, "cannot tell", PIERGIES),
    (["zolpidem"], ["screen benzodiazepines + @300"], "benzodiazepines", SCREEN, "cannot tell", PIERGIES),
    (["zopiclone"], ["ms zopiclone N-oxide + @10"], "zopiclone", MS, "expected", SCILIT),
    (["zaleplon"], ["ms zaleplon - @10"], "zaleplon", MS, "cannot tell", SCILIT),
    (["sertraline"], ["screen benzodiazepines +"], "benzodiazepines", SCREEN, "cannot tell", LABELS),
    (["efavirenz"], ["screen benzodiazepines + @300"], "benzodiazepines", SCREEN, "cannot tell", BLANK),
    ([], ["screen benzodiazepines + @300"], "benzodiazepines", SCREEN, "cannot tell", KALE),
    ([], ["screen benzodiazepines - @300"], "benzodiazepines", SCREEN, "expected", KALE),
    ([], ["ms alpha-hydroxyalprazolam + 80 @5 h"], "alpha-hydroxyalprazolam", MS, "unexpected", MAYO),
    ([], ["screen alprazolam +"], "alprazolam", SCREEN, "cannot tell", KALE),
    (["clonazepam"], ["ms 8-aminoclonazolam + 30 @5"], "8-aminoclonazolam", MS, "unexpected", MEYER),
    (["clonazepam", "diazepam"], ["screen benzodiazepines - @300"], "clonazepam", SCREEN, "cannot tell", KIMS),
]  # fmt: skip


@pytest.mark.parametrize(("medicines", "results", "about", "method", "verdict", "source"), CASES)
def test_vignette(knowledge, medicines, results, about, method, verdict, source):
    assert source
    reading = read(knowledge, [taking(name) for name in medicines], *results)
    found = [one for one in reading.judged if (one.about, one.method) == (about, method)]
    assert [one.verdict for one in found] == [verdict]
    assert found[0].reasons and found[0].shows and found[0].does_not_show


def test_there_are_enough_of_them():
    assert len(CASES) >= 40 and {verdict for *_, verdict, _ in CASES} == {"expected", "unexpected", "cannot tell"}


@pytest.mark.parametrize(
    ("drug", "days", "verdict", "source"),
    [
        ("diazepam", 8, "expected", DIAZEPAM), ("diazepam", 30, "cannot tell", LABPLUS),
        ("diazepam", 60, "unexpected", LABPLUS), ("alprazolam", 2, "expected", DIAZEPAM),
        ("alprazolam", 4, "cannot tell", MAYO), ("alprazolam", 20, "unexpected", MAYO),
        ("clonazepam", 4, "expected", NEGRUSZ), ("clonazepam", 20, "cannot tell", NEGRUSZ),
        ("clonazepam", 40, "unexpected", NEGRUSZ), ("triazolam", 10, "unexpected", TRIAZOLAM),
        ("nitrazepam", 90, "cannot tell", "no window is known here"),
    ],
)  # fmt: skip
def test_what_was_stopped_is_found_for_a_while(knowledge, drug, days, verdict, source):
    assert source
    substance = {
        "diazepam": "oxazepam", "alprazolam": "alpha-hydroxyalprazolam", "clonazepam": "7-aminoclonazepam",
        "triazolam": "alpha-hydroxytriazolam", "nitrazepam": "7-aminonitrazepam",
    }[drug]  # fmt: skip
    reading = read(knowledge, [ended(drug, days)], f"ms {substance} + 50 @5 h")
    assert [one.verdict for one in reading.judged] == [verdict]


def test_the_sentence_that_matters(knowledge):
    reading = read(knowledge, [taking("clonazepam")], "screen benzodiazepines - @300")
    said = reading.judged[0]
    assert "does not show non-use" in said.does_not_show
    assert said.confirm and said.confirm.substances == (("7-aminoclonazepam", 40.0),) and said.confirm.hydrolysis
    assert reading.confirmed_unexpected == () and any("abrupt stop" in rule for rule in reading.rules)
    assert any("no taper" in rule and "no discharge" in rule for rule in reading.rules)


def test_false_positives_on_the_list_are_named(knowledge):
    reading = read(knowledge, [taking("oxaprozin"), taking("sertraline")], "screen benzodiazepines +")
    assert all(any(name in line for line in reading.judged[0].innocent) for name in ("oxaprozin", "sertraline"))


def test_parent_alone_is_a_question(knowledge):
    reading = read(knowledge, [taking("clonazepam")], "ms clonazepam + 2000 @5 h", "ms 7-aminoclonazepam - @5 h")
    said = reading.judged[0]
    assert said.verdict == "unexpected" and "not an accusation" in said.does_not_show and len(said.innocent) >= 4
    assert reading.confirmed_unexpected == (said,)
