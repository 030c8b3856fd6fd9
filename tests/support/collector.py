"""A collector of traces: takes OTLP over HTTP, as Jaeger does."""

import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from attrs import field, frozen
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@frozen(kw_only=True)
class Told:
    """A span as the collector was told of it."""

    service: str
    name: str
    trace: bytes
    id: bytes
    parent: bytes


@frozen
class Collector:
    """A collector that runs."""

    url: str
    told: list[Told] = field(factory=list)

    @property
    def names(self) -> set[str]:
        return {span.name for span in self.told}


@asynccontextmanager
async def running_collector() -> AsyncIterator[Collector]:
    """A collector that listens while the block runs."""
    app = web.Application()
    runner = web.AppRunner(app)
    told: list[Told] = []

    async def take(request: web.Request) -> web.Response:
        assert request.content_type == "application/x-protobuf"
        body = await request.read()
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        told.extend(_spans(ExportTraceServiceRequest.FromString(body)))
        return web.Response(
            body=ExportTraceServiceResponse().SerializeToString(),
            content_type="application/x-protobuf",
        )

    app.router.add_post("/v1/traces", take)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Collector(f"http://127.0.0.1:{runner.addresses[0][1]}", told)
    finally:
        await runner.cleanup()


def _spans(request: ExportTraceServiceRequest) -> Sequence[Told]:
    return [
        Told(
            service=next(
                attribute.value.string_value
                for attribute in resource.resource.attributes
                if attribute.key == "service.name"
            ),
            name=span.name,
            trace=span.trace_id,
            id=span.span_id,
            parent=span.parent_span_id,
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
