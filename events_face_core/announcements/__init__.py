"""Announcements: what other systems are told of us, at least once and in order."""

from events_face_core.announcements.events import AnnouncementWritten
from events_face_core.announcements.model import Announcement
from events_face_core.announcements.ports import Announcer
from events_face_core.announcements.usecases.send_announcement import SendAnnouncementHandler

__all__ = ["Announcement", "AnnouncementWritten", "Announcer", "SendAnnouncementHandler"]
