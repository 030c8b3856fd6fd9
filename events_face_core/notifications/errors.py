"""The rules of notifications that can be broken."""


class NotificationRefusedError(Exception):
    """The notification service will never take this notification as it stands."""
