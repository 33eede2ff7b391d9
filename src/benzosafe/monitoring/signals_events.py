"""Which medicines an event is about, and on which days what was at hand of one may have gone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.course import Event


def named(event: Event, ingredients: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    """The medicines among those given that an event names, by any of their names; none means it may be about any."""
    words = event.text.casefold()
    return frozenset(name for name in ingredients if words and _pattern(knowledge, name).search(words))


@lru_cache(maxsize=512)
def _pattern(knowledge: Knowledge, ingredient: str) -> re.Pattern[str]:
    drug = knowledge.drugs.get(ingredient)
    names = (ingredient, *drug.names.brands, *drug.names.synonyms) if drug else (ingredient,)
    return re.compile("|".join(rf"\b{re.escape(name.casefold())}\b" for name in names))


def losses(
    events: Iterable[Event], ingredient: str, ingredients: Iterable[str], knowledge: Knowledge
) -> frozenset[date]:  # fmt: skip
    """The days on which what was at hand of a medicine may have gone: lost, stolen, spoiled, returned, disaster."""
    known = tuple(ingredients)
    kinds = {name for name, happening in knowledge.happenings.items() if happening.loses_supply}
    return frozenset(
        event.on for event in events if event.kind in kinds and ingredient in (named(event, known, knowledge) or known)
    )
