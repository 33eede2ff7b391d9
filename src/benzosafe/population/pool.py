"""Work handed to processes of this machine piece by piece: a stop or a death loses only what is in hand."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from benzosafe.errors import UsageError

Done = TypeVar("Done")

_HEARTBEAT_S = 0.3
_RESUME = "What is done is kept: go on with --resume and fewer --workers."


class Pool:
    """Processes that stand ready, or this one alone."""

    def __init__(self, executor: ProcessPoolExecutor | None, workers: int, next_step: str) -> None:
        self._executor, self._workers, self._next_step = executor, workers, next_step

    def in_turn(
        self, work: Callable[..., Done], pieces: Iterable[tuple[Any, ...]], on_wait: Callable[[], None] = lambda: None
    ) -> Iterator[Done]:
        """What each piece of work returns, in the order they are done; UsageError when a process was killed.

        `on_wait` is called now and then while others work.
        """
        if self._executor is None:
            yield from (work(*piece) for piece in pieces)
            return
        try:
            yield from _collected(self._executor, work, iter(pieces), self._workers, on_wait)
        except BrokenProcessPool:
            raise UsageError(
                "a process was killed, most likely for want of memory.", next_step=self._next_step
            ) from None
        except BaseException:
            self._executor.shutdown(wait=True, cancel_futures=True)
            raise


@contextmanager
def pool_of(
    workers: int, prepare: tuple[Callable[..., None], tuple[Any, ...]] | None = None, next_step: str = _RESUME
) -> Iterator[Pool]:
    """So many processes; with one everything is done in this process.

    `prepare` runs once in every process; `next_step` is what to do when one was killed.
    """
    if workers == 1:
        if prepare:
            prepare[0](*prepare[1])
        yield Pool(None, 1, next_step)
        return
    # Started afresh, not forked: a fork would copy the locks of Arrow's threads as they stand.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(prepare,)) as executor:
        yield Pool(executor, workers, next_step)


def in_turn(
    work: Callable[..., Done],
    pieces: Iterable[tuple[Any, ...]],
    workers: int,
    on_wait: Callable[[], None] = lambda: None,
    prepare: tuple[Callable[..., None], tuple[Any, ...]] | None = None,
) -> Iterator[Done]:
    """What each piece of work returns, in the order they are done, by processes of its own."""
    with pool_of(workers, prepare) as pool:
        yield from pool.in_turn(work, pieces, on_wait)


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
