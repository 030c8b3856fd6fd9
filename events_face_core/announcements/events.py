"""The work that announcements leave for later."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Message


@frozen(kw_only=True)
class AnnouncementWritten(Message):
    """Other systems are to be told that something happened: deliver it.

    Attributes:
        type: what happened, such as ``registration.confirmed``.
        subject: the id of what it happened to.
        occurred_at: when, in ISO 8601 with an offset.
        data: what else there is to say: a JSON object.
    """

    name: ClassVar[str] = "announcement.written"

    type: str
    subject: str
    occurred_at: str
    data: str

    @property
    def key(self) -> str:
        """The subject: who hears of a cancellation has heard of the confirmation."""
        return self.subject
