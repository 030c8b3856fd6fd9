"""What the real services do not have: a look inside, and a hand on the faults and events."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import attrs
import msgspec
from aiohttp import web

from events_face_runners.simulator.faults import Faults
from events_face_runners.simulator.records import SimulatedEvent
from events_face_runners.simulator.refusals import refused
from events_face_runners.simulator.state import Simulator
from events_face_runners.simulator.wire import (
    converted,
    event_id_of,
    json_response,
    read_body,
    wording_refusals,
)

JsonObject = dict[str, Any]


class ControlApi:
    """The `/_control/` routes; faults never strike them, and no key is asked."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        """The control routes."""
        return [
            web.get("/_control/state", self.state),
            web.get("/_control/faults", self.faults),
            web.put("/_control/faults", wording_refusals(self.replace_faults)),
            web.post("/_control/events", wording_refusals(self.put_event)),
            web.delete("/_control/events/{id}", wording_refusals(self.remove_event)),
            web.post("/_control/reset", self.reset),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """Registrations by event, counts of calls, and notifications."""
        return json_response(self._simulator.state())

    async def faults(self, _request: web.Request) -> web.Response:
        """The faults in force."""
        return json_response(self._simulator.faults)

    async def replace_faults(self, request: web.Request) -> web.Response:
        """Put other faults in force; what the body leaves out goes back to its default."""
        self._simulator.faults = faults_from_json(await read_body(request, JsonObject))
        return json_response(self._simulator.faults)

    async def put_event(self, request: web.Request) -> web.Response:
        """Add an event, or change the one with this id."""
        event = self._event_from_json(await read_body(request, JsonObject))
        self._simulator.world.put(event)
        return json_response(event, 201)

    async def remove_event(self, request: web.Request) -> web.Response:
        """Forget an event."""
        self._simulator.world.remove(event_id_of(request))
        return web.Response(status=204)

    async def reset(self, _request: web.Request) -> web.Response:
        """Return to the start."""
        self._simulator.reset()
        return web.Response(status=204)

    def _event_from_json(self, body: JsonObject) -> SimulatedEvent:
        """The event of that id, or a new one, with what the body says put over it."""
        now = self._simulator.world.next_change()
        known = {str(event.id): event for event in self._simulator.world.events}
        base = known.get(str(body.get("id")).lower()) or SimulatedEvent(
            id=uuid4(),
            name="Новое мероприятие",
            event_time=now + timedelta(days=30),
            registration_deadline=now + timedelta(days=29),
            changed_at=now,
        )
        changed = msgspec.structs.replace(base, changed_at=now)
        return converted({**msgspec.to_builtins(changed), **body}, SimulatedEvent)


def faults_from_json(body: JsonObject) -> Faults:
    """Faults from JSON, or a refusal with 400 that names what is wrong."""
    unknown = sorted(set(body) - {field.name for field in attrs.fields(Faults)})
    if unknown:
        raise refused(400, f"Unknown fault: {', '.join(unknown)}.")
    return converted(body, Faults)
