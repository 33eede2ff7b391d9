"""The concept files as they lie on disk, read once for every test of them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

import benzosafe.knowledge
from benzosafe.knowledge.concepts import ICD10CM, ConceptIndex
from benzosafe.knowledge.model import ConditionConcept, ObservationConcept

FOLDER = Path(benzosafe.knowledge.__file__).parent
SHARED = Path(os.environ.get("BENZOSAFE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def read_yaml(path: Path) -> dict:
    return YAML(typ="safe", pure=True).load(path)


@cache
def conditions() -> dict[str, ConditionConcept]:
    files = sorted((FOLDER / "conditions").glob("*.yaml"))
    return {name: ConditionConcept.model_validate(raw) for file in files for name, raw in read_yaml(file).items()}


@cache
def observations() -> dict[str, ObservationConcept]:
    raw = read_yaml(FOLDER / "observations.yaml")
    return {name: ObservationConcept.model_validate(item) for name, item in raw.items()}


@cache
def index() -> ConceptIndex:
    return ConceptIndex(conditions(), observations())


def icd(code: str, system: str = ICD10CM) -> tuple[str, ...]:
    return index().conditions("", [(system, code)])


def said(text: str) -> tuple[str, ...]:
    return index().conditions(text)
