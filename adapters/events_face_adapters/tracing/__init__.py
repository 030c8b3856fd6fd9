"""Tracing by OpenTelemetry. Importing it takes the extra ``otel``."""

from events_face_adapters.tracing.exporting import otlp_provider, stop_exporting
from events_face_adapters.tracing.instrumenting import client_tracing, instrumented
from events_face_adapters.tracing.requests import OpenTelemetryRequests
from events_face_adapters.tracing.sampling import new_provider
from events_face_adapters.tracing.traces import OpenTelemetryTraces

__all__ = [
    "OpenTelemetryRequests",
    "OpenTelemetryTraces",
    "client_tracing",
    "instrumented",
    "new_provider",
    "otlp_provider",
    "stop_exporting",
]
