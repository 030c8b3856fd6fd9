"""The web service."""

from events_face_runners.web.app import create_web_app

__all__ = ["create_web_app"]
