"""The tracing that the settings ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from events_face_runners.observing.tracing import NO_TRACING, Tracing
from events_face_runners.wiring.settings import Settings


@asynccontextmanager
async def open_tracing(
    settings: Settings, process: str, *, given: Tracing | None = None
) -> AsyncIterator[Tracing]:
    """Trace the work while the block runs, if there is somewhere to send it.

    To be opened before whatever is traced: channels of gRPC are traced from when they are made.

    Args:
        settings: say where to, and how much of it.
        process: names this process in the traces, such as ``events-face-web``.
        given: goes before the settings; whoever gives it opens and closes it.
    """
    if given is not None or not settings.otel_endpoint:
        yield given or NO_TRACING
        return
    # An extra: who traces nothing does without it.
    from events_face_adapters import tracing  # noqa: PLC0415

    provider = tracing.otlp_provider(
        settings.otel_endpoint, service=process, share=settings.otel_sample
    )
    try:
        with tracing.instrumented(provider):
            yield Tracing(
                traces=tracing.OpenTelemetryTraces(provider),
                requests=tracing.OpenTelemetryRequests(provider),
                clients=(tracing.client_tracing(provider),),
            )
    finally:
        await tracing.stop_exporting(provider)
