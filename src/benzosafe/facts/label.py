"""Label maxima that may hold for an order: the narrowest and the widest for its indication, age and route."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Floats
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.model import DoseLimit
from benzosafe.patient.tables import Order

_ANY = "any"
# A route that is not written is taken as oral: the only route of nearly every outpatient order.
_USUAL_ROUTE = "oral"


def label_limits(frame: Frame, field: str) -> tuple[Floats, Floats]:
    """Narrowest and widest maximum of each order, in the unit of the field; NaN where no label gives one."""
    age = frame.number("age_years")
    memo: dict[tuple[object, ...], tuple[float, float]] = {}
    found = np.full((len(frame.orders), 2), np.nan)
    for place in np.flatnonzero(frame.member("bzra") & frame.possibly_active):
        order, row = frame.orders[place], frame.order_row[place]
        years = (float(age.low[row]), float(age.high[row]))
        key = (order.ingredient, order.indication, order.route, years)
        if key not in memo:
            memo[key] = _range(frame, order, years, field)
        found[place] = memo[key]
    return found[:, 0], found[:, 1]


def fits(limit: DoseLimit, years: tuple[float, float]) -> bool:
    """Whether a limit could hold at these ages [a], lowest and highest; its last year of age is included."""
    return limit.min_age_years <= years[1] and years[0] < limit.max_age_years + 1


def _range(frame: Frame, order: Order, years: tuple[float, float], field: str) -> tuple[float, float]:
    facts = frame.knowledge.drugs[order.ingredient or ""].benzodiazepine
    route = order.route or _USUAL_ROUTE
    mine = [limit for limit in facts.dose_limits if limit.route == route and getattr(limit, field)] if facts else []
    # JUDGEMENT: at an age no label covers, what exceeds every label exceeds the unwritten one too.
    limits = [limit for limit in mine if fits(limit, years)] or mine
    limits = _for_indication(frame, limits, order.indication)
    values = [getattr(limit, field) for limit in limits]
    return (min(q.lowest for q in values), max(q.highest for q in values)) if values else (np.nan, np.nan)


def _for_indication(frame: Frame, limits: list[DoseLimit], indication: str | None) -> list[DoseLimit]:
    """The limits of the stated indication, else of a wider one, else the overall ones; all while it is not stated."""
    if indication is None:
        return limits
    concept = frame.knowledge.conditions.get(indication)
    for names in ((indication,), concept.implies if concept else (), (_ANY,)):
        own = [limit for limit in limits if limit.indication in names]
        if own:
            return own
    return []
