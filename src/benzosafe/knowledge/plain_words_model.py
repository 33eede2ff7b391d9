"""Words a paper for patients must not use, and the plain words to say instead, in each language."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from benzosafe.knowledge.model import Evidence, Strict

_SHORTEST_STEM = 4


class Wording(Strict):
    """What not to write in one language and what to write instead; a star at the end stands for any ending."""

    avoid: tuple[str, ...] = Field(min_length=1)
    say: tuple[str, ...] = Field(min_length=1)

    @field_validator("avoid")
    @classmethod
    def _star_at_the_end(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            stem = word.removesuffix("*")
            if not stem.strip() or stem != stem.strip() or "*" in stem:
                raise ValueError(f"'{word}': write a word, words, or a stem with one star at its end")
            if word.endswith("*") and len(stem.split()[-1]) < _SHORTEST_STEM:
                raise ValueError(f"'{word}': a stem needs {_SHORTEST_STEM} letters or more")
        return words


class PlainWord(Strict):
    """A clinical, official or judging word with its plain words; `fine_if_denied`: "you are not addicted" may stand."""

    kind: Literal["clinical", "official", "judging"]
    en: Wording
    es: Wording
    fine_if_denied: bool = False
    evidence: tuple[Evidence, ...] = Field(min_length=1)
