"""People who engage, with tokens such as ``user:anna``; who was there, and whose events are."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Actor, Role, SignInRequiredError
from support.making import event_id
from support.service import Answer, Service

ANNA = "user:anna"
BORIS = "user:boris"
OWNER = "organizer:owner"
OTHER_ORGANIZER = "organizer:other"
ADMIN = "admin:admin"
EVENT = event_id(1)
UNKNOWN = event_id(404)
EVIL = "  <script>alert('x')</script>\n\t<img src=x onerror=alert(1)> & ' \" `${1+1}`"


async def read_token(token: str) -> Actor:
    """Return the actor of a token."""
    role, _, user_id = token.partition(":")
    if role not in {"user", "organizer", "admin"} or not user_id:
        raise SignInRequiredError
    return Actor(id=user_id, role=Role(role))


@frozen
class SomeAttended:
    """``Attendance`` by those whose names are here; of every event but the unknown."""

    people: tuple[str, ...] = ("anna", "boris", "owner")

    async def attended(self, user_id: str, event_id: str) -> bool:
        return user_id in self.people and event_id != UNKNOWN


@frozen
class SomebodyOrganizes:
    """``EventOwners``: the one event is the owner's."""

    async def organizer_of(self, event_id: str) -> str | None:
        return "owner" if event_id == EVENT else None


async def call(
    service: Service,
    method: str,
    path: str,
    json: object = None,
    *,
    token: str | None = None,
    key: str | None = None,
) -> Answer:
    """Send a request as somebody, or as a guest."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key is not None:
        headers["Idempotency-Key"] = key
    return await service.call(method, path, json=json, headers=headers)


async def review_of(service: Service, token: str = ANNA, /, **changes: object) -> Answer:
    """Review the event."""
    body = {"event_id": EVENT, "rating": 4, "content": "Было громко.", **changes}
    return await call(service, "POST", "/api/reviews", body, token=token)


async def written_review(service: Service, token: str = ANNA, /, **changes: object) -> str:
    """Review the event; return the path of the review."""
    answer = await review_of(service, token, **changes)
    assert answer.status == 201, answer
    return str(answer.headers["Location"])
