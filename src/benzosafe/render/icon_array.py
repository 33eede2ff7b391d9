"""People drawn one by one, so that 'five of a hundred' can be seen: filled, half-tone with a plus sign, or outlined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from benzosafe.errors import UsageError

# JUDGEMENT: up to a hundred are drawn as people in rows of ten, more as dots in rows of forty, never more than 1,000.
MOST_PEOPLE = 100
MOST_DOTS = 1_000


@dataclass(frozen=True)
class _Figure:
    """How one of the counted is drawn: how many stand in a row, the cell, and the paths from the middle of the cell."""

    a_row: int
    wide: int
    high: int
    pen: str
    outline: str
    plus_sign: str


_PERSON = _Figure(
    10, 20, 30, "1.5", "m-4-8a4 4 0 1 0 8 0a4 4 0 1 0-8 0zm-2.5 21v-9a6.5 6.5 0 0 1 13 0v9z", "m-3.5 6h7m-3.5-3.5v7"
)
_DOT = _Figure(40, 10, 10, "1", "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", "m-2 0h4m-2-2v4")


def icon_array(of: int, affected: int, more: int = 0, *, label: str, right_to_left: bool = False) -> Markup:
    """A picture of `of` people: `affected` filled, then `more` half-tone with a plus sign, the others outlined.

    They are filled in reading order from the top. `label` says in words what the picture shows; the picture is as wide
    as what it stands in. Raises UsageError for counts that are no whole numbers, below 0 or together above `of`.
    """
    _refuse_impossible(of, affected, more)
    if not label.strip():
        raise UsageError("a picture of counts needs words that say what it shows.", next_step="Give its label.")
    figure = _PERSON if of <= MOST_PEOPLE else _DOT
    places = _places(of, figure, right_to_left)
    added = places[affected : affected + more]
    drawn = (
        _group("affected", "currentColor", figure.outline, places[:affected])
        + _group("more", 'currentColor" fill-opacity="0.2', figure.outline, added)
        + _group("plus-signs", "none", figure.plus_sign, added)
        + _group("others", "none", figure.outline, places[affected + more :])
    )
    words, rows = escape(label), -(-of // figure.a_row)
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="icon-array" role="img" aria-label="{words}" width="100%" '
        f'viewBox="0 0 {figure.a_row * figure.wide} {rows * figure.high}" stroke="currentColor" '
        f'stroke-width="{figure.pen}" stroke-linecap="round" stroke-linejoin="round"><title>{words}</title>'
        f"{drawn}</svg>"
    )


def _refuse_impossible(of: int, affected: int, more: int) -> None:
    for name, count in (("of", of), ("affected", affected), ("more", more)):
        if not isinstance(count, int) or isinstance(count, bool):
            raise UsageError(f"people are counted in whole numbers, and '{name}' is {count!r}.")
        if count < 0:
            raise UsageError(f"there cannot be fewer than no people, and '{name}' is {count}.")
    if not 1 <= of <= MOST_DOTS:
        raise UsageError(f"a picture of {of} people cannot be drawn.", next_step=f"Count of 1 to {MOST_DOTS:,} people.")
    if affected + more > of:
        together = f"{affected} and {more} more" if more else f"{affected}"
        raise UsageError(f"{together} of {of} people is more than there are.")


def _places(of: int, figure: _Figure, right_to_left: bool) -> list[tuple[int, int]]:
    """The middle of each cell, in reading order."""
    cells = [(number % figure.a_row, number // figure.a_row) for number in range(of)]
    columns = [figure.a_row - 1 - column if right_to_left else column for column, _ in cells]
    return [
        (column * figure.wide + figure.wide // 2, row * figure.high + figure.high // 2)
        for column, (_, row) in zip(columns, cells, strict=True)
    ]


def _group(name: str, fill: str, path: str, places: Sequence[tuple[int, int]]) -> str:
    drawn = "".join(f'<path d="M{x} {y}{path}"/>' for x, y in places)
    return f'<g class="{name}" fill="{fill}">{drawn}</g>' if drawn else ""
