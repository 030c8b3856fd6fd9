"""The cache of ready answers that the settings ask for."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from attrs import frozen

from events_face_adapters.cache import Cache, GuardedSharedCache, LayeredCache, MemoryCache
from events_face_adapters.resilience import CircuitState
from events_face_adapters.system import SystemChance
from events_face_runners.web.ready_answers import ReadyAnswer, cache_control
from events_face_runners.web.written_answers import WrittenAnswers
from events_face_runners.wiring.app import EventsFace
from events_face_runners.wiring.guards import make_guard
from events_face_runners.wiring.settings import Settings

_BYTES = 32 * 1024 * 1024


async def _nothing(_: web.Application) -> None:
    """Close nothing."""


@frozen(kw_only=True)
class AnswerCache:
    """The cache, and what its owner must know of it.

    Attributes:
        circuits: tells the circuit of each service that it asks.
        close: ends it; the application is not looked at.
    """

    cache: Cache[ReadyAnswer]
    circuits: Callable[[], Mapping[str, CircuitState]] = dict
    close: Callable[[web.Application], Awaitable[None]] = _nothing


def make_answer_cache(app: EventsFace) -> AnswerCache:
    """Return an empty cache: in this process, and before Redis where that is configured.

    Redis is not called before an answer is wanted, and need not be there.
    """
    memory = _in_process(app.settings)
    return _before_redis(memory, app) if app.settings.redis_url else AnswerCache(cache=memory)


def _in_process(settings: Settings) -> MemoryCache[ReadyAnswer]:
    return MemoryCache(
        ttl=settings.listing_cache_ttl.total_seconds(),
        capacity=_BYTES,
        size=ReadyAnswer.weight,
        chance=SystemChance().fraction,
    )


def _before_redis(memory: MemoryCache[ReadyAnswer], app: EventsFace) -> AnswerCache:
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
    cache = LayeredCache(
        memory,
        GuardedSharedCache(redis, guard),
        WrittenAnswers(app.storage.identity, cache_control(memory.ttl)),
        observe=app.metrics.shared_cache,
    )

    async def close(_: web.Application) -> None:
        await cache.close()
        await redis.close()

    return AnswerCache(
        cache=cache, circuits=lambda: {guard.name: guard.breaker.state_name}, close=close
    )
