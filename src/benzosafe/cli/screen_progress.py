"""How far a screen has come, on standard error: rate and time left, where a person is looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from benzosafe.population.buckets.partition import Progress as Read

_MB = 1e6


class ScreenProgress:
    """Two bars: bytes put into buckets, and buckets judged."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
            console=console, disable=not console.is_terminal, transient=True,
        )  # fmt: skip
        self._reading = self._bar.add_task("reading", total=None, rate="")
        self._judging = self._bar.add_task("judging", total=None, rate="", visible=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def reading(self, progress: Read) -> None:
        """So many bytes of the input are in buckets."""
        speed = self._bar.tasks[self._reading].speed
        rate = f"{speed / _MB:,.0f} MB/s, {progress.rows:,} resources" if speed else ""
        self._bar.update(self._reading, completed=progress.bytes_read, total=progress.bytes_total, rate=rate)

    def judging(self, bucket: int, buckets: int, patients: int) -> None:
        """So many buckets are judged."""
        elapsed = self._bar.tasks[self._judging].elapsed
        rate = f"{patients / elapsed:,.0f} patients/s" if elapsed else ""
        self._bar.update(self._judging, completed=bucket, total=buckets, rate=rate, visible=True)
