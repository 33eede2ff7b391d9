"""The words of English and Spanish directions, each with its kind and value, and the clean-up before look-up.

A kind is one letter, so that a phrase is a short regular expression over kinds (see directions_phrases.py):

N number          n number of times (once, twice)      T "times"        X "x"      a article, Spanish "to"
U unit            - hyphen   o "or", "to"   / slash    E "every"        P "per"    b Spanish "por"
D W M Y h m       day, week, month, year, hour, minute H "hourly"
F doses per day   K days per week    L ordinal         S time of day     w weekday        c clock time
A as needed       C at most          u up to           r for, during    R route
t daily total     v divided          O once only       B before a procedure        e may repeat
f without meaning for the dose       p what it is for  & and            , ( )      ? unknown word
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from benzosafe.patient.directions_vocabulary import PHRASES, TYPOS, WORD

LONGEST_PHRASE = max(len(key) for key in PHRASES)
HOURS_HALF_DAY = 12
FRACTION_DENOMINATORS = (2, 3, 4, 8)
FRACTION_CHARACTERS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}

_ABBREVIATION = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
_PLURAL_TAIL = re.compile(r"\((?:s|es)\)|/s\b")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])")
_THOUSANDS = re.compile(r"\d+(?:,\d+)+")  # 1,000 is a thousand or one: never guessed
_CLOCK = re.compile(
    r"(?:\b(?:at|a las?)\s+|@\s*)?\b(\d{1,2})(?::([0-5]\d))(?:\s*([ap]m)\b)?|"
    r"\b(?:at|a las?)\s+(\d{1,2})\s*([ap]m)\b|\b(\d{1,2})([ap]m)\b"
)


@dataclass(frozen=True)
class Token:
    """A word or short phrase with its kind, value and the words it came from."""

    kind: str
    value: object
    text: str


def clean(text: str) -> str:
    """Lower case, no accents, fractions as 1/2, decimal points, abbreviations without full stops."""
    for sign, plain in FRACTION_CHARACTERS.items():
        text = text.replace(sign, f" {plain} ")
    decomposed = unicodedata.normalize("NFKD", text.lower())
    text = "".join(c for c in decomposed if not unicodedata.combining(c))
    text = re.sub("[–—−‐]", "-", text).replace("×", "x").replace("µ", "u").replace("μ", "u")
    text = _ABBREVIATION.sub(lambda m: m[0].replace(".", ""), text)
    text = _DECIMAL_COMMA.sub(r"\1.\2", _PLURAL_TAIL.sub("", text))
    text = _THOUSANDS.sub(lambda m: f" #u{m[0].replace(',', '_')}# ", text)
    return _CLOCK.sub(_clock_mark, text)


def _clock_mark(match: re.Match[str]) -> str:
    """A clock time as a single mark holding the minute of the day; impossible times stay as they were."""
    hour = int(match[1] or match[4] or match[6])
    minute, half = int(match[2] or 0), match[3] or match[5] or match[7]
    if hour > (12 if half else 23):
        return match[0]
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return f" #c{hour * 60 + minute}# "


def tokens_of(text: str) -> list[Token]:
    """The text as tokens: longest known phrases first, then numbers folded together."""
    words = [TYPOS.get(word, word) for word in WORD.findall(clean(text))]
    found: list[Token] = []
    at = 0
    while at < len(words):
        token, used = _one_token(words, at)
        found.append(token)
        at += used
    return _fold(_fold_numbers(found), _spaced_clock(any(token.kind == "c" for token in found)))


def _one_token(words: list[str], at: int) -> tuple[Token, int]:
    for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        hit = PHRASES.get(tuple(words[at : at + length]))
        if hit is not None:
            return Token(hit[0], hit[1], " ".join(words[at : at + length])), length
    word = words[at]
    if word[0].isdigit() or (word[0] == "." and len(word) > 1):
        return Token("N", Decimal(word), word), 1
    if word.startswith("#c"):
        return Token("c", int(word[2:-1]), word.strip("#c")), 1
    if word.startswith("#u"):
        return Token("?", None, word[2:-1].replace("_", ",")), 1
    return Token(word if word in "()/-" else "," if word in ",;.:=" else "?", None, word), 1


Rule = Callable[[list[Token], int], tuple[Token, int]]


def _fold_numbers(tokens: list[Token]) -> list[Token]:
    """Fractions (1/2), mixed numbers (1 1/2, 1-1/2, one and a half) and 'half a' as one number each."""
    for rule in (_fraction, _mixed, _said_twice, _half_of_a):
        tokens = _fold(tokens, rule)
    return tokens


def _fold(tokens: list[Token], rule: Rule) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token, used = rule(tokens, at)
        found.append(token)
        at += used
    return found


def _number(token: Token) -> Decimal:
    return token.value if isinstance(token.value, Decimal) else Decimal(0)


def _part_word(token: Token) -> bool:
    """Whether the token is a written part of one: half, quarter, medio."""
    return token.kind == "N" and token.text.isalpha() and _number(token) < 1


def _fraction(tokens: list[Token], at: int) -> tuple[Token, int]:
    """1/2, one half, one-half, three quarters, a half."""
    kinds = "".join(token.kind for token in tokens[at : at + 3])
    if kinds == "N/N" and all(tokens[i].text.isdigit() for i in (at, at + 2)):
        above, below = _number(tokens[at]), _number(tokens[at + 2])
        if int(below) in FRACTION_DENOMINATORS and 0 < above < below:
            return Token("N", above / below, f"{above}/{below}"), 3
    part = at + (2 if kinds.startswith("N-") else 1)
    if kinds[:1] in ("N", "a") and part < len(tokens) and _part_word(tokens[part]):
        count = _number(tokens[at]) if kinds[0] == "N" else Decimal(1)
        if count in (1, 3) and count * _number(tokens[part]) < 1:
            return Token("N", count * _number(tokens[part]), "part"), part - at + 1
    return tokens[at], 1


def _mixed(tokens: list[Token], at: int) -> tuple[Token, int]:
    """1 1/2, 1-1/2, 1 and 1/2, one and a half, una y media; never inside a 1-0-1 pattern."""
    kinds = "".join(token.kind for token in tokens[at : at + 4])
    tail = at + 1 if kinds[:2] == "NN" else at + 2
    if kinds[:1] != "N" or (kinds[:2] != "NN" and kinds[:3] not in ("N-N", "N&N")):
        return tokens[at], 1
    dashes = kinds[1] == "-" and (kinds[3:4] == "-" or (at > 0 and tokens[at - 1].kind == "-"))
    whole, part = _number(tokens[at]), _number(tokens[tail])
    is_part = 0 < part < 1 and not tokens[tail].text.startswith((".", "0."))
    if dashes or whole < 1 or whole != int(whole) or not is_part:
        return tokens[at], 1
    return Token("N", whole + part, f"{whole + part}"), tail - at + 1


def _said_twice(tokens: list[Token], at: int) -> tuple[Token, int]:
    """'2 (two)' as one number; '2 (three)' as something nobody may read."""
    if "".join(token.kind for token in tokens[at : at + 4]) != "N(N)":
        return tokens[at], 1
    same = tokens[at].value == tokens[at + 2].value
    return (tokens[at] if same else Token("?", None, f"{tokens[at].text} ({tokens[at + 2].text})")), 4


def _spaced_clock(clocks: bool) -> Rule:
    """'8 am' may be a time or eight units in the morning; only beside a certain clock time is it a time."""

    def rule(tokens: list[Token], at: int) -> tuple[Token, int]:
        half = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if tokens[at].kind != "N" or half not in ("am", "pm") or not tokens[at].text.isdigit():
            return tokens[at], 1
        hour = int(_number(tokens[at]))
        if not 1 <= hour <= HOURS_HALF_DAY:
            return tokens[at], 1
        minute = (hour % HOURS_HALF_DAY + (HOURS_HALF_DAY if half == "pm" else 0)) * 60
        return Token("c" if clocks else "?", minute, f"{hour} {half}"), 2

    return rule


def _half_of_a(tokens: list[Token], at: int) -> tuple[Token, int]:
    """'half a tablet', '1/2 of a tablet', 'mitad de una tableta' as a number before the unit."""
    if tokens[at].kind != "N" or not 0 < _number(tokens[at]) < 1:
        return tokens[at], 1
    rest = "".join(token.kind for token in tokens[at + 1 : at + 4])
    for article in ("fa", "a"):
        if rest.startswith(article + "U"):
            return tokens[at], 1 + len(article)
    if rest.startswith("fN") and _number(tokens[at + 2]) == 1:
        return tokens[at], 3
    return tokens[at], 1
