"""The nested results taken apart into the flat tables that are written."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from benzosafe.population.screen.results import FACTS, FINDING, GAP, NOT_UNDERSTOOD, flat

TABLES = ("findings", "facts", "gaps", "not_understood")
_COUNTED = pa.schema([*NOT_UNDERSTOOD.fields, pa.field("count", pa.int64())])


def take_apart(results: pa.Table) -> dict[str, pa.Table]:
    """Findings, facts and gaps with their patient; what was not understood, counted over all patients."""
    results = results.combine_chunks()
    return {
        "findings": _unrolled(results, "findings", FINDING),
        "facts": _one_each(results),
        "gaps": _unrolled(results, "gaps", GAP),
        "not_understood": _counted(results),
    }


def _unrolled(results: pa.Table, column: str, struct: pa.DataType) -> pa.Table:
    """One row for every item of a list column."""
    parents = pc.list_parent_indices(results[column])
    items = pc.list_flatten(results[column])
    patients = pc.take(results["patient"], parents)
    return pa.table([patients, *_fields(items, struct)], schema=flat(struct))


def _one_each(results: pa.Table) -> pa.Table:
    return pa.table([results["patient"], *_fields(results["facts"], FACTS)], schema=flat(FACTS))


def _fields(items: pa.ChunkedArray, struct: pa.DataType) -> list[pa.ChunkedArray]:
    return [pc.struct_field(items, [place]) for place in range(struct.num_fields)]


def _counted(results: pa.Table) -> pa.Table:
    items = pc.list_flatten(results["not_understood"])
    found = pa.table(_fields(items, NOT_UNDERSTOOD), names=[field.name for field in NOT_UNDERSTOOD])
    keys = [field.name for field in NOT_UNDERSTOOD]
    counted = found.group_by(keys).aggregate([([], "count_all")]).rename_columns([*keys, "count"])
    return counted.sort_by([(key, "ascending") for key in keys]).cast(_COUNTED)
