"""The aggregator over HTTP: its events and its registrations, in the three dialects it has."""

from events_face_adapters.provider.dialects import ProviderDialect, provider_dialect
from events_face_adapters.provider.event_source import HttpEventSource
from events_face_adapters.provider.gateway import HttpRegistrationGateway
from events_face_adapters.provider.reading import UnreadableEntryError, source_event
from events_face_adapters.provider.refusals import refusal
from events_face_adapters.provider.v2 import ProviderV2

__all__ = [
    "HttpEventSource",
    "HttpRegistrationGateway",
    "ProviderDialect",
    "ProviderV2",
    "UnreadableEntryError",
    "provider_dialect",
    "refusal",
    "source_event",
]
