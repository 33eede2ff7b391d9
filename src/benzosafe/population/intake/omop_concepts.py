"""OMOP's concepts as codes of the vocabularies they stand for: only those that the tables use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benzosafe.population.intake.omop_tables import TableFile, records

OMOP = "http://ohdsi.org/omop"
"""The system of a concept of which only the number is known."""

SYSTEM_OF = {
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm", "NDC": "http://hl7.org/fhir/sid/ndc",
    "ATC": "http://www.whocc.no/atc", "SNOMED": "http://snomed.info/sct", "LOINC": "http://loinc.org",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm", "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD9CM": "http://hl7.org/fhir/sid/icd-9-cm", "ICD10PCS": "http://www.cms.gov/Medicare/Coding/ICD10",
    "UCUM": "http://unitsofmeasure.org", "CPT4": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}  # fmt: skip
"""FHIR's address of a vocabulary of OMOP; the others stand under OMOP's own address."""

_NOT_ASKED = frozenset({"person", "death", "concept"})


class Concept(NamedTuple):
    """What a concept number stands for."""

    system: str
    code: str
    name: str
    domain: str


Concepts = Mapping[int, Concept]


def used_concepts(tables: Mapping[str, Sequence[TableFile]]) -> Concepts:
    """The concepts that the tables use; empty where there is no CONCEPT table."""
    files = tables.get("concept", ())
    wanted = _wanted(tables) if files else np.empty(0, np.int64)
    found: dict[int, Concept] = {}
    for record in (item for file in files for item in records(file)):
        number = whole(record["concept_id"])
        place = -1 if number is None else int(np.searchsorted(wanted, number))
        if number is not None and place < len(wanted) and wanted[place] == number:
            vocabulary = record["vocabulary_id"]
            system = SYSTEM_OF.get(vocabulary) or f"{OMOP}/{vocabulary.replace(' ', '')}"
            found[number] = Concept(system, record["concept_code"], record["concept_name"], record["domain_id"])
    return found


def whole(text: str) -> int | None:
    """A whole number, also one that a spreadsheet wrote as '12.0'; None where it is none."""
    text = text.strip().removesuffix(".0")
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 19 else None


def _wanted(tables: Mapping[str, Sequence[TableFile]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers of all concepts in use, sorted: one quick pass over the columns that hold them."""
    seen = np.empty(0, np.int64)
    for table, files in tables.items():
        for file in () if table in _NOT_ASKED else files:
            columns = [name for name in file.columns if name.endswith("_concept_id")]
            for batch in _columns(file, columns):
                for column in batch.columns:
                    seen = np.union1d(seen, _numbers(column))
    return seen


def _numbers(column: pa.Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    texts = pc.cast(pc.unique(column), pa.string()).to_pylist()
    return np.array([number for text in texts if text and (number := whole(text)) is not None], np.int64)


def _columns(file: TableFile, names: list[str]) -> Iterator[pa.RecordBatch]:
    """Some columns of a file; lines that cannot be read are told where the records are read."""
    if not names:
        return
    if file.is_parquet:
        with pq.ParquetFile(file.path) as table:
            stored = [name for name in table.schema_arrow.names if name.lower() in names]
            yield from table.iter_batches(1 << 16, columns=stored)
        return
    read = pacsv.ReadOptions(column_names=list(file.columns), skip_rows=1, block_size=8 << 20, encoding="latin-1")
    parse = pacsv.ParseOptions(
        delimiter=file.delimiter, quote_char=False if file.delimiter == "\t" else '"', newlines_in_values=True,
        invalid_row_handler=lambda row: "skip",
    )  # fmt: skip
    convert = pacsv.ConvertOptions(include_columns=names, column_types=dict.fromkeys(names, pa.string()))
    packed = file.name.lower().endswith(".gz")
    try:
        with pa.input_stream(Path(file.path), compression="gzip" if packed else None) as stored:
            yield from pacsv.open_csv(stored, read, parse, convert)
    except (pa.ArrowException, OSError):
        return  # what is broken is told where the records are read
