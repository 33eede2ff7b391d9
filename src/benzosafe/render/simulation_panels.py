"""The panels of the picture of a simulation; loading this loads the drawing library, so it is imported when drawn."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from benzosafe.render.simulation_axes import LABEL_PX, WIDTH, Axis, apart, panel_top
from benzosafe.render.simulation_words import course_words, doses_by_day, limits_of, named

INK, DARK, EDGE, MIDDLE, LIGHT = "#10212f", "#33566f", "#456b85", "#7899b2", "#dde8ef"
_COURSE_ROW, _BAR, _DOSE_HEIGHT = 32, 9, 44
_MOST_TICKS = 125  # more doses than this would run into each other: daily totals are drawn instead
_MOST_SWINGS = 44  # more swings than this turn to a blot: the highest and lowest of each day are drawn instead
_HEIGHTS = {1: 250, 2: 180}
_LEAST_HEIGHT = 140
_BANDS = ("people_low", "people_high", "typical_low", "typical_high")
_DASHES = [7, 4]
_SAMPLE = 5  # half the height of a sample of a band beside its name [px]
Curve = list[dict[str, float]]


def picture(data: dict[str, Any]) -> tuple[alt.VConcatChart, dict[str, Curve]]:
    """All panels one above the other, and the curves they draw, by name."""
    axis = Axis.of(data)
    by_day = sum(dose["at_h"] < data["days"] * 24 for dose in data["doses"]) > _MOST_SWINGS and not axis.in_hours
    trace = _days if by_day else _moments
    curves = [trace(analyte, data["times_h"], axis) for analyte in data["analytes"]]
    panels: list[Any] = [_courses(data, axis)] if data["beside"] else []
    panels += [_levels(data, place, axis, curve, by_day) for place, curve in enumerate(curves)]
    panels.append(_doses(data, axis))
    return alt.vconcat(*panels, spacing=12), {f"levels{place}": curve for place, curve in enumerate(curves)}


def _moments(analyte: dict[str, Any], times_h: list[float], axis: Axis) -> Curve:
    """Every time shown: upper and lower line are one."""
    found = []
    for place, hour in enumerate(times_h):
        own = {name: analyte[name][place] for name in (*_BANDS, "typical")}
        found.append({"x": axis.place(hour), "upper": own["typical"], "lower": own.pop("typical"), **own})
    return found


def _days(analyte: dict[str, Any], times_h: list[float], axis: Axis) -> Curve:
    """Highest and lowest of each day, at its noon; the first and the last reach to the edges."""
    found = []
    start = 0
    for day in range(int(times_h[-1] // 24)):
        end = bisect_right(times_h, 24.0 * (day + 1))
        row = {"x": axis.place(24.0 * day + 12), "upper": max(analyte["typical"][start:end]),
               "lower": min(analyte["typical"][start:end])}  # fmt: skip
        for name in _BANDS:
            row[name] = (max if name.endswith("high") else min)(analyte[name][start:end])
        found.append(row)
        start = end - 1
    return [{**found[0], "x": axis.first}, *found, {**found[-1], "x": axis.last}]


def _heading(words: str) -> alt.TitleParams:
    return alt.TitleParams(words, fontSize=13, fontWeight="bold", anchor="start", frame="group", offset=5, color=INK)


def _x(field: str, axis: Axis, style: alt.Axis | None = None) -> alt.X:
    scale = alt.Scale(domain=[axis.first, axis.last], nice=False, zero=False)
    grid = alt.Axis(values=axis.ticks, labels=False, ticks=False, title=None)
    return alt.X(field, scale=scale, axis=style or grid)


def _y(field: str, top: float) -> alt.Y:
    scale = alt.Scale(domain=[0, top], nice=False)
    return alt.Y(field, scale=scale, axis=alt.Axis(tickCount=5, title="ng/mL"))


def _levels(data: dict[str, Any], place: int, axis: Axis, curve: Curve, by_day: bool) -> Any:
    """One analyte: both bands, the typical line, the range aimed at, and the names of all beside the panel."""
    analyte = data["analytes"][place]
    limits = limits_of(analyte)
    top = panel_top(analyte, limits)
    height = _HEIGHTS.get(len(data["analytes"]), _LEAST_HEIGHT)
    source = alt.Chart(alt.NamedData(name=f"levels{place}"))
    x = _x("x:Q", axis)
    layers: list[Any] = [_turns(data, axis)] if data["beside"] else []
    if data["people"] > 1:
        layers.append(source.mark_area(color=LIGHT).encode(x=x, y=_y("people_low:Q", top), y2="people_high:Q"))
    layers.append(source.mark_area(color=MIDDLE).encode(x=x, y=_y("typical_low:Q", top), y2="typical_high:Q"))
    if data["people"] > 1:  # on top of the darker band, which may reach beyond the lighter one
        layers += [
            source.mark_line(color=EDGE, strokeWidth=0.8).encode(x=x, y=_y(f"{name}:Q", top))
            for name in ("people_low", "people_high")
        ]
    layers += [
        source.mark_line(color=INK, strokeWidth=1.2).encode(x=x, y=_y(f"{name}:Q", top))
        for name in (("upper", "lower") if by_day else ("upper",))
    ]
    if limits:
        layers.append(_range(limits, axis, top))
    if place == 0:
        layers += _beside(_names(data, curve[-1], limits, top, by_day), top, height)
    made = "" if analyte["analyte"] == data["drug"] else f", made from {data['drug']}"
    swings = ": highest and lowest of each day" if by_day and place == 0 else ""
    heading = _heading(f"{named(analyte['analyte'])} in blood{made}{swings}")
    return alt.layer(*layers).properties(width=WIDTH, height=height, title=heading)


def _turns(data: dict[str, Any], axis: Axis) -> Any:
    """Faint dotted lines where something beside it starts or stops."""
    hours = {hour for course in data["beside"] for hour in ((course["from_day"] - 1) * 24, course["to_day"] * 24)}
    rows = [{"x": axis.place(hour)} for hour in sorted(hours) if axis.first < axis.place(hour) < axis.last]
    chart = alt.Chart(alt.InlineData(values=rows))
    return chart.mark_rule(color=DARK, strokeWidth=1, strokeDash=[1, 3]).encode(x=_x("x:Q", axis))


def _range(limits: tuple[float, float], axis: Axis, top: float) -> Any:
    rows = [{"x": axis.first, "x2": axis.last, "limit": limit} for limit in limits if limit <= top]
    chart = alt.Chart(alt.InlineData(values=rows)).mark_rule(color=INK, strokeWidth=1.3, strokeDash=_DASHES)
    return chart.encode(x=_x("x:Q", axis), x2="x2:Q", y=_y("limit:Q", top))


@dataclass(frozen=True)
class Name:
    """The name of a band or line, the level at the right edge that it belongs to [ng/mL], and how it is drawn."""

    level: float
    lines: list[str]
    kind: Literal["light", "dark", "line", "dashes"]


def _names(
    data: dict[str, Any], end: dict[str, float], limits: tuple[float, float] | None, top: float, by_day: bool
) -> list[Name]:
    lines = ["typical person,", "each day between", "these two lines"] if by_day else ["typical person"]
    found = [
        Name(end["upper"], lines, "line"),
        Name((end["lower"] + end["typical_low"]) / 2, ["how well the", "typical person", "is known"], "dark"),
    ]
    if data["people"] > 1:
        between = (end["people_high"] + max(end["typical_high"], end["people_low"])) / 2
        found.append(Name(between, ["90 % of people"], "light"))
    if limits:
        low, high = limits
        off = [] if high <= top else ["(its top is higher)" if low <= top else "(higher than this)"]
        words = ["range aimed at:", f"{low:g} to {high:g} ng/mL", *off]
        found.append(Name(high if high <= top else min(low, top), words, "dashes"))
    return found


def _beside(names: list[Name], top: float, height: float) -> list[Any]:
    """The names at the right edge, kept apart, each with a sample and a thin line to its level."""
    middles = apart([((1 - name.level / top) * height, len(name.lines)) for name in names], height)
    samples, texts = [], []
    for name, middle in zip(names, middles, strict=True):
        at = [(1 - down / height) * top for down in (middle, middle - _SAMPLE, middle + _SAMPLE)]
        samples.append({"level": name.level, "label": at[0], "up": at[1], "down": at[2], "kind": name.kind})
        for number, line in enumerate(name.lines):
            down = middle + (number - (len(name.lines) - 1) / 2) * (LABEL_PX + 2)
            texts.append({"label": (1 - down / height) * top, "text": line})
    text = alt.Chart(alt.InlineData(values=texts)).mark_text(align="left", baseline="middle")
    leader = _samples(samples).mark_rule(color=DARK, strokeWidth=0.8)
    found: list[Any] = [
        leader.encode(x=alt.value(WIDTH + 1), x2=alt.value(WIDTH + 11), y=_y("level:Q", top), y2="label:Q"),
        text.encode(x=alt.value(WIDTH + 36), y=_y("label:Q", top), text="text:N"),
    ]
    left, right = alt.value(WIDTH + 12), alt.value(WIDTH + 31)
    for kind, colour in (("light", LIGHT), ("dark", MIDDLE)):
        own = _samples([row for row in samples if row["kind"] == kind])
        box = own.mark_rect(color=colour, stroke=EDGE if kind == "light" else MIDDLE, strokeWidth=0.8)
        found.append(box.encode(x=left, x2=right, y=_y("up:Q", top), y2="down:Q"))
    for kind, dashes in (("line", [1, 0]), ("dashes", _DASHES)):
        own = _samples([row for row in samples if row["kind"] == kind])
        found.append(
            own.mark_rule(color=INK, strokeWidth=1.3, strokeDash=dashes).encode(x=left, x2=right, y=_y("label:Q", top))
        )
    return found


def _samples(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _courses(data: dict[str, Any], axis: Axis) -> Any:
    """A bar for each course with its words above it; an arrow where it goes on beyond the days shown."""
    height = len(data["beside"]) * _COURSE_ROW
    rows, arrows = [], []
    for place, course in enumerate(data["beside"]):
        start, end = axis.clipped((course["from_day"] - 1) * 24), axis.clipped(course["to_day"] * 24)
        words = course_words(course)
        up = place * _COURSE_ROW
        bar, under = up + _COURSE_ROW - _BAR - 5, up + _COURSE_ROW - 5
        rows.append({
            "x": start, "x2": end, "top": bar, "under": under, "words": words, "text_at": axis.left_of(start, words),
            "text_middle": bar - LABEL_PX / 2 - 2,
        })  # fmt: skip
        if course["from_day"] < 1:
            arrows.append({"x": axis.at_pixels(-5), "middle": (bar + under) / 2, "turn": 270})
        if not course["stops_inside"]:
            arrows.append({"x": axis.at_pixels(WIDTH + 5), "middle": (bar + under) / 2, "turn": 90})
    bare = alt.Axis(labels=False, ticks=False, title=None, grid=False, domain=False)
    source = alt.Chart(alt.InlineData(values=rows))
    arrow = alt.Chart(alt.InlineData(values=arrows)).mark_point(shape="triangle", filled=True, color=DARK, size=90)
    bars = source.mark_rect(color=DARK).encode(
        x=_x("x:Q", axis, bare), x2="x2:Q", y=_down("top:Q", height), y2="under:Q"
    )
    words_above = source.mark_text(align="left", baseline="middle").encode(
        x=_x("text_at:Q", axis, bare), y=_down("text_middle:Q", height), text="words:N"
    )
    turned = alt.Angle("turn:Q", scale=None)
    ends = arrow.encode(x=_x("x:Q", axis, bare), y=_down("middle:Q", height), angle=turned, opacity=alt.value(1))
    layers = alt.layer(bars, words_above, *([ends] if arrows else []))
    return layers.properties(width=WIDTH, height=height, title=_heading("Taken beside it"))


def _down(field: str, height: float) -> alt.Y:
    return alt.Y(field, scale=alt.Scale(domain=[height, 0], nice=False), axis=None)


def _doses(data: dict[str, Any], axis: Axis) -> Any:
    """Every dose as an upright line as high as its mg; very many doses as one bar a day."""
    days = doses_by_day(data)
    daily = sum(len(day) for day in days) > _MOST_TICKS
    if daily:
        totals = [sum(mg for _, mg in day) for day in days]
        rows = [
            {"x": axis.clipped(24 * place), "x2": axis.clipped(24 * (place + 1)), "mg": mg, "none": 0}
            for place, mg in enumerate(totals)
        ]
    else:
        rows = [{"x": axis.place(hour), "mg": mg, "none": 0} for day in days for hour, mg in day]
    highest = max((row["mg"] for row in rows), default=0.0) or 1.0
    source = alt.Chart(alt.InlineData(values=rows))
    y = alt.Y("mg:Q", scale=alt.Scale(domain=[0, highest * 1.1], nice=False), axis=alt.Axis(
        values=[0, highest], title="mg", grid=False, format=".4~g"))  # fmt: skip
    x = _x("x:Q", axis, alt.Axis(values=axis.ticks, title=axis.title, format="d", grid=False, labelFlush=False))
    if daily:
        marks = source.mark_rect(color=DARK, stroke="white", strokeWidth=0.4 if len(days) < WIDTH / 4 else 0).encode(
            x=x, x2="x2:Q", y=y, y2="none:Q"
        )
    else:
        thick = 1.4 if len(rows) > 40 else 3.0
        marks = source.mark_rule(color=INK, strokeWidth=thick).encode(x=x, y=y, y2="none:Q")
    what = f"Doses of {data['drug']}{', mg a day' if daily else ''}" if rows else "No dose in the days shown"
    return marks.properties(width=WIDTH, height=_DOSE_HEIGHT, title=_heading(what))
