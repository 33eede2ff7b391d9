"""The sentences of leaflets by language (Fluent): read, and checked to be the same set in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fluent.syntax import ast, parse
from fluent.syntax.visitor import Visitor

from benzosafe.errors import KnowledgeIssue, nearest

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

ORIGINAL = "en"
TEXTS = "education/texts"
Messages = dict[str, frozenset[str]]


class _Variables(Visitor):
    """Collects the variables a message needs."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.found.add(node.id.name)


def read_texts(folder: Path) -> dict[str, str]:
    """The Fluent source of each language: all files of its folder, one after the other."""
    return {
        path.name: "\n".join(file.read_text(encoding="utf-8") for file in sorted(path.glob("*.ftl")))
        for path in sorted((folder / TEXTS).glob("*"))
        if path.is_dir()
    }


def messages_of(source: str) -> Messages:
    """Every message of a language, with the variables it needs."""
    found: Messages = {}
    for entry in parse(source).body:
        if isinstance(entry, ast.Message):
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = frozenset(variables.found)
    return found


def text_references(knowledge: Knowledge, folder: Path) -> Iterator[KnowledgeIssue]:
    """Every sentence that is missing, too many, twice, unreadable or has other variables than the original."""
    for code in sorted({*knowledge.languages, *knowledge.texts}):
        if code not in knowledge.languages:
            yield KnowledgeIssue(f"{TEXTS}/{code}", 1, code, "is no language of education/languages.yaml")
        elif code not in knowledge.texts:
            yield KnowledgeIssue(f"{TEXTS}/{code}", 1, code, "has no sentences at all")
    for code in knowledge.texts:
        yield from _faults(folder / TEXTS / code, code)
    wanted = messages_of(knowledge.texts.get(ORIGINAL, ""))
    for code, source in knowledge.texts.items():
        yield from _differences(code, messages_of(source), wanted)
    for topic in knowledge.leaflet_topics.values():
        yield from _unsaid((f"topic_{topic.name}", *topic.statements), wanted)
    yield from _unsaid(knowledge.questions, wanted)


def _unsaid(names: Iterable[str], wanted: Mapping[str, object]) -> Iterator[KnowledgeIssue]:
    for name in names:
        if name not in wanted:
            yield KnowledgeIssue(f"{TEXTS}/{ORIGINAL}", 1, name, f"has no sentence.{nearest(name, wanted)}")


def _faults(folder: Path, code: str) -> Iterator[KnowledgeIssue]:
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.ftl")):
        source = path.read_text(encoding="utf-8")
        for entry in parse(source).body:
            line = source.count("\n", 0, entry.span.start) + 1 if entry.span else 1
            file = f"{TEXTS}/{code}/{path.name}"
            if isinstance(entry, ast.Junk):
                what = entry.annotations[0].message if entry.annotations else None
                name = (entry.content or "").split("=")[0].strip()[:40]
                yield KnowledgeIssue(file, line, name, what or "cannot be read")
            elif isinstance(entry, ast.Message):
                if entry.id.name in seen:
                    yield KnowledgeIssue(file, line, entry.id.name, f"is also in {seen[entry.id.name]}")
                seen[entry.id.name] = path.name


def _differences(code: str, have: Messages, wanted: Messages) -> Iterator[KnowledgeIssue]:
    file = f"{TEXTS}/{code}"
    for name, variables in wanted.items():
        if name not in have:
            yield KnowledgeIssue(file, 1, name, "is not translated")
        elif have[name] != variables:
            lost, new = sorted(variables - have[name]), sorted(have[name] - variables)
            words = [*(f"lacks ${item}" for item in lost), *(f"has ${item}, which the original lacks" for item in new)]
            yield KnowledgeIssue(file, 1, name, "; ".join(words))
    for name in have:
        if name not in wanted:
            yield KnowledgeIssue(file, 1, name, f"is not in the original.{nearest(name, wanted)}")
