"""Requests that are answered, as spans."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import time_ns

from attrs import field, frozen
from opentelemetry.trace import SpanKind, StatusCode, Tracer, TracerProvider

from events_face_adapters.tracing.traces import continued

_SERVER_ERROR = 500
# The last digit of a line says whether the story is recorded: an odd one does. Taking the whole
# line apart would cost an answer that is ready as much as all the rest.
_FLAGS = slice(54, 55)
_RECORDED = frozenset("13579bdf")


@frozen
class OpenTelemetryRequests:
    """Tells of requests by method and route.

    Never by path: the id of a registration is its visitor's secret.
    """

    provider: TracerProvider
    _tracer: Tracer = field(init=False)

    @_tracer.default
    def _own(self) -> Tracer:
        return self.provider.get_tracer("events-face")

    @contextmanager
    def around(
        self, method: str, headers: Mapping[str, str], request_id: str
    ) -> Iterator[Callable[[str, int], None]]:
        """Do the block as a span that continues the client's, if it names one.

        Gives what tells how the request ended: its route and status.
        """
        with self._tracer.start_as_current_span(
            method,
            context=continued(headers),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method, "events_face.request_id": request_id},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def ended(route: str, status: int) -> None:
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.route": route, "http.response.status_code": status})
                if status >= _SERVER_ERROR:
                    span.set_status(StatusCode.ERROR)

            yield ended

    def answered_at_once(
        self, method: str, route: str, headers: Mapping[str, str], seconds: float
    ) -> None:
        """Tell of a request that took so long, if it belongs to a story that is recorded."""
        line = headers.get("traceparent")
        if line is None or line[_FLAGS] not in _RECORDED:
            return
        now = time_ns()
        span = self._tracer.start_span(
            f"{method} {route}",
            context=continued(headers),
            kind=SpanKind.SERVER,
            start_time=now - int(seconds * 1e9),
            attributes={"http.request.method": method, "http.route": route},
        )
        span.end(now)
