"""Notifications as mail.

``SmtpNotifier`` is in ``events_face_adapters.notifier.smtp.notifier``: it needs the extra
``mail``, what is here does not.
"""

from events_face_adapters.notifier.smtp.mail import Sender, read_sender
from events_face_adapters.notifier.smtp.server import SmtpServer, read_server

__all__ = ["Sender", "SmtpServer", "read_sender", "read_server"]
