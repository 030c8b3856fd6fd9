"""Storage in PostgreSQL (14 or later), for any number of processes."""

from events_face_adapters.storage.postgres.limits import PostgresLimits
from events_face_adapters.storage.postgres.storage import PostgresStorage

__all__ = ["PostgresLimits", "PostgresStorage"]
