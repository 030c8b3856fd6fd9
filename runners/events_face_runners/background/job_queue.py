"""Our queue of jobs in Redis, as ARQ knows it. Importing it takes the extra ``redis``."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import cycle

import msgspec
from arq.connections import ArqRedis
from attrs import field, frozen
from redis.asyncio import ConnectionPool
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from events_face_runners.background.chores import DoneElsewhereError
from events_face_runners.background.queue_client import QueueClient
from events_face_runners.event_loop import end

PATIENCE = timedelta(seconds=1)
"""How long Redis may take to answer: jobs can wait longer than readers of the cache."""

DELIVER = "deliver"

# Each kick takes the next of a few job ids, so that however many come while no worker runs, no
# more than these few jobs wait. With only one, a kick would be refused while its job runs.
_KICKS = 8
_KICK_EXPIRES = timedelta(seconds=30)
_OPENING_SECONDS = 0.05

# JSON, not ARQ's pickle: nobody who can write to Redis shall have our workers run code.
encode = msgspec.json.Encoder(enc_hook=str).encode
decode = msgspec.json.Decoder(dict).decode


@frozen(kw_only=True)
class JobQueue:
    """The queue of one database: several may share a Redis, and ARQ's job ids are global there.

    Attributes:
        lease_seconds: for how long a process that was killed still keeps others from its task.
    """

    redis: ArqRedis
    prefix: str
    lease_seconds: float = 5.0
    _kicks: Iterator[int] = field(factory=lambda: cycle(range(_KICKS)), init=False)

    @property
    def name(self) -> str:
        """The name of the queue."""
        return f"{self.prefix}:queue"

    @property
    def health_key(self) -> str:
        """The key under which workers write down that they live."""
        return f"{self.prefix}:health"

    def job(self, name: str) -> str:
        """Return the name of a job as Redis knows it."""
        return f"{self.prefix}:{name}"

    async def kick(self) -> None:
        """Have some worker look at the outbox, soon; nothing is lost if none ever does."""
        job = self.job(DELIVER)
        await self.redis.enqueue_job(
            job, _job_id=f"{job}:{next(self._kicks)}", _expires=_KICK_EXPIRES
        )

    async def probe(self) -> None:
        """Raise unless Redis answers, and takes what is written."""
        await self.redis.set(f"{self.prefix}:probe", b"", px=PATIENCE)

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Do the block while no other process does one of this name.

        Where Redis fails, the block goes on: two at once do no harm.

        Raises:
            DoneElsewhereError: another process is at it.
        """
        lock = self.redis.lock(
            f"{self.job(name)}:alone", timeout=self.lease_seconds, thread_local=False
        )
        if not await _acquired(lock):
            raise DoneElsewhereError(name)
        renewing = asyncio.create_task(_keep(lock, self.lease_seconds / 4))
        try:
            yield
        finally:
            # Not left behind: it would open a connection anew that nobody closes.
            await end(renewing)
            with suppress(Exception):
                await lock.release()


async def _acquired(lock: Lock) -> bool:
    try:
        return bool(await lock.acquire(blocking=False))
    except Exception:  # noqa: BLE001  # redis-py does not say all that it may raise
        return True


async def _keep(lock: Lock, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await lock.reacquire()
        except LockError:
            return  # Redis forgot it
        except Exception:  # noqa: BLE001, S112  # it may be back before the lease ends
            continue


@asynccontextmanager
async def open_queue(url: str, identity: str) -> AsyncIterator[JobQueue]:
    """Open the queue of the database with this identity; Redis is called only when it is used."""
    seconds = PATIENCE.total_seconds()
    pool = ConnectionPool.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds)
    prefix = f"events-face:{identity}"
    redis = QueueClient(
        pool,
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=f"{prefix}:queue",
    )
    try:
        yield JobQueue(redis=redis, prefix=prefix)
    finally:
        await redis.aclose(close_connection_pool=True)
        # One that was just being opened is in the pool only now.
        await asyncio.sleep(_OPENING_SECONDS)
        await pool.disconnect()
