"""The counts of one patient as rows: of CSV, and of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec
from msgspec import Struct

from benzosafe.population.measures.answers import Answer, counts_of
from benzosafe.population.measures.measure import Asked

NOT_COMPUTED = "not computed"
HEADER = "patient,encounter,group,population,count\n"
_TO_BE_QUOTED = re.compile(r'[,"\r\n]')


class Row(Struct, frozen=True):
    """One count of one unit."""

    patient: str
    encounter: str
    group: str
    population: str
    count: int | None


def rows(asked: Asked, patient: str, answers: Sequence[Answer]) -> Iterator[Row]:
    """By encounter, group and population; a patient without a unit has noughts and no encounter."""
    for answer in answers or _nothing(asked, patient):
        for population, count in answer.counts.items():
            yield Row(patient, answer.encounter, answer.group, population, count)


def csv_rows(asked: Asked, patient: str, answers: Sequence[Answer]) -> str:
    """The rows as lines of CSV."""
    name = _field(patient)
    return "".join(
        [
            f"{name},{_field(answer.encounter)}{ending}"
            for answer in answers or _nothing(asked, patient)
            for ending in _endings(answer.group, answer.initial, answer.excluded, answer.meets)
        ]
    )


def json_rows(asked: Asked, patient: str, answers: Sequence[Answer]) -> str:
    """The rows as objects of JSON, one a line."""
    return ",\n    ".join(msgspec.json.encode(row).decode() for row in rows(asked, patient, answers))


def _nothing(asked: Asked, patient: str) -> Iterable[Answer]:
    return [Answer(patient, "", group, False, False, False) for group in asked.measure.groups]


@cache
def _endings(group: str, initial: bool | None, excluded: bool | None, meets: bool | None) -> tuple[str, ...]:
    """What stands after the encounter in each row of a unit."""
    return tuple(
        f",{_field(group)},{population},{NOT_COMPUTED if count is None else count}\n"
        for population, count in counts_of(initial, excluded, meets).items()
    )


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _TO_BE_QUOTED.search(text) else text
