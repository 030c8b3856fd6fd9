"""The aggregator over HTTP: its events and its registrations, in the three dialects it has."""

from events_face_adapters.provider.dialects import ProviderDialect, provider_dialect
from events_face_adapters.provider.event_source import HttpEventSource
from events_face_adapters.provider.gateway import HttpRegistrationGateway
from events_face_adapters.provider.refusals import refusal

__all__ = [
    "HttpEventSource",
    "HttpRegistrationGateway",
    "ProviderDialect",
    "provider_dialect",
    "refusal",
]
