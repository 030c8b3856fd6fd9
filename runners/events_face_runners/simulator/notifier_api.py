"""The notification service's one route, in the generation that the options choose."""

from uuid import UUID, uuid4

import msgspec
from aiohttp import web

from events_face_runners.simulator.dialects import Email, Text
from events_face_runners.simulator.fault_layer import FaultLayer
from events_face_runners.simulator.records import ReceivedNotification, moscow_now
from events_face_runners.simulator.state import Simulator
from events_face_runners.simulator.wire import (
    check_api_key,
    check_bearer,
    json_response,
    read_body,
)


class NotificationV1(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notification of the first generation."""

    id: UUID
    owner_id: UUID
    email: Email
    message: Text


class NotificationV2(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notification of the current generation."""

    message: Text
    reference_id: Text
    idempotency_key: Text
    email: Email


class NotifierApi:
    """Speaks one dialect of the notification service's contract."""

    def __init__(self, simulator: Simulator, layer: FaultLayer) -> None:
        self._world = simulator.world
        self._options = simulator.options
        self._layer = layer

    def routes(self) -> list[web.RouteDef]:
        """The route; its path has no trailing slash."""
        handler = self.notify_v1 if self._options.notifier_dialect == "v1" else self.notify_v2
        return [web.post("/api/notifications", self._layer.wrap("notify", handler))]

    async def notify_v1(self, request: web.Request) -> web.Response:
        """Accept once by `id`."""
        check_bearer(request, self._options.notifier_token, missing=401)
        body = await read_body(request, NotificationV1)
        received = ReceivedNotification(
            key=str(body.id), email=body.email, message=body.message, reference=str(body.owner_id)
        )
        return self._accept(received, msgspec.to_builtins(body))

    async def notify_v2(self, request: web.Request) -> web.Response:
        """Accept once by `idempotency_key`."""
        check_api_key(request, self._options.notifier_token)
        body = await read_body(request, NotificationV2)
        received = ReceivedNotification(
            key=body.idempotency_key,
            email=body.email,
            message=body.message,
            reference=body.reference_id,
        )
        answer = {
            "id": uuid4(),
            "user_id": uuid4(),
            "message": body.message,
            "reference_id": body.reference_id,
            "created_at": moscow_now(),
            "idempotency_key": body.idempotency_key,
        }
        return self._accept(received, answer)

    def _accept(self, received: ReceivedNotification, answer: object) -> web.Response:
        if self._world.notify(received):
            return json_response(answer, 201)
        return json_response({"detail": "This notification was delivered before."}, 409)
