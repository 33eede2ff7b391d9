"""The two decks: what the sources say must be found is found, and benign patients are not interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from benzosafe.fhir.read import read_bundle
from benzosafe.patient.handwritten import read_handwritten, read_medicine_line
from benzosafe.review.report import report
from benzosafe.review.review import review

DECKS = Path(__file__).parent
FIRST_QUIET_TIER = 2


def _deck(name: str) -> list[dict[str, Any]]:
    vignettes = []
    for path in sorted((DECKS / name).glob("*.yaml")):
        vignettes += [{**vignette, "file": path} for vignette in YAML(typ="safe").load(path)]
    return vignettes


def _params(deck: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(vignette, id=vignette["id"]) for vignette in deck]


MUST_FIRE = _deck("must_fire")
STAY_QUIET = _deck("stay_quiet")


def _reviewed(vignette: dict[str, Any], knowledge: Any) -> dict[str, Any]:
    on, name = vignette["on"], vignette["id"]
    if "bundle" in vignette:
        record = read_bundle((vignette["file"].parent / vignette["bundle"]).read_bytes(), name, knowledge, on)
    else:
        record = read_handwritten(vignette["patient"], name, knowledge, on)
    drafts = []
    for number, line in enumerate(vignette.get("drafts", []), start=1):
        drafts += read_medicine_line(line, knowledge, order_id=f"draft {number}", source="draft", on=on)
    return report(review(record, knowledge, on, drafts))


def _line(finding: dict[str, Any]) -> str:
    names = " + ".join(finding["ingredients"])
    return f"{finding['topic']} {finding['severity']} (tier {finding['tier']}) {finding['rule']}: {names}"


def _found(finding: dict[str, Any], expect: dict[str, Any]) -> bool:
    return (
        finding["topic"] == expect["topic"]
        and finding["severity"] == expect["severity"]
        and set(expect["ingredients"]) <= set(finding["ingredients"])
        and all(name in finding["reason"].lower() for name in expect.get("named", []))
        and (finding["caused_by_draft"] or not expect.get("caused_by_draft", False))
    )


@pytest.mark.parametrize("vignette", _params(MUST_FIRE))
def test_must_fire(vignette: dict[str, Any], knowledge: Any) -> None:
    result = _reviewed(vignette, knowledge)
    said = [_line(finding) for finding in result["findings"]]
    assert any(_found(finding, vignette["expect"]) for finding in result["findings"]), (
        f"{vignette['says']} Expected {vignette['expect']} ({vignette['source']}); found {said}; "
        f"unresolved {[gap['what'] for gap in result['unresolved']]}"
    )


@pytest.mark.parametrize("vignette", _params(STAY_QUIET))
def test_stays_quiet(vignette: dict[str, Any], knowledge: Any) -> None:
    findings = _reviewed(vignette, knowledge)["findings"]
    loud = [_line(finding) for finding in findings if finding["tier"] < FIRST_QUIET_TIER]
    assert not loud, f"{vignette['says']} ({vignette['source']})"


def test_decks_are_large_enough_and_sourced(knowledge: Any) -> None:
    everything = MUST_FIRE + STAY_QUIET
    assert len(MUST_FIRE) >= 150
    assert len(STAY_QUIET) >= 80
    assert len({vignette["id"] for vignette in everything}) == len(everything)
    cited = {source.strip() for vignette in everything for source in vignette["source"].split(",")}
    assert cited <= set(knowledge.sources)
