"""How many syllables a Spanish word has, by the rules of Spanish spelling, which are regular.

A strong vowel (a, e, o) is one syllable; a weak one (i, u) joins its neighbour unless it carries an accent; two strong
ones are two; y counts as i at the end of a word. Measured against two other syllable counters; see
docs/reference/education.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SILENT_U = re.compile(r"(?<=q)u(?=[eiéí])|(?<=g)u(?=[eiéí])")
_FINAL_Y = re.compile(r"(?<![bcdfghjklmnñpqrstvwxz])y$|^y$")
_CONSONANT_Y = re.compile(r"y(?=[aeiouáéíóúü])")
_VOWELS = re.compile(r"[aeiouáéíóúüy]+")
_HEARD_ALONE = re.compile(r"[aeoáéóíú]")
# Units as they are read aloud, and borrowed words that keep their spelling.
_KNOWN = {"mg": 4, "mcg": 4, "ml": 4, "kg": 3, "h": 2, "dr": 2, "dra": 3, "sr": 2, "sra": 3, "etc": 4, "online": 2}


@lru_cache(maxsize=20_000)
def syllables_es(word: str) -> int:
    """The syllables of one Spanish word, at least 1; figures count 1, letters without a vowel are spelled out."""
    plain = "".join(letter for letter in word.lower() if letter.isalpha())
    if plain in _KNOWN:
        return _KNOWN[plain]
    if not plain:
        return 1
    heard = _CONSONANT_Y.sub("j", _FINAL_Y.sub("i", _SILENT_U.sub("", plain)))
    groups = _VOWELS.findall(heard)
    return sum(_nuclei(group) for group in groups) or len(plain)


def _nuclei(group: str) -> int:
    """Vowels of one run that are syllables: each strong or accented one, or one for a run of weak ones only."""
    return max(1, len(_HEARD_ALONE.findall(group)))
