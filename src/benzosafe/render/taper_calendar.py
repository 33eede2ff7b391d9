"""A taper as a calendar for the person who takes it: what to take in pictures and words, and a box for every dose.

The page is self-contained: no network, no scripts. It is written for a reading age of about twelve.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from benzosafe import __version__
from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import load_knowledge
from benzosafe.render.taper_change import Shown, change_context
from benzosafe.render.taper_pictures import picture, plain
from benzosafe.taper.changeover import Changeover, ChangeStage
from benzosafe.taper.changeover_checks import change_for_papers
from benzosafe.taper.limits import Ceiling, ceiling_of
from benzosafe.taper.mind_words import minds_of
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import Dose, mg_words
from benzosafe.taper.record import plan_of

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# JUDGEMENT: parts of the day by the hour they end at [h]; the clock time always stands beside them.
_PARTS_OF_DAY = ((4, "Night"), (11, "Morning"), (14, "Midday"), (17, "Afternoon"), (21, "Evening"), (24, "Bedtime"))
# Public emergency numbers, printed only when every product of the plan belongs to one of these countries.
_EMERGENCY = {"US": "911", "CA": "911", "UK": "999", "EU": "112", "AU": "000"}
# JUDGEMENT: a plan longer than a year is drawn day by day for its first 26 weeks only: it will be revised before they
# end, and nobody finds today's dose in dozens of pages.
_LONG_DAYS, _DRAWN_DAYS = 365, 182
_AMOUNT = re.compile(r"(?:[\d½]+ × )?[\d.]+ m(?:g/mL|g|L)\b")
_SHAPES = {
    "proportional": "each step takes the same share of the dose of that time",
    "linear": "each step takes the same amount",
    "hyperbolic": "each step takes less than the one before",
}


def html_calendar(data: dict[str, Any], *, large_print: bool = False, full: bool = False) -> str:
    """The patient's calendar as one HTML page, from the data of a plan (`taper.record.plan_data`).

    `large_print`: no writing smaller than 18 points. `full`: every step day by day, also of a plan longer than a year.
    `crossover` in the data: the change to another drug that comes first, drawn stage by stage with both medicines.
    `minds` in the data: steps the prescriber has to decide on first, said on the first page and above the step. Raises
    InputRefused when the data is no plan, has no step, names a step it does not have, or breaks the limit without an
    override that names who allowed it and why.
    """
    return calendar_page(data, large_print=large_print, paper=False, full=full)


def calendar_page(data: dict[str, Any], *, large_print: bool, paper: bool, full: bool = False) -> str:
    """The page for a screen, or (`paper`) with the running headers and footers that a PDF is made from."""
    plan = plan_of(data, "calendar")
    if not plan.steps:
        raise InputRefused("the plan has no steps.", where="calendar", next_step="Use a plan with at least one step.")
    ceiling = ceiling_of(load_knowledge())
    change = change_for_papers(data.get("crossover"), plan, ceiling, "calendar")
    override = override_lines(plan, ceiling)
    drawn = len(plan.steps) if full else drawn_steps(plan)
    environment = Environment(
        loader=PackageLoader("benzosafe.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        mg=mg_words, clock=clock, part_of_day=part_of_day, day=day_words, short_day=short_day, percent=percent,
        plain=plain, days=days_words, kept=kept_together,
    )  # fmt: skip
    strengths = [product.strength_ug for product in plan.products if not product.liquid]
    return environment.get_template("taper_calendar.html").render(
        plan=plan,
        title=title(plan, change),
        **change_context(change, plan, Shown(clock, weeks)),
        steps=[_step_view(plan, number) for number in range(len(plan.steps))],
        first=plan.steps[0],
        last=plan.steps[-1],
        drawn=drawn,
        minds=minds_of(data.get("minds") or (), "calendar", plan),
        doses_words=doses_words,
        now=doses_words(plan.before),
        override=override,
        header_mm=_header_mm(override, large_print=large_print),
        emergency=emergency_number(plan),
        ceiling=ceiling,
        shape=_SHAPES[plan.shape],
        picture=lambda portion: picture(portion, strengths),
        large_print=large_print,
        paper=paper,
        version=__version__,
    )


def title(plan: TaperPlan, change: Changeover | None = None) -> str:
    """What the plan is for, in the words of the person who follows it."""
    if change is not None:
        then = "come off it" if plan.steps[-1].stop else "take less"
        return f"My plan to change from {change.old} to {change.new}, then {then} slowly"
    if plan.steps[-1].stop:
        return f"My plan to come off {plan.drug} slowly"
    return f"My plan to take less {plan.drug}"


def drawn_steps(plan: TaperPlan) -> int:
    """How many steps are drawn day by day: in a plan over a year, those that begin in its first 26 weeks."""
    first, last = plan.steps[0], plan.steps[-1]
    lasts = (last.starts_on - first.starts_on).days + (0 if last.stop else last.days)
    begun = [step for step in plan.steps if (step.starts_on - first.starts_on).days < _DRAWN_DAYS]
    # A single step that is left over takes no more room as a block than as a table.
    return len(plan.steps) if lasts <= _LONG_DAYS or len(plan.steps) - len(begun) <= 1 else len(begun)


def override_lines(plan: TaperPlan, ceiling: Ceiling) -> tuple[str, ...]:
    """What stands on every page when a limit was set aside; nothing when none was.

    Raises InputRefused when the limit is broken and nobody is named or no reason is given.
    """
    if plan.override is None and plan.within_limit:
        return ()
    if plan.override is None or not plan.override.by.strip() or not plan.override.reason.strip():
        raise InputRefused(
            "the plan sets a limit aside, but does not say who allowed it and why, so it is not printed.",
            where="calendar", next_step="Give the name of the clinician and the reason, or a plan within the limit.",
        )  # fmt: skip
    limit = f"the limit of {percent(ceiling.share)} in {days_words(ceiling.days)}"
    what = f"A limit was set aside. The plan still keeps {limit}."
    if not plan.within_limit:
        what = f"This plan goes down faster than {limit}."
    return what, f"Allowed by: {plan.override.by.strip()}.", f"Reason: {plan.override.reason.strip()}"


def emergency_number(plan: TaperPlan) -> str:
    """The emergency number of the country all products come from; empty when that is not one known country."""
    countries = {product.country for product in plan.products}
    return _EMERGENCY.get(countries.pop(), "") if len(countries) == 1 else ""


def _step_view(plan: TaperPlan, index: int) -> dict[str, Any]:
    step = plan.steps[index]
    before = plan.steps[index - 1].delivered_ug if index else plan.before_ug
    taken = [dose for dose in step.doses if dose.amount_ug]
    return {
        "step": step,
        "none": not taken,
        "before_ug": before,
        "way": "Less than before" if step.delivered_ug < before
        else "Same as before" if step.delivered_ug == before else "More than before",
        "doses": step.doses,
        "change": _change(step, before),
        "rolling": f"−{percent(step.rolling_fall)}" if step.rolling_fall else "0 %",
        "boxes": len(taken),
        "order": ", ".join(clock(dose.at_h) for dose in taken),
        "weeks": weeks(step) if taken else [],
    }  # fmt: skip


def _change(step: TaperStep, before_ug: int) -> str:
    if step.delivered_ug > before_ug:
        return f"+{percent(Fraction(step.delivered_ug - before_ug, before_ug))}" if before_ug else "from none"
    return f"−{percent(step.fall)}" if step.fall else "0 %"


def weeks(step: TaperStep | ChangeStage) -> list[list[date]]:
    """The days of a step in rows of seven, counted from its first day, so that a whole week is one full row."""
    days = [step.starts_on + timedelta(days=number) for number in range(step.days)]
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def clock(at_h: float) -> str:
    """An hour of the day as it is said, and on the 24-hour clock where the two differ: '8 pm (20:00)'."""
    minutes = round(at_h * 60) % (24 * 60)
    hour, minute = divmod(minutes, 60)
    past = f":{minute:02d}" if minute else ""
    name = "am" if hour < 12 else "pm"
    if minutes in (0, 12 * 60):
        name = "noon" if minutes else "midnight"
    said = f"{(hour - 1) % 12 + 1}{past} {name}"
    return said if 1 <= hour < 12 else f"{said} ({hour:02d}:{minute:02d})"


def part_of_day(at_h: float) -> str:
    """'Morning' for 8, 'Evening' for 20."""
    return next(name for ends, name in _PARTS_OF_DAY if at_h % 24 < ends)


def day_words(day: date) -> str:
    """'Monday 2 March 2026', whatever language the computer speaks, for the page is in English."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """'Mon 2 Mar 2026'."""
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def days_words(days: int) -> str:
    """'1 day' or '14 days'."""
    return f"{days} day" if days == 1 else f"{days} days"


def percent(share: Fraction) -> str:
    """A share in percent with at most one decimal: '12.5 %'."""
    return f"{float(share) * 100:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%"


def kept_together(words: str) -> Markup:
    """The same words, in which no line ends between a count, a number and its unit."""
    return Markup(_AMOUNT.sub(r'<span class="unit">\g<0></span>', str(escape(words))))


def _header_mm(override: tuple[str, ...], *, large_print: bool) -> float:
    """Height the running header needs [mm], from the letters that fit on a line of an A4 page."""
    if not override:
        return 0.0
    letters, line_mm = (46, 8.6) if large_print else (85, 5.2)
    return math.ceil(len(" ".join(("OVERRIDE", *override))) / letters) * line_mm + 8


def doses_words(doses: tuple[Dose, ...]) -> str:
    """Doses of a day in one line: '8 am: 1 × 0.5 mg tablet; 8 pm (20:00): ½ × 0.5 mg tablet'."""
    taken = (
        f"{clock(dose.at_h)}: {' and '.join(portion.words for portion in dose.portions)}"
        for dose in doses
        if dose.amount_ug
    )
    return "; ".join(taken) or "none"
