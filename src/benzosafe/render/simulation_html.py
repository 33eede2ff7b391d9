"""A simulation as one self-contained page that prints well and needs neither network nor scripts."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benzosafe import __version__
from benzosafe.render.simulation_chart import svg_simulation
from benzosafe.render.simulation_days import day_rows, level_words
from benzosafe.render.simulation_words import (
    bands_words,
    course_words,
    doses_words,
    named,
    summary,
    title,
)


def html_simulation(data: dict[str, Any]) -> str:
    """The whole page as text; every style and the picture are inside it."""
    environment = Environment(
        loader=PackageLoader("benzosafe.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("simulation.html").render(
        data=data,
        title=title(data),
        sentences=summary(data),
        doses=named(doses_words(data)),
        courses=[course_words(course) for course in data["beside"]],
        begins=data["starts_on"] or "",
        picture=svg_simulation(data),
        bands=bands_words(data),
        levels=level_words(data),
        parts=_parts(data, every=False),
        every=_parts(data, every=True),
        version=__version__,
    )


def _parts(data: dict[str, Any], *, every: bool) -> list[dict[str, Any]]:
    """A table for each analyte, with its own AUC ratio."""
    return [
        {
            "name": named(analyte["analyte"]),
            "ratios": bool(analyte["exposure_by_day"]),
            "rows": day_rows(data, analyte, every=every),
        }
        for analyte in data["analytes"]
    ]
