"""Checks of the knowledge of urine tests: every drug of the class is spoken of, and every substance named exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benzosafe.errors import KnowledgeIssue, nearest
from benzosafe.knowledge.names import key_of

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge
    from benzosafe.knowledge.urine_model import UrineAnalyte, UrineGroup


def urine_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    """Drugs without an entry, substances and medicines that are not known, and a name or code that means two things."""
    urine = knowledge.urine
    known = {*knowledge.drugs, *(item.name for item in knowledge.bystanders)}
    for name, drug in urine.drugs.items():
        if name not in knowledge.drugs:
            yield KnowledgeIssue("urine/drugs.yaml", 1, name, f"no drug '{name}'.{nearest(name, knowledge.drugs)}")
        for analyte in set(drug.analytes) - set(urine.analytes):
            what = f"no substance '{analyte}'.{nearest(analyte, urine.analytes)}"
            yield KnowledgeIssue("urine/drugs.yaml", 1, f"{name}.analytes", what)
    for name in set(urine.false_positives) - known:
        what = f"no medicine '{name}'.{nearest(name, known)}"
        yield KnowledgeIssue("urine/false_positives.yaml", 1, name, what)
    if urine.drugs:
        yield from _left_out(knowledge)
    yield from _twice(knowledge)


def _left_out(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    for name, drug in knowledge.drugs.items():
        if {"benzodiazepine", "novel_benzodiazepine", "z_drug"} & set(
            drug.classes
        ) and name not in knowledge.urine.drugs:
            yield KnowledgeIssue(
                "urine/drugs.yaml", 1, name, f"says nothing of '{name}'; say at least what is not known"
            )


def _twice(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    owners: dict[str, str] = {}
    entries: list[tuple[str, str, UrineAnalyte | UrineGroup]] = [
        *(("analytes", name, analyte) for name, analyte in knowledge.urine.analytes.items()),
        *(("groups", name, group) for name, group in knowledge.urine.groups.items()),
    ]
    for file, name, item in entries:
        codes = (*item.loinc.screen, *item.loinc.confirm, *item.loinc.other)
        for word in {*(key_of(text) for text in (name, item.label, *item.names)), *codes}:
            if owners.setdefault(word, name) != name:
                yield KnowledgeIssue(f"urine/{file}.yaml", 1, name, f"'{word}' already means {owners[word]}")
