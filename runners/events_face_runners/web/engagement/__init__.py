"""Favorites, reviews and comments over HTTP."""

from events_face_runners.web.engagement.api import engagement_handlers
from events_face_runners.web.engagement.routes import ENGAGEMENT_ROUTES

__all__ = ["ENGAGEMENT_ROUTES", "engagement_handlers"]
