"""Work handed to processes of this machine piece by piece: a stop or a death loses only what is in hand."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from benzosafe.errors import UsageError

Done = TypeVar("Done")

_HEARTBEAT_S = 0.3


def in_turn(
    work: Callable[..., Done],
    pieces: Iterable[tuple[Any, ...]],
    workers: int,
    on_wait: Callable[[], None] = lambda: None,
    prepare: tuple[Callable[..., None], tuple[Any, ...]] | None = None,
) -> Iterator[Done]:
    """What each piece of work returns, in the order they are done; UsageError when a process was killed.

    With one worker everything is done in this process. `on_wait` is called now and then while others work; `prepare`
    runs once in every process.
    """
    if workers == 1:
        if prepare:
            prepare[0](*prepare[1])
        yield from (work(*piece) for piece in pieces)
        return
    # Started afresh, not forked: a fork would copy the locks of Arrow's threads as they stand.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(prepare,)) as pool:
        try:
            yield from _collected(pool, work, iter(pieces), workers, on_wait)
        except BrokenProcessPool:
            raise UsageError(
                "a process was killed, most likely for want of memory; what is done is kept.",
                next_step="Go on with --resume and fewer --workers.",
            ) from None
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _collected(
    pool: ProcessPoolExecutor, work: Callable[..., Done], pieces: Iterator[tuple[Any, ...]], workers: int,
    on_wait: Callable[[], None],
) -> Iterator[Done]:  # fmt: skip
    """No more pieces are handed out than one beyond what the processes can take."""
    at_work: set[Future[Done]] = set()
    while True:
        while len(at_work) <= workers and (piece := next(pieces, None)) is not None:
            at_work.add(pool.submit(work, *piece))
        if not at_work:
            return
        done, at_work = wait(at_work, timeout=_HEARTBEAT_S, return_when=FIRST_COMPLETED)
        on_wait()
        for future in done:
            yield future.result()


def new_counters(count: int) -> Any:
    """Numbers that all processes add to; give them with `prepare`."""
    return multiprocessing.get_context("spawn").Array("q", count)


def _begin(prepare: tuple[Callable[..., None], tuple[Any, ...]] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops everyone
    if prepare:
        prepare[0](*prepare[1])
