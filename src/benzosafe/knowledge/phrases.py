"""Finds our phrases in free text and leaves out what is denied, a relative's, or not stated as present."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

Names = tuple[str, ...]

# JUDGEMENT: a doubtful or past diagnosis counts where it warns, and not where it would quieten a finding.
ONLY_IF_SURE = frozenset({"cancer", "palliative_care", "hospice", "end_of_life", "sickle_cell"})
ONLY_IF_NOW = (ONLY_IF_SURE | {"pregnancy", "lactation", "smoking_disorder", "agitation"}) - {"sickle_cell"}

# JUDGEMENT: how many plain words a denial reaches over; commas end it, because a hidden risk is worse than a false one.
_REACH = {"negates": 7, "near": 3, "beside": 1}
_SAID, _WORD, _COMMA, _STOP = "said", "word", ",", ";"
_CUES = {
    "negates": "no|never|without|denies|denied|denying|deny|negative for|absence of|free of|free from|nil|neither"
    "|no evidence of|no history|no known history|no longer|no longer has|does not have|do not have|did not have"
    "|not have|not had|not known to have|not known to be|risk of|at risk for|screening for|screen for|fear of"
    "|prevention of|prophylaxis of|prophylaxis for|vaccination for|sin|niega|sans|pas de|pas d|aucun|aucune|ohne"
    "|kein|keine|keinen|keiner",
    "near": "not|nicht|pas|nein",
    "beside": "non",
    "or": "or|nor|ou|oder",
    "family": "family history|family hx|familial history|fh|fhx|famhx|antecedentes familiares"
    "|antecedents familiaux|familienanamnese",
    "relative": "mother|father|brother|sister|parents|sibling|siblings|grandmother|grandfather|husband|wife|aunt"
    "|uncle|carer of|carer for|caregiver of|caregiver for|cares for|caring for|maternal history|paternal history",
    "doubt": "suspected|suspicion of|possible|possibly|probable|query|rule out|r o|questionable|borderline",
    "past": "history of|history|hx of|hx|h o|previous|previously|former|formerly|ex|prior|past|status post|s p"
    "|quit|stopped|gave up|recovered from",
    "after": "ruled out|excluded|unlikely|absent|not present|not found|not identified|not confirmed|none|negative"
    "|delivered|descartado|ausgeschlossen",
    "next": "screening|screen|test|tests|risk|prevention|prophylaxis|education|questionnaire|scale|assessment"
    "|precautions|vaccine|vaccination|immunization|immunisation|immunity|immune|carrier",
    "has": "has|takes|taking",
    "but": "but|however|although|though|except|except for|apart from|other than|besides|, has|, takes|patient has"
    "|she has|he has",
    # These hold one of our words or cues and mean something else.
    "inert": "no change|no changes|no recent change|no further|no improvement|no increase|no worsening|no better"
    "|not only|not resolved|not controlled|not well controlled|st depression|st segment depression|cns depression"
    "|bone marrow depression|myocardial depression|heat stroke|stroke volume|cva tenderness|alcohol free"
    "|fatty liver disease|non alcoholic fatty liver disease|nonalcoholic fatty liver disease|sickle cell trait"
    "|carcinoma in situ|basal cell carcinoma|squamous cell carcinoma of skin|skin cancer|nonmelanoma skin cancer"
    "|non melanoma skin cancer|passive smoking|passive smoker|falls asleep|fell asleep|fall asleep|in the fall"
    "|ectopic pregnancy|tubal pregnancy|molar pregnancy|termination of pregnancy|pregnancy loss|planning pregnancy"
    "|pregnancy planning|suppressed lactation|failure of lactation|non epileptic seizure|non epileptic seizures"
    "|nonepileptic seizure|nonepileptic seizures|psychogenic seizure|psychogenic seizures|dissociative convulsions"
    "|dissociative seizure|dissociative seizures|functional seizure|functional seizures|pseudo seizure"
    "|pseudo seizures|social withdrawal|acute renal failure|acute kidney failure|retinal dialysis"
    "|spinal cord concussion|labyrinthine concussion|gad antibody|gad antibodies|anti gad|screen positive"
    "|screening positive|test positive|screens positive",
}
_SOFTENED = (
    (re.compile(r"['’´`]"), ""),
    (re.compile(r"\?(?=\s*\w)"), " query "),
    (re.compile(r"\.(?=\s|$)|[\n;|!?]"), " ; "),
    (re.compile(r"[()\[\],]"), " , "),
)
_TOKEN = re.compile(r"[a-z0-9]+|[,;]")


@lru_cache(maxsize=50_000)
def words_of(text: str) -> Names:
    """Words without case, accents and apostrophes; commas and sentence ends stay, because they end a denial."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    for pattern, instead in _SOFTENED:
        plain = pattern.sub(instead, plain)
    return tuple(_TOKEN.findall(plain))


class _Item(NamedTuple):
    kind: str
    names: Names = ()
    size: int = 1


class Phrases:
    """Names by their phrases; the longest phrase wins and its words are used once."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        said: dict[Names, Names] = {}
        for name, phrases in words.items():
            for key in map(words_of, phrases):
                said[key] = tuple(dict.fromkeys((*said.get(key, ()), name)))
        cues = {words_of(cue): _Item(kind) for kind, text in _CUES.items() for cue in text.split("|")}
        self._known = cues | {key: _Item(_SAID, names, len(key)) for key, names in said.items()}
        self._longest = max(map(len, self._known))

    def stated(self, text: str) -> Names:
        """What the text states as present, the most specific phrase first."""
        items, scope, found = tuple(self._items(words_of(text))), _Scope(), dict[str, int]()
        for place, item in enumerate(items):
            if item.kind != _SAID:
                scope.meet(item.kind, items, place + 1)
                continue
            if not _denied_after(items, place + 1):
                found |= {name: max(item.size, found.get(name, 0)) for name in item.names if scope.counts(name)}
            scope.left = scope.reach if scope.left else 0
        return tuple(sorted(found, key=lambda name: -found[name]))

    def _items(self, words: Names) -> Iterator[_Item]:
        place = 0
        while place < len(words):
            size, item = self._item(words, place)
            yield item
            place += size

    def _item(self, words: Names, place: int) -> tuple[int, _Item]:
        for size in range(min(self._longest, len(words) - place), 0, -1):
            item = self._known.get(words[place : place + size])
            if item is not None:
                return size, item
        return 1, _Item(words[place] if words[place] in (_COMMA, _STOP) else _WORD)


@dataclass
class _Scope:
    """What has been said so far that changes the meaning of the next phrase."""

    reach: int = 0
    left: int = 0
    family: bool = False
    relative: bool = False
    doubt: bool = False
    past: bool = False

    def meet(self, kind: str, items: Sequence[_Item], after: int) -> None:
        """Take in a cue, a comma, a sentence end or a plain word."""
        if kind in _REACH:
            self.reach = self.left = _REACH[kind]
        elif kind == _WORD:
            self.left = max(0, self.left - 1)
        elif kind in ("family", "relative", "doubt", "past"):
            setattr(self, kind, True)
        elif kind == "has":
            self.left, self.doubt, self.past = 0, False, False
        elif kind == _COMMA and not _list_goes_on(items, after):
            self.left, self.relative, self.doubt, self.past = 0, False, False, False
        elif kind in (_STOP, "but"):
            self.left, self.family, self.relative, self.doubt, self.past = 0, False, False, False, False

    def counts(self, name: str) -> bool:
        """Whether it is the patient's, sure enough and present enough."""
        if self.left or self.family or self.relative:
            return False
        return not (self.doubt and name in ONLY_IF_SURE) and not (self.past and name in ONLY_IF_NOW)


def _list_goes_on(items: Sequence[_Item], after: int) -> bool:
    """'No a, b or c': a comma before an 'or' of the same sentence does not end the denial."""
    for item in items[after : after + 40]:
        if item.kind in (_STOP, "but", "has"):
            return False
        if item.kind == "or":
            return True
    return False


def _denied_after(items: Sequence[_Item], after: int) -> bool:
    """'Falls: no', 'sleep apnoea has been ruled out', 'dementia screening'."""
    for place in range(after, min(after + 4, len(items))):
        kind = items[place].kind
        if kind in (_COMMA, _STOP, _SAID):
            return False
        last = place + 1 == len(items) or items[place + 1].kind in (_COMMA, _STOP)
        if kind == "after" or (kind == "next" and place == after) or (kind in _REACH and last):
            return True
    return False
