"""The aggregator's routes, in the generation that the options choose."""

import re
from datetime import date
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from events_face_runners.simulator.dialects import PROVIDER_DIALECTS, Text
from events_face_runners.simulator.fault_layer import FaultLayer
from events_face_runners.simulator.paging import Cursor, cut_page
from events_face_runners.simulator.refusals import UnexpectedEventStatusError, refused
from events_face_runners.simulator.state import Simulator
from events_face_runners.simulator.wire import (
    event_id_of,
    html_response,
    json_response,
    read_body,
)

WRONG_ORIGIN = "http://provider.internal"


class UnregisterBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which ticket is given back."""

    ticket_id: Text


class ProviderApi:
    """Speaks one dialect of the aggregator's contract."""

    def __init__(self, simulator: Simulator, layer: FaultLayer) -> None:
        self._world = simulator.world
        self._dice = simulator.dice
        self._options = simulator.options
        self._dialect = PROVIDER_DIALECTS[simulator.options.dialect]
        self._layer = layer

    def routes(self) -> list[web.RouteDef]:
        """The routes that this dialect has."""
        wrap = self._layer.wrap
        event = "/api/events/{id}"
        routes = [
            web.get("/api/events/", wrap("list", self.list_events), allow_head=False),
            web.post(f"{event}/register/", wrap("register", self.register)),
        ]
        if self._dialect.has_tickets:
            routes += [
                web.delete(f"{event}/unregister/", wrap("unregister", self.unregister)),
                web.get(f"{event}/seats/", wrap("seats", self.seats), allow_head=False),
            ]
        return routes

    async def list_events(self, request: web.Request) -> web.Response:
        """Events changed on a day or later: a page of them, or all in a bare list."""
        self._dialect.check_key(request, self._options.token)
        events = self._world.changed_since(self._changed_at(request))
        if not self._dialect.paged:
            return json_response([self._dialect.render(one) for one in self._dice.double(events)])
        given = request.query.get("cursor")
        page = cut_page(events, Cursor.decode(given) if given else None, self._options.page_size)
        return json_response(
            {
                "next": self._link(request, page.next),
                "previous": self._link(request, page.previous),
                "results": [self._dialect.render(one) for one in self._dice.double(page.events)],
            }
        )

    async def register(self, request: web.Request) -> web.Response:
        """Give a ticket."""
        self._dialect.check_key(request, self._options.token)
        body = await read_body(request, self._dialect.register_body)
        registration = self._world.register(
            event_id_of(request),
            body.visitor,
            seat=body.chosen_seat,
            idempotency_key=request.headers.get("Idempotency-Key"),
        )
        return json_response({self._dialect.ticket_field: registration.ticket_id}, 201)

    async def unregister(self, request: web.Request) -> web.Response:
        """Take a ticket back."""
        self._dialect.check_key(request, self._options.token)
        body = await read_body(request, UnregisterBody)
        self._world.unregister(event_id_of(request), body.ticket_id)
        return json_response({"success": True})

    async def seats(self, request: web.Request) -> web.Response:
        """The free seats; for an event that is not published, the aggregator's own failure."""
        self._dialect.check_key(request, self._options.token)
        try:
            return json_response({"seats": self._world.seats(event_id_of(request))})
        except UnexpectedEventStatusError as error:
            return html_response(f"UnexpectedEventStatus: {error}", 500)

    def _changed_at(self, request: web.Request) -> date | None:
        given = request.query.get("changed_at")
        if given is None and not self._dialect.changed_at_required:
            return None
        if given is None:
            raise refused(400, "changed_at is required.")
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            raise refused(400, "changed_at must be a date, YYYY-MM-DD.")
        try:
            return date.fromisoformat(given)
        except ValueError as error:
            raise refused(400, "changed_at must be a date, YYYY-MM-DD.") from error

    def _link(self, request: web.Request, cursor: Cursor | None) -> str | None:
        if cursor is None:
            return None
        kept = {key: value for key, value in request.query.items() if key != "cursor"}
        query = urlencode({**kept, "cursor": cursor.encode()})
        origin = WRONG_ORIGIN
        if not self._options.wrong_next_host:
            origin = f"{request.scheme}://{request.host}"
        return f"{origin}{request.path}?{query}"
