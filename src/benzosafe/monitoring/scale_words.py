"""A filled-in scale in words: first what must not wait, then the total, then what it means by which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from benzosafe.knowledge.scale_model import CutOff, Scale

if TYPE_CHECKING:
    from benzosafe.monitoring.scored import Flagged, Reached, Scored

_REACHED = {"yes": "reached", "no": "not reached", "cannot tell": "cannot be told"}
_OF_SEX = {"female": "women", "male": "men"}


def words_of(scored: Scored) -> str:
    """All of it in sentences."""
    return " ".join((*first_words(scored), *total_words(scored), *ask_words(scored)))


def first_words(scored: Scored) -> Iterator[str]:
    """What must not wait, and what may be so and was not answered."""
    for flag in scored.flags:
        yield f"FIRST: {_said(flag)}: {flag.do}."
    for flag in scored.not_answered:
        if flag.urgent:
            yield f"Item {flag.number} ({flag.label}) is not known, which is not a no: ask. If so, {flag.do}."


def total_words(scored: Scored) -> Iterator[str]:
    """The total or the least and most it could be, its bands and cut-offs."""
    scale, bands = scored.scale, numbers((band.words for band in scored.bands), "or")
    means = f": {bands}" if bands else ""
    if scored.total is not None:
        yield f"{scale.label} {scored.total} of {scale.highest}{means}."
    else:
        span = f"{scored.low} to {scored.high} of {scale.highest}{means}"
        missing = f"{_items(scored.incomplete)} not answered"
        yield f"{scale.label} is not complete ({missing}), so it has no total; it could be {span}."
    if scored.prorated is not None:
        yield f"By the scale's own rule for missing answers about {scored.prorated:.1f}, an estimate only."
    for reached in scored.cutoffs:
        yield f"{reached_words(reached)}."


def ask_words(scored: Scored) -> Iterator[str]:
    """What to ask about at this visit."""
    for flag in scored.asks:
        yield f"Ask: {_said(flag)}: {flag.do}."
    for flag in scored.not_answered:
        if not flag.urgent:
            yield f"Item {flag.number} ({flag.label}) is not known."


def _said(flag: Flagged) -> str:
    sure = f"{flag.low}" if flag.low == flag.high else f"at least {flag.low}, or the total could not be so high"
    return f"item {flag.number} ({flag.label}) is {sure}"


def reached_words(reached: Reached) -> str:
    """'From 3 in women (means): reached'."""
    return f"{cutoff_words(reached.cutoff)}: {_REACHED[reached.reached]}"


def cutoff_words(cutoff: CutOff) -> str:
    """'From 3 in women, means'."""
    whom = f" in {_OF_SEX[cutoff.sex]}" if cutoff.sex else ""
    return f"From {cutoff.score.lowest:g}{whom}, {cutoff.means}"


def answer_rules(scale: Scale) -> Iterator[str]:
    """How answers are to be written, where the form alone does not say it."""
    yield f"{scale.items} items, each {numbers(scale.answers, 'or')}."
    for item, allowed in scale.answers_of.items():
        if item not in scale.unscored:
            yield f"Item {item}: {numbers(allowed, 'or')}."
    if scale.reversed_items:
        yield f"Counted the other way round, from the answer as given: {_items(scale.reversed_items)}."
    if scale.written_turned:
        yield f"In {_items(scale.written_turned)}, about something good, write 0 for all of it and the most for none."
    if scale.unscored:
        yield f"Asked and not counted: {_items(scale.unscored)}."


def _items(items: Iterable[int]) -> str:
    listed = tuple(items)
    return f"{'item' if len(listed) == 1 else 'items'} {numbers(listed, 'and')}"


def numbers(items: Iterable[object], last: str) -> str:
    """'0, 1, 2 or 3'."""
    words = [str(item) for item in items]
    return f" {last} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
