"""Numbers for a choice made together: of 100 or 1,000 people like this one, how many with and how many without.

Only figures counted in people of this age, with this reason and these medicines are shown. A question without an honest
number is shown as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benzosafe.education.language import Language
from benzosafe.education.lines import capital
from benzosafe.education.situation import Situation
from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.figures_model import Choice, Figure, ForWhom, TimeSpan

_ABOUT = ("benefit", "harm", "stopping")


def choice_data(situation: Situation, language: Language) -> dict[str, Any]:
    """The figures by what they are about, and what nobody knows, in the words of the language."""
    asked = questions_of(situation)
    figures = [
        (name, figure) for name, figure in situation.knowledge.figures.items() if _is_for(figure, situation, asked)
    ]
    groups = [
        {
            "about": about,
            "title": language.say(f"choice_{about}"),
            "figures": [_figure(name, figure, language) for name, figure in figures if figure.about == about],
        }
        for about in _ABOUT
    ]
    return {
        "groups": [group for group in groups if group["figures"]],
        "none": language.say("choice_none") if not figures else "",
        "gap_title": language.say("choice_gap_title"),
        "gaps": list(_gaps(situation, language, asked)),
        "key": {"with": language.say("choice_key_with"), "other": language.say("choice_key_other")},
    }


def questions_of(situation: Situation) -> frozenset[Choice]:
    """Which choices this person has: to start is one only within the first weeks, or where it is not known how long."""
    long = situation.tells("bzra_days_of_use >= follow_up_decide_until_days")
    return frozenset({"continue", "stop"} if long else {"start", "continue", "stop"})


def _is_for(item: ForWhom, situation: Situation, asked: frozenset[Choice]) -> bool:
    """Whether it was counted in people like this one; what is not known of them is not assumed."""
    age, catalog = situation.age_years, catalog_of(situation.knowledge)
    if age is None or not item.min_age_years <= age < item.max_age_years or not asked & set(item.question):
        return False
    groups = {name for drug in situation.drugs for name in (drug, *catalog.classes_of(drug))}
    if item.drugs and not groups & set(item.drugs):
        return False
    if item.indication and not set(item.indication) & set(situation.reasons):
        return False
    return all(situation.tells(f"{name}_active") is True for name in item.together_with) and all(
        situation.tells(f"{name}_active") is False for name in item.not_with
    )


def _figure(name: str, figure: Figure, language: Language) -> dict[str, Any]:
    outcome, of = language.phrase(figure.outcome), figure.of
    given, other = language.phrase(figure.with_is), language.phrase(figure.comparator)
    if figure.more is not None:
        line = language.say("choice_more", group=given, count=figure.more, of=of, outcome=outcome, comparator=other)
        counts = [{"group": given, "count": figure.more, "text": capital(line)}]
    else:
        pairs = ((given, figure.with_ or 0), (other, figure.without or 0))
        lines = [language.say("choice_line", group=group, count=n, of=of, outcome=outcome) for group, n in pairs]
        counts = [
            {"group": group, "count": count, "text": capital(line)}
            for (group, count), line in zip(pairs, lines, strict=True)
        ]
    sure = f"{language.say(f'choice_sure_{figure.how_sure.level}')} {language.phrase(figure.how_sure.why)}"
    return {
        "id": name,
        "of": of,
        "wanted": figure.wanted,
        "difference_only": figure.more is not None,
        "counts": counts,
        "about": [
            language.say("choice_time", time=time_words(figure.over, language)),
            language.say("choice_who", population=language.phrase(figure.population)),
            sure,
        ],
        "confidence": figure.confidence,
        "sources": [{"source": item.source, "at": item.at, "confidence": item.confidence} for item in figure.evidence],
    }


def _gaps(situation: Situation, language: Language, asked: frozenset[Choice]) -> Iterator[dict[str, Any]]:
    for name, gap in situation.knowledge.figures_not_known.items():
        if _is_for(gap, situation, asked):
            yield {
                "id": name,
                "asks": language.phrase(gap.asks),
                "why": language.phrase(gap.why),
                "sources": [{"source": i.source, "at": i.at, "confidence": i.confidence} for i in gap.evidence],
            }


def time_words(span: TimeSpan, language: Language) -> str:
    """'6 weeks', or '3 weeks to 15 weeks'; parts of a unit are rounded to whole ones."""
    unit = f"time_{span.unit}"
    if span.value is not None:
        return language.say(unit, count=round(span.value))
    low, high = round(span.low or 0), round(span.high or 0)
    return language.say("time_range", low=language.say(unit, count=low), high=language.say(unit, count=high))
