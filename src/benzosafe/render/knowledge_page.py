"""The reference page written from the knowledge: every rule and drug with its sources, and what is still a draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import BaseModel

from benzosafe.knowledge.check import walk
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Drug, Evidence, Quantity


def reference_page(knowledge: Knowledge) -> str:
    """The whole page as Markdown; the same knowledge gives the same bytes."""
    parts = (_opening, _rules, _drugs, _dosing, _sources)
    return "\n".join(line for part in parts for line in part(knowledge)) + "\n"


def _opening(knowledge: Knowledge) -> Iterator[str]:
    confidence = _confidence(knowledge)
    kinds = (knowledge.drugs, knowledge.rules, knowledge.dosing)
    states = Counter(item.status for kind in kinds for item in kind.values())
    cases = sum(len(rule.cases) for rule in knowledge.rules.values())
    yield "# What benzosafe knows"
    yield ""
    yield f"Knowledge {knowledge.version}. Written by `benzosafe knowledge page`; do not edit."
    yield ""
    yield (
        "**Nothing here has had a clinical review.** " + ", ".join(f"{n} {s}" for s, n in sorted(states.items())) + "."
    )
    yield ""
    yield "| what | how many |"
    yield "|---|---|"
    yield f"| drugs with a file | {len(knowledge.drugs)} |"
    yield f"| of which benzodiazepines and Z-drugs | {sum(_is_bzra(drug) for drug in knowledge.drugs.values())} |"
    yield f"| medicines that resolve without known relevance | {len(knowledge.bystanders)} |"
    yield f"| names, brands and misspellings | {knowledge.names.size} |"
    yield f"| product codes | {len(knowledge.products)} |"
    yield f"| rules / cases inside them | {len(knowledge.rules)} / {cases} |"
    yield f"| drugs with dosing / regimens | {len(knowledge.dosing)} / {_regimen_count(knowledge)} |"
    yield f"| conditions / measurements | {len(knowledge.conditions)} / {len(knowledge.observations)} |"
    yield f"| sources | {len(knowledge.sources)} |"
    yield f"| statements read in their source (`verified`) | {confidence['verified']} |"
    yield f"| statements from general knowledge, to be checked (`recalled`) | {confidence['recalled']} |"
    yield f"| worked out here (`derived`) | {confidence['derived']} |"
    yield ""


def _confidence(knowledge: Knowledge) -> Counter[str]:
    owners = [*knowledge.drugs.values(), *knowledge.rules.values(), *knowledge.dosing.values()]
    return Counter(item.confidence for owner in owners for item in _stated(owner))


def _stated(owner: BaseModel) -> list[Evidence | Quantity]:
    return [item for _, item in walk(owner, "") if isinstance(item, Evidence | Quantity)]


def _regimen_count(knowledge: Knowledge) -> int:
    return sum(len(dosing.regimens) for dosing in knowledge.dosing.values())


def _is_bzra(drug: Drug) -> bool:
    return bool({"benzodiazepine", "z_drug", "novel_benzodiazepine"} & set(drug.classes))


def _rules(knowledge: Knowledge) -> Iterator[str]:
    yield "## Rules"
    for topic in sorted(set(knowledge.topics.values())):
        names = sorted(name for name, own in knowledge.topics.items() if own == topic)
        yield ""
        yield f"### {topic} ({len(names)})"
        yield ""
        yield "| rule | says | levels | status | sources |"
        yield "|---|---|---|---|---|"
        for name in names:
            rule = knowledge.rules[name]
            sources = "; ".join(_evidence(item) for item in rule.evidence)
            yield f"| `{name}` | {rule.title} | {', '.join(rule.severity)} | {rule.status} | {sources} |"


def _evidence(item: Evidence) -> str:
    grade = f", {item.strength}" if item.strength else ""
    return f"{item.source}{grade} ({item.confidence})".replace("|", "/")


def _drugs(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## Drugs"
    for title, wanted in (("Benzodiazepines and Z-drugs", True), ("Interacting drugs, foods and exposures", False)):
        drugs = sorted((d for d in knowledge.drugs.values() if _is_bzra(d) == wanted), key=lambda drug: drug.name)
        yield ""
        yield f"### {title} ({len(drugs)})"
        yield ""
        yield "| drug | classes and effects | status | sources | not yet read in the source |"
        yield "|---|---|---|---|---|"
        for drug in drugs:
            yield _drug_line(drug)


def _drug_line(drug: Drug) -> str:
    stated = _stated(drug)
    recalled = sum(item.confidence == "recalled" for item in stated)
    sources = ", ".join(dict.fromkeys(item.source for item in stated))
    effects = [f"{effect.enzyme} {effect.action} {effect.strength}" for effect in drug.perpetrator]
    words = ", ".join([*drug.classes, *effects])
    return f"| {drug.name} | {words} | {drug.status} | {sources} | {recalled} of {len(stated)} |"


def _dosing(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield f"## Dosing ({_regimen_count(knowledge)} regimens)"
    yield ""
    yield "| drug | regimens | off-label | for | status | verified / recalled / derived |"
    yield "|---|---|---|---|---|---|"
    for name, dosing in sorted(knowledge.dosing.items()):
        for_what = ", ".join(dict.fromkeys(knowledge.conditions[item.indication].label for item in dosing.regimens))
        off_label = sum(not item.labelled for item in dosing.regimens)
        sure = Counter(item.confidence for item in _stated(dosing))
        counts = " / ".join(str(sure[kind]) for kind in ("verified", "recalled", "derived"))
        yield f"| {name} | {len(dosing.regimens)} | {off_label} | {for_what} | {dosing.status} | {counts} |"


def _sources(knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "## Sources"
    yield ""
    yield "| id | citation | year | read as |"
    yield "|---|---|---|---|"
    for name, source in sorted(knowledge.sources.items()):
        link = source.url or (f"https://doi.org/{source.doi}" if source.doi else "")
        citation = source.citation.replace("|", "/")
        yield f"| {name} | {f'[{citation}]({link})' if link else citation} | {source.year or ''} | {source.read_as} |"
