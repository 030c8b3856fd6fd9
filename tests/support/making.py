"""Events, settings and clocks that tests start from."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from events_face_runners.simulator import (
    MOSCOW,
    SimulatedEvent,
    SimulatedPlace,
    Simulator,
    SimulatorOptions,
)
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY

TOKEN = "provider-secret"
NOTIFIER_TOKEN = "notifier-secret"
CHANGED = datetime(2026, 1, 4, 22, 28, 35, 325270, tzinfo=MOSCOW)
SOON = datetime.now(MOSCOW).replace(microsecond=0) + timedelta(days=30)
PLACE = SimulatedPlace(
    id=UUID(int=500),
    name="Конференц-зал Технопарк",
    city="Москва",
    address="ул. Ленина, д. 1",
    seats_pattern="A1-1000",
    changed_at=CHANGED,
    created_at=CHANGED,
)
VISITOR = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}


@attrs.define
class SetClock:
    """A clock that shows what it is set to."""

    time: datetime

    def now(self) -> datetime:
        return self.time


def event_id(number: int = 1) -> str:
    return str(UUID(int=number))


def an_event(number: int = 1, **changes: object) -> SimulatedEvent:
    """An event of the aggregator that takes registrations."""
    fields: dict[str, Any] = {
        "id": UUID(int=number),
        "name": f"Событие {number}",
        "place": PLACE,
        "event_time": SOON,
        "registration_deadline": SOON - timedelta(days=1),
        "changed_at": CHANGED,
    }
    return SimulatedEvent(**{**fields, **changes})


def calm(*events: SimulatedEvent, **choices: object) -> SimulatorOptions:
    """A simulator with these events, which nothing changes but the test."""
    fixed: dict[str, Any] = {
        "change_interval": 0,
        "world": events or (an_event(),),
        "token": TOKEN,
        "notifier_token": NOTIFIER_TOKEN,
    }
    return SimulatorOptions(**{**fixed, **choices})


def quick_settings(path: Path, simulator: Simulator, **changes: object) -> Settings:
    """Settings under which everything happens within a second."""
    fixed: dict[str, Any] = {
        "database_url": f"sqlite:///{path / 'events-face.db'}",
        "provider_url": simulator.url,
        "provider_token": TOKEN,
        "provider_dialect": simulator.options.dialect,
        "provider_timeout": timedelta(seconds=2),
        "notifier_url": simulator.url,
        "notifier_token": NOTIFIER_TOKEN,
        "notifier_dialect": simulator.options.notifier_dialect,
        "notifier_owner_id": event_id(900),
        "notifier_timeout": timedelta(seconds=2),
        "breaker_recovery": timedelta(seconds=0.5),
        "sync_interval": timedelta(seconds=0.2),
        "auth_signing_key": SIGNING_KEY,
        "auth_signups_per_hour": 0,
        "auth_logins_per_minute": 0,
    }
    return Settings(**{**fixed, **changes})


def a_visitor(number: int, **changes: object) -> dict[str, object]:
    """The body of a registration: each number is another person."""
    body = {"first_name": "Анна", "last_name": f"Ким {number}", "email": f"a{number}@example.com"}
    return {**body, **changes}


def utc(moment: datetime) -> str:
    """The moment as the service writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
