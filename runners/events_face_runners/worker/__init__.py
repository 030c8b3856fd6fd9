"""The background work: sync, delivery, deadlines, purge."""

from events_face_runners.worker.background import run_background
from events_face_runners.worker.server import FINISH_SECONDS, finish, stop_on_signals, work

__all__ = ["FINISH_SECONDS", "finish", "run_background", "stop_on_signals", "work"]
