"""Attempts: who tries which operation on whose thing, as a request over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from attrs import frozen

from events_face_runners.web.routes import Route
from support.making import a_visitor
from support.people import PASSWORD, Person, signed_in
from support.scene import Scene
from support.service import Answer, Service

_OTHER_PASSWORD = "another very long passphrase"
_numbers = count(1)


@frozen(kw_only=True)
class Prepared:
    """A request that can be sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: object

    async def sent_to(self, service: Service) -> Answer:
        return await service.call(self.method, self.path, headers=self.headers, json=self.body)


@frozen(kw_only=True)
class Attempt:
    """Somebody tries an operation.

    Attributes:
        actor: one of ``ACTORS``.
        own: whether it is about what is the actor's own.
        case: which case of the operation, where there are several.
    """

    scene: Scene
    route: Route
    actor: str
    own: bool
    case: str = ""

    @property
    def person(self) -> Person:
        return self.scene.actor(self.actor)

    @property
    def owner(self) -> Person:
        return self.person if self.own else self.scene.stranger

    async def answer(self) -> Answer:
        """Try it."""
        return await (await self.prepared()).sent_to(self.scene.service)

    async def prepared(self) -> Prepared:
        """Make what it is about, and return the request."""
        name = self.route.operation_id
        actor = await self.scene.fresh(self.actor) if name in _USES_UP else self.person
        target = await _TARGETS.get(name, _nothing)(self, actor)
        body = _BODIES[name](target) if name in _BODIES else None
        headers = {} if self.actor == "guest" else dict(actor.headers)
        if name == "changeEvent":
            headers["If-Match"] = "*"
        parts = self.route.path.split("/")
        path = "/".join(target if part.startswith("{") else part for part in parts)
        return Prepared(method=self.route.method, path=path, headers=headers, body=body)


Target = Callable[[Attempt, Person], Awaitable[str]]


async def _nothing(attempt: Attempt, actor: Person) -> str:
    return ""


async def _draft(attempt: Attempt, actor: Person) -> str:
    return await attempt.scene.draft(attempt.owner)


async def _published(attempt: Attempt, actor: Person) -> str:
    return await attempt.scene.published(attempt.owner)


async def _shown_event(attempt: Attempt, actor: Person) -> str:
    return await (_draft if attempt.case == "draft" else _published)(attempt, actor)


async def _booking(attempt: Attempt, actor: Person) -> str:
    if attempt.case == "at one's own event":
        event_id = await attempt.scene.published(attempt.person)
        return await attempt.scene.booked(attempt.scene.people["house"], event_id)
    return await attempt.scene.booking(attempt.owner)


async def _registration(attempt: Attempt, actor: Person) -> str:
    event_id = await attempt.scene.published(attempt.owner)
    answer = await attempt.scene.service.register(event_id, a_visitor(next(_numbers)))
    return str(answer.json()["id"])


async def _comment(attempt: Attempt, actor: Person) -> str:
    return await attempt.scene.comment(attempt.owner)


async def _review(attempt: Attempt, actor: Person) -> str:
    """Own: written by the actor; of a reply, on the actor's own event."""
    person, stranger = attempt.person, attempt.scene.stranger
    by_actor = attempt.scene.reviews[person.id, stranger.id]
    on_actors_event = attempt.scene.reviews[stranger.id, person.id]
    mine = on_actors_event if attempt.route.operation_id == "replyToReview" else by_actor
    theirs = by_actor if mine is on_actors_event else on_actors_event
    return mine if attempt.own else theirs


async def _reviewable(attempt: Attempt, actor: Person) -> str:
    if attempt.own:
        return attempt.scene.held[f"unreviewed by {actor.id}"]
    return await attempt.scene.published(attempt.scene.stranger)


async def _session(attempt: Attempt, actor: Person) -> str:
    owner = actor if attempt.own else attempt.scene.stranger
    service = attempt.scene.service
    if attempt.actor != "blocked" or not attempt.own:
        await signed_in(service, owner.id, owner.email, owner.role)
    return (await attempt.scene.session(owner)) or "none"


async def _account(attempt: Attempt, actor: Person) -> str:
    return attempt.owner.id


async def _category(attempt: Attempt, actor: Person) -> str:
    return await attempt.scene.category()


async def _email(attempt: Attempt, actor: Person) -> str:
    return actor.email


async def _refresh_token(attempt: Attempt, actor: Person) -> str:
    return actor.refresh_token


def _new_event(target: str) -> dict[str, Any]:
    time = datetime.now(UTC) + timedelta(days=30)
    place = {"name": "Крыша"}
    return {"name": "Концерт", "event_time": time.isoformat(), "place": place, "capacity": 2}


_TARGETS: Mapping[str, Target] = {
    "showEvent": _shown_event,
    "register": _published,
    "showRegistration": _registration,
    "cancelRegistration": _registration,
    "login": _email,
    "refresh": _refresh_token,
    "logout": _refresh_token,
    "requestPasswordReset": _email,
    "endSession": _session,
    "changeUser": _account,
    "changeEvent": _draft,
    "publishEvent": _draft,
    "cancelEvent": _published,
    "deleteEvent": _draft,
    "book": _published,
    "showBooking": _booking,
    "cancelBooking": _booking,
    "showTicket": _booking,
    "changeCategory": _category,
    "addFavorite": _published,
    "removeFavorite": _published,
    "writeReview": _reviewable,
    "showReview": _review,
    "changeReview": _review,
    "replyToReview": _review,
    "findReviewHelpful": _review,
    "moderateReview": _review,
    "listComments": _published,
    "writeComment": _published,
    "deleteComment": _comment,
}

_BODIES: Mapping[str, Callable[[str], object]] = {
    "register": lambda _: a_visitor(next(_numbers)),
    "registerAccount": lambda _: {
        "email": f"new-{next(_numbers)}@example.com",
        "password": PASSWORD,
    },
    "login": lambda email: {"email": email, "password": PASSWORD},
    "refresh": lambda token: {"refresh_token": token},
    "logout": lambda token: {"refresh_token": token},
    "requestPasswordReset": lambda email: {"email": email},
    "confirmPasswordReset": lambda _: {"token": "made-up", "password": _OTHER_PASSWORD},
    "changeMe": lambda _: {"language": "en"},
    "changePassword": lambda _: {"current_password": PASSWORD, "new_password": _OTHER_PASSWORD},
    "changeUser": lambda _: {"blocked": False},
    "createEvent": _new_event,
    "changeEvent": lambda _: {"name": "Концерты"},
    "cancelEvent": lambda _: {"reason": "Дождь."},
    "book": lambda event_id: {"event_id": event_id},
    "createCategory": lambda _: {"name": f"Новая {next(_numbers)}"},
    "changeCategory": lambda _: {"name": f"Другая {next(_numbers)}"},
    "addFavorite": lambda event_id: {"event_id": event_id},
    "writeReview": lambda event_id: {"event_id": event_id, "rating": 5},
    "changeReview": lambda _: {"rating": 3},
    "replyToReview": lambda _: {"content": "Спасибо!"},
    "moderateReview": lambda _: {"status": "active"},
    "writeComment": lambda _: {"content": "Где это?"},
}

_USES_UP = {"refresh", "logout", "logoutEverywhere", "deleteMe", "changePassword", "endSession"}
"""After these the actor is not signed in any more, or not as before."""
