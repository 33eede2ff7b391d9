"""What kind of input a path is, and its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benzosafe.errors import InputRefused
from benzosafe.population.intake import bundles, ndjson, parquet
from benzosafe.population.intake.fingerprint import fingerprint_of
from benzosafe.population.intake.omop import omop_source
from benzosafe.population.intake.omop_tables import is_omop
from benzosafe.population.rows import Chunk, Source, Split

_NEXT = "Give a bulk export (*.ndjson, *.ndjson.gz), FHIR Bundles (*.json), our Parquet, or a folder of OMOP tables."
_ZIPPED_GROWS = 10


def find_source(path: Path) -> Source:
    """The input at a path; InputRefused where there is nothing that is read here."""
    if not path.exists():
        raise InputRefused("there is no such file or folder.", where=str(path), next_step=_NEXT)
    return omop_source(path) if is_omop(path) else FileSource(str(path), _files(path))


@dataclass(frozen=True)
class FileSource:
    """Files of FHIR: bulk export, Bundles and our Parquet, also side by side."""

    name: str
    files: tuple[tuple[str, str], ...]
    """Path, and name as it is told."""

    @property
    def size_bytes(self) -> int:
        """Bytes of all files as stored."""
        return sum(Path(path).stat().st_size for path, _ in self.files)

    @property
    def row_bytes(self) -> int:
        """Bytes of rows to be expected, roughly: packed files grow."""
        packed = (".gz", *parquet.ENDINGS)
        return sum(
            Path(path).stat().st_size * (_ZIPPED_GROWS if name.lower().endswith(packed) else 1)
            for path, name in self.files
        )

    @cached_property
    def fingerprint(self) -> str:
        """A digest of names, sizes and times of change."""
        return fingerprint_of(self.files)

    def splits(self) -> Sequence[Split]:
        """The parts of all files, by name."""
        return [split for path, name in self.files for split in _splits(Path(path), name)]

    def parts(self, size: int) -> Sequence[Split]:
        """The parts where lines need no numbers yet: those of a bulk export are about so long [bytes]."""
        return [split for path, name in self.files for split in _parts(Path(path), name, size)]

    def read(self, split: Split, after_line: int = 0) -> Iterator[Chunk]:
        """The rows of a part."""
        if split.format == "parquet":
            return parquet.read_row_group(split)
        if split.format == "bundle":
            return bundles.read_bundle_file(split)
        return ndjson.read_lines(split, after_line)


def _splits(path: Path, name: str) -> Sequence[Split]:
    return _other_splits(path, name) if _is_other(name) else ndjson.splits_of(path, name)


def _parts(path: Path, name: str, size: int) -> Sequence[Split]:
    return _other_splits(path, name) if _is_other(name) else ndjson.parts_of(path, name, size)


def _is_other(name: str) -> bool:
    """Whether a file is not one of lines."""
    return name.lower().endswith(bundles.ENDINGS + parquet.ENDINGS)


def _other_splits(path: Path, name: str) -> Sequence[Split]:
    is_parquet = name.lower().endswith(parquet.ENDINGS)
    return parquet.splits_of(path, name) if is_parquet else [Split(str(path), name, format="bundle")]


def _files(path: Path) -> tuple[tuple[str, str], ...]:
    """The files that are read, by name; of a finished screen only the records."""
    if path.is_file():
        return ((str(path), path.name),)
    folder = path / "records" if (path / "records").is_dir() and (path / "run.json").is_file() else path
    endings = ndjson.ENDINGS + bundles.ENDINGS + parquet.ENDINGS
    found = sorted(
        str(file.relative_to(folder)) for file in folder.rglob("*")
        if file.name.lower().endswith(endings) and not file.name.startswith(".") and file.is_file()
    )  # fmt: skip
    if not found:
        raise InputRefused("the folder holds nothing that is read here.", where=str(path), next_step=_NEXT)
    return tuple((str(folder / name), name) for name in found)
