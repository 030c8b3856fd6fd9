"""The worker process: the background work without the web."""

from events_face_runners.worker.server import work

__all__ = ["work"]
