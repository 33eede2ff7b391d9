"""Every drug of the class on its own published map of parent and metabolites, typed here, not read from our files."""

from __future__ import annotations

import pytest

from benzosafe.facts.catalog import catalog_of
from benzosafe.monitoring.urine_names import coded, named
from tests.monitoring.urine_cases import read, taking, verdicts

MS = "mass_spectrometry"
# Drug: substances that show it in urine, the main one first. Sources: Mayo Clinic Laboratories drug book (alprazolam,
# chlordiazepoxide, clonazepam, diazepam, flunitrazepam, flurazepam, triazolam), Aegis 2019 (clorazepate, lorazepam,
# temazepam), Ajman and Chèze 2004 (bromazepam), receptor agonists in urine (clobazam, phenazepam, zaleplon, zopiclone),
# 14C-quazepam, Meyer 2016 (clonazolam), ARUP panel (midazolam); the others from textbooks, recalled.
PUBLISHED = {
    "alprazolam": ["alpha-hydroxyalprazolam", "alprazolam"],
    "bromazepam": ["3-hydroxybromazepam", "bromazepam"],
    "bromazolam": ["alpha-hydroxybromazolam", "bromazolam"],
    "brotizolam": ["alpha-hydroxybrotizolam", "brotizolam"],
    "chlordiazepoxide": ["nordiazepam", "oxazepam", "demoxepam", "chlordiazepoxide"],
    "clobazam": ["N-desmethylclobazam", "clobazam"],
    "clonazepam": ["7-aminoclonazepam", "clonazepam"],
    "clonazolam": ["8-aminoclonazolam", "clonazolam"],
    "clorazepate": ["nordiazepam", "oxazepam"],
    "diazepam": ["oxazepam", "temazepam", "nordiazepam", "diazepam"],
    "estazolam": ["4-hydroxyestazolam", "estazolam"],
    "eszopiclone": ["zopiclone N-oxide", "zopiclone"],
    "etizolam": ["alpha-hydroxyetizolam", "etizolam"],
    "flualprazolam": ["alpha-hydroxyflualprazolam", "flualprazolam"],
    "flubromazolam": ["alpha-hydroxyflubromazolam", "flubromazolam"],
    "flunitrazepam": ["7-aminoflunitrazepam", "flunitrazepam"],
    "flurazepam": ["2-hydroxyethylflurazepam", "N-desalkylflurazepam", "flurazepam"],
    "halazepam": ["oxazepam", "nordiazepam"],
    "ketazolam": ["oxazepam", "nordiazepam", "diazepam"],
    "loprazolam": ["loprazolam"],
    "lorazepam": ["lorazepam"],
    "lormetazepam": ["lormetazepam", "lorazepam"],
    "medazepam": ["oxazepam", "nordiazepam"],
    "midazolam": ["alpha-hydroxymidazolam", "midazolam"],
    "nitrazepam": ["7-aminonitrazepam", "nitrazepam"],
    "nordazepam": ["nordiazepam", "oxazepam"],
    "oxazepam": ["oxazepam"],
    "phenazepam": ["phenazepam", "3-hydroxyphenazepam"],
    "prazepam": ["oxazepam", "nordiazepam"],
    "quazepam": ["3-hydroxy-2-oxoquazepam", "N-desalkylflurazepam"],
    "remimazolam": ["remimazolam acid"],
    "temazepam": ["temazepam", "oxazepam"],
    "triazolam": ["alpha-hydroxytriazolam", "triazolam"],
    "zaleplon": ["5-oxozaleplon", "zaleplon"],
    "zolpidem": ["zolpidem phenyl-4-carboxylic acid", "zolpidem"],
    "zopiclone": ["zopiclone N-oxide", "N-desmethylzopiclone", "zopiclone"],
}
PAIRS = [(drug, substance) for drug, substances in PUBLISHED.items() for substance in substances]
NOVEL = ("bromazolam", "clonazolam", "etizolam", "flualprazolam", "flubromazolam")


def test_no_drug_of_the_class_is_left_out(knowledge):
    members = catalog_of(knowledge)
    known = {name for name, row in members.index.items() if members.members["bzra"][row]}
    assert known == set(PUBLISHED) == set(knowledge.urine.drugs)


@pytest.mark.parametrize(("drug", "substance"), PAIRS)
def test_what_it_yields_is_expected(knowledge, drug, substance):
    reading = read(knowledge, [taking(drug)], f"ms {substance} + 50 @5 h")
    assert verdicts(reading) == {(drug, MS): "expected"} and not reading.not_understood


@pytest.mark.parametrize(("drug", "substance"), PAIRS)
def test_it_is_unexpected_where_nothing_yields_it(knowledge, drug, substance):
    reading = read(knowledge, [taking("sertraline")], f"ms {substance} + 50 @5 h")
    assert [one.verdict for one in reading.judged] == ["unexpected"]
    said = reading.judged[0]
    assert drug in said.shows and said.ask and any("household" in words for words in said.innocent)


@pytest.mark.parametrize(("drug", "substance"), PAIRS)
def test_it_may_be_prescribed_elsewhere(knowledge, drug, substance):
    reading = read(knowledge, [], f"ms {substance} + 50 @5 h", known=False)
    assert [one.verdict for one in reading.judged] == ["cannot tell"]
    assert any("prescribed elsewhere" in reason for reason in reading.judged[0].reasons), drug


@pytest.mark.parametrize("drug", PUBLISHED)
def test_a_screen_beside_it_is_never_proof(knowledge, drug):
    """Also where screens find it, a negative one is only a reason to confirm; a positive one names no drug."""
    for sign in "+-":
        reading = read(knowledge, [taking(drug)], f"screen benzodiazepines {sign} @300")
        assert reading.confirmed_unexpected == ()
        assert all(one.confirm is not None for one in reading.judged if one.about == drug)


@pytest.mark.parametrize("drug", [name for name, found in PUBLISHED.items() if name not in ("loprazolam",)])
def test_not_looking_for_the_main_substance_tells_nothing(knowledge, drug):
    other = "ms 7-aminoclonazepam - @5 h" if drug != "clonazepam" else "ms lorazepam - @20 h"
    reading = read(knowledge, [taking(drug)], other)
    assert verdicts(reading) == {(drug, MS): "cannot tell"}


def test_what_is_not_known_is_said(knowledge):
    drugs = knowledge.urine.drugs
    for name in ("loprazolam", "lormetazepam", "quazepam", *NOVEL):
        assert drugs[name].not_known, name
    assert all(drug.long_days or drug.not_known for drug in drugs.values())
    for drug in drugs.values():
        assert drug.evidence and drug.screen.evidence and drug.status == "draft"


@pytest.mark.parametrize(
    ("written", "kind", "label"),
    [
        ("Klonopin", "substance", "clonazepam"), ("α-hydroxyetizolam", "substance",
         "alpha-hydroxyetizolam"), ("α-hydroxyalprazolam", "substance", "alpha-hydroxyalprazolam"),
        ("7-Aminoclonazepam, Urine", "substance", "7-aminoclonazepam"), ("ALPHA-OH-ALPRAZOLAM", "substance",
         "alpha-hydroxyalprazolam"), ("N-Desmethyldiazepam", "substance", "nordiazepam"),
        ("7-NH-clonazepam", "substance", "7-aminoclonazepam"), ("nordazepam", "substance", "nordiazepam"),
        ("Benzodiazepines Screen, Urine", "benzodiazepines", "benzodiazepines"), ("BZO", "benzodiazepines",
         "benzodiazepines"), ("Opiates", "not_judged", "opiates and opioids"), ("oxycodone", "not_judged", "oxycodone"),
        ("THC", "not_judged", "cannabinoids"), ("eszopiclone", "substance", "zopiclone"),
        ("gabapentin", "not_judged", "gabapentin"), ("frobnicol", "unknown", "frobnicol"), ("", "unknown", ""),
    ],
)  # fmt: skip
def test_names_of_reports(knowledge, written, kind, label):
    found = named(written, knowledge)
    assert (found.kind, found.label) == (kind, label)


@pytest.mark.parametrize(
    ("code", "label", "method"),  # from the value set drug-urine-screening of the CDS4CPM guide
    [
        ("14316-4", "benzodiazepines", "immunoassay"), ("3390-2", "benzodiazepines", ""),
        ("16195-0", "benzodiazepines", MS), ("51776-3", "7-aminoclonazepam", MS), ("17088-6", "lorazepam", MS),
        ("19520-6", "lorazepam", "immunoassay"), ("3887-7", "oxazepam", ""), ("72768-5",
         "zolpidem phenyl-4-carboxylic acid", MS), ("94105-4", "alpha-hydroxytriazolam", "immunoassay"),
    ],
)  # fmt: skip
def test_codes_of_reports(knowledge, code, label, method):
    assert coded(code, knowledge) == (label, method)
    assert coded("718-7", knowledge) is None
