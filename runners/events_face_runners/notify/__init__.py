"""The mail process: hands notifications to the mail server."""

from events_face_runners.notify.server import mail_notifier, notify, run_notify

__all__ = ["mail_notifier", "notify", "run_notify"]
