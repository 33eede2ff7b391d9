"""Runs the service on a socket of its own until it is told to stop; calls under way are finished first."""

from __future__ import annotations

import errno
import logging
import signal
import socket

import uvicorn
from fastapi import FastAPI

from benzosafe.errors import UsageError
from benzosafe.service.health import NOT_AUTHENTICATED
from benzosafe.service.logs import log_to_stderr
from benzosafe.service.settings import Settings

LOG = logging.getLogger("benzosafe.service")


def listen(settings: Settings) -> socket.socket:
    """A listening socket; UsageError in words when the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {settings.port} is in use.", where="--port", next_step="Stop what uses it, or choose another."
            ) from None
        raise UsageError(
            f"{settings.host}:{settings.port} cannot be used: {error.strerror}.", where="--host",
            next_step="Use 127.0.0.1 and a port above 1023.",
        ) from None  # fmt: skip
    return sock


def serve(app: FastAPI, settings: Settings, sock: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C; returns when the calls under way are answered or their time is over."""
    log_to_stderr()
    host, port = sock.getsockname()[:2]
    LOG.info("listening on %s port %s, for callers at %s", host, port, settings.base_url)
    if not settings.issuers:
        LOG.warning("callers are %s", NOT_AUTHENTICATED)
    # uvicorn raises the signal again when it has shut down; by then stopping is what was asked for, not a failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=settings.shutdown_seconds, timeout_keep_alive=30,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[sock])
    LOG.info("stopped")
