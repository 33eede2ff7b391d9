"""How far the work on a population has come, on standard error: rate and time left, where a person is looking."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_MB = 1e6
STOPPED = 130
"""The exit code of work that a person stopped."""


class PopulationProgress:
    """Two bars: bytes put into buckets, and buckets worked on."""

    def __init__(self, work: str) -> None:
        """`work`: what is done with a bucket, such as 'judging'."""
        console = Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
            console=console, disable=not console.is_terminal, transient=True,
        )  # fmt: skip
        self._reading = self._bar.add_task("reading", total=None, rate="")
        self._working = self._bar.add_task(work, total=None, rate="", visible=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bars away, so that the result can be written."""
        self._bar.stop()

    def reading(self, bytes_read: int, bytes_total: int) -> None:
        """So many bytes of the input are in buckets."""
        speed = self._bar.tasks[self._reading].speed
        rate = f"{speed / _MB:,.0f} MB/s" if speed else ""
        self._bar.update(self._reading, completed=bytes_read, total=bytes_total, rate=rate)

    def counting(self, bucket: int, buckets: int, patients: int) -> None:
        """So many buckets are done, with so many patients."""
        elapsed = self._bar.tasks[self._working].elapsed
        rate = f"{patients / elapsed:,.0f} patients/s" if elapsed else ""
        self._bar.update(self._working, completed=bucket, total=buckets, rate=rate, visible=True)
