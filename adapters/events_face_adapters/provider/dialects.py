"""The generations of the aggregator's API: what differs, and how to pick one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

import msgspec

from events_face_adapters.http import header_value
from events_face_adapters.provider.v0 import ProviderV0
from events_face_adapters.provider.v1 import ProviderV1
from events_face_adapters.provider.v2 import ProviderV2
from events_face_adapters.provider.wire import EarlyEventWire, EventList
from events_face_core.registration import Registration


class ProviderDialect(Protocol):
    """What one generation does in its own way.

    The methods that read raise ``NotJsonError`` and ``WrongShapeError``.
    """

    @property
    def name(self) -> str:
        """The name that the setting ``provider.dialect`` knows it by."""
        ...

    def headers(self) -> Mapping[str, str]:
        """Return the headers that prove who calls."""
        ...

    def listing_query(self, since: date | None) -> str:
        """Return the query of the first page: changes since a day, or everything."""
        ...

    def read_listing(self, body: bytes) -> EventList:
        """Read a listing, its entries still undecoded."""
        ...

    def read_event(self, entry: msgspec.Raw) -> EarlyEventWire:
        """Read one entry of a listing."""
        ...

    def registration_body(self, registration: Registration) -> bytes:
        """Return what is sent to register a visitor."""
        ...

    def read_ticket(self, body: bytes) -> str:
        """Read the ticket's id from the answer to a registration."""
        ...

    def unregistration_body(self, ticket_id: str) -> bytes | None:
        """Return what is sent to give a ticket back; nothing where that cannot be done."""
        ...


_DIALECTS: Mapping[str, Callable[[str], ProviderDialect]] = {
    "v0": lambda _: ProviderV0(),
    "v1": lambda token: ProviderV1(token=token),
    "v2": lambda token: ProviderV2(token=token),
}


def provider_dialect(name: str, token: str) -> ProviderDialect:
    """Return the dialect ``v0``, ``v1`` or ``v2``, which calls with a token.

    Raises:
        ValueError: there is no such dialect, or the token cannot be sent in a header.
    """
    if name not in _DIALECTS:
        known = ", ".join(_DIALECTS)
        raise ValueError(f"the provider has no dialect {name!r}; it has {known}")
    return _DIALECTS[name](header_value("the provider's token", token))
