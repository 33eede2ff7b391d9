"""Who is told how far the work on a population has come."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """A progress bar, or anything else that is told."""

    def reading(self, bytes_read: int, bytes_total: int) -> None:
        """So many bytes of the input are in buckets."""

    def counting(self, bucket: int, buckets: int, patients: int) -> None:
        """So many buckets are worked on, with so many patients since this run began."""
