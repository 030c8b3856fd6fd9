"""A rush at the box office: many people, each with an account, want the few seats of an event."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import aiohttp
from attrs import define, field, frozen

from events_face_core.accounts import Account
from events_face_core.kernel import Actor, Language, Role
from events_face_core.ticketing import CreateOwnEvent, Details, PublishOwnEvent, Venue
from events_face_runners.embedding import EventsFace
from support.people import PASSWORD
from support.records import query

SEATS = 10

ORGANIZER = Actor(id="organizer", role=Role.ORGANIZER)
"""Whose events they are."""

_PATIENCE = aiohttp.ClientTimeout(total=5)
_PAUSE_SECONDS = 0.1


async def make_people(app: EventsFace, number: int) -> list[str]:
    """Make accounts that are signed in, and return their access tokens.

    Straight in the database: to hash as many passwords, and to check them, takes longer than
    the rush itself.
    """
    office = app.accounts.login.office
    password_hash = await app.accounts.login.passwords.hash(PASSWORD)
    tokens = []
    async with app.storage() as tx:
        for _ in range(number):
            account_id = office.ids.new()
            account = Account(
                id=account_id,
                email=f"{account_id}@example.com",
                display_name=None,
                language=Language.RUSSIAN,
                role=Role.USER,
                created_at=app.clock.now(),
                password_hash=password_hash,
            )
            session, token = office.open_session(account, "test")
            await tx.accounts.add(account)
            await tx.login_sessions.add(session)
            tokens.append(office.pair(account, token).access_token)
    return tokens


async def make_event(app: EventsFace, seats: int = SEATS) -> str:
    """Publish an event with so many seats."""
    details = Details(
        name="Концерт",
        event_time=datetime.now(UTC) + timedelta(days=30),
        venue=Venue(name="Крыша"),
        capacity=seats,
    )
    made = await app.ticketing.create(CreateOwnEvent(actor=ORGANIZER, details=details))
    await app.ticketing.publish(PublishOwnEvent(actor=ORGANIZER, event_id=made.id))
    return made.id


@frozen(kw_only=True)
class Reply:
    """What a client was told in the end."""

    status: int
    body: dict[str, Any]

    @property
    def sold_out(self) -> bool:
        return self.status == 409 and self.body["type"] == "/problems/sold-out"


@define
class Rush:
    """People who book at whichever web process answers, and repeat themselves under their keys.

    Attributes:
        held: the bookings that somebody was promised and did not cancel; by id, the event.
        cancelled: the bookings that somebody cancelled; by id, the event.
        refused: how many were told that it is sold out.
        repeats: how many requests were sent once more.
    """

    urls: Sequence[str]
    session: aiohttp.ClientSession
    held: dict[str, str] = field(factory=dict)
    cancelled: dict[str, str] = field(factory=dict)
    refused: int = 0
    repeats: int = 0
    _used: int = 0

    async def book_at_once(self, tokens: Sequence[str], event_id: str) -> None:
        """Let each person book one seat, all at the same time."""
        await asyncio.gather(*(self.book(token, event_id, "only") for token in tokens))

    async def book_and_cancel(
        self, tokens: Sequence[str], event_id: str, chance: Random, *, times: int = 3
    ) -> None:
        """Let each person try several times; half of those who get a seat cancel at once."""
        seeds = [chance.random() for _ in tokens]
        await asyncio.gather(
            *(
                self._book_and_cancel(token, event_id, Random(seed), times)
                for token, seed in zip(tokens, seeds, strict=True)
            )
        )

    async def _book_and_cancel(self, token: str, event_id: str, chance: Random, times: int) -> None:
        for number in range(times):
            await asyncio.sleep(chance.uniform(0, 0.2))
            booking_id = await self.book(token, event_id, str(number))
            if booking_id is not None:
                if chance.random() < 0.5:
                    return
                await self._cancel(token, booking_id)

    async def book(self, token: str, event_id: str, key: str) -> str | None:
        """Book one seat; return the booking, or nothing where it is sold out."""
        wish = {"event_id": event_id}
        reply = await self._call(token, "/api/bookings", wish, key=f"{event_id} {key}")
        if reply.sold_out:
            self.refused += 1
            return None
        assert reply.status == 201, reply
        booking_id = str(reply.body["id"])
        self.held[booking_id] = event_id
        return booking_id

    async def _cancel(self, token: str, booking_id: str) -> None:
        reply = await self._call(token, f"/api/bookings/{booking_id}/cancel", {})
        assert (reply.status, reply.body["status"]) == (200, "cancelled"), reply
        self.cancelled[booking_id] = self.held.pop(booking_id)

    async def _call(self, token: str, path: str, body: object, *, key: str = "") -> Reply:
        """Repeat a call until it is answered with anything but silence or 503."""
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        self._used += 1
        at = self._used
        while True:
            url = self.urls[at % len(self.urls)]
            try:
                async with self.session.post(
                    url + path, json=body, headers=headers, timeout=_PATIENCE
                ) as response:
                    answer = await response.json(content_type=None)
                    if response.status != 503:
                        return Reply(status=response.status, body=answer)
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.repeats += 1
            at += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    async def findings(self, database: str) -> list[str]:
        """Return what does not agree: promises, rows, and the counters of seats."""
        rows, seats = await query(
            database,
            "SELECT id, event_id, status, quantity FROM booking",
            "SELECT event_id, taken, capacity FROM own_event_seats",
        )
        confirmed = {row[0]: row[1] for row in rows if row[2] == "confirmed"}
        cancelled = {row[0]: row[1] for row in rows if row[2] == "cancelled"}
        taken = {event_id: 0 for event_id, _, _ in seats}
        for row in rows:
            taken[row[1]] += row[3] if row[2] == "confirmed" else 0
        return [
            *(f"lost: {one}" for one in self.held.keys() - confirmed.keys()),
            *(f"doubled: {one}" for one in confirmed.keys() - self.held.keys()),
            *(f"not cancelled: {one}" for one in self.cancelled.keys() - cancelled.keys()),
            *(f"cancelled unasked: {one}" for one in cancelled.keys() - self.cancelled.keys()),
            *(
                f"{event_id}: the counter says {counted} of {capacity}, the rows {taken[event_id]}"
                for event_id, counted, capacity in seats
                if counted != taken[event_id] or counted > capacity
            ),
        ]
