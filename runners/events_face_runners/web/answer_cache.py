"""The caches of ready answers and of own events that the settings ask for."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiohttp import web
from attrs import frozen

from events_face_adapters.cache import (
    Cache,
    Form,
    GuardedSharedCache,
    LayeredCache,
    MemoryCache,
)
from events_face_adapters.resilience import CircuitState
from events_face_adapters.system import SystemChance
from events_face_core.ticketing import ShownOwnEvent
from events_face_runners.web.ready_answers import ReadyAnswer, cache_control
from events_face_runners.web.ticketing import WrittenOwnEvents, own_event_weight
from events_face_runners.web.written_answers import WrittenAnswers
from events_face_runners.wiring.app import EventsFace
from events_face_runners.wiring.guards import make_guard
from events_face_runners.wiring.settings import Settings

_BYTES = 32 * 1024 * 1024
_BYTES_OF_OWN_EVENTS = 8 * 1024 * 1024

Value = TypeVar("Value")


async def _nothing(_: web.Application) -> None:
    """Close nothing."""


@frozen(kw_only=True)
class Caches:
    """The caches, and what their owner must know of them.

    Attributes:
        circuits: tells the circuit of each service that they ask.
        close: ends them; the application is not looked at.
    """

    answers: Cache[ReadyAnswer]
    own_events: Cache[ShownOwnEvent]
    circuits: Callable[[], Mapping[str, CircuitState]] = dict
    close: Callable[[web.Application], Awaitable[None]] = _nothing


def make_caches(app: EventsFace) -> Caches:
    """Return empty caches: in this process, and before Redis where that is configured.

    Redis is not called before an answer is wanted, and need not be there.
    """
    answers = _in_process(app.settings, _BYTES, ReadyAnswer.weight)
    own_events = _in_process(app.settings, _BYTES_OF_OWN_EVENTS, own_event_weight)
    if not app.settings.redis_url:
        return Caches(answers=answers, own_events=own_events)
    return _before_redis(answers, own_events, app)


def _in_process(
    settings: Settings, capacity: int, size: Callable[[Value], int]
) -> MemoryCache[Value]:
    return MemoryCache(
        ttl=settings.listing_cache_ttl.total_seconds(),
        capacity=capacity,
        size=size,
        chance=SystemChance().fraction,
    )


def _before_redis(
    answers: MemoryCache[ReadyAnswer], own_events: MemoryCache[ShownOwnEvent], app: EventsFace
) -> Caches:
    # Its client is an extra: who has no Redis does without it.
    from events_face_adapters.cache.redis_cache import CALLS, RedisCache  # noqa: PLC0415

    redis = RedisCache(app.settings.redis_url)
    guard = make_guard(
        "redis",
        settings=app.settings,
        metrics=app.metrics,
        timeout=app.settings.redis_timeout,
        concurrency=CALLS,
    )
    shared = GuardedSharedCache(redis, guard)

    def layered(memory: MemoryCache[Value], form: Form[Value]) -> LayeredCache[Value]:
        return LayeredCache(memory, shared, form, observe=app.metrics.shared_cache)

    identity = app.storage.identity
    outer_answers = layered(answers, WrittenAnswers(identity, cache_control(answers.ttl)))
    outer_own_events = layered(own_events, WrittenOwnEvents(identity))

    async def close(_: web.Application) -> None:
        await outer_answers.close()
        await outer_own_events.close()
        await redis.close()

    return Caches(
        answers=outer_answers,
        own_events=outer_own_events,
        circuits=lambda: {guard.name: guard.breaker.state_name},
        close=close,
    )
