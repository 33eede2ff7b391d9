"""Self-contained pages from templates: everything written into them is escaped, nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def page_of(template: str, filters: dict[str, Callable[..., Any]], **values: Any) -> str:
    """A page from a template of this room; a value it names and is not given is an error."""
    environment = Environment(
        loader=PackageLoader("benzosafe.render", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(filters)
    return environment.get_template(template).render(**values)


def percent(share: float | None) -> str:
    """A share in words: never 100 % unless it is all, never 0 % unless it is none."""
    if share is None:
        return "none to tell"
    rounded = round(share * 100, 1)
    if (rounded >= 100 and share < 1) or (rounded <= 0 and share > 0):
        return "over 99.9 %" if rounded >= 100 else "under 0.1 %"
    return f"{rounded:.1f} %"
