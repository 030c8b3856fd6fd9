"""A bare aiohttp handler that returns the bytes of a file: what a reader can compare with."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web


async def serve(body: bytes, port: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/events", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(content, int(sys.argv[2])))
    else:
        uvloop.run(serve(content, int(sys.argv[2])))
