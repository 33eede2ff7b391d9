"""A taper as the clinician's page: whether before how, the proof of every step, levels, supply, comparison.

The page is self-contained: no network, no scripts; an override stands first and on every printed page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benzosafe import __version__
from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.render.taper_calendar import kept_together, override_lines
from benzosafe.render.taper_page_words import (
    cited,
    clock,
    hand_out,
    largest,
    level,
    marks_of,
    mg,
    percent,
    short,
    title,
    warnings,
    whether,
)
from benzosafe.taper.limits import Ceiling, ceiling_of
from benzosafe.taper.named import FOR_COMPARISON
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import mg_words, ug
from benzosafe.taper.proof import faults
from benzosafe.taper.record import plan_of

_WHERE = "clinician's page"
_ANY_PIECES = 10**6  # how many pieces at once were allowed is not in the data; the solver has kept to it


def html_taper(data: dict[str, Any]) -> str:
    """The whole page as text, from the data of a taper (`taper.job`): doses in mg, shares as fractions of 1.

    The tablets of every step are counted again. Raises InputRefused when the data is no plan, has no step, does not
    deliver what it states, or sets the limit aside without a name and a reason.
    """
    plan, knowledge = plan_of(data, _WHERE), load_knowledge()
    ceiling = ceiling_of(knowledge)
    override = _override(plan, ceiling)
    _counted_again(data, plan, ceiling)
    environment = Environment(
        loader=PackageLoader("benzosafe.render", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        mg=mg, percent=percent, clock=clock, cited=cited, level=level, kept=kept_together,
    )  # fmt: skip
    titles = {node["title"] for node in _nodes(data["assessment"]) if "title" in node}
    return environment.get_template("taper_page.html").render(
        data=data,
        title=title(data),
        override=override,
        ceiling=ceiling,
        short=short(data, plan, ceiling),
        warnings=warnings(data),
        parts=whether(data["assessment"]["words"], titles),
        rows=_steps(data),
        levels=_levels(data["levels"]),
        troughs=_troughs(data["crossover"]),
        hand_out=hand_out,
        for_comparison=FOR_COMPARISON,
        largest=largest(plan),
        notes=list(dict.fromkeys((*data["agent_reasons"], *data["notes"]))),
        knowledge=knowledge.version,
        confidence=_confidence(data),
        sources=_sources(data, knowledge),
        version=__version__,
    )


def _override(plan: TaperPlan, ceiling: Ceiling) -> tuple[str, ...]:
    try:
        return override_lines(plan, ceiling)
    except InputRefused as error:
        raise InputRefused(error.what, where=_WHERE, next_step=error.next_step) from None


def _counted_again(data: dict[str, Any], plan: TaperPlan, ceiling: Ceiling) -> None:
    """The proof that the page states is worked out here again, from the tablets, and never taken on trust."""
    if not plan.steps:
        raise InputRefused("the plan has no steps.", where=_WHERE, next_step="Use a plan with at least one step.")
    found = faults(plan, ceiling, _ANY_PIECES)
    stated = zip(data["steps"], plan.steps, strict=True)
    found += [
        f"step {step.number} states {mg(item['delivered_mg_per_day'])} mg but makes {mg_words(step.delivered_ug)} mg"
        for item, step in stated
        if ug(item["delivered_mg_per_day"]) != step.delivered_ug
    ]
    if found:
        raise InputRefused(
            f"the plan does not keep to what it states, so it is not shown: {found[0]}.", where=_WHERE,
            next_step="Make it again with: benzosafe taper PATIENT",
        )  # fmt: skip


def _steps(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Each step with the letters of the flags of its level, and how far the level falls [share], where simulated."""
    levels = data["levels"] or {}
    marks = marks_of(levels.get("flags", []))
    falls = {step["number"]: step["exposure_fall"] for step in levels.get("steps", [])}
    return [
        {
            "step": step, "level": falls.get(step["number"]),
            "flags": [mark for mark, flag in marks if step["number"] in flag["steps"]],
        }
        for step in data["steps"]
    ]  # fmt: skip


def _levels(levels: dict[str, Any] | None) -> dict[str, Any]:
    """The picture with its sentences; why there is none, when it was not simulated."""
    if levels is None:
        return {"why_not": "It was not asked for."}
    if "not_simulated" in levels:
        return {"why_not": f"Not simulated: {levels['not_simulated']}"}
    from benzosafe.render.taper_levels import svg_levels
    from benzosafe.render.taper_levels_words import sentences_levels

    flagged = {f"{flag['what']} {flag['do']}" for flag in levels["flags"]}
    return {
        "why_not": "",
        "picture": svg_levels({**levels, "flags": [_pointed(flag) for flag in levels["flags"]]}),
        "sentences": [line for line in sentences_levels(levels) if line not in flagged],
        "flags": marks_of(levels["flags"]),
        "rests_on": [*levels["notes"], *levels["rests_on"]],
    }


def _pointed(flag: dict[str, Any]) -> dict[str, Any]:
    """A flag as the picture says it: where and what, for the page has its words, and a picture must fit on a page."""
    first, last = flag["steps"][0], flag["steps"][-1]
    steps = f"Step {first}" if first == last else f"Steps {first} to {last}"
    return {**flag, "what": f"{steps}: {flag['of']} {flag['kind']}, most on {flag['on']};", "do": "see the text."}


def _troughs(change: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Simulated lowest levels of the change [ng/mL] on the first day and on the last day of every stage."""
    if not change or not change["levels"] or not change["levels"]["troughs"]:
        return []
    series = change["levels"]["troughs"]
    days = series[0]["days"]
    shown = [day for day in (days[0], *(stage["ends_on"] for stage in change["made"]), days[-1]) if day in days]
    return [
        {"day": day, "levels": [tuple(one[name][days.index(day)] for name in ("typical", "low", "high"))
                                for one in series]}
        for day in dict.fromkeys(shown)
    ]  # fmt: skip


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(child, dict | list):
            yield from _nodes(child)


def _stated(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Source, place and confidence of everything the page cites, apart from curves, which cite nothing."""
    cited = ("assessment", "crossover", "comparison", "products")
    for node in (*(node for name in cited for node in _nodes(data[name])), *_nodes(data["supply"]["law"])):
        source = node.get("source") or node.get("id")
        if source and "confidence" in node:
            yield source, str(node.get("at") or node.get("title") or node.get("strength_mg")), node["confidence"]


def _confidence(data: dict[str, Any]) -> Counter[str]:
    return Counter(confidence for _, _, confidence in set(_stated(data)))


def _sources(data: dict[str, Any], knowledge: Knowledge) -> list[tuple[str, str]]:
    names = sorted({source for source, _, _ in _stated(data)} & set(knowledge.sources))
    return [(name, knowledge.sources[name].citation) for name in names]
