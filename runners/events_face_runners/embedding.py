"""The face for those who embed events-face in a program of their own.

``async with open_events_face(Settings(...)) as app`` opens it; ``app`` has everything that can
be done. Give a source, gateway or notifier of your own to replace the HTTP ones.
"""

from events_face_runners.background import run_background
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings

__all__ = ["EventsFace", "Settings", "open_events_face", "run_background"]
