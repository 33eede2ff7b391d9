"""The knowledge loads, its cases hold, and faulty files are refused with file, line and nearest name."""

from __future__ import annotations

import re
import shutil

import pytest

from benzosafe.cli.schemas import write_schemas
from benzosafe.errors import KnowledgeInvalid
from benzosafe.knowledge.load import FOLDER, read_knowledge
from benzosafe.render.knowledge_page import reference_page
from benzosafe.review.evaluate import check_rules
from tests.conftest import ROOT

ABRUPT = ("stop immediately", "stop at once", "discontinue immediately", "stop abruptly", "cold turkey", "stop now")


def test_every_rule_compiles_and_every_case_holds(knowledge):
    assert [str(issue) for issue in check_rules(knowledge)] == []


def test_the_promised_breadth_is_there(knowledge):
    bzra = [drug for drug in knowledge.drugs.values() if drug.benzodiazepine]
    assert len(bzra) >= 28
    assert len(knowledge.drugs) - len(bzra) >= 350
    assert len(knowledge.rules) >= 120
    assert set(knowledge.topics.values()) >= {
        "respiratory",
        "metabolism",
        "duplication",
        "dependence",
        "populations",
        "dose",
        "identity",
    }


def test_no_rule_claims_a_clinical_review(knowledge):
    assert {item.status for item in [*knowledge.rules.values(), *knowledge.drugs.values()]} == {"draft"}
    assert not [rule.id for rule in knowledge.rules.values() if rule.checked.checker]


def test_no_advice_suggests_an_abrupt_stop(knowledge):
    negated = re.compile(r"\b(not|never|nor|no reason to|instead of)\b[^.;]{0,40}$")
    faults = []
    for rule in knowledge.rules.values():
        text = " ".join(f"{rule.reason} {rule.advice}".lower().split())
        for words in ABRUPT:
            for match in re.finditer(words, text):
                if not negated.search(text[: match.start()]):
                    faults.append((rule.id, text[max(0, match.start() - 60) : match.end()]))
    assert faults == []


def test_dependence_is_never_called_addiction(knowledge):
    titles = [f"{rule.title} {rule.reason}".lower() for rule in knowledge.rules.values()]
    assert not [title for title in titles if "addict" in title]


def test_reference_page_is_fresh(knowledge):
    written = (ROOT / "docs" / "reference" / "knowledge.md").read_text(encoding="utf-8")
    assert written == reference_page(knowledge), "run: benzosafe knowledge page"


def test_schemas_are_fresh(tmp_path):
    for path in write_schemas(tmp_path):
        assert path.read_text() == (ROOT / "schemas" / path.name).read_text(), "run: benzosafe knowledge schema"


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder)
    return folder


def refuse(folder):
    with pytest.raises(KnowledgeInvalid) as caught:
        read_knowledge(folder)
    return [str(issue) for issue in caught.value.issues]


def test_all_faults_are_collected_with_file_and_line(copy):
    clonazepam = copy / "drugs" / "clonazepam.yaml"
    text = clonazepam.read_text()
    assert "population: " in text
    clonazepam.write_text(text.replace("status: draft", "statuss: draft", 1).replace("population: ", "populatoin: ", 1))
    lorazepam = copy / "drugs" / "lorazepam.yaml"
    lorazepam.write_text(lorazepam.read_text().replace("name: lorazepam", "name: lorazepam\nname: lorazepam", 1))
    faults = "\n".join(refuse(copy))
    assert "drugs/clonazepam.yaml" in faults and "Did you mean 'status'?" in faults
    assert "population" in faults
    assert "drugs/lorazepam.yaml" in faults


def test_a_number_without_source_does_not_load(copy):
    path = copy / "parameters.yaml"
    path.write_text(path.read_text() + "new_number: {value: 3, unit: d, population: adults, confidence: recalled}\n")
    line = len(path.read_text().splitlines())
    assert any(f"parameters.yaml:{line}:" in fault and "source" in fault for fault in refuse(copy))


def test_an_unknown_source_is_named_with_the_nearest(copy):
    path = copy / "drugs" / "clonazepam.yaml"
    path.write_text(path.read_text().replace("asam_2025", "asam_2052"))
    assert any("asam_2052" in fault and "asam_2025" in fault for fault in refuse(copy))
