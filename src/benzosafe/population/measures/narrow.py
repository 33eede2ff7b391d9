"""Resources made narrow while they are read: of each only the fields that a measure asks for, as they were written.

So little is left that a population passes through a small disk; what the fields mean is read later, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw

from benzosafe.population.intake.ndjson import BREAKS_OFF, broken_off, plain_owner, read_blocks, rows_of_block
from benzosafe.population.intake.reading import USED, Head, NotUsable, owner_of
from benzosafe.population.measures.resources import Read, kind_of
from benzosafe.population.rows import Reject, Row, Source, Split

NOT_JSON = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
"""What is raised where bytes are not JSON, or not of the shape asked for."""

_BLOCK_BYTES = 1 << 20
_ABSENT = Raw()

Narrow = tuple[int, str, Any]
"""A resource: its line, its full address where it has one, and its fields."""

Unit = tuple[str, str, list[Narrow]]
"""Resources of one patient that stood together: whose they are, and in which file; empty where it is the part's own."""


@dataclass
class Narrowed:
    """Some of the input made narrow, what could not be used, and how much of the input it was."""

    units: list[Unit] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    lines: int = 0
    bytes_read: int = 0


class Narrowing:
    """What a measure asks for of the kinds it reads."""

    def __init__(self, reads: Sequence[type[Read]], leave_out: Iterable[str] = ()) -> None:
        self.kinds = frozenset(map(kind_of, reads))
        names = dict.fromkeys(name for read in reads for name in read.__struct_fields__)
        fields = [(name, Raw, _ABSENT) for name in names if name not in {*Head.__struct_fields__, *leave_out}]
        narrow: type[Head] = msgspec.defstruct(  # type: ignore[assignment]
            "Resource", fields, bases=(Head,), rename="camel", omit_defaults=True, gc=False
        )
        self._decoder = msgspec.json.Decoder(narrow)

    def read(self, source: Source, split: Split) -> Iterator[Narrowed]:
        """The resources of a part of the input, a few MB at a time."""
        if split.format == "ndjson":
            yield from self._read_lines(split)
            return
        for chunk in source.read(split):
            narrowed = Narrowed(rejects=list(chunk.rejects), bytes_read=chunk.bytes_read)
            self._add_rows(chunk.rows, split.name, narrowed)
            yield narrowed

    def _read_lines(self, split: Split) -> Iterator[Narrowed]:
        line = split.first_line
        try:
            for block in read_blocks(split, _BLOCK_BYTES):
                narrowed = Narrowed(bytes_read=block.bytes_read)
                self._add_lines(block.data, split.name, line, narrowed)
                line += narrowed.lines
                yield narrowed
        except BREAKS_OFF as error:
            yield Narrowed(rejects=[broken_off(split.name, line, error)])

    def _add_lines(self, data: bytes, name: str, first: int, narrowed: Narrowed) -> None:
        """Add the resources of whole lines, all decoded at once where every line is one."""
        narrowed.lines = data.count(b"\n") + (not data.endswith(b"\n"))
        try:
            heads = self._decoder.decode_lines(data)
        except NOT_JSON:
            heads = []
        if len(heads) == narrowed.lines:
            self._add_heads(heads, name, first, narrowed)
        else:
            chunk, _ = rows_of_block(data, name, first)
            narrowed.rejects += chunk.rejects
            self._add_rows(chunk.rows, name, narrowed)

    def _add_heads(self, heads: list[Any], name: str, first: int, narrowed: Narrowed) -> None:
        kinds, units = self.kinds, narrowed.units
        before = None
        beside: list[Narrow] = []
        for line, head in enumerate(heads, start=first):
            kind = head.resource_type
            if kind not in kinds and kind and kind not in USED:
                continue
            try:
                patient = plain_owner(head) or _other_owner(head)
            except NotUsable as error:
                narrowed.rejects.append(Reject(name, line, str(error)))
                continue
            if kind not in kinds:
                continue
            if patient != before:
                before, beside = patient, []
                units.append((patient, "", beside))
            head.subject = None
            beside.append((line, "", head))

    def _add_rows(self, rows: Iterable[Row], name: str, narrowed: Narrowed) -> None:
        for row in rows:
            if row.kind not in self.kinds:
                continue
            try:
                head = self._decoder.decode(row.resource)
            except NOT_JSON as error:
                what = f"{row.kind} is malformed and was not counted: {error}"
                narrowed.rejects.append(Reject(row.file, row.line, what))
                continue
            head.id, head.subject = row.id, None
            file = "" if row.file == name else row.file
            narrowed.units.append((row.patient, file, [(row.line, row.full_url, head)]))


def _other_owner(head: Head) -> str:
    """The patient of a resource that names it in another than the common form."""
    if not head.resource_type:
        raise NotUsable("is not a FHIR resource: it has no resourceType")
    return owner_of(head)
