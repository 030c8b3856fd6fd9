"""The background work: sync, delivery, deadlines, purge."""

from events_face_runners.worker.background import Background, run_background
from events_face_runners.worker.kicking import kicking
from events_face_runners.worker.server import FINISH_SECONDS, finish, stop_on_signals, work

__all__ = [
    "FINISH_SECONDS",
    "Background",
    "finish",
    "kicking",
    "run_background",
    "stop_on_signals",
    "work",
]
