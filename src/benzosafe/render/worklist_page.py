"""The worklist as a page that prints: one card a patient, with room to note what was decided.

It is self-contained: no network, no scripts.
"""

from __future__ import annotations

from typing import Any

from benzosafe.render.pages import page_of
from benzosafe.render.screen_pictures import group_name
from benzosafe.render.worklist_words import (
    NO_CHANGE,
    STRATA,
    TIERS,
    beside,
    cost,
    headline,
    not_offered,
    other_knowledge,
    takes_away,
    who,
)

_MOST_BEYOND = 20


def worklist_page(data: dict[str, Any]) -> str:
    """The whole page as text, from the data of a worklist (schema benzosafe.worklist/1)."""
    filters = {
        "count": lambda number: f"{number:,}", "who": who, "cost": cost, "takes_away": takes_away,
        "not_offered": not_offered, "group": group_name,
    }  # fmt: skip
    return page_of(
        "worklist.html", filters, data=data, headline=headline(data), beside=beside(data),
        warning=other_knowledge(data), strata=STRATA, tiers=TIERS, no_change=NO_CHANGE,
        beyond=data["beyond_capacity"][:_MOST_BEYOND],
    )  # fmt: skip
