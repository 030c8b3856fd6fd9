"""Own events: what organisers do with them, and how one is shown."""

from typing import Any

import msgspec
from aiohttp import web

from events_face_core.kernel import Clock
from events_face_core.ticketing import (
    LONGEST_SEARCH,
    CancelOwnEvent,
    ChangeOwnEvent,
    CreateOwnEvent,
    DeleteOwnEvent,
    Details,
    OwnEvent,
    OwnEventQuery,
    OwnEventStatus,
    PublishOwnEvent,
    ShownOwnEvent,
)
from events_face_runners.web.actors import read_actor
from events_face_runners.web.reading import (
    read_body,
    read_id,
    read_idempotency_key,
    read_optional_body,
)
from events_face_runners.web.ready_answers import answer, ready
from events_face_runners.web.ticketing.own_event_cache import OwnEventCache
from events_face_runners.web.ticketing.paging import read_list_query
from events_face_runners.web.ticketing.responses import json_response, read_versions, version_tag
from events_face_runners.web.ticketing.schemas import (
    CancelRequest,
    OwnEventChangeRequest,
    OwnEventListView,
    OwnEventRequest,
    OwnEventView,
    PublishRequest,
    own_event_view,
)
from events_face_runners.wiring.ticketing import Ticketing

_ENCODER = msgspec.json.Encoder()


class OwnEventApi:
    """Answers ``/api/events`` as far as events of our own are concerned."""

    def __init__(self, ticketing: Ticketing, cache: OwnEventCache, clock: Clock) -> None:
        self._ticketing = ticketing
        self._cache = cache
        self._clock = clock

    def knows(self, event_id: str) -> bool:
        """Tell whether an event of our own with this id was read of late."""
        return self._cache.knows(event_id)

    async def show(self, request: web.Request, event_id: str) -> web.StreamResponse:
        """Answer ``GET /api/events/{event_id}`` of an event of our own.

        Raises:
            OwnEventNotFoundError: there is none that whoever asks may see.
        """
        shown, caching = await self._cache.find(event_id), "no-cache"
        if shown is None:
            actor = await read_actor(request)
            shown = await self._ticketing.queries.own_event(actor, event_id)
            caching = "no-store"
        live = await self._ticketing.queries.live(event_id)
        view = own_event_view(shown, shown.event.phase(self._clock.now()).value, live)
        return answer(request, ready(_ENCODER.encode(view), caching, tag=f"{shown.event.version}."))

    async def create(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/events``."""
        actor = await read_actor(request)
        wish = await read_body(request, OwnEventRequest)
        key = read_idempotency_key(request, wish)
        event = await self._ticketing.create(
            CreateOwnEvent(
                actor=actor,
                details=_details(wish),
                idempotency_key=None if key is None else key.of(actor.id),
            )
        )
        location = {"Location": f"/api/events/{event.id}"}
        return await self._response(201, event, location)

    async def change(self, request: web.Request) -> web.Response:
        """Answer ``PATCH /api/events/{event_id}``."""
        actor = await read_actor(request)
        event_id = read_id(request, "event_id")
        wish = await read_body(request, OwnEventChangeRequest)
        event = await self._ticketing.change(
            ChangeOwnEvent(
                actor=actor,
                event_id=event_id,
                changes=_changes(wish),
                versions=read_versions(request),
            )
        )
        return await self._response(200, event)

    async def publish(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/events/{event_id}/publish``."""
        actor = await read_actor(request)
        event_id = read_id(request, "event_id")
        wish = await read_optional_body(request, PublishRequest)
        event = await self._ticketing.publish(
            PublishOwnEvent(actor=actor, event_id=event_id, publish_at=wish.publish_at)
        )
        return await self._response(200, event)

    async def cancel(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/events/{event_id}/cancel``."""
        actor = await read_actor(request)
        event_id = read_id(request, "event_id")
        wish = await read_body(request, CancelRequest)
        event = await self._ticketing.cancel(
            CancelOwnEvent(
                actor=actor,
                event_id=event_id,
                reason=wish.reason,
                notify_participants=wish.notify_participants,
            )
        )
        return await self._response(200, event)

    async def delete(self, request: web.Request) -> web.Response:
        """Answer ``DELETE /api/events/{event_id}``."""
        actor = await read_actor(request)
        event_id = read_id(request, "event_id")
        await self._ticketing.delete(DeleteOwnEvent(actor=actor, event_id=event_id))
        return web.Response(status=204)

    async def list_own(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/organizer/events``."""
        actor = await read_actor(request)
        known = ("q", "status", "category_id", "event_time_from", "event_time_to")
        query = read_list_query(request, known)
        page = await self._ticketing.queries.own_events(
            actor,
            OwnEventQuery(
                search=query.text("q", longest=LONGEST_SEARCH),
                statuses=query.choices("status", OwnEventStatus),
                category_id=query.text("category_id"),
                time_from=query.moment("event_time_from"),
                time_to=query.moment("event_time_to"),
                limit=query.limit(),
                cursor=query.cursor(),
            ),
        )
        view = OwnEventListView(
            next=query.reference(page.next),
            previous=query.reference(page.previous),
            results=[await self._view(shown) for shown in page.items],
        )
        return json_response(200, view)

    async def _response(
        self, status: int, event: OwnEvent, headers: dict[str, str] | None = None
    ) -> web.Response:
        """Return the event as its organiser sees it, with the tag to change this version by."""
        shown = await self._ticketing.queries.as_shown(event)
        view = await self._view(shown)
        return json_response(status, view, {"ETag": version_tag(event.version), **(headers or {})})

    async def _view(self, shown: ShownOwnEvent) -> OwnEventView:
        figures = await self._ticketing.queries.figures(shown)
        return own_event_view(shown, shown.event.status.value, figures)


def _details(wish: OwnEventRequest) -> Details:
    return Details(
        name=wish.name,
        event_time=wish.event_time,
        venue=wish.place.venue(),
        capacity=wish.capacity,
        description=wish.description,
        short_description=wish.short_description,
        end_time=wish.end_time,
        category_id=wish.category_id,
        image_url=wish.image_url,
        booking_deadline_hours=wish.booking_deadline_hours,
    )


def _changes(wish: OwnEventChangeRequest) -> dict[str, Any]:
    """Return the fields of ``Details`` that are named."""
    sent = {
        field: value
        for field in wish.__struct_fields__
        if (value := getattr(wish, field)) is not msgspec.UNSET
    }
    if "place" in sent:
        sent["venue"] = sent.pop("place").venue()
    return sent
