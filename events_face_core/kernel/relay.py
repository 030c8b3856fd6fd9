"""The relay: takes due work out of the outbox and gives it to its handlers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from attrs import field, frozen

from events_face_core.kernel.backoff import Backoff, Chance
from events_face_core.kernel.clock import Clock
from events_face_core.kernel.errors import DependencyUnavailableError, EventsFaceError
from events_face_core.kernel.outbox import Delivery, DeliveryHandler, UndeliverableError
from events_face_core.kernel.tracing import NO_TRACES, Traces
from events_face_core.kernel.transactions import Transaction, UnitOfWork

log = logging.getLogger(__name__)

_LONGEST_ERROR = 500


class Gate(Protocol):
    """Says how many calls the service behind the handlers can take now."""

    def allowance(self) -> int:
        """Return how many calls may start: 0 while the circuit is open, 1 for its probe."""
        ...


@frozen(kw_only=True)
class Relay:
    """Delivers the messages of one outside service, a bounded number at a time.

    Work is claimed under a lease: if the process dies, another claims it when the lease ends.

    Attributes:
        handlers: what to do with each message, by its name.
        concurrency: the most deliveries under way at once.
        lease: how long a claim holds; longer than a handler can take.
        traces: each delivery is a step of the story that its message was published in.
    """

    unit_of_work: UnitOfWork[Transaction]
    clock: Clock
    chance: Chance
    gate: Gate
    handlers: Mapping[str, DeliveryHandler]
    concurrency: int = 8
    lease: timedelta = timedelta(seconds=20)
    backoff: Backoff = field(factory=Backoff)
    traces: Traces = NO_TRACES

    async def run_once(self) -> int:
        """Deliver what is due, one batch; return how many rows were claimed."""
        deliveries = await self.claim(self.concurrency)
        ended = await asyncio.gather(*map(self.deliver, deliveries), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error
        return len(deliveries)

    async def claim(self, most: int) -> Sequence[Delivery]:
        """Claim up to ``most`` due rows, as far as the gate lets calls through."""
        limit = min(most, self.gate.allowance())
        if limit <= 0:
            return ()
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            return await tx.outbox.claim(
                tuple(self.handlers), limit=limit, now=now, until=now + self.lease
            )

    async def deliver(self, delivery: Delivery) -> None:
        """Do the work of one claimed row, and see to the row when the work fails."""
        try:
            with self.traces.step(f"deliver {delivery.message.name}", delivery.trace):
                await self.handlers[delivery.message.name](delivery)
        except UndeliverableError as error:
            log.warning("dead letter %s (%s): %s", delivery.id, delivery.message.name, error)
            await self._bury(delivery, error)
        except DependencyUnavailableError as error:
            log.info("delivery %s (%s) waits: %s", delivery.id, delivery.message.name, error)
            await self._retry(delivery, error, error.retry_after)
        except EventsFaceError as error:
            log.warning("delivery %s (%s) failed: %s", delivery.id, delivery.message.name, error)
            await self._retry(delivery, error)
        except Exception as error:
            # One message that trips over a bug must not stop the others.
            log.exception("delivery %s (%s) failed", delivery.id, delivery.message.name)
            await self._retry(delivery, error)

    async def _bury(self, delivery: Delivery, error: Exception) -> None:
        async with self.unit_of_work() as tx:
            await tx.outbox.bury(delivery.id, now=self.clock.now(), error=_in_short(error))

    async def _retry(
        self, delivery: Delivery, error: Exception, retry_after: timedelta | None = None
    ) -> None:
        wait = self.backoff.wait(delivery.attempts, self.chance.fraction())
        not_before = self.clock.now() + max(wait, retry_after or timedelta(0))
        async with self.unit_of_work() as tx:
            await tx.outbox.retry(delivery.id, not_before=not_before, error=_in_short(error))


def _in_short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_LONGEST_ERROR]
