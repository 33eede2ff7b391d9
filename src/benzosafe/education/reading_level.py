"""How hard a text is to read: the published formulas, with and without the names of medicines, and where it is hard.

A formula counts words, sentences and syllables; it knows nothing of sense. A low grade is needed, never enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import sqrt

from benzosafe.education.syllables_en import syllables_en
from benzosafe.education.syllables_es import syllables_es
from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import key_of

SYLLABLES: Mapping[str, Callable[[str], int]] = {"en": syllables_en, "es": syllables_es}
LONG_WORD_SYLLABLES = 3  # SMOG: words of three or more
SMOG_SENTENCES = 30  # SMOG was made for samples of 30 sentences
SAMPLE_WORDS = 100  # the formulas were made on samples of about 100 words
_HARDEST_SHOWN = 10
# Named in the knowledge as what a medicine may clash with, yet words of everyday life: they stay counted.
_EVERYDAY = frozenset(
    {"alcohol", "beer", "wine", "gin", "rum", "coffee", "caffeine", "grapefruit", "cannabis", "marijuana", "weed",
     "hash", "hops", "zinc"}
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’\-‐‑][^\W\d_]+)*|\d+(?:[.,:/]\d+)*")
_ABBREVIATION = re.compile(
    r"\b(?:dr|mr|mrs|ms|st|vs|etc|e\.g|i\.e|a\.m|p\.m|no|approx|sra?|dra|ud|uds|p\. ?ej|ej|núm)\.$", re.I
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)")
_MARK = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")


@dataclass(frozen=True)
class HardWord:
    """A word of the text with its syllables."""

    word: str
    syllables: int


@dataclass(frozen=True)
class Figures:
    """What was counted in a text, and each formula's result by its name; grades are US school years."""

    sentences: int
    words: int
    syllables: int
    long_words: int
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Level:
    """How hard a text is to read, as written and without the names of medicines, which nobody can make shorter."""

    language: str
    whole: Figures
    without_names: Figures
    names: tuple[str, ...]
    longest_sentence: str
    longest_sentence_words: int
    hardest_words: tuple[HardWord, ...]
    notes: tuple[str, ...]


def flesch_reading_ease(words: int, sentences: int, syllables: int) -> float:
    """Flesch 1948, English: points, about 0 to 100, higher is easier; 80 to 90 is grade 6."""
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def flesch_kincaid_grade(words: int, sentences: int, syllables: int) -> float:
    """Kincaid 1975, English: US school grade; lower is easier, and a text of short words can be below 0."""
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def smog_grade(long_words: int, sentences: int) -> float:
    """McLaughlin 1969, English: school grade for full understanding; words of 3 or more syllables in 30 sentences."""
    return 1.0430 * sqrt(long_words * SMOG_SENTENCES / sentences) + 3.1291


def fernandez_huerta(words: int, sentences: int, syllables: int) -> float:
    """Fernández Huerta 1959 as corrected by Law 2011, Spanish: points, higher is easier; 70 to 80 is grade 6."""
    return 206.84 - 60 * syllables / words - 1.02 * words / sentences


def inflesz(words: int, sentences: int, syllables: int) -> float:
    """Szigriszt-Pazos 1993, read on the INFLESZ scale (Barrio-Cantalejo 2008), Spanish: points, from 55 normal."""
    return 206.835 - 62.3 * syllables / words - words / sentences


def crawford_grade(words: int, sentences: int, syllables: int) -> float:
    """Crawford 1989, Spanish: US school grade; made for grades 1 to 6."""
    return -0.205 * (100 * sentences / words) + 0.049 * (100 * syllables / words) - 3.407


def sentences_of(text: str) -> list[str]:
    """The sentences of a text: ended by . ! ? …, by an empty line, or by the next point of a list."""
    found, start = [], 0
    for end in _END.finditer(text):
        piece = text[start : end.end()]
        if _ABBREVIATION.search(piece.rstrip()) and text[end.end() :].lstrip()[:1].islower():
            continue
        if re.fullmatch(r"\s*\d+[.)]", piece) or re.search(r"\b(?:Dr|Mr|Mrs|Ms|Sr|Sra|Dra|St)\.$", piece):
            continue
        found.append(piece)
        start = end.end()
    found.append(text[start:])
    plain = (" ".join(_MARK.sub("", piece).split()) for piece in found)
    return [piece for piece in plain if _WORD.search(piece)]


def words_of(text: str) -> list[str]:
    """The words of a text; a word with a hyphen is one, and so is a number."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def syllables_of(word: str, language: str) -> int:
    """The syllables of a word in a language; the parts of a word with a hyphen are added."""
    count = _counter(language)
    return sum(count(part) for part in re.split(r"[-‐‑]", word) if part) or 1


def medicine_names(text: str, knowledge: Knowledge) -> frozenset[str]:
    """The words of a text that name a medicine, lower-case; wine, coffee and the like are not left out."""
    named = (name for name, _ in knowledge.names.mentions(text) if name not in _EVERYDAY)
    return frozenset(word for name in named for word in name.split() if not word.isdigit())


def reading_level(text: str, language: str, names: Collection[str] = ()) -> Level:
    """The level of a text in English (en) or Spanish (es); `names` are words to leave out in the second count.

    Raises InputRefused where there is no word to measure, UsageError for a language without a formula here.
    """
    _counter(language)
    sentences = [words_of(sentence) for sentence in sentences_of(text)]
    if not sentences:
        raise InputRefused("there is no word in it to measure", where="text", next_step="Give at least one sentence.")
    left_out = {key_of(name) for name in names}
    kept = [[word for word in words if key_of(word) not in left_out] for words in sentences]
    kept = [words for words in kept if words]
    whole = _figures(sentences, language)
    longest = max(sentences_of(text), key=lambda sentence: len(words_of(sentence)))
    found = sorted({word.lower() for words in sentences for word in words if key_of(word) in left_out})
    return Level(
        language=language,
        whole=whole,
        without_names=_figures(kept, language) if kept else whole,
        names=tuple(found),
        longest_sentence=longest,
        longest_sentence_words=len(words_of(longest)),
        hardest_words=_hardest(kept, language),
        notes=_notes(whole, language, bool(kept)),
    )


def _counter(language: str) -> Callable[[str], int]:
    if language not in SYLLABLES:
        raise UsageError(
            f"no reading formula for the language '{language}'.{nearest(language, SYLLABLES)}",
            where="language",
            next_step=f"There are formulas for: {', '.join(SYLLABLES)}.",
        )
    return SYLLABLES[language]


def _figures(sentences: list[list[str]], language: str) -> Figures:
    counts = [syllables_of(word, language) for words in sentences for word in words]
    long_words = sum(1 for count in counts if count >= LONG_WORD_SYLLABLES)
    counted = (len(counts), len(sentences), sum(counts))
    if language == "en":
        scores = {
            "flesch_kincaid_grade": flesch_kincaid_grade(*counted),
            "smog_grade": smog_grade(long_words, len(sentences)),
            "flesch_reading_ease": flesch_reading_ease(*counted),
        }
    else:
        scores = {
            "crawford_grade": crawford_grade(*counted),
            "fernandez_huerta": fernandez_huerta(*counted),
            "inflesz": inflesz(*counted),
        }
    return Figures(len(sentences), len(counts), sum(counts), long_words, scores)


def _hardest(sentences: list[list[str]], language: str) -> tuple[HardWord, ...]:
    words = {word.lower() for sentence in sentences for word in sentence}
    counted = [HardWord(word, syllables_of(word, language)) for word in words]
    hard = sorted(counted, key=lambda one: (-one.syllables, -len(one.word), one.word))
    return tuple(one for one in hard if one.syllables >= LONG_WORD_SYLLABLES)[:_HARDEST_SHOWN]


def _notes(whole: Figures, language: str, named_only: bool) -> tuple[str, ...]:
    notes = []
    if language == "en" and whole.sentences < SMOG_SENTENCES:
        notes.append(
            f"SMOG is made for {SMOG_SENTENCES} sentences and there are {whole.sentences}: its count of long words is "
            f"scaled up, so that one long word more or less can move it by a grade or more; it is an estimate only."
        )
    if whole.words < SAMPLE_WORDS:
        notes.append(
            f"The formulas are made for samples of {SAMPLE_WORDS} words and there are {whole.words}: a single word can "
            f"move them by grades; judge the whole paper, not this piece."
        )
    if language == "es" and whole.scores["crawford_grade"] > 6:
        notes.append("The Crawford grade is made for grades 1 to 6: a higher one says only that the text is hard.")
    if not named_only:
        notes.append("Every word is the name of a medicine; nothing can be left out.")
    return tuple(notes)
