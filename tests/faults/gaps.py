"""The gaps between two durable steps, found and named by watching storage and ports.

A gap stands before and after each commit that wrote something, before and after each call of a
port, and before each step of a migration, which is after the one before it. Its name tells who
was at it, and what the transaction did to messages:

    SendRegistrationHandler._begin: before commit
    Relay.claim [claim registration.accepted]: after commit
    gateway.register: after call
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, Self, TypeVar

import attrs

from events_face_adapters.storage.migration_steps import MigrationStep

T = TypeVar("T")


@attrs.define
class Gaps:
    """Notes every gap in a log as it is reached, and ends the process in the chosen one.

    Attributes:
        log: where the names go, one on a line.
        end_at: the name of the gap to end in, ``#``, and which time it is reached; or nothing.
            ``*#7`` is the seventh gap of all.
        how: the signal to end with: SIGKILL, or SIGSTOP to stay there.
    """

    log: Path
    end_at: str = ""
    how: signal.Signals = signal.SIGKILL
    _reached: Counter[str] = attrs.field(factory=Counter, init=False)
    _delivering: dict[str, str] = attrs.field(factory=dict, init=False)

    def reach(self, name: str) -> None:
        """Be in a gap."""
        self._reached[name] += 1
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{name}\n")
        here = f"{name}#{self._reached[name]}", f"*#{self._reached.total()}"
        if self.end_at in here:
            os.kill(os.getpid(), self.how)

    def around_call(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the call with its gaps."""

        async def call_with_gaps(*args: object, **named: object) -> object:
            self.reach(f"{name}: before call")
            answer = await call(*args, **named)
            self.reach(f"{name}: after call")
            return answer

        return call_with_gaps

    def between_steps(self, steps: Sequence[MigrationStep]) -> Sequence[MigrationStep]:
        """Return migration steps with gaps around them, where they are taken in turn."""
        return _StepsWithGaps(steps, self)

    def note(self, method: str, delivery: object, result: object) -> Iterator[str]:
        """Tell what was done to which message, by the outbox's method and what it got and gave."""
        if method == "claim" and isinstance(result, Iterable):
            for claimed in result:
                self._delivering[claimed.id] = claimed.message.name
                yield f"claim {claimed.message.name}"
        elif delivery in self._delivering:
            yield f"{method} {self._delivering[str(delivery)]}"


class PortWithGaps:
    """A port with a gap before and after each call."""

    def __init__(self, name: str, port: object, gaps: Gaps) -> None:
        self._name, self._port, self._gaps = name, port, gaps

    def __getattr__(self, attribute: str) -> object:
        value = getattr(self._port, attribute)
        if not iscoroutinefunction(value):
            return value
        return self._gaps.around_call(f"{self._name}.{attribute}", value)


class StorageWithGaps:
    """A storage with a gap before and after it is opened, and around each commit."""

    def __init__(self, storage: Any, gaps: Gaps) -> None:  # noqa: ANN401  # whichever it is
        self._storage, self._gaps = storage, gaps

    def __getattr__(self, attribute: str) -> object:
        return getattr(self._storage, attribute)

    async def __aenter__(self) -> Self:
        self._gaps.reach("migrate: before opening")
        await self._storage.__aenter__()
        self._gaps.reach("migrate: after commit")
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._storage.__aexit__(*error)

    def __call__(self) -> AbstractAsyncContextManager["TransactionWithGaps"]:
        caller = sys._getframe(1).f_code.co_qualname.removesuffix(".__call__")
        return self._transaction(caller)

    @asynccontextmanager
    async def _transaction(self, caller: str) -> AsyncIterator["TransactionWithGaps"]:
        names: list[str] = []
        async with self._storage() as inner:
            transaction = TransactionWithGaps(inner, self._gaps)
            yield transaction
            names = transaction.names(caller)
            for name in names:
                self._gaps.reach(f"{name}: before commit")
        for name in names:
            self._gaps.reach(f"{name}: after commit")


class TransactionWithGaps:
    """A transaction that takes note of what is done in it."""

    def __init__(self, transaction: Any, gaps: Gaps) -> None:  # noqa: ANN401  # of either database
        self._transaction, self._gaps = transaction, gaps
        self._session = transaction.session = _WatchedSession(transaction.session)
        self._deeds: list[str] = []

    def __getattr__(self, attribute: str) -> object:
        return getattr(self._transaction, attribute)

    @property
    def outbox(self) -> "_WatchedOutbox":
        return _WatchedOutbox(self._transaction.outbox, self._gaps, self._deeds)

    def names(self, caller: str) -> list[str]:
        """Name what is about to be committed; what wrote nothing has no name."""
        if not self._session.wrote:
            return []
        claims = [deed for deed in dict.fromkeys(self._deeds) if deed.startswith("claim ")]
        if claims:
            return [f"{caller} [{claim}]" for claim in claims]
        published = [f"publish {message.name}" for message in self._transaction.published]
        deeds = dict.fromkeys([*published, *self._deeds])
        return [f"{caller} [{', '.join(deeds)}]" if deeds else caller]


class _WatchedOutbox:
    def __init__(self, outbox: object, gaps: Gaps, deeds: list[str]) -> None:
        self._outbox, self._gaps, self._deeds = outbox, gaps, deeds

    def __getattr__(self, method: str) -> Callable[..., Any]:
        act = getattr(self._outbox, method)

        async def noted(*args: object, **named: object) -> object:
            result = await act(*args, **named)
            self._deeds += self._gaps.note(method, args[0] if args else None, result)
            return result

        return noted


class _WatchedSession:
    """A session that remembers whether anything was written."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401  # of either database
        self._session = session
        self.wrote = False

    def __getattr__(self, attribute: str) -> object:
        return getattr(self._session, attribute)

    async def fetch(self, statement: str, *values: object) -> Sequence[Any]:
        rows: Sequence[Any] = await self._session.fetch(statement, *values)
        reads = statement.lstrip().startswith("SELECT")
        nothing_changed = "RETURNING" in statement and not rows
        self.wrote = self.wrote or not (reads or nothing_changed)
        return rows


class _StepsWithGaps(list[MigrationStep]):
    """The steps; the first who takes them in turn goes through the gaps."""

    def __init__(self, steps: Iterable[MigrationStep], gaps: Gaps) -> None:
        super().__init__(steps)
        self._gaps: Gaps | None = gaps

    def __iter__(self) -> Iterator[MigrationStep]:
        gaps, self._gaps = self._gaps, None
        for step in super().__iter__():
            if gaps is not None:
                gaps.reach(f"migrate: before {step.name}")
            yield step
        if gaps is not None:
            gaps.reach("migrate: before commit")
