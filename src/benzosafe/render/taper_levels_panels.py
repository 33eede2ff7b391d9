"""The panels of the picture of a taper's levels; loading this loads the drawing library, so only when drawn."""

from __future__ import annotations

import textwrap
from datetime import date, timedelta
from typing import Any

import altair as alt

from benzosafe.render.simulation_panels import DARK, EDGE, INK, LIGHT, MIDDLE
from benzosafe.render.simulation_words import named
from benzosafe.render.taper_levels_words import course_dates

WIDTH = 580  # with the axis at the left 650, within an A4 page's text
_LETTER_PX = 6.1
_LEGEND_HEIGHT, _COURSE_ROW, _BAR, _LABEL_PX = 30, 32, 9, 12
_HEIGHTS = {1: 250, 2: 180}
_LEAST_HEIGHT, _STAIR_HEIGHT, _LINE_PX = 130, 80, 16
_LETTERS_A_LINE = 104
_FLAG, _POSSIBLE_DASH = "#f0e2c4", [4, 3]
_MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_MONTHS, _MOST_WEEKS = 14, 84
_DOSE_LABEL_PX = 40
Curve = list[dict[str, float]]
_BANDS = ("people_low", "people_high", "typical_low", "typical_high")


def picture(data: dict[str, Any]) -> tuple[alt.VConcatChart, dict[str, Curve]]:
    """All panels one above the other, and the curves they draw, by name; all active drug together comes first."""
    series = [data["series"][-1], *data["series"][:-1]]
    panels: list[Any] = [_legend()]
    panels += [_courses(data)] if data["beside"] else []
    panels += [_levels(data, one, place, len(series)) for place, one in enumerate(series)]
    panels.append(_stair(data))
    panels += [_flag_words(data)] if data["flags"] else []
    curves = {f"levels{place}": _curve(one) for place, one in enumerate(series)}
    return alt.vconcat(*panels, spacing=12), curves


def mark_of(place: int) -> str:
    """The letter of a flag in the picture: A, B ... Z, then A2, B2 ..."""
    turn, letter = divmod(place, len(_MARKS))
    return _MARKS[letter] + (str(turn + 1) if turn else "")


def _curve(series: dict[str, Any]) -> Curve:
    """Every day at its noon; the first and the last reach to the edges."""
    names = (*_BANDS, "average", "lowest", "highest")
    days = len(series["average"])
    found = [{"x": day + 0.5, **{name: series[name][day] for name in names}} for day in range(days)]
    return [{**found[0], "x": 0.0}, *found, {**found[-1], "x": float(days)}]


def _x(data: dict[str, Any], field: str = "x:Q", style: alt.Axis | None = None) -> alt.X:
    ticks, _ = date_ticks(data)
    scale = alt.Scale(domain=[0, data["days"]], nice=False, zero=False)
    grid = alt.Axis(values=ticks, labels=False, ticks=False, title=None)
    return alt.X(field, scale=scale, axis=style or grid)


def date_ticks(data: dict[str, Any]) -> tuple[list[int], list[str]]:
    """Days (0 is the first) that are marked, with their dates: months, or weeks when there are few."""
    start = date.fromisoformat(data["starts_on"])
    if data["days"] <= _MOST_WEEKS:
        step = 7 if data["days"] <= _MOST_WEEKS / 2 else 14
        days = list(range(0, data["days"], step))
        return days, [f"{start + timedelta(days=day):%-d %b}" for day in days]
    months, day = [], start.replace(day=1)
    while (day - start).days <= data["days"]:
        if day >= start:
            months.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    shown = months[:: 1 + len(months) // _MOST_MONTHS]
    years = [place == 0 or one.year != shown[place - 1].year for place, one in enumerate(shown)]
    return [(one - start).days for one in shown], [f"{one:%b %Y}" if year else f"{one:%b}" for one, year in
            zip(shown, years, strict=True)]  # fmt: skip


def _heading(words: str) -> alt.TitleParams:
    return alt.TitleParams(words, fontSize=13, fontWeight="bold", anchor="start", frame="group", offset=5, color=INK)


def _down(field: str, height: float) -> alt.Y:
    return alt.Y(field, scale=alt.Scale(domain=[height, 0], nice=False), axis=None)


def _bare_x(field: str) -> alt.X:
    return alt.X(field, scale=alt.Scale(domain=[0, WIDTH], nice=False), axis=None)


def _legend() -> Any:
    """Samples of the bands and lines with their names, in two rows."""
    names = [
        ("light", 0, 0, "90 % of people, average of each day"),
        ("dark", 290, 0, "how well the typical person is known"),
        ("line", 0, 1, "typical person, average of each day"),
        ("thin", 290, 1, "typical person, lowest and highest of each day"),
    ]  # fmt: skip
    rows = [
        {"x": x, "x2": x + 22, "y": row * 16 + 3, "y2": row * 16 + 12, "m": row * 16 + 7.5, "t": x + 28, "words": words,
         "kind": kind} for kind, x, row, words in names
    ]  # fmt: skip
    layers: list[Any] = []
    for row in rows:
        source = alt.Chart(alt.InlineData(values=[row]))
        x, y = _bare_x("x:Q"), _down("m:Q", _LEGEND_HEIGHT)
        if row["kind"] in ("light", "dark"):
            mark = source.mark_rect(color=LIGHT if row["kind"] == "light" else MIDDLE, stroke=EDGE, strokeWidth=0.8)
            layers.append(mark.encode(x=x, x2="x2:Q", y=_down("y:Q", _LEGEND_HEIGHT), y2="y2:Q"))
        else:
            thin = row["kind"] == "thin"
            mark = source.mark_rule(color=INK, strokeWidth=0.8 if thin else 1.6, strokeDash=[2, 2] if thin else [1, 0])
            layers.append(mark.encode(x=x, x2="x2:Q", y=y))
    text = alt.Chart(alt.InlineData(values=rows)).mark_text(align="left", baseline="middle")
    layers.append(text.encode(x=_bare_x("t:Q"), y=_down("m:Q", _LEGEND_HEIGHT), text="words:N"))
    return alt.layer(*layers).properties(width=WIDTH, height=_LEGEND_HEIGHT)


def _courses(data: dict[str, Any]) -> Any:
    """A bar for each course with its words above it; open ends run to the edge."""
    height, rows = len(data["beside"]) * _COURSE_ROW, []
    for place, course in enumerate(data["beside"]):
        start, end = (min(max(day, 0.0), data["days"]) for day in (course["from_day"] - 1, course["to_day"]))
        words = course_dates(course)
        under = (place + 1) * _COURSE_ROW - 5
        room = WIDTH - len(words) * _LETTER_PX
        text_at = max(min(start / data["days"] * WIDTH, room), 0.0) / WIDTH * data["days"]
        rows.append({"x": start, "x2": end, "top": under - _BAR, "under": under, "words": words, "text_at": text_at,
                     "middle": under - _BAR - _LABEL_PX / 2 - 2})  # fmt: skip
    bare = alt.Axis(labels=False, ticks=False, title=None, grid=False, domain=False)
    source = alt.Chart(alt.InlineData(values=rows))
    bars = source.mark_rect(color=DARK).encode(
        x=_x(data, "x:Q", bare), x2="x2:Q", y=_down("top:Q", height), y2="under:Q"
    )
    words_above = source.mark_text(align="left", baseline="middle").encode(
        x=_x(data, "text_at:Q", bare), y=_down("middle:Q", height), text="words:N"
    )
    return alt.layer(bars, words_above).properties(width=WIDTH, height=height, title=_heading("Taken beside it"))


def _levels(data: dict[str, Any], series: dict[str, Any], place: int, count: int) -> Any:
    """One series: flags behind, both bands, the typical line with its lowest and highest of each day."""
    top = (1.2 if data["flags"] else 1.06) * max(
        *series["people_high"], *series["typical_high"], *series["highest"], 1e-9
    )
    y = _y_of(top)
    source, x = alt.Chart(alt.NamedData(name=f"levels{place}")), _x(data)
    layers: list[Any] = [*_flag_spans(data, top), *_turns(data)]
    layers.append(source.mark_area(color=LIGHT).encode(x=x, y=y("people_low:Q"), y2="people_high:Q"))
    layers.append(source.mark_area(color=MIDDLE).encode(x=x, y=y("typical_low:Q"), y2="typical_high:Q"))
    layers += [
        source.mark_line(color=EDGE, strokeWidth=0.8).encode(x=x, y=y(f"{name}:Q"))
        for name in ("people_low", "people_high")
    ]
    layers += [
        source.mark_line(color=INK, strokeWidth=0.8, strokeDash=[2, 2]).encode(x=x, y=y(f"{name}:Q"))
        for name in ("lowest", "highest")
    ]
    layers.append(source.mark_line(color=INK, strokeWidth=1.6).encode(x=x, y=y("average:Q")))
    layers += _flag_marks(data, top)
    of = series["of"]
    made = "" if of == data["drug"] or of.startswith("all ") else f", made from {data['drug']}"
    height = _HEIGHTS.get(count, _LEAST_HEIGHT)
    return alt.layer(*layers).properties(width=WIDTH, height=height, title=_heading(f"{named(of)} in blood{made}"))


def _y_of(top: float) -> Any:
    scale = alt.Scale(domain=[0, top], nice=False)
    return lambda field: alt.Y(field, scale=scale, axis=alt.Axis(tickCount=5, title="ng/mL"))


def _turns(data: dict[str, Any]) -> list[Any]:
    """Faint dotted lines where something beside it starts or stops."""
    days = {day for course in data["beside"] for day in (course["from_day"] - 1, course["to_day"])}
    rows = [{"x": day} for day in sorted(days) if 0 < day < data["days"]]
    chart = alt.Chart(alt.InlineData(values=rows))
    rule = chart.mark_rule(color=DARK, strokeWidth=1, strokeDash=[1, 3])
    return [rule.encode(x=_x(data))] if rows else []


def flag_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Each flag with its letter and the days of its steps (0 is the first, the end is not included)."""
    start = date.fromisoformat(data["starts_on"])
    steps = {step["number"]: step for step in data["steps"]}
    found = []
    for place, flag in enumerate(data["flags"]):
        first = (date.fromisoformat(steps[flag["steps"][0]]["starts_on"]) - start).days
        end = (date.fromisoformat(steps[flag["steps"][-1]]["ends_on"]) - start).days + 1
        found.append({"x": first, "x2": end, "mark": mark_of(place), "at": flag["day"] - 0.5, "sure": flag["sure"]})
    return found


def _flag_spans(data: dict[str, Any], top: float) -> list[Any]:
    """The days of the flagged steps, shaded; framed by dashes where it is only possible."""
    layers = []
    for sure in (True, False):
        rows = [{**row, "low": 0.0, "top": top} for row in flag_rows(data) if row["sure"] is sure]
        if rows:
            source = alt.Chart(alt.InlineData(values=rows))
            mark = source.mark_rect(
                color=_FLAG, opacity=1 if sure else 0.45, stroke=EDGE, strokeWidth=0.6,
                strokeDash=[1, 0] if sure else _POSSIBLE_DASH,
            )  # fmt: skip
            layers.append(mark.encode(x=_x(data), x2="x2:Q", y=_y_of(top)("low:Q"), y2="top:Q"))
    return layers


def _flag_marks(data: dict[str, Any], top: float) -> list[Any]:
    rows = [{**row, "middle": (row["x"] + row["x2"]) / 2, "level": top * 0.95} for row in flag_rows(data)]
    if not rows:
        return []
    text = alt.Chart(alt.InlineData(values=rows)).mark_text(fontWeight="bold", fontSize=13, color=INK)
    return [text.encode(x=_x(data, "middle:Q"), y=_y_of(top)("level:Q"), text="mark:N")]


def _stair(data: dict[str, Any]) -> Any:
    """The dose of every step as a stair, with as many doses written out as have room."""
    start = date.fromisoformat(data["starts_on"])
    rows = []
    for step in data["steps"]:
        first = (date.fromisoformat(step["starts_on"]) - start).days
        end = (date.fromisoformat(step["ends_on"]) - start).days + 1
        rows.append({"x": first, "x2": end, "mg": step["mg_per_day"], "none": 0, "words": f"{step['mg_per_day']:g}"})
    top = 1.3 * max([data["before_mg_per_day"], *(row["mg"] for row in rows)])
    ticks, dates = date_ticks(data)
    label = "{" + ", ".join(f"'{day}': '{words}'" for day, words in zip(ticks, dates, strict=True)) + "}[datum.value]"
    x = _x(data, "x:Q", alt.Axis(values=ticks, labelExpr=label, title=None, grid=False, labelFlush=False))
    y = alt.Y("mg:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(
        values=[0, data["before_mg_per_day"]], title="mg a day", grid=False, format=".4~g"))  # fmt: skip
    bars = alt.Chart(alt.InlineData(values=rows)).mark_rect(color=MIDDLE, stroke="white", strokeWidth=0.5)
    written = alt.Chart(alt.InlineData(values=_with_room(rows, data["days"]))).mark_text(
        align="left", baseline="bottom", dx=3, dy=-2, fontSize=11
    )
    heading = f"Doses of {data['drug']}; before the first step {data['before_mg_per_day']:g} mg a day"
    return alt.layer(
        bars.encode(x=x, x2="x2:Q", y=y, y2="none:Q"), written.encode(x=x, y=y, text="words:N")
    ).properties(width=WIDTH, height=_STAIR_HEIGHT, title=_heading(heading))  # fmt: skip


def _with_room(rows: list[dict[str, Any]], days: int) -> list[dict[str, Any]]:
    """Steps whose dose is written: those far enough apart that the numbers do not touch."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if not found or (row["x"] - found[-1]["x"]) / days * WIDTH >= _DOSE_LABEL_PX:
            found.append(row)
    return found


def _flag_words(data: dict[str, Any]) -> Any:
    """Every flag in words under its letter."""
    rows, line = list[dict[str, Any]](), 0.0
    for place, flag in enumerate(data["flags"]):
        for number, words in enumerate(textwrap.wrap(f"{flag['what']} {flag['do']}", _LETTERS_A_LINE)):
            rows.append({"x": 18, "y": line * _LINE_PX + 8, "words": words})
            if number == 0:
                rows.append({"x": 0, "y": line * _LINE_PX + 8, "words": mark_of(place)})
            line += 1
        line += 0.4
    height = line * _LINE_PX
    text = alt.Chart(alt.InlineData(values=rows)).mark_text(align="left", baseline="middle", fontSize=11)
    chart = text.encode(x=_bare_x("x:Q"), y=_down("y:Q", height), text="words:N")
    return chart.properties(width=WIDTH, height=height, title=_heading("Flagged steps"))
