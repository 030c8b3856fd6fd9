"""A call by gRPC belongs to the story of its caller, on both sides."""

import pytest
from opentelemetry.trace import SpanKind

from events_face_adapters.tracing import instrumented
from support.spans import Spans, parent_id, span_id, trace_id

grpc = pytest.importorskip("grpc", reason="gRPC comes with an extra of its own")


async def _echo(request: bytes, _: object) -> bytes:
    return request


async def test_a_call_is_one_story_on_both_sides() -> None:
    spans = Spans()
    handler = grpc.unary_unary_rpc_method_handler(_echo)
    with instrumented(spans.provider):
        server = grpc.aio.server()
        handlers = grpc.method_handlers_generic_handler("test.Echo", {"Say": handler})
        server.add_generic_rpc_handlers((handlers,))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                say = channel.unary_unary("/test.Echo/Say")
                with spans.traces.step("deliver audit.record-written"):
                    answer = await say(b"word")
        finally:
            await server.stop(None)

    step = spans.only("deliver audit.record-written")
    sides = {span.kind: span for span in spans.named("/test.Echo/Say")}
    caller, called = sides[SpanKind.CLIENT], sides[SpanKind.SERVER]
    assert answer == b"word"
    assert {trace_id(span) for span in spans.ended} == {trace_id(step)}
    assert (parent_id(caller), parent_id(called)) == (span_id(step), span_id(caller))
