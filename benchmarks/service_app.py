"""The service with one route more: parse the same JSON, return a constant. The yardstick of benchmarks/service.py."""

from __future__ import annotations

import gc
import sys

import msgspec
from fastapi import Request, Response

from benzosafe.service.app import create_app
from benzosafe.service.run import listen, serve
from benzosafe.service.settings import Settings

CONSTANT = b'{"cards": []}'


def main() -> None:
    settings = Settings(
        port=0,
        database_url=f"sqlite:///{sys.argv[1]}",
        rate_per_minute=100_000_000,
        burst=1_000_000,
        max_in_flight=1000,
    )
    app = create_app(settings)

    @app.post("/constant")
    async def constant(request: Request) -> Response:
        msgspec.json.decode(await request.body())
        return Response(CONSTANT, media_type="application/json")

    gc.freeze()
    gc.set_threshold(20_000, 20, 200)  # as `benzosafe serve` does
    with listen(settings) as sock:
        print(sock.getsockname()[1], flush=True)
        serve(app, settings, sock)


if __name__ == "__main__":
    main()
