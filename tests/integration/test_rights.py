"""Role by operation by ownership, over the real API with real accounts: nothing leaks.

``pytest -s tests/integration/test_rights.py`` prints the matrix. Who has the role of a user owns
events all the same here: they were an organiser when they made them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events_face_core.kernel import Role
from events_face_runners.simulator import Simulator
from events_face_runners.web.surface import ROUTES
from support.attempts import Attempt
from support.making import SetClock, quick_settings
from support.people import Person
from support.scene import ACTORS, Scene, a_scene
from support.service import running_service

ANYBODY = "200 200 200 200 200"
ACCEPTED = "202 202 202 202 202"
SIGNED_IN = "401 200 200 200 401"
DONE = "401 204 204 204 401"
MADE = "401 201 201 201 401"
ADMINS = "401 403 403 200 401"
ORGANISERS = "401 403 200 200 401 | 401 403 404 200 401"
HOLDERS = "401 200 200 200 401 | 401 404 404 200 401"
# Needs no access token, but takes none that is not good.
GUESTS_TOO = "200 200 200 200 401"

# Guest, user, organizer, admin, blocked organizer: about what is their own | somebody else's.
RIGHTS = {
    "listEvents": ANYBODY,
    "showEvent": ANYBODY,
    "showEvent: draft": "404 200 200 200 401 | 404 404 404 200 401",
    "register": ACCEPTED,
    "showRegistration": ANYBODY,
    "cancelRegistration": ACCEPTED,
    "registerAccount": "201 201 201 201 201",
    "login": GUESTS_TOO,
    "refresh": GUESTS_TOO,
    "logout": "204 204 204 204 204",
    "logoutEverywhere": DONE,
    "requestPasswordReset": ACCEPTED,
    "confirmPasswordReset": "422 422 422 422 422",
    "showKeys": ANYBODY,
    "showMe": SIGNED_IN,
    "changeMe": SIGNED_IN,
    "deleteMe": DONE,
    "changePassword": DONE,
    "listSessions": SIGNED_IN,
    "endSession": f"{DONE} | 401 404 404 404 401",
    "listUsers": ADMINS,
    "changeUser": ADMINS,
    "createEvent": "401 403 201 201 401",
    "changeEvent": ORGANISERS,
    "publishEvent": ORGANISERS,
    "cancelEvent": ORGANISERS,
    "deleteEvent": "401 403 204 204 401 | 401 403 404 204 401",
    "listOwnEvents": "401 403 200 200 401",
    "book": MADE,
    "listBookings": SIGNED_IN,
    "showBooking": HOLDERS,
    "showBooking: at one's own event": "401 404 200 200 401",
    "showTicket": HOLDERS,
    "cancelBooking": HOLDERS,
    "cancelBooking: at one's own event": "401 404 404 200 401",
    "listCategories": ANYBODY,
    "createCategory": "401 403 403 201 401",
    "changeCategory": ADMINS,
    "listFavorites": SIGNED_IN,
    "addFavorite": MADE,
    "removeFavorite": DONE,
    "listReviews": GUESTS_TOO,
    "writeReview": f"{MADE} | 401 409 409 409 401",
    "showReview": GUESTS_TOO,
    "changeReview": f"{SIGNED_IN} | 401 404 404 404 401",
    "replyToReview": "401 403 201 201 401 | 401 403 404 201 401",
    "findReviewHelpful": f"401 409 409 409 401 | {SIGNED_IN}",
    "moderateReview": ADMINS,
    "listComments": ANYBODY,
    "writeComment": MADE,
    "deleteComment": f"{DONE} | 401 404 404 204 401",
    "live": ANYBODY,
    "ready": ANYBODY,
    "metrics": ANYBODY,
}


@pytest.fixture
async def scene(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Scene]:
    clock = SetClock(datetime.now(UTC))
    settings = quick_settings(tmp_path, simulator, auth_access_ttl=timedelta(days=9))
    async with running_service(settings, clock=clock, background=False) as service:
        yield await a_scene(service, clock)


def operation_and_case(name: str) -> tuple[str, str]:
    operation, _, case = name.partition(": ")
    return operation, case


def halves(cells: str) -> tuple[list[str], list[str]]:
    """Return what becomes of it for one's own things, and for somebody else's."""
    own, bar, others = cells.partition("|")
    return own.split(), (others if bar else own).split()


def test_every_operation_has_its_row() -> None:
    assert {operation_and_case(name)[0] for name in RIGHTS} == {
        route.operation_id for route in ROUTES
    }


def test_the_rows_say_of_roles_what_the_document_says() -> None:
    documented = {route.operation_id: set(route.roles) for route in ROUTES if route.roles}
    allowed: dict[str, set[Role]] = {}
    for name, cells in RIGHTS.items():
        own, _ = halves(cells)
        if own[0] == "401":
            roles = zip(ACTORS[1:4], own[1:4], strict=True)
            allowed.setdefault(
                operation_and_case(name)[0], {Role(a) for a, status in roles if status != "403"}
            )

    assert allowed == documented


async def test_everybody_may_do_what_is_theirs_to_do_and_nothing_else(scene: Scene) -> None:
    matrix = {
        name: (await statuses(scene, name, own=True), await statuses(scene, name, own=False))
        for name in RIGHTS
    }
    print_matrix(matrix)

    assert matrix == {name: halves(cells) for name, cells in RIGHTS.items()}


async def statuses(scene: Scene, name: str, *, own: bool) -> list[str]:
    """Return what each actor is answered."""
    operation, case = operation_and_case(name)
    (route,) = (route for route in ROUTES if route.operation_id == operation)
    attempts = (
        Attempt(scene=scene, route=route, actor=actor, own=own, case=case) for actor in ACTORS
    )
    return [str((await attempt.answer()).status) for attempt in attempts]


def print_matrix(matrix: dict[str, tuple[list[str], list[str]]]) -> None:
    """Show it to whoever runs ``pytest -s``."""
    print(f"\n{'operation':36}{' '.join(f'{actor:>10}' for actor in ACTORS)}  (own/another's)")  # noqa: T201
    for name, (own, others) in matrix.items():
        cells = (f"{a}/{b}" for a, b in zip(own, others, strict=True))
        print(f"{name:36}{' '.join(f'{cell:>10}' for cell in cells)}")  # noqa: T201


@pytest.mark.parametrize(
    ("path", "seen_by"),
    [
        ("/api/organizer/events", {"admin"}),
        ("/api/bookings?event_id={event}", {"admin"}),
        ("/api/bookings", set()),
        ("/api/favorites", set()),
        ("/api/me/sessions", set()),
    ],
)
async def test_lists_hold_nothing_of_somebody_elses(
    scene: Scene, path: str, seen_by: set[str]
) -> None:
    stranger, event = scene.stranger, await scene.published(scene.stranger)
    await scene.service.call(
        "POST", "/api/favorites", json={"event_id": event}, headers=stranger.headers
    )
    session = await scene.session(stranger)
    ids = [event.encode(), (await scene.booked(stranger, event)).encode(), str(session).encode()]

    listed = {
        actor: await _listed(scene, scene.actor(actor), path.format(event=event))
        for actor in ("user", "organizer", "admin")
    }

    seen = {actor for actor, body in listed.items() if any(id_ in body for id_ in ids)}
    assert seen == seen_by
    own = await _listed(scene, stranger, path.format(event=event))
    assert any(id_ in own for id_ in ids)


async def _listed(scene: Scene, person: Person, path: str) -> bytes:
    return (await scene.service.call("GET", path, headers=person.headers)).body
