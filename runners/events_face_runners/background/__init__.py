"""The background work: sync, delivery, deadlines, purge; whichever process does it."""

from events_face_runners.background.background import Background, run_background
from events_face_runners.background.kicking import kicking

__all__ = ["Background", "kicking", "run_background"]
