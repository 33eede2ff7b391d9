"""Whom entries of the audit chain concern: the patient behind a prescription, a review, a fill or a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, FromClause, Table, select

from benzosafe.storage.rx_tables import (
    accounts,
    fills,
    outside_fills,
    prescriptions,
    records,
    rx_answers,
    rx_reviews,
    rx_tasks,
)

PATIENTS = "patients"
_OF_A_PRESCRIPTION = (fills, rx_reviews, rx_tasks)
_WAYS: dict[Table, tuple[FromClause, Table]] = {
    **{table: (table, table) for table in (prescriptions, records, outside_fills)},
    **{table: (table.join(prescriptions), prescriptions) for table in _OF_A_PRESCRIPTION},
    rx_answers: (rx_answers.join(rx_reviews).join(prescriptions), prescriptions),
}
"""From the rows of a table to those that name a patient."""


def patients_of(connection: Connection, abouts: Iterable[str]) -> dict[str, str]:
    """The patient of each thing that has one, such as 'prescriptions/8f0c'."""
    ids, found = defaultdict(set), {}
    for about in abouts:
        kind, _, name = about.partition("/")
        ids[kind].add(name)
        if kind == PATIENTS:
            found[about] = name
    for table, (way, named) in _WAYS.items():
        if wanted := ids.get(table.name):
            query = select(table.c.id, named.c.patient).select_from(way).where(table.c.id.in_(wanted))
            found |= {f"{table.name}/{name}": str(patient) for name, patient in connection.execute(query)}
    return found


def names_of(connection: Connection, actors: Iterable[str]) -> dict[str, str]:
    """The names of accounts by their ids."""
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(set(actors)))
    return {str(id_): str(name) for id_, name in connection.execute(query)}
