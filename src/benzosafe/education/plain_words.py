"""Finds in a text what a patient need not understand or should not be called, and says why a text is not plain.

A text that nothing is found in is not therefore plain: only what can be counted or is on the list is seen here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from benzosafe.education.passive import passive_in
from benzosafe.education.reading_level import (
    SAMPLE_WORDS,
    SMOG_SENTENCES,
    SYLLABLES,
    Figures,
    medicine_names,
    reading_level,
    sentences_of,
    words_of,
)
from benzosafe.errors import UsageError, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.plain_words_model import PlainWord, Wording

MOST_WORDS_IN_A_SENTENCE = 20
# House choices. One sentence has too few words for a formula: a common word such as "emergency" moves it by grades, so
# only what is far off is said of it, and the whole paper is judged at the grade itself.
SHORT_TEXT_ALLOWANCE_GRADES = 4.0
LEAST_INFLESZ = 55.0  # "normal" on the INFLESZ scale, Barrio-Cantalejo 2008
# Fernández Huerta's table: from these points on, the text suits this grade.
_HUERTA_FROM = ((4.0, 90.0), (5.0, 80.0), (6.0, 70.0), (8.0, 60.0), (12.0, 50.0))
_DENIES = {
    "en": re.compile(r"\b(?:not|never|no|nor|without|cannot|\w+n't)\b(?!\s+(?:only|just)\b)", re.I),
    "es": re.compile(r"\b(?:no|nunca|ni|sin|tampoco|jamás)\b(?!\s+(?:solo|sólo|solamente)\b)", re.I),
}
_TURNS = {
    "en": re.compile(r"[,;:]|\b(?:because|if|when|since|but|so|while|until|unless|although)\b", re.I),
    "es": re.compile(r"[,;:]|\b(?:porque|si|cuando|pero|aunque|mientras|ya que|hasta)\b", re.I),
}


@dataclass(frozen=True)
class Hit:
    """A word of a text that is not plain: where it stands (characters, of the text in NFC form), and what to say."""

    term: str
    kind: Literal["clinical", "official", "judging"]
    found: str
    start: int
    end: int
    say: tuple[str, ...]


def not_plain(text: str, language: str, knowledge: Knowledge) -> list[Hit]:
    """Every word of a text that is on the list of words to avoid, in the text's order, with the plain words for it.

    Case and accents do not matter; only whole words count. Where a longer and a shorter entry meet, the longer stands.
    Raises UsageError for a language the list does not have.
    """
    _check_language(language)
    plain = unicodedata.normalize("NFC", text)
    folded = _fold(plain)
    hits = []
    for term, word in knowledge.plain_words.items():
        wording: Wording = getattr(word, language)
        for match in _pattern(wording.avoid).finditer(folded):
            if not (word.fine_if_denied and _is_denied(plain[: match.start()], language)):
                hits.append(_hit(term, word, wording, plain, match))
    hits.sort(key=lambda hit: (hit.start, hit.start - hit.end))
    return list(_without_overlaps(hits))


def meets(text: str, language: str, knowledge: Knowledge, most_grade: float = 6.0) -> list[str]:
    """Every reason why a text is not plain enough for readers of a US school grade; an empty list means none was found.

    Grades are taken without the names of medicines. Below 100 words a grade is said only from four grades too high on;
    SMOG is judged from 30 sentences on. Raises InputRefused where there is no word, UsageError for another language.
    """
    _check_language(language)
    names = medicine_names(text, knowledge)
    level = reading_level(text, language, names)
    return [
        *_grades(level.without_names, language, most_grade),
        *_long_sentences(text),
        *_passives(text, language),
        *(f"'{hit.found}' at {hit.start} is {_KIND[hit.kind]}: say {_either(hit.say)}" for hit in
          not_plain(text, language, knowledge)),
    ]  # fmt: skip


_KIND = {
    "clinical": "a clinical word",
    "official": "a longer word than needed",
    "judging": "a word that judges a person",
}


def _check_language(language: str) -> None:
    if language not in SYLLABLES:
        raise UsageError(
            f"no list of plain words for the language '{language}'.{nearest(language, SYLLABLES)}",
            where="language",
            next_step=f"There are lists for: {', '.join(SYLLABLES)}.",
        )


def _fold(text: str) -> str:
    """Lower case without accents, character for character, so that places stay the same."""
    return "".join(_fold_letter(letter) for letter in text)


@lru_cache(maxsize=2_000)
def _fold_letter(letter: str) -> str:
    if letter in "‐‑–":
        return "-"
    if letter == "’":
        return "'"
    if letter in "ñÑ":
        return "ñ"
    base = unicodedata.normalize("NFD", letter.lower())[0]
    return base if len(base) == 1 else letter


@lru_cache(maxsize=500)
def _pattern(avoid: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((_fold(unicodedata.normalize("NFC", word)) for word in avoid), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(_one(word) for word in longest_first)})(?!\w)")


def _one(word: str) -> str:
    stem = word.removesuffix("*")
    spaced = r"\s+".join(re.escape(part) for part in stem.split())
    return spaced + (r"\w*" if word.endswith("*") else "")


def _is_denied(before: str, language: str) -> bool:
    """Whether the clause up to a word says no: "this does not mean that you are addicted"."""
    clause = re.split(r"[.!?…\n]", before)[-1]
    clause = _TURNS[language].split(clause)[-1]
    return bool(_DENIES[language].search(clause.replace("’", "'")))


def _hit(term: str, word: PlainWord, wording: Wording, text: str, match: re.Match[str]) -> Hit:
    return Hit(term, word.kind, text[match.start() : match.end()], match.start(), match.end(), wording.say)


def _without_overlaps(hits: list[Hit]) -> Iterator[Hit]:
    reached = -1
    for hit in hits:
        if hit.start >= reached:
            yield hit
            reached = hit.end


def _either(say: tuple[str, ...]) -> str:
    return " or ".join(f"'{words}'" for words in say)


def _grades(figures: Figures, language: str, most_grade: float) -> Iterator[str]:
    if figures.words < SAMPLE_WORDS:
        name = "flesch_kincaid_grade" if language == "en" else "crawford_grade"
        if figures.scores[name] > most_grade + SHORT_TEXT_ALLOWANCE_GRADES:
            yield (
                f"grade {figures.scores[name]:.1f} by {_FORMULA[name]}, far above {most_grade:g}, on only "
                f"{figures.words} words: use shorter words and sentences"
            )
        return
    judged = ("flesch_kincaid_grade", "smog_grade") if language == "en" else ("crawford_grade",)
    for name in judged:
        if name == "smog_grade" and figures.sentences < SMOG_SENTENCES:
            continue
        if figures.scores[name] > most_grade:
            yield f"grade {figures.scores[name]:.1f} by {_FORMULA[name]}, above {most_grade:g}"
    if language == "es":
        yield from _points_es(figures, most_grade)


_FORMULA = {"flesch_kincaid_grade": "Flesch-Kincaid", "smog_grade": "SMOG", "crawford_grade": "Crawford"}


def _points_es(figures: Figures, most_grade: float) -> Iterator[str]:
    huerta, inflesz = figures.scores["fernandez_huerta"], figures.scores["inflesz"]
    needed = next((points for grade, points in reversed(_HUERTA_FROM) if grade <= most_grade), _HUERTA_FROM[0][1])
    if huerta < needed:
        yield f"{huerta:.0f} points by Fernández Huerta, below the {needed:g} of grade {most_grade:g}"
    if inflesz < LEAST_INFLESZ:
        yield f"{inflesz:.0f} points by INFLESZ, below the {LEAST_INFLESZ:g} of a normal text"


def _long_sentences(text: str) -> Iterator[str]:
    for sentence in sentences_of(text):
        count = len(words_of(sentence))
        if count > MOST_WORDS_IN_A_SENTENCE:
            yield f"a sentence of {count} words, at most {MOST_WORDS_IN_A_SENTENCE}: '{_begin(sentence)}'"


def _passives(text: str, language: str) -> Iterator[str]:
    for sentence in sentences_of(text):
        if found := passive_in(sentence, language):
            yield f"nobody acts in '{found}': say who does it, in '{_begin(sentence)}'"


def _begin(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:8]) + (" ..." if len(words) > 8 else "")
