"""CIWA-B and BWSQ as a person writes them: a total, or the items, or both when they agree."""

from __future__ import annotations

from benzosafe.patient.handwritten_values import read_number
from benzosafe.patient.handwritten_yaml import Item
from benzosafe.taper.log_entries import Reading

# JUDGEMENT: items are the points that count, so that items 12 and 14 of CIWA-B, whose answers count the other way
# round, are written turned; a total that only agrees when they are turned is explained. Shapes repeat
# knowledge/scales, which a test compares, so that a diary can be read without the knowledge.
SCORED = {"ciwa_b": 20, "bwsq": 20}
UNSCORED = {"ciwa_b": 2, "bwsq": 0}
POINTS = {"ciwa_b": 4, "bwsq": 2}
TURNED: dict[str, tuple[int, ...]] = {"ciwa_b": (12, 14), "bwsq": ()}


def read_scale(item: Item, key: str) -> Reading:
    """A scale's total and items [points]; out of range, or a total that contradicts its items, is refused."""
    if item.fields is None and item.items is None:
        return Reading(_total(item, key))
    if item.items is not None:
        return _added(_items(item, key))
    fields = item.mapping(key, ("total", "items"))
    if not fields:
        item.place.refuse(f"'{key}' says nothing.", "Write the total, or {items: [...]}.")
    if "items" not in fields:
        return Reading(_total(fields["total"], key))
    points = _items(fields["items"], key)
    if "total" in fields:
        _agree(fields["total"], key, points)
    return _added(points)


def _added(points: list[int]) -> Reading:
    return Reading(sum(points), tuple(points))


def _total(item: Item, key: str) -> int:
    total = _whole(item, key)
    most = SCORED[key] * POINTS[key]
    if total > most:
        item.place.refuse(f"'{key}' is {total}, but its highest total is {most}.", "Check the number and the scale.")
    return total


def _items(item: Item, key: str) -> list[int]:
    values = item.listed()
    wanted = (SCORED[key], SCORED[key] + UNSCORED[key])
    if len(values) not in wanted:
        counts = " or ".join(str(count) for count in dict.fromkeys(wanted))
        item.place.refuse(f"'{key}' has {len(values)} items, not {counts}.", "Write every item, 0 for none.")
    points = [_whole(value, key) for value in values[: SCORED[key]]]
    for number, value in enumerate(values[: SCORED[key]]):
        if points[number] > POINTS[key]:
            value.place.refuse(f"item {number + 1} of '{key}' is {points[number]}, above {POINTS[key]}.", "Check it.")
    for value in values[SCORED[key] :]:
        read_number(value, key, above_zero=False)
    return points


def _agree(item: Item, key: str, points: list[int]) -> None:
    total = _total(item, key)
    if total == sum(points):
        return
    turned = [POINTS[key] - value if number in TURNED[key] else value for number, value in enumerate(points, start=1)]
    hint = "Write the items, or the total that they add up to."
    if TURNED[key] and total == sum(turned):
        numbers = " and ".join(str(number) for number in TURNED[key])
        hint = f"Items {numbers} count the other way round: write their points, 4 less the answer."
    item.place.refuse(f"the total of '{key}' is {total}, but its items add up to {sum(points)}.", hint)


def _whole(item: Item, key: str) -> int:
    value = read_number(item, key, above_zero=False)
    if value != int(value):
        item.place.refuse(f"'{value:g}' in '{key}' is not a whole number of points.", "Write 0, 1, 2 ...")
    return int(value)
