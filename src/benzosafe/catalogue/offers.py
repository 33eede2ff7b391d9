"""Is it offered without a prescription, or is one said to be needed: in the words of offers, in ten languages.

Only clear words refuse a listing. Whatever else is said about prescriptions is no agreement either: see wording.py.
"""

from __future__ import annotations

import re

_PAPER = r"(?:prescriptions?|presc|rx|scripts?|doctor'?s? (?:notes?|orders?))"
_ANY = r"(?: (?:a|an|any|the|valid|prior|written|your|doctor'?s?|medical|local|need for|need of))* "
_NEEDED = r"(?:required|needed|necessary|mandatory|asked for|asked)"
_DOCTOR = r"(?:doctor|physician|gp)"
_OFFERS = (
    rf"\b(?:no|without|zero|skip\w*|forget|bypass\w*|avoid\w*|waive\w*){_ANY}{_PAPER}\b(?! will\b)",
    rf"\b(?:not|never) (?:\w+ ){{0,2}}(?:need|require|ask|want|check|demand|insist)\w* (?:\w+'?s? ){{0,5}}{_PAPER}\b",
    rf"\bno (?:need|requirement|reason|call|use) (?:for|of|to) (?:\w+ ){{0,3}}{_PAPER}\b",
    rf"\b{_PAPER} (?:(?:is|are|will be) )?(?:not|never|no longer|hardly) (?:\w+ )?{_NEEDED}\b",
    rf"\b{_PAPER} (?:(?:is|are) )?(?:optional|included|unnecessary)\b",
    rf"\bno {_DOCTOR}'?s? (?:(?:visit|appointment|consultation) )?(?:is )?{_NEEDED}\b",
    rf"\bwithout (?:seeing|visiting|asking|consulting|a visit to|going to) (?:a|your|any|the) {_DOCTOR}\b",
    r"\bno questions? asked\b",
    r"\b(?:prescription|rx|script) free\b|\bnon (?:prescription|rx)\b|\bover the counter\b|\botc\b",
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Scandinavian, Russian
    r"\brezeptfrei\w*|\bohne (?:arzt)?(?:rezept|verschreibung)\b|\bkein\w* rezept\b",
    r"\bsans (?:ordonnance|prescription)\b|\bsin (?:necesidad de )?(?:receta|prescripci[oó]n)\b",
    r"\bsenza (?:ricetta|prescrizione)\b|\bsem (?:receita|prescri[cç][aã]o)\b|\bzonder (?:recept|voorschrift)\b",
    r"\bbez recept\w*|\breceptfri\w*|\buden recept\b|\butan recept\b|без рецепт\w*",
)
_OFFER = re.compile("|".join(_OFFERS))
_GIVEN = r"(?:sold|sell|dispens|suppl|releas|buy|order|take|use|ship|transfer|deliver|share|provid|offer|available)\w*"
_FORBIDS = r"(?:never|not|illegal to|unlawful to|prohibits?|forbids?|forbidden to)"
# "Never sold without a prescription": the negation stands at the verb, and the verb at 'without'.
_SHIELDS = (
    rf"\b{_FORBIDS} (?:(?:be|to|it|this|any|we|you) )?{_GIVEN} (?:(?:it|this|them|any|this medicine) )?without\b",
    r"\bno (?:sale|supply|delivery|refills?|transfer) without\b",
    r"\b(?:not|never|no) (?:\w+ ){0,2}(?:otc|over the counter)\b",
)
_SHIELD = re.compile("|".join(_SHIELDS))
_VALID = r"(?:a |the |your )?(?:(?:valid|written|doctor'?s?|original) )*"
_SOLD = r"(?:available|sold|dispensed|supplied|released)"
_NEEDS = (
    rf"{_VALID}{_PAPER} (?:(?:is|are|will be) )?(?:always )?(?:{_NEEDED}|only)(?: no exceptions)?",
    rf"{_PAPER}(?: (?:medicine|medication|drug))?(?: only)?",
    rf"(?:only )?(?:{_SOLD} )?(?:only )?(?:with|on|against|by) {_VALID}{_PAPER}(?: only)?",
    rf"(?:never|not|can not be) {_SOLD} without {_VALID}{_PAPER}",
    rf"(?:requires?|needs?) {_VALID}{_PAPER}",
)
_NEED = re.compile(rf"(?:(?:this|it|this medicine|this product) )?(?:is |are )?(?:{'|'.join(_NEEDS)})")
_YES = frozenset({
    "required", "yes", "true", "needed", "1", "mandatory", "necessary", "only", "pom", "prescriptiononly", "controlled",
})  # fmt: skip
_NO = re.compile(r"(?:no|none|not\b.*|false|0|optional|without|unnecessary|otc|free|never|n a|na)\b")
_CONTRACTED = ((re.compile(r"\bcan'?t\b|\bcannot\b"), "can not"), (re.compile(r"\bwo(?:n't|nt)\b"), "will not"),
               (re.compile(r"(?<=\w)n't\b"), " not"), (re.compile(r"\b(do|does|is|are|did)nt\b"), r"\1 not"),
               (re.compile(r"\bw/o\b"), "without"))  # fmt: skip


def offered_without(text: str) -> bool:
    """Whether any sentence offers it without a prescription; one that forbids that does not."""
    return any(_OFFER.search(one) and not _SHIELD.search(one) for one in map(_plain, sentences(text)))


def said_not_required(value: str) -> bool:
    """Whether a field 'prescription' says that none is needed."""
    return bool(_NO.match(_plain(value))) or offered_without(value)


def field_requires(value: str) -> bool:
    """Whether a field 'prescription' says that one is needed, and nothing else."""
    return _plain(value) in _YES or said_required(value)


def said_required(sentence: str) -> bool:
    """Whether a sentence says that a prescription is needed, and nothing else."""
    return bool(_NEED.fullmatch(_plain(sentence)))


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in re.split(r"(?<=[.!?;:])\s+|\n|(?<=\w)[!?;]", text) if part.strip()]


def _plain(text: str) -> str:
    """Lower-case words with single blanks, contractions written out: 'No-Rx' as 'no rx', "don't" as 'do not'."""
    plain = text.lower().replace("’", "'").replace("`", "'")
    for short, long in _CONTRACTED:
        plain = short.sub(long, plain)
    return " ".join(re.sub(r"[^\w']+|_", " ", plain).split())
