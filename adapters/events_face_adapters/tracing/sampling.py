"""Which stories are recorded."""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import (
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

_ENTRANCES = frozenset({SpanKind.SERVER, SpanKind.CONSUMER})


class Entrances(Sampler):
    """Begins stories only where work comes in, and records a share of them.

    What looks around by itself, such as a relay that asks once a second whether anything is
    due, would fill the store with stories of one word.
    """

    def __init__(self, share: float) -> None:
        self._chosen = TraceIdRatioBased(share)

    def should_sample(  # noqa: PLR0913, PLR0917  # the library's
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Decide over a span that continues nothing."""
        if kind not in _ENTRANCES:
            return SamplingResult(Decision.DROP)
        return self._chosen.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        """Describe it."""
        return f"Entrances{{{self._chosen.get_description()}}}"


def new_provider(processor: SpanProcessor, *, service: str, share: float) -> TracerProvider:
    """Return a provider of our own: the process's global one is left to whoever embeds us.

    Args:
        processor: what becomes of spans that ended.
        service: the name of the process, such as ``events-face-web``.
        share: how many of the stories that begin here are recorded, 0 to 1. Stories that began
            elsewhere are recorded if they are there.
    """
    provider = TracerProvider(
        sampler=ParentBased(Entrances(share)),
        resource=Resource.create({"service.name": service, "service.namespace": "events-face"}),
        # The only events that libraries add are exceptions, and what those say may quote a person.
        span_limits=SpanLimits(max_events=0),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(processor)
    return provider
