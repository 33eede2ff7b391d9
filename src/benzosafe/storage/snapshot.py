"""A database as it is at one moment, read row by row: however long it takes, and whoever writes meanwhile."""

from __future__ import annotations

from sqlalchemy import Engine

AT_ONCE = 500


def one_moment(engine: Engine) -> Engine:
    """The same database for reading: what a transaction sees is of its first moment, and only some rows are held."""
    streamed = engine.execution_options(stream_results=True, yield_per=AT_ONCE)
    if engine.dialect.name != "postgresql":  # any transaction of SQLite is so
        return streamed
    return streamed.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
