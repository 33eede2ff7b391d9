"""How a prescription leaves this system, where the law lets it go electronically: a sender plugs in here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.files import write_whole


class NotSent(BenzosafeError):
    """It did not leave, so it is not transmitted."""


class Sender(Protocol):
    """Hands a signed prescription on; the same one may come twice, when a crash fell between sending and noting it."""

    def send(self, prescription: str, pharmacy: str, bundle: Mapping[str, Any]) -> None:
        """Send a FHIR Bundle; NotSent where that fails, and then the prescription stays signed and here."""


@dataclass(frozen=True)
class Outbox:
    """A folder from which another program sends: a file a prescription, whole or not there."""

    folder: Path

    def send(self, prescription: str, pharmacy: str, bundle: Mapping[str, Any]) -> None:
        """Put it there; the same prescription again is the same file."""
        del pharmacy  # stands in the Bundle
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = json.dumps(bundle, indent=1, ensure_ascii=False)
            write_whole(self.folder / f"{prescription}.json", text, private=True)
        except (OSError, UsageError) as error:
            raise NotSent(
                "it could not be put into the outbox.", where=str(self.folder),
                next_step=f"Mend the folder ({type(error).__name__}), then transmit again.",
            ) from None  # fmt: skip
