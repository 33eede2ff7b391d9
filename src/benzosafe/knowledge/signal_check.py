"""Checks that signals, kinds of event and what refers to them agree: names exist, and a phrase means one kind only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benzosafe.errors import KnowledgeIssue, nearest

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


def signal_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    """Signals, red flags and kinds of event that are named and not there, and phrases that mean two kinds."""
    meaning: dict[str, str] = {}
    for name, happening in knowledge.happenings.items():
        for signal in happening.innocent_for:
            if signal not in knowledge.signals:
                what = f"no signal '{signal}'.{nearest(signal, knowledge.signals)}"
                yield KnowledgeIssue("happenings.yaml", 1, f"{name}.innocent_for", what)
        if happening.red_flag and happening.red_flag not in knowledge.red_flags:
            what = f"no red flag '{happening.red_flag}'.{nearest(happening.red_flag, knowledge.red_flags)}"
            yield KnowledgeIssue("happenings.yaml", 1, f"{name}.red_flag", what)
        for word in {name.replace("_", " "), happening.label.lower(), *happening.words}:
            other = meaning.setdefault(word, name)
            if other != name:
                yield KnowledgeIssue("happenings.yaml", 1, f"{name}.words", f"'{word}' also means {other}")
    for name, outcome in knowledge.outcomes.items():
        for kind in outcome.events:
            if kind not in knowledge.happenings:
                what = f"no kind of event '{kind}'.{nearest(kind, knowledge.happenings)}"
                yield KnowledgeIssue("outcomes.yaml", 1, f"{name}.events", what)
