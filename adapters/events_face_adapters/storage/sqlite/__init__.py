"""Storage in one SQLite file, safe with several processes on it."""

from events_face_adapters.storage.sqlite.storage import SqliteStorage

__all__ = ["SqliteStorage"]
