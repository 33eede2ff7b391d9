"""OMOP's concepts as codes of the vocabularies they stand for: only those that the tables use."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benzosafe.population.intake.omop_pieces import read_records
from benzosafe.population.intake.omop_tables import TableFile
from benzosafe.population.rows import Reject

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
_OF_CONCEPT = ("concept_id", "concept_name", "vocabulary_id", "concept_code", "domain_id")
_BLOCK_BYTES, _BATCH_ROWS = 8 << 20, 1 << 16


class Concept(NamedTuple):
    """What a concept number stands for."""

    system: str
    code: str
    name: str
    domain: str


Concepts = Mapping[int, Concept]


class Used(NamedTuple):
    """The concepts in use, and what of the tables of concepts could not be read."""

    concepts: Concepts
    rejects: tuple[Reject, ...]


class _Broken(Exception):
    """A file has lines that the quick reader does not understand."""


def whole(text: str) -> int | None:
    """A whole number, also one that a spreadsheet wrote as '12.0'; None where it is none."""
    text = text.strip().removesuffix(".0")
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 19 else None


def used_concepts(tables: Mapping[str, Sequence[TableFile]]) -> Used:
    """The concepts that the tables use; none where there is no CONCEPT table."""
    files = tables.get("concept", ())
    wanted = sorted(_wanted(tables)) if files else []
    found: dict[int, Concept] = {}
    rejects: list[Reject] = []
    for file in files:
        left_out: list[int | None] = []
        for batch in _columns(file, _OF_CONCEPT, left_out.append):
            for number, name, vocabulary, code, domain in _rows(batch, wanted):
                system = SYSTEM_OF.get(vocabulary) or f"{OMOP}/{vocabulary.replace(' ', '')}"
                found[number] = Concept(system, code, name, domain)
        if left_out:
            why = f"{len(left_out)} lines have another number of fields than the header; their concepts are not known"
            rejects.append(Reject(file.name, 0, f"concept: {why}"))
    return Used(found, tuple(rejects))


def _rows(batch: pa.RecordBatch, wanted: Sequence[int]) -> Iterator[tuple[int, str, str, str, str]]:
    """Number, name, vocabulary, code and domain of the concepts that are wanted."""
    numbers = batch.column("concept_id")
    asked = pa.array([str(number).encode() for number in wanted], pa.binary())
    if not pa.types.is_binary(numbers.type):
        numbers, asked = pc.cast(numbers, pa.int64()), pa.array(wanted, pa.int64())
    used = batch.filter(pc.is_in(numbers, value_set=asked))
    names = [name for name in _OF_CONCEPT if name in used.schema.names]
    for values in zip(*(used.column(name).to_pylist() for name in names), strict=True):
        texts = [_text(value) for value in values]
        yield int(texts[0]), texts[1], texts[2], texts[3], texts[4] if len(texts) > len(_OF_CONCEPT) - 1 else ""


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace").strip() if isinstance(value, bytes) else "" if value is None else str(value)


def _wanted(tables: Mapping[str, Sequence[TableFile]]) -> set[int]:
    """The numbers of all concepts in use: one quick pass over the columns that hold them."""
    texts = set[str]()
    for table, files in tables.items():
        for file in () if table in _NOT_ASKED else files:
            columns = [name for name in file.columns if name.endswith("_concept_id")]
            try:
                for batch in _columns(file, columns, _refuse):
                    for column in batch.columns:
                        texts.update(map(_text, pc.unique(column).to_pylist()))
            except (_Broken, pa.ArrowException):
                _read_slowly(file, columns, texts)
    return {number for text in texts if (number := whole(text)) is not None}


def _refuse(row: int | None) -> None:
    raise _Broken


def _read_slowly(file: TableFile, columns: Sequence[str], texts: set[str]) -> None:
    """The same with the reader that gives the rows, so that a broken line costs no concept of another line."""
    try:
        for split in file.splits("concepts"):
            for records in read_records(file, split, (*columns, "")):
                for _, values in records.found:
                    texts.update(values)
    except (OSError, EOFError, zlib.error, pa.ArrowException):
        return  # where it breaks off is told where the records are read


def _columns(
    file: TableFile, names: Sequence[str], on_left_out: Callable[[int | None], None]
) -> Iterator[pa.RecordBatch]:
    """Some columns of a file under their names in lower case; of lines as bytes, quickly."""
    if file.is_parquet:
        with pq.ParquetFile(file.path) as table:
            stored = [name for name in table.schema_arrow.names if name.lower() in names]
            for batch in table.iter_batches(_BATCH_ROWS, columns=stored):
                yield batch.rename_columns([name.lower() for name in batch.schema.names])
        return
    found = [name for name in names if name in file.columns]
    # Athena writes CONCEPT with tabs and without quoting: a quotation mark in a name is a letter like others.
    quote: Any = False if file.delimiter == "\t" and "concept_code" in file.columns else '"'
    left_out: list[int | None] = []

    def skip(row: Any) -> str:
        left_out.append(row.number)
        return "skip"

    read = pacsv.ReadOptions(column_names=list(file.columns), skip_rows=1, block_size=_BLOCK_BYTES, use_threads=False)
    parse = pacsv.ParseOptions(
        delimiter=file.delimiter, quote_char=quote, newlines_in_values=bool(quote), invalid_row_handler=skip
    )
    convert = pacsv.ConvertOptions(include_columns=found, column_types=dict.fromkeys(found, pa.binary()))
    with pa.input_stream(Path(file.path), compression="gzip" if file.is_packed else None) as stored:
        yield from pacsv.open_csv(stored, read, parse, convert)
    for number in left_out:
        on_left_out(number)
