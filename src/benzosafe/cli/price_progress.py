"""How far a price list is read, on standard error, where a person is looking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def reading_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar while a file is read; gives the function that moves it (bytes read, bytes in all)."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("reading {task.description}"), BarColumn(), DownloadColumn(), TextColumn("left"),
        TimeRemainingColumn(), console=console, disable=not console.is_terminal, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(name, total=None)
        yield lambda done, size: bar.update(task, completed=done, total=size)
