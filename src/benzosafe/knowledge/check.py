"""Checks that span files: sources, units, classes, names and cross-references all exist and agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from benzosafe.errors import KnowledgeIssue, nearest
from benzosafe.knowledge.education_check import education_references
from benzosafe.knowledge.model import Evidence, Quantity
from benzosafe.knowledge.scale_check import scale_references
from benzosafe.knowledge.signal_check import signal_references
from benzosafe.knowledge.texts import text_references
from benzosafe.knowledge.urine_check import urine_references

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


def cross_check(knowledge: Knowledge, folder: Path) -> list[KnowledgeIssue]:
    """Every dangling reference and every ambiguous name, with the file that holds it."""
    issues: list[KnowledgeIssue] = []
    for file, owner in _owned(knowledge, folder):
        issues += _references(knowledge, file, owner)
    issues += _class_references(knowledge)
    issues += _ambiguous_names(knowledge)
    issues += _unknown_ingredients(knowledge)
    issues += _rule_references(knowledge)
    issues += _kinetics_references(knowledge)
    issues += _jurisdiction_references(knowledge)
    issues += _dosing_references(knowledge)
    issues += _treatment_references(knowledge)
    issues += urine_references(knowledge)
    issues += scale_references(knowledge)
    issues += signal_references(knowledge)
    issues += education_references(knowledge)
    issues += text_references(knowledge, folder)
    return [_with_line(issue, folder) for issue in issues]


def _owned(knowledge: Knowledge, folder: Path) -> Iterator[tuple[str, BaseModel]]:
    from benzosafe.knowledge.reader import file_stem

    for drug in knowledge.drugs.values():
        yield f"drugs/{file_stem(drug.name)}.yaml", drug
    for rule in knowledge.rules.values():
        yield f"rules/{knowledge.topics.get(rule.id, '')}/{rule.id}.yaml", rule
    for path in sorted(folder.glob("conditions/*.yaml")):
        text = path.read_text(encoding="utf-8")
        for name, concept in knowledge.conditions.items():
            if f"\n{name}:" in f"\n{text}":
                yield f"conditions/{path.name}", concept
    for disposition in knowledge.dispositions.values():
        yield f"dispositions/{file_stem(disposition.analyte)}.yaml", disposition
    for potency in knowledge.potencies.values():
        yield f"potencies/{file_stem(potency.perpetrator)}.yaml", potency
    yield from ((f"dosing/{file_stem(dosing.drug)}.yaml", dosing) for dosing in knowledge.dosing.values())
    yield from ((f"prescribing/{file_stem(law.place)}.yaml", law) for law in knowledge.prescribing.values())
    yield from ((f"scales/{name}.yaml", scale) for name, scale in knowledge.scales.items())
    plain = (
        "observations", "equivalence", "tapers", "taper_advice", "red_flags", "withdrawal_scales", "jurisdictions",
        "dose_cautions", "follow_up", "outcomes", "happenings", "signals", "contacts",
        "plain_words",
    )  # fmt: skip
    for name in plain:
        for item in getattr(knowledge, name).values():
            yield f"{name}.yaml", item
    for name in type(knowledge.urine).model_fields:
        yield from ((f"urine/{name}.yaml", item) for item in getattr(knowledge.urine, name).values())
    yield from ((f"education/topics/{name}.yaml", topic) for name, topic in knowledge.leaflet_topics.items())
    yield from (("education/checklists.yaml", item) for item in knowledge.checklists.values())
    yield from (("education/figures.yaml", figure) for figure in knowledge.figures.values())
    yield from (("education/figures_not_known.yaml", gap) for gap in knowledge.figures_not_known.values())
    yield from (("education/questions.yaml", question) for question in knowledge.questions.values())
    yield from (("look_alikes.yaml", pair) for pair in knowledge.look_alikes)
    for treatments in knowledge.other_treatments.values():
        yield from (("other_treatments.yaml", treatment) for treatment in treatments)


def _references(knowledge: Knowledge, file: str, owner: BaseModel) -> Iterator[KnowledgeIssue]:
    for field, item in walk(owner, ""):
        source = getattr(item, "source", None)
        if isinstance(source, str) and source and source not in knowledge.sources:
            what = f"source '{source}' is not in sources/.{nearest(source, knowledge.sources)}"
            yield KnowledgeIssue(file, 1, f"{field}.source", what)
        if isinstance(item, Quantity) and knowledge.units and item.unit not in knowledge.units:
            what = f"unit '{item.unit}' is not in units.yaml.{nearest(item.unit, knowledge.units)}"
            yield KnowledgeIssue(file, 1, f"{field}.unit", what)
        if isinstance(item, Evidence) and not item.source:
            yield KnowledgeIssue(file, 1, field, "evidence without a source")


def walk(item: Any, at: str) -> Iterator[tuple[str, BaseModel]]:
    """Every part of a piece of knowledge, with the path to it."""
    if isinstance(item, BaseModel):
        yield at, item
        for name in type(item).model_fields:
            yield from walk(getattr(item, name), f"{at}.{name}" if at else name)
    elif isinstance(item, dict):
        for key, value in item.items():
            yield from walk(value, f"{at}.{key}")
    elif isinstance(item, tuple):
        for place, value in enumerate(item):
            yield from walk(value, f"{at}.{place}")


def _class_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    from benzosafe.knowledge.reader import file_stem

    for name, drug_class in knowledge.classes.items():
        for wider in drug_class.implies:
            if wider not in knowledge.classes:
                yield KnowledgeIssue("classes.yaml", 1, f"{name}.implies", f"no class '{wider}'")
    for drug in knowledge.drugs.values():
        for name in drug.classes:
            if name not in knowledge.classes:
                what = f"no class '{name}'.{nearest(name, knowledge.classes)}"
                yield KnowledgeIssue(f"drugs/{file_stem(drug.name)}.yaml", 1, "classes", what)
    for name, concept in knowledge.conditions.items():
        for wider in concept.implies:
            if wider not in knowledge.conditions:
                yield KnowledgeIssue("conditions", 1, f"{name}.implies", f"no condition '{wider}'")


def _ambiguous_names(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    from benzosafe.knowledge.names import key_of
    from benzosafe.knowledge.reader import file_stem

    owners: dict[str, str] = {}
    for drug in knowledge.drugs.values():
        for name in (drug.name, *drug.names.brands, *drug.names.synonyms, *drug.names.misspellings):
            key = key_of(name)
            if owners.setdefault(key, drug.name) != drug.name:
                what = f"'{name}' already means {owners[key]}"
                yield KnowledgeIssue(f"drugs/{file_stem(drug.name)}.yaml", 1, "names", what)
    for line, item in enumerate(knowledge.bystanders, start=2):
        for name in (item.name, *item.synonyms, *item.brands):
            if owners.setdefault(key_of(name), item.name) != item.name:
                yield KnowledgeIssue("bystanders.csv", line, "name", f"'{name}' already means {owners[key_of(name)]}")
    for line, combination in enumerate(knowledge.combinations, start=2):
        if key_of(combination.brand) in owners:
            what = f"'{combination.brand}' already means {owners[key_of(combination.brand)]}"
            yield KnowledgeIssue("codes/combinations.csv", line, "brand", what)


def _unknown_ingredients(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    known = set(knowledge.drugs) | {item.name for item in knowledge.bystanders}
    for line, combination in enumerate(knowledge.combinations, start=2):
        for name in set(combination.ingredients) - known:
            what = f"no ingredient '{name}'.{nearest(name, known)}"
            yield KnowledgeIssue("codes/combinations.csv", line, "ingredients", what)
    for product in knowledge.products:
        for name in set(product.ingredients) - known:
            yield KnowledgeIssue("codes/products", 1, product.rxcui, f"no ingredient '{name}'.{nearest(name, known)}")
        if product.strengths_mg and len(product.strengths_mg) != len(product.ingredients):
            yield KnowledgeIssue("codes/products", 1, product.rxcui, "as many strengths as ingredients are needed")
    for name, alternatives in knowledge.alternatives.items():
        for other in {name, *(alternative.to for alternative in alternatives)} - known:
            yield KnowledgeIssue("alternatives.yaml", 1, name, f"no ingredient '{other}'.{nearest(other, known)}")
    for table_name, table in knowledge.equivalence.items():
        for name in set(table.mg) - known:
            yield KnowledgeIssue("equivalence.yaml", 1, table_name, f"no ingredient '{name}'.{nearest(name, known)}")
    for title, schedule in knowledge.tapers.items():
        for name in {*schedule.drugs, *([schedule.dose_in] if schedule.dose_in else [])} - known:
            yield KnowledgeIssue("tapers.yaml", 1, title, f"no ingredient '{name}'.{nearest(name, known)}")
        for name in set(schedule.classes) - set(knowledge.classes):
            yield KnowledgeIssue("tapers.yaml", 1, title, f"no class '{name}'.{nearest(name, knowledge.classes)}")


def _rule_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    for rule in knowledge.rules.values():
        file = f"rules/{knowledge.topics[rule.id]}/{rule.id}.yaml"
        for other in rule.supersedes:
            if other not in knowledge.rules:
                yield KnowledgeIssue(file, 1, "supersedes", f"no rule '{other}'.{nearest(other, knowledge.rules)}")
        if rule.checked.next <= rule.checked.on:
            yield KnowledgeIssue(file, 1, "checked.next", "must lie after checked.on")


def _kinetics_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    from benzosafe.knowledge.reader import file_stem

    analytes = set(knowledge.dispositions)
    for disposition in knowledge.dispositions.values():
        file = f"dispositions/{file_stem(disposition.analyte)}.yaml"
        for part in disposition.metabolites:
            if part.analyte not in analytes:
                what = f"no disposition of '{part.analyte}'.{nearest(part.analyte, analytes)}"
                yield KnowledgeIssue(file, 1, "metabolites", what)
        for name in disposition.formed_from_mg_per_mg:
            if name not in knowledge.drugs:
                what = f"no drug '{name}'.{nearest(name, knowledge.drugs)}"
                yield KnowledgeIssue(file, 1, "formed_from_mg_per_mg", what)
    for potency in knowledge.potencies.values():
        if potency.perpetrator not in knowledge.drugs:
            what = f"no drug '{potency.perpetrator}'.{nearest(potency.perpetrator, knowledge.drugs)}"
            yield KnowledgeIssue(f"potencies/{file_stem(potency.perpetrator)}.yaml", 1, "perpetrator", what)


def _jurisdiction_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    known = knowledge.jurisdictions
    for name, place in known.items():
        if place.within and place.within not in known:
            what = f"no jurisdiction '{place.within}'.{nearest(place.within, known)}"
            yield KnowledgeIssue("jurisdictions.yaml", 1, f"{name}.within", what)


def _dosing_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    from benzosafe.knowledge.reader import file_stem

    for dosing in knowledge.dosing.values():
        file = f"dosing/{file_stem(dosing.drug)}.yaml"
        if dosing.drug not in knowledge.drugs:
            yield KnowledgeIssue(file, 1, "drug", f"no drug '{dosing.drug}'.{nearest(dosing.drug, knowledge.drugs)}")
        for regimen in dosing.regimens:
            if regimen.indication not in knowledge.conditions:
                what = f"no condition '{regimen.indication}'.{nearest(regimen.indication, knowledge.conditions)}"
                yield KnowledgeIssue(file, 1, f"{regimen.id}.indication", what)
            elif regimen.labelled and regimen.indication not in _indications(knowledge, dosing.drug):
                what = f"'{regimen.indication}' is labelled here, but no indication in drugs/{file_stem(dosing.drug)}"
                yield KnowledgeIssue(file, 1, f"{regimen.id}.labelled", what)


def _treatment_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    for name in knowledge.other_treatments:
        if name not in knowledge.conditions:
            what = f"no condition '{name}'.{nearest(name, knowledge.conditions)}"
            yield KnowledgeIssue("other_treatments.yaml", 1, name, what)


def _indications(knowledge: Knowledge, drug: str) -> tuple[str, ...]:
    facts = knowledge.drugs[drug].benzodiazepine if drug in knowledge.drugs else None
    return facts.indications if facts else ()


def _with_line(issue: KnowledgeIssue, folder: Path) -> KnowledgeIssue:
    """Finds the line of a field by its last words, so that the message can be clicked."""
    path = folder / issue.file
    if issue.line != 1 or not path.is_file():
        return issue
    wanted = issue.what.split("'")[1] if "'" in issue.what else issue.field
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if wanted in line:
            return KnowledgeIssue(issue.file, number, issue.field, issue.what)
    return issue
