"""The part of the tour with an event of our own: it is published, listed and booked."""

import asyncio
from datetime import UTC, datetime, timedelta

from events_face_runners.demo.processes import run_command
from events_face_runners.demo.stage import DemoError, Stage, say, step, tell

PASSWORD = "correct-horse-battery-staple"  # noqa: S105  # of people who live as long as the demo
ORGANIZER = "organizer@example.com"
ADMIN = "admin@example.com"
_GUEST = "boris@example.com"

_PAUSE_SECONDS = 0.2
_TOLD_SECONDS = 30.0


async def show_own_event(stage: Stage) -> None:
    """Let an organiser publish an event, and somebody book seats."""
    step("An organiser publishes an event of your own, and somebody books seats")
    for email, role in ((ORGANIZER, "organizer"), (ADMIN, "admin")):
        await _make_account(stage, email, role)
    organizer = await _sign_in(stage, ORGANIZER)
    in_a_month = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="seconds")
    event = await stage.post(
        "/api/events",
        {
            "name": "Открытие сезона",
            "event_time": in_a_month,
            "place": {"name": "Летняя сцена", "city": "Казань"},
            "capacity": 40,
        },
        organizer,
    )
    await stage.post(f"/api/events/{event['id']}/publish", {}, organizer)
    shown = await stage.get(f"{stage.service}/api/events/{event['id']}")
    say(f"  «{shown['name']}» is {shown['status']}, {shown['available_seats']} seats")
    await stage.post(
        "/api/auth/register", {"email": _GUEST, "password": PASSWORD, "display_name": "Борис"}
    )
    guest = await _sign_in(stage, _GUEST)
    told = len(await stage.notifications())
    booking = await stage.post("/api/bookings", {"event_id": event["id"], "quantity": 2}, guest)
    shown = await stage.get(f"{stage.service}/api/events/{event['id']}")
    say(f"  POST {stage.service}/api/bookings")
    say(f"  → 201 {booking['status']}: 2 seats, {shown['available_seats']} are left")
    async with asyncio.timeout(_TOLD_SECONDS):
        while len(notifications := await stage.notifications()) == told:
            await asyncio.sleep(_PAUSE_SECONDS)
    tell(notifications[-1])
    say(f"  Sign in as {ORGANIZER} or {ADMIN}, password {PASSWORD}.")


async def _make_account(stage: Stage, email: str, role: str) -> None:
    words = ("users", "create", "--email", email, "--role", role, "--password-stdin")
    code, output = await run_command(*words, given=PASSWORD, environment=stage.environment)
    if code:
        raise DemoError(f"events-face {' '.join(words)} failed: {output}")


async def _sign_in(stage: Stage, email: str) -> str:
    pair = await stage.post("/api/auth/login", {"email": email, "password": PASSWORD})
    return str(pair["access_token"])
