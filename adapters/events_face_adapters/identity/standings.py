"""How accounts stand, remembered for a second."""

from collections.abc import Awaitable, Callable, Sequence

from cachetools import TTLCache

from events_face_core.accounts import STANDING_CHANGES, AccountReads, Standing
from events_face_core.kernel import Message

_SECONDS = 1.0
_MOST = 10_000

_Key = tuple[str, ...]


class CachedStandings:
    """The core's ``Standings``.

    What another process changes is seen after a second, what this one changes at once.

    Args:
        reads: who knows.
        ttl: for how many seconds an answer is kept.
    """

    def __init__(self, reads: AccountReads, *, ttl: float = _SECONDS) -> None:
        self._reads = reads
        self._kept: TTLCache[_Key, Standing] = TTLCache(_MOST, ttl)
        self._changes = 0

    async def of_session(self, session_id: str) -> Standing | None:
        """Return how the account of a session stands."""
        read = self._reads.standing_of_session
        return await self._answer((session_id,), lambda: read(session_id))

    async def of_identity(self, issuer: str, subject: str) -> Standing | None:
        """Return how an account stands for which another issuer vouches."""
        read = self._reads.standing_of_identity
        return await self._answer((issuer, subject), lambda: read(issuer, subject))

    def committed(self, messages: Sequence[Message]) -> None:
        """Hear of a commit of this process."""
        if any(isinstance(message, STANDING_CHANGES) for message in messages):
            self._changes += 1
            self._kept.clear()

    async def _answer(
        self, key: _Key, read: Callable[[], Awaitable[Standing | None]]
    ) -> Standing | None:
        if (kept := self._kept.get(key)) is not None:
            return kept
        changes = self._changes
        standing = await read()
        # What was read before a change must not be remembered after it.
        if standing is not None and changes == self._changes:
            self._kept[key] = standing
        return standing
