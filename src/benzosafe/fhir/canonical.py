"""What every published definition shares: its address, its version, and that it is a draft."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benzosafe.fhir.write_parts import Json

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

BASE = "https://benzosafe.org/fhir"
PUBLISHER = "benzosafe maintainers"
DRAFT = "Draft: no value here has had a clinical review."
_VERSION = re.compile(r"(\d{4})\.(\d{1,2})")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9.-]+")


def address(kind: str, name: str) -> str:
    """The canonical address of a definition."""
    return f"{BASE}/{kind}/{name}"


def id_of(name: str) -> str:
    """A name as a FHIR id: 'use_over_four_weeks' is 'use-over-four-weeks'; at most 64 characters."""
    return _NOT_IN_ID.sub("-", name)[:64].strip("-")


def published(kind: str, name: str, version: str, title: str) -> Json:
    """The head of a definition; always draft and experimental."""
    return {
        "resourceType": kind, "id": name, "url": address(kind, name), "version": version,
        "name": "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name)),
        "title": title, "status": "draft", "experimental": True, "publisher": PUBLISHER,
    }  # fmt: skip


def month_of(knowledge: Knowledge) -> str:
    """The month of the knowledge's version, the date that its definitions have."""
    match = _VERSION.match(knowledge.version)
    return f"{match[1]}-{int(match[2]):02d}" if match else ""
