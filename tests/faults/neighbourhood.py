"""Kafka, the mail server, the audit service and Redis: alive, or all dead at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from attrs import frozen

from support.audit import audit_process
from support.kafka import Broker, new_topic, unique
from support.kafka_proxy import KafkaProxy, kafka_proxy
from support.mail_server import MailServer, running_mail_server
from support.processes import ServiceProcess, free_port
from support.redis_server import OwnRedis, own_redis
from support.waiting import until

_UP_SECONDS = 60.0


@frozen(kw_only=True)
class Neighbourhood:
    """What booking can do without.

    Attributes:
        kafka: the way to the broker, which others need alive.
        topic: what our own events are told on.
        settings: how our processes reach them all.
    """

    kafka: KafkaProxy
    broker: Broker
    topic: str
    mail: MailServer
    audit: ServiceProcess
    audit_port: int
    redis: OwnRedis
    settings: Mapping[str, str]

    async def die(self) -> None:
        """End all four, with every connection; nobody listens at their ports any more."""
        await asyncio.gather(
            self.kafka.cut(),
            self.mail.stop(),
            self.audit.kill(),
            asyncio.to_thread(self.redis.stop),
        )

    async def come_back(self) -> None:
        """Start all four, and return when all listen; Redis has forgotten everything."""
        await asyncio.gather(
            self.kafka.restore(),
            self.mail.start(),
            self.start_audit(),
            asyncio.to_thread(self.redis.start),
        )

    async def start_audit(self) -> None:
        """Start the audit service, and return when it listens."""
        await self.audit.start()
        await until(self._audit_listens, seconds=_UP_SECONDS)

    async def _audit_listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.audit_port)
        except OSError:
            return False
        writer.close()
        return True


@asynccontextmanager
async def neighbourhood(
    directory: Path, broker: Broker, *, alive: bool = True
) -> AsyncIterator[Neighbourhood]:
    """Give all four, alive or dead; none outlives the block."""
    port = free_port()
    audit = audit_process(directory, port)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(audit.kill)
        kafka = await stack.enter_async_context(kafka_proxy(broker.address))
        mail = await stack.enter_async_context(running_mail_server())
        redis = stack.enter_context(own_redis())
        topic = await new_topic(broker, "announcements")
        around = Neighbourhood(
            kafka=kafka,
            broker=broker,
            topic=topic,
            mail=mail,
            audit=audit,
            audit_port=port,
            redis=redis,
            settings={
                "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
                "KAFKA_EVENTS_TOPIC": topic,
                "KAFKA_GROUP": unique("group"),
                "KAFKA_TIMEOUT": "2s",
                # With the timeout that it has: of a mail whose reply was given up, one more comes.
                "SMTP_URL": mail.url,
                "AUDIT_ADDRESS": f"127.0.0.1:{port}",
                "REDIS_URL": redis.url,
                "BREAKER_RECOVERY": "1s",
            },
        )
        if alive:
            await around.start_audit()
        else:
            await around.die()
        yield around
