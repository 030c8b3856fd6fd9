"""The request under way, for the core."""

from attrs import frozen

from events_face_runners.observing.logs import request_id


@frozen
class LoggedRequestIds:
    """The core's ``RequestIds``: the request that the log lines of the running code belong to."""

    def current(self) -> str:
        """Return its id, or an empty text outside of one."""
        return request_id.get()
