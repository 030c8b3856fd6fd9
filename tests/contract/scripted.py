"""A server that answers byte for byte what a test tells it to."""

import asyncio
import json
from typing import Any

from aiohttp import web
from attrs import define, field


@define(eq=False)
class Script:
    """Answers whatever it is told to, and remembers what it was asked.

    Attributes:
        asked: each request with its JSON body, if it had one.
        cut: the connection breaks before the answer.
        hang: there is no answer until ``over`` is set.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(factory=dict)
    cut: bool = False
    hang: bool = False
    asked: list[tuple[web.BaseRequest, Any]] = field(factory=list)
    over: asyncio.Event = field(factory=asyncio.Event)

    def says(self, value: object, status: int = 200, **headers: str) -> None:
        self.status, self.body = status, json.dumps(value).encode()
        self.headers = {name.replace("_", "-"): text for name, text in headers.items()}

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        content = await request.read()
        self.asked.append((request, json.loads(content) if content else None))
        if self.hang:
            await self.over.wait()
        if self.cut and request.transport is not None:
            request.transport.abort()
        return web.Response(status=self.status, body=self.body, headers=self.headers)
