"""The errors people see: each says what, where, the nearest valid name and the next step.

BenzosafeError
├── InputRefused        the patient file cannot be read or must not be guessed at   (exit 4)
├── UsageError          an option or name on the command line is wrong              (exit 2)
└── KnowledgeInvalid    one or more knowledge files do not load; carries every issue (exit 5)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class BenzosafeError(Exception):
    """A failure that is explained to the user without a traceback."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole sentence: place, fault, next step."""
        place = f"{self.where}: " if self.where else ""
        step = f" {self.next_step}" if self.next_step else ""
        return f"{place}{self.what}{step}"


class InputRefused(BenzosafeError):
    """The patient input is unreadable or unsafe to interpret."""

    exit_code = 4


class UsageError(BenzosafeError):
    """The command line names something that does not exist."""

    exit_code = 2


@dataclass(frozen=True)
class KnowledgeIssue:
    """One fault in one knowledge file."""

    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.what}"


class KnowledgeInvalid(BenzosafeError):
    """The knowledge does not load; every fault is listed with file and line."""

    exit_code = 5

    def __init__(self, issues: Sequence[KnowledgeIssue]) -> None:
        self.issues = tuple(issues)
        lines = "\n".join(str(issue) for issue in self.issues)
        super().__init__(
            f"{len(self.issues)} fault(s) in the knowledge:\n{lines}\n",
            next_step="Mend them, then run: benzosafe knowledge check",
        )


def nearest(name: str, valid: Iterable[str]) -> str:
    """A 'did you mean' clause for a misspelt name, or an empty string."""
    import difflib

    close = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""
