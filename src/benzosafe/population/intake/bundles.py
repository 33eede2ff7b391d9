"""FHIR Bundles: each file whole, its addresses resolved within it, its medicines given to those who point to them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import Found, open_bundle, reference_tail
from benzosafe.population.intake.reading import POINTING, USED, NotUsable, medicine_pointed_to, owner_of, read_head
from benzosafe.population.rows import SHARED, Chunk, Reject, Row, Split

ENDINGS = (".json", ".json.gz")


def read_bundle_file(split: Split) -> Iterator[Chunk]:
    """The rows of one Bundle; a file that is none gives a reject that says why."""
    chunk, path = Chunk(last_line=1), Path(split.path)
    try:
        data = path.read_bytes()
        chunk.bytes_read = len(data)
        contents = open_bundle(gzip.decompress(data) if split.name.lower().endswith(".gz") else data, split.name)
    except InputRefused as error:
        chunk.rejects.append(Reject(split.name, 0, error.what))
    except RecursionError:
        chunk.rejects.append(Reject(split.name, 0, "is nested too deeply"))
    except (OSError, EOFError, zlib.error) as error:
        chunk.rejects.append(Reject(split.name, 0, f"cannot be read: {error}"))
    else:
        chunk.rejects += [Reject(split.name, 0, f"{gap.where}: {gap.what}") for gap in contents.gaps]
        _add_all(contents.found, split.name, chunk)
    chunk.size = sum(len(row.resource) for row in chunk.rows)
    yield chunk


def _add_all(found: list[Found], name: str, chunk: Chunk) -> None:
    addresses = {item.full_url: item.id or reference_tail(item.full_url) for item in found if item.full_url}
    shared: list[Row] = []
    for item in found:
        if item.kind not in USED:
            chunk.not_used[item.kind] = chunk.not_used.get(item.kind, 0) + 1
            continue
        try:
            row = _row(item, name, addresses)
        except NotUsable as error:
            chunk.rejects.append(Reject(name, 0, f"{item.where}: {error}"))
            continue
        (shared if row.patient == SHARED else chunk.rows).append(row)
    chunk.rows += _given_out(shared, chunk.rows, addresses)


def _row(item: Found, name: str, addresses: Mapping[str, str]) -> Row:
    head = read_head(item.raw)
    own = item.id or reference_tail(item.full_url)
    if head.resource_type == "Patient" and not head.id:
        head.id = own
    return Row(owner_of(head, addresses), item.kind, own, item.full_url, bytes(item.raw), name, 0)


def _given_out(shared: list[Row], rows: list[Row], addresses: Mapping[str, str]) -> list[Row]:
    """Every Medication to the patients who point to it."""
    wanted: dict[str, set[str]] = {}
    for row in rows if shared else ():
        address = medicine_pointed_to(row.resource) if row.kind in POINTING else None
        if address:
            wanted.setdefault(addresses.get(address, reference_tail(address)), set()).add(row.patient)
    return [row._replace(patient=patient) for row in shared for patient in sorted(wanted.get(row.id, ()))]
