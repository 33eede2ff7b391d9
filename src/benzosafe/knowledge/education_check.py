"""Checks that the parts of leaflets fit together: statements, checklists, questions and translated phrases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benzosafe.errors import KnowledgeIssue, nearest
from benzosafe.knowledge.contacts_model import Contact, DrivingRule, MedicineReturn, SideEffectReports
from benzosafe.knowledge.texts import ORIGINAL

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


def education_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    """Statements named twice or not at all, questions without a sentence, and phrases that are not translated."""
    topic_of: dict[str, str] = {}
    for topic in knowledge.leaflet_topics.values():
        for name in topic.statements:
            if name in topic_of:
                file = f"education/topics/{topic.name}.yaml"
                yield KnowledgeIssue(file, 1, name, f"is also in {topic_of[name]}.yaml")
            topic_of[name] = topic.name
    for name, item in knowledge.checklists.items():
        for met in item.met_by:
            if met not in topic_of:
                what = f"no statement '{met}'.{nearest(met, topic_of)}"
                yield KnowledgeIssue("education/checklists.yaml", 1, name, what)
    for name, question in knowledge.questions.items():
        for said in question.listen_for:
            if said not in topic_of:
                what = f"no statement '{said}'.{nearest(said, topic_of)}"
                yield KnowledgeIssue("education/questions.yaml", 1, name, what)
    yield from _phrases(knowledge)
    yield from _figures(knowledge)


def _figures(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    known = {*knowledge.classes, *knowledge.drugs}
    for file, items in (("figures", knowledge.figures), ("figures_not_known", knowledge.figures_not_known)):
        for name, item in items.items():
            for drug in (*item.drugs, *item.together_with, *item.not_with):
                if drug not in known:
                    what = f"no class or drug '{drug}'.{nearest(drug, known)}"
                    yield KnowledgeIssue(f"education/{file}.yaml", 1, name, what)
            for condition in item.indication:
                if condition not in knowledge.conditions:
                    near = nearest(condition, knowledge.conditions)
                    yield KnowledgeIssue(f"education/{file}.yaml", 1, name, f"no condition '{condition}'.{near}")


def _phrases(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    wanted = set(phrases_of(knowledge))
    for code in knowledge.languages:
        if code == ORIGINAL:
            continue
        have = knowledge.phrases.get(code, {})
        for phrase in sorted(wanted - set(have)):
            yield KnowledgeIssue(f"education/phrases/{code}.yaml", 1, phrase, "is not translated")
        for phrase in sorted(set(have) - wanted):
            yield KnowledgeIssue(
                f"education/phrases/{code}.yaml", 1, phrase, "is no phrase of contacts.yaml or figures.yaml"
            )


def phrases_of(knowledge: Knowledge) -> Iterator[str]:
    """Every English phrase of contacts and figures that a reader may see, names of services left out."""
    for figure in knowledge.figures.values():
        yield from (figure.outcome, figure.population, figure.with_is, figure.comparator, figure.how_sure.why)
    for gap in knowledge.figures_not_known.values():
        yield from (gap.asks, gap.why)
    for country in knowledge.contacts.values():
        yield country.name
        yield from country.members.values()
        yield from country.areas.values()
        for _, entry in country.entries:
            if isinstance(entry, Contact):
                yield from filter(None, (entry.who, entry.note, entry.hours, entry.menu))
            elif isinstance(entry, MedicineReturn):
                yield from (*entry.words, entry.flush)
            elif isinstance(entry, SideEffectReports):
                yield entry.who
            elif isinstance(entry, DrivingRule):
                yield from filter(None, (*entry.words, entry.defence, entry.carry))
