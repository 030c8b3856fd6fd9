"""People by their tokens, and their events, for tests of ticketing over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from events_face_core.kernel import Actor, Role, SignInRequiredError
from support.service import Answer, Service

START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)


async def by_token(token: str) -> Actor:
    """Take tokens such as ``organizer:ID``."""
    role, _, account_id = token.partition(":")
    try:
        return Actor(id=account_id, role=Role(role))
    except ValueError as error:
        raise SignInRequiredError from error


def bearer(token: str, **headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Authorization": f"Bearer {token}", **named}


ORGANIZER = bearer("organizer:o1")
OTHER_ORGANIZER = bearer("organizer:o2")
ADMIN = bearer("admin:a1")
ANNA = bearer("user:anna")
BORIS = bearer("user:boris")


def wish(**changes: object) -> dict[str, object]:
    body = {
        "name": "Концерты на крыше",
        "event_time": START.isoformat(),
        "place": {"name": "Крыша", "city": "Москва"},
        "capacity": 2,
    }
    return {**body, **changes}


async def draft(service: Service, **changes: object) -> dict[str, Any]:
    answer = await service.call("POST", "/api/events", headers=ORGANIZER, json=wish(**changes))
    assert answer.status == 201, answer
    shown: dict[str, Any] = answer.json()
    return shown


async def published(service: Service, **changes: object) -> str:
    event_id = str((await draft(service, **changes))["id"])
    answer = await service.call("POST", f"/api/events/{event_id}/publish", headers=ORGANIZER)
    assert answer.status == 200, answer
    return event_id


async def change(
    service: Service, event_id: str, body: object, etag: str, token: dict[str, str] = ORGANIZER
) -> Answer:
    headers = {**token, "If-Match": etag}
    return await service.call("PATCH", f"/api/events/{event_id}", headers=headers, json=body)


async def book(
    service: Service, event_id: str, token: dict[str, str] = ANNA, **changes: object
) -> Answer:
    body = {"event_id": event_id, **changes}
    return await service.call("POST", "/api/bookings", headers=token, json=body)


async def show(service: Service, event_id: str) -> dict[str, Any]:
    answer = await service.get(f"/api/events/{event_id}")
    assert answer.status == 200, answer
    shown: dict[str, Any] = answer.json()
    return shown
