"""Loads the knowledge: every YAML and CSV file checked, all faults collected with file and line.

The checked files are kept as one JSON beside the user's caches, keyed by the files' names, sizes and times,
so that the next start reads one file instead of several hundred.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from benzosafe.errors import KnowledgeInvalid
from benzosafe.knowledge.concepts import ConceptIndex
from benzosafe.knowledge.contacts_model import CountryHelp
from benzosafe.knowledge.dosing_model import DoseCaution, Dosing, OtherTreatment
from benzosafe.knowledge.education_model import ChecklistItem, LeafletLanguage, LeafletTopic, Question
from benzosafe.knowledge.figures_model import Figure, NoFigure
from benzosafe.knowledge.follow_model import RedFlag, ScaleSteps
from benzosafe.knowledge.follow_up_model import FollowUp, Outcome
from benzosafe.knowledge.kinetics_model import Disposition, Potency
from benzosafe.knowledge.law_model import PrescribingLaw
from benzosafe.knowledge.model import ConditionConcept, Drug, DrugClass, ObservationConcept, Source
from benzosafe.knowledge.names import ATC, RXNORM, UNII, Code, NameIndex, ProductCode
from benzosafe.knowledge.plain_words_model import PlainWord
from benzosafe.knowledge.reader import Reader
from benzosafe.knowledge.rule_model import Alternative, EquivalenceTable, LookAlike, Rule, Score, Threshold
from benzosafe.knowledge.scale_model import Scale
from benzosafe.knowledge.signal_model import Happening, SignalRule
from benzosafe.knowledge.supply_model import Jurisdiction
from benzosafe.knowledge.table_model import Bystander, Combination, Product
from benzosafe.knowledge.taper_advice_model import TaperAdvice
from benzosafe.knowledge.taper_model import PublishedTaper
from benzosafe.knowledge.texts import read_texts
from benzosafe.knowledge.urine_model import FalsePositive, Urine, UrineAnalyte, UrineDrug, UrineGroup

FOLDER = Path(__file__).parent
VERSION = "2026.11.3"


class Knowledge(BaseModel):
    """Everything the files say, checked, and the look-ups made from it."""

    drugs: dict[str, Drug] = {}
    classes: dict[str, DrugClass] = {}
    conditions: dict[str, ConditionConcept] = {}
    observations: dict[str, ObservationConcept] = {}
    rules: dict[str, Rule] = {}
    topics: dict[str, str] = {}
    sources: dict[str, Source] = {}
    equivalence: dict[str, EquivalenceTable] = {}
    dispositions: dict[str, Disposition] = {}
    potencies: dict[str, Potency] = {}
    look_alikes: tuple[LookAlike, ...] = ()
    units: dict[str, str] = {}
    parameters: dict[str, Threshold] = {}
    scores: dict[str, Score] = {}
    red_flags: dict[str, RedFlag] = {}
    scales: dict[str, Scale] = {}
    withdrawal_scales: dict[str, ScaleSteps] = {}
    follow_up: dict[str, FollowUp] = {}
    outcomes: dict[str, Outcome] = {}
    happenings: dict[str, Happening] = {}
    signals: dict[str, SignalRule] = {}
    alternatives: dict[str, tuple[Alternative, ...]] = {}
    jurisdictions: dict[str, Jurisdiction] = {}
    prescribing: dict[str, PrescribingLaw] = {}
    dosing: dict[str, Dosing] = {}
    other_treatments: dict[str, tuple[OtherTreatment, ...]] = {}
    dose_cautions: dict[str, DoseCaution] = {}
    tapers: dict[str, PublishedTaper] = {}
    taper_advice: dict[str, TaperAdvice] = {}
    contacts: dict[str, CountryHelp] = {}
    plain_words: dict[str, PlainWord] = {}
    leaflet_topics: dict[str, LeafletTopic] = {}
    languages: dict[str, LeafletLanguage] = {}
    texts: dict[str, str] = {}
    phrases: dict[str, dict[str, str]] = {}
    checklists: dict[str, ChecklistItem] = {}
    questions: dict[str, Question] = {}
    figures: dict[str, Figure] = {}
    figures_not_known: dict[str, NoFigure] = {}
    urine: Urine = Urine()
    bystanders: tuple[Bystander, ...] = ()
    combinations: tuple[Combination, ...] = ()
    products: tuple[Product, ...] = ()
    version: str = VERSION
    digest: str = ""

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return self is other

    @cached_property
    def names(self) -> NameIndex:
        """Names and codes to ingredients."""
        return _name_index(self)

    @cached_property
    def concepts(self) -> ConceptIndex:
        """Diagnoses and measurements to concepts."""
        return ConceptIndex(self.conditions, self.observations)


def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """The knowledge of a folder; raises KnowledgeInvalid listing every fault."""
    return _load(folder, _fingerprint(folder))


def is_prepared(folder: Path = FOLDER) -> bool:
    """Whether the files have been read and checked before, so that loading takes a moment only."""
    return _cache_path(_fingerprint(folder)).is_file()


def _cache_path(fingerprint: str) -> Path:
    return _cache_folder() / f"knowledge-{fingerprint}.json"


@lru_cache(maxsize=4)
def _load(folder: Path, fingerprint: str) -> Knowledge:
    cache = _cache_path(fingerprint)
    try:
        return Knowledge.model_validate_json(cache.read_bytes())
    except (OSError, ValidationError):
        knowledge = read_knowledge(folder)
    _write_aside(cache, knowledge.model_dump_json(exclude_defaults=True))
    return knowledge


def read_knowledge(folder: Path) -> Knowledge:
    """Read and check every file, collecting all faults before refusing."""
    from benzosafe.knowledge.check import cross_check

    reader = Reader(folder)
    knowledge = Knowledge(
        sources=reader.merged("sources/*.yaml", Source),
        units=reader.merged("units.yaml", str),
        classes=reader.merged("classes.yaml", DrugClass),
        parameters=reader.merged("parameters.yaml", Threshold),
        alternatives=reader.merged("alternatives.yaml", tuple[Alternative, ...]),
        jurisdictions=reader.merged("jurisdictions.yaml", Jurisdiction),
        prescribing=reader.one_each("prescribing/*.yaml", PrescribingLaw, "place"),
        scores=reader.one_each("scores/*.yaml", Score, "name"),
        red_flags=reader.merged("red_flags.yaml", RedFlag),
        drugs=reader.one_each("drugs/*.yaml", Drug, "name"),
        conditions=reader.merged("conditions/*.yaml", ConditionConcept),
        observations=reader.merged("observations.yaml", ObservationConcept),
        rules=reader.one_each("rules/*/*.yaml", Rule, "id"),
        topics={path.stem: path.parent.name for path in sorted(folder.glob("rules/*/*.yaml"))},
        equivalence=reader.merged("equivalence.yaml", EquivalenceTable),
        dispositions=reader.one_each("dispositions/*.yaml", Disposition, "analyte"),
        potencies=reader.one_each("potencies/*.yaml", Potency, "perpetrator"),
        dosing=reader.one_each("dosing/*.yaml", Dosing, "drug"),
        other_treatments=reader.merged("other_treatments.yaml", tuple[OtherTreatment, ...]),
        dose_cautions=reader.merged("dose_cautions.yaml", DoseCaution),
        tapers=reader.merged("tapers.yaml", PublishedTaper),
        taper_advice=reader.merged("taper_advice.yaml", TaperAdvice),
        look_alikes=reader.listed("look_alikes.yaml", LookAlike),
        bystanders=reader.table("bystanders.csv", Bystander, ("synonyms", "brands", "atc")),
        combinations=reader.table("codes/combinations.csv", Combination, ("ingredients",)),
        products=reader.table("codes/products/*.csv", Product, ("ingredients", "strengths_mg")),
        digest=_digest(folder),
        **_of_monitoring(reader),
        **_of_education(reader),
    )
    issues = reader.issues + cross_check(knowledge, folder)
    if issues:
        raise KnowledgeInvalid(sorted(issues, key=lambda issue: (issue.file, issue.line)))
    return knowledge


def _of_monitoring(reader: Reader) -> dict[str, Any]:
    """What belongs to the time after the prescription."""
    return {
        "scales": reader.one_each("scales/*.yaml", Scale, "name"),
        "withdrawal_scales": reader.merged("withdrawal_scales.yaml", ScaleSteps),
        "follow_up": reader.merged("follow_up.yaml", FollowUp),
        "outcomes": reader.merged("outcomes.yaml", Outcome),
        "happenings": reader.merged("happenings.yaml", Happening),
        "signals": reader.merged("signals.yaml", SignalRule),
        "urine": _urine(reader),
    }


def _of_education(reader: Reader) -> dict[str, Any]:
    """What is said to patients and caregivers."""
    languages = reader.merged("education/languages.yaml", LeafletLanguage)
    return {
        "contacts": reader.merged("contacts.yaml", CountryHelp),
        "plain_words": reader.merged("plain_words.yaml", PlainWord),
        "leaflet_topics": reader.one_each("education/topics/*.yaml", LeafletTopic, "name"),
        "languages": languages,
        "texts": read_texts(reader.folder),
        "phrases": {code: reader.merged(f"education/phrases/{code}*.yaml", str) for code in languages},
        "checklists": reader.merged("education/checklists.yaml", ChecklistItem),
        "questions": reader.merged("education/questions.yaml", Question),
        "figures": reader.merged("education/figures.yaml", Figure),
        "figures_not_known": reader.merged("education/figures_not_known.yaml", NoFigure),
    }


def _urine(reader: Reader) -> Urine:
    return Urine(
        drugs=reader.merged("urine/drugs.yaml", UrineDrug),
        analytes=reader.merged("urine/analytes.yaml", UrineAnalyte),
        groups=reader.merged("urine/groups.yaml", UrineGroup),
        false_positives=reader.merged("urine/false_positives.yaml", FalsePositive),
        limits=reader.merged("urine/limits.yaml", Threshold),
    )


def _files(folder: Path) -> list[Path]:
    found = [*folder.glob("*.yaml"), *folder.glob("*.csv")]
    for name in ("sources", "drugs", "conditions", "rules", "scores", "scales", "codes", "dispositions", "potencies",
                 "dosing", "prescribing", "urine", "education"):  # fmt: skip
        found += [path for path in (folder / name).rglob("*") if path.suffix in (".yaml", ".csv", ".ftl")]
    return sorted(found)


@lru_cache(maxsize=4)
def _fingerprint(folder: Path) -> str:
    """Changes when any file does, without reading them; looked at once in a run."""
    seen = hashlib.sha256(VERSION.encode())
    shapes = [*sorted(Path(__file__).parent.glob("*model.py")), Path(__file__)]
    for entry in [*_files(folder), *shapes]:
        stat = entry.stat()
        seen.update(f"{entry.name}{stat.st_size}{stat.st_mtime_ns}".encode())
    return seen.hexdigest()[:24]


def _digest(folder: Path) -> str:
    """SHA-256 over the contents, the same on every machine."""
    seen = hashlib.sha256()
    for path in _files(folder):
        seen.update(str(path.relative_to(folder)).encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "benzosafe"


def _write_aside(path: Path, text: str) -> None:
    """Write whole or not at all; a read-only machine simply starts a little slower."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError:
        return


def _name_index(knowledge: Knowledge) -> NameIndex:
    names: dict[str, tuple[str, ...]] = {}
    brands: list[str] = []
    codes: dict[Code, ProductCode] = {}
    for item in knowledge.bystanders:
        for name in (item.name, *item.synonyms, *item.brands):
            names[name] = (item.name,)
        brands += item.brands
        _add_codes(codes, item.name, item.rxcui, item.atc, "")
    for drug in knowledge.drugs.values():
        for name in (drug.name, *drug.names.synonyms, *drug.names.misspellings, *drug.names.brands):
            names[name] = (drug.name,)
        brands += drug.names.brands
        known = drug.codes
        _add_codes(
            codes, drug.name, known.rxcui.value if known.rxcui else "", tuple(code.value for code in known.atc),
            known.unii.value if known.unii else "",
        )  # fmt: skip
    for product in knowledge.products:
        strengths = product.strengths_mg or (None,) * len(product.ingredients)
        codes[RXNORM, product.rxcui] = ProductCode(
            product.name, product.ingredients, strengths, product.form or None, product.route or None
        )
    for combination in knowledge.combinations:
        names[combination.brand] = combination.ingredients
        brands.append(combination.brand)
    return NameIndex(names, brands, codes)


def _add_codes(codes: dict[Code, ProductCode], name: str, rxcui: str, atc: tuple[str, ...], unii: str) -> None:
    plain = ProductCode(name, (name,), (None,), None, None)
    for system, value in ((RXNORM, rxcui), (UNII, unii), *((ATC, code) for code in atc)):
        if value:
            codes[system, value] = plain
