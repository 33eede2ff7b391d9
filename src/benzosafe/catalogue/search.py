"""Finding a drug by any of its names: exact, by code, or by the nearest spelling; another medicine stays another."""

from __future__ import annotations

from dataclasses import dataclass

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import ATC, RXNORM, UNII

EXACT, CODE, NEAR = "name", "code", "near name"
_CODES = (RXNORM, ATC, UNII)


@dataclass(frozen=True)
class Match:
    """An ingredient that a text may mean, and how it was found; a near name is never taken for the medicine."""

    ingredient: str
    how: str


def search(text: str, knowledge: Knowledge) -> list[Match]:
    """What a text means, the surest first; empty where it means nothing known here, or a medicine of another kind."""
    asked = text.strip()
    if not asked:
        return []
    named, contradiction = knowledge.names.named_in(asked)
    if named:
        return [Match(name, EXACT) for name in named] if not contradiction else []
    by_code = [name for system in _CODES for name in knowledge.names.resolve("", [(system, asked)]).ingredients]
    if by_code:
        return [Match(name, CODE) for name in dict.fromkeys(by_code)]
    near = (knowledge.names.named_in(word)[0] for word in knowledge.names.resolve(asked).suggestions)
    return [Match(name, NEAR) for name in dict.fromkeys(name for names in near for name in names)]
