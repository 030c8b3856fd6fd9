"""The paths of the aggregator's API."""

from urllib.parse import quote

EVENTS = "/api/events/"


def event_action(event_id: str, action: str) -> str:
    """Return the path of something that is done to an event.

    The id is one segment of the path, whatever characters it has.
    """
    segment = quote(event_id, safe="")
    if not segment.strip("."):
        # As they are, "." and ".." would be steps in the path.
        segment = segment.replace(".", "%2E")
    return f"{EVENTS}{segment}/{action}/"
