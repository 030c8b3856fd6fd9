"""The three generations of the aggregator's API: what differs between them, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

import attrs
import msgspec
from aiohttp import web

from events_face_runners.simulator.records import SimulatedEvent, Visitor
from events_face_runners.simulator.wire import check_api_key, check_bearer

Text = Annotated[str, msgspec.Meta(min_length=1)]
Email = Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$")]


class RegisterV1(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who registers; this generation has no seats."""

    first_name: Text
    last_name: Text
    email: Email

    @property
    def visitor(self) -> Visitor:
        """The visitor whom the body names."""
        return Visitor(first_name=self.first_name, last_name=self.last_name, email=self.email)

    @property
    def chosen_seat(self) -> str | None:
        """The seat that the body asks for."""
        return None


class RegisterV0(RegisterV1, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first generation also sends `id`, always null."""

    id: None


class RegisterV2(RegisterV1, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The current generation may ask for a seat."""

    seat: Text | None = None

    @property
    def chosen_seat(self) -> str | None:
        """The seat that the body asks for."""
        return self.seat


@attrs.frozen(kw_only=True)
class ProviderDialect:
    """What one generation does in its own way.

    Attributes:
        paged: listings come in pages, not as a bare list.
        changed_at_required: a listing without `changed_at` is refused.
        has_tickets: tickets can be given back, and seats can be listed.
        ticket_field: what a ticket's id is called in the answer to a registration.
        register_body: the shape of a registration's body.
        check_key: refuses callers without the right token.
        render: an event as this generation shows it.
    """

    paged: bool
    changed_at_required: bool
    has_tickets: bool
    ticket_field: str
    register_body: type[RegisterV1]
    check_key: Callable[[web.Request, str], None]
    render: Callable[[SimulatedEvent], dict[str, object]]


_V0_STATUSES: Final[Mapping[str, str]] = {
    "new": "registration closed",
    "published": "open",
    "registration_closed": "registration closed",
    "finished": "finished",
    "cancelled": "cancelled",
}


def _render_v0(event: SimulatedEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "name": event.name,
        "event_time": event.event_time,
        "registration_deadline": event.registration_deadline,
        "status": _V0_STATUSES[event.status],
        "max_visitors": event.max_visitors,
        "number_of_visitors": event.number_of_visitors,
    }


def _render_v1(event: SimulatedEvent) -> dict[str, object]:
    """Published events of this generation are `open` or `published`: even ids say `open`."""
    shown = render_v2(event)
    del shown["number_of_visitors"]
    if event.place is not None:
        shown["place"] = {"id": event.place.id, "name": event.place.name}
    if event.status == "published" and event.id.int % 2 == 0:
        shown["status"] = "open"
    return shown


def render_v2(event: SimulatedEvent) -> dict[str, object]:
    """Return the event as `v2` shows it, over HTTP and on Kafka."""
    return {
        "id": event.id,
        "name": event.name,
        "place": event.place,
        "event_time": event.event_time,
        "registration_deadline": event.registration_deadline,
        "status": event.status,
        "number_of_visitors": event.number_of_visitors,
        "changed_at": event.changed_at,
        "created_at": event.created_at or event.changed_at,
        "status_changed_at": event.status_changed_at or event.changed_at,
    }


def _no_key(_request: web.Request, _token: str) -> None:
    """The first generation lets everybody in."""


def _bearer_key(request: web.Request, token: str) -> None:
    check_bearer(request, token, missing=403)


PROVIDER_DIALECTS: Final[Mapping[str, ProviderDialect]] = {
    "v0": ProviderDialect(
        paged=False,
        changed_at_required=False,
        has_tickets=False,
        ticket_field="visitor_id",
        register_body=RegisterV0,
        check_key=_no_key,
        render=_render_v0,
    ),
    "v1": ProviderDialect(
        paged=True,
        changed_at_required=False,
        has_tickets=False,
        ticket_field="ticket_id",
        register_body=RegisterV1,
        check_key=_bearer_key,
        render=_render_v1,
    ),
    "v2": ProviderDialect(
        paged=True,
        changed_at_required=True,
        has_tickets=True,
        ticket_field="ticket_id",
        register_body=RegisterV2,
        check_key=check_api_key,
        render=render_v2,
    ),
}
