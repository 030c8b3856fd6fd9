"""Registrations: accept, show, cancel."""

import msgspec
from aiohttp import web

from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    CancelRegistration,
    CancelRegistrationHandler,
    Registration,
    RegistrationQueries,
)
from events_face_runners.web.reading import (
    read_body,
    read_id,
    read_idempotency_key,
    read_language,
)
from events_face_runners.web.schemas import RegistrationRequest, registration_view


class RegistrationsApi:
    """Takes registrations. The aggregator is never called inside a request."""

    def __init__(
        self,
        accept: AcceptRegistrationHandler,
        cancel: CancelRegistrationHandler,
        queries: RegistrationQueries,
    ) -> None:
        self._accept = accept
        self._cancel = cancel
        self._queries = queries

    async def register(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/events/{event_id}/registrations``."""
        event_id = read_id(request, "event_id")
        wish = await read_body(request, RegistrationRequest)
        registration = await self._accept(
            AcceptRegistration(
                event_id=event_id,
                first_name=wish.first_name,
                last_name=wish.last_name,
                email=wish.email,
                seat=wish.seat,
                language=read_language(request),
                idempotency_key=read_idempotency_key(request, wish),
            )
        )
        location = f"/api/registrations/{registration.id}"
        return _response(202, registration, {"Location": location})

    async def show(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/registrations/{registration_id}``."""
        registration = await self._queries.registration(read_id(request, "registration_id"))
        return _response(200, registration)

    async def cancel(self, request: web.Request) -> web.Response:
        """Answer ``DELETE /api/registrations/{registration_id}``."""
        registration_id = read_id(request, "registration_id")
        return _response(
            202, await self._cancel(CancelRegistration(registration_id=registration_id))
        )


def _response(
    status: int, registration: Registration, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(registration_view(registration)),
        content_type="application/json",
        charset="utf-8",
        # Whoever has the link may look, but no proxy keeps what it sees.
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
