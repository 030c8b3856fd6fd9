"""People of every role and what is theirs: a scene in which anybody can try anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from attrs import frozen

from events_face_core.accounts import ChangeAccess
from events_face_core.engagement import WriteComment, WriteReview
from events_face_core.kernel import SYSTEM, Actor, Role
from events_face_core.ticketing import (
    Book,
    CreateCategory,
    CreateOwnEvent,
    Details,
    PublishOwnEvent,
    Venue,
)
from support.making import SetClock
from support.people import Person, a_person
from support.service import Service

ACTORS = ("guest", "user", "organizer", "admin", "blocked")
"""Who tries; whoever is blocked was an organiser, and still holds the tokens."""

_VENUE = Venue(name="Крыша")


@frozen(kw_only=True)
class Scene:
    """A running service with people in it.

    Attributes:
        people: whoever acts, by ``ACTORS``; a guest is nobody.
        stranger: whose the things are that are somebody else's, and a guest's "own".
        held: an event that is over, of each person by id, and one that the person did not
            review; everybody was there.
        reviews: of each person's event by everybody: the author's id and the owner's.
    """

    service: Service
    people: Mapping[str, Person]
    stranger: Person
    held: Mapping[str, str]
    reviews: Mapping[tuple[str, str], str]

    def actor(self, name: str) -> Person:
        """Return somebody by what they are; a guest stands for the stranger."""
        return self.people.get(name, self.stranger)

    async def fresh(self, name: str) -> Person:
        """Return somebody like that for one use; who is blocked has nothing to lose."""
        if name in {"guest", "blocked"}:
            return self.actor(name)
        return await a_person(self.service, Role(name))

    async def draft(self, owner: Person) -> str:
        """Make a draft of somebody's."""
        return await _draft(self.service, owner, datetime.now(UTC) + timedelta(days=30))

    async def published(self, owner: Person) -> str:
        """Make an event of somebody's that takes bookings."""
        return await _published(self.service, owner, datetime.now(UTC) + timedelta(days=30))

    async def booking(self, holder: Person) -> str:
        """Book seats at an event of nobody who acts."""
        return await self.booked(holder, await self.published(self.people["house"]))

    async def booked(self, holder: Person, event_id: str) -> str:
        """Book seats at an event for somebody."""
        return await _booked(self.service, holder, event_id)

    async def session(self, owner: Person) -> str | None:
        """Return the session that somebody used last, if there is any."""
        sessions = await self.service.app.accounts.queries.sessions(_organizer(owner))
        return sessions[0].id if sessions else None

    async def comment(self, author: Person) -> str:
        """Comment on somebody's event."""
        event_id = await self.published(self.stranger)
        command = WriteComment(actor=_organizer(author), event_id=event_id, content="Когда?")
        return (await self.service.app.engagement.write_comment(command)).id

    async def category(self) -> str:
        """Make a category."""
        name = f"Концерты {datetime.now(UTC).timestamp()}"
        command = CreateCategory(actor=SYSTEM, name=name)
        return (await self.service.app.ticketing.create_category(command)).id


async def a_scene(service: Service, clock: SetClock) -> Scene:
    """Set the scene; some events were held days ago, by the clock of the service."""
    now = clock.time
    clock.time = now - timedelta(days=3)
    people = {
        name: await a_person(service, Role.ORGANIZER if name == "blocked" else Role(name))
        for name in ACTORS
        if name != "guest"
    }
    people["house"] = await a_person(service, Role.ORGANIZER)
    stranger = await a_person(service, Role.ORGANIZER)
    everybody = [*people.values(), stranger]
    end = now - timedelta(days=1)
    held = {person.id: await _published(service, person, end) for person in everybody}
    for person in everybody:
        held[f"unreviewed by {person.id}"] = await _published(service, people["house"], end)
    for event_id in held.values():
        for person in everybody:
            await _booked(service, person, event_id)
    clock.time = now
    reviews = {
        (author.id, owner.id): await _reviewed(service, author, held[owner.id])
        for author in everybody
        for owner in everybody
    }
    await service.app.accounts.change_access(
        ChangeAccess(actor=SYSTEM, account_id=people["blocked"].id, blocked=True)
    )
    return Scene(service=service, people=people, stranger=stranger, held=held, reviews=reviews)


def _organizer(person: Person) -> Actor:
    """Whoever has something now may have lost the role since."""
    return Actor(id=person.id, role=Role.ORGANIZER)


async def _draft(service: Service, owner: Person, time: datetime) -> str:
    details = Details(
        name="Концерт",
        event_time=time,
        venue=_VENUE,
        capacity=100,
        booking_deadline_hours=0,
    )
    command = CreateOwnEvent(actor=_organizer(owner), details=details)
    return (await service.app.ticketing.create(command)).id


async def _published(service: Service, owner: Person, time: datetime) -> str:
    event_id = await _draft(service, owner, time)
    command = PublishOwnEvent(actor=_organizer(owner), event_id=event_id)
    return (await service.app.ticketing.publish(command)).id


async def _booked(service: Service, holder: Person, event_id: str) -> str:
    command = Book(actor=_organizer(holder), event_id=event_id)
    return (await service.app.ticketing.book(command)).id


async def _reviewed(service: Service, author: Person, event_id: str) -> str:
    command = WriteReview(actor=_organizer(author), event_id=event_id, rating=4)
    return (await service.app.engagement.write_review(command)).id
