"""The cache of own events: by id, what visitors may see of them."""

from events_face_adapters.cache import Cache
from events_face_core.ticketing import OwnEventNotFoundError, ShownOwnEvent, TicketingQueries

_WEIGHT = 2000


def own_event_weight(shown: ShownOwnEvent) -> int:
    """Return about how many bytes of memory an event takes."""
    return _WEIGHT + 2 * len(shown.event.details.description or "")


class OwnEventCache:
    """Own events as they were read, until the catalogue's version moves.

    Each change of a published event moves it. What changes with every booking is not kept.
    """

    def __init__(self, cache: Cache[ShownOwnEvent], queries: TicketingQueries) -> None:
        self._cache = cache
        self._queries = queries

    def knows(self, event_id: str) -> bool:
        """Tell whether an event of our own with this id was read of late."""
        return self._cache.get(event_id) is not None

    async def find(self, event_id: str) -> ShownOwnEvent | None:
        """Return an event that everybody may see, if there is one."""
        try:
            return await self._cache.get_or_load(
                event_id, lambda: self._queries.public_event(event_id)
            )
        except OwnEventNotFoundError:
            return None
