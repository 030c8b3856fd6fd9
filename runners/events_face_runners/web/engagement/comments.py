"""``/api/events/{event_id}/comments`` and ``/api/comments``."""

from urllib.parse import quote

from aiohttp import web

from events_face_core.engagement import DeleteComment, WriteComment
from events_face_runners.web.engagement.paging import read_page
from events_face_runners.web.engagement.reading import (
    SIGNED_IN,
    admitted,
    answer,
    no_content,
    read_own_key,
)
from events_face_runners.web.engagement.schemas import (
    CommentListView,
    CommentRequest,
    comment_view,
)
from events_face_runners.web.reading import read_body, read_id
from events_face_runners.wiring.engagement import Engagement


class CommentsApi:
    """The discussion under an event: everybody reads, whoever is signed in writes."""

    def __init__(self, engagement: Engagement) -> None:
        self._engagement = engagement

    async def list_all(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/events/{event_id}/comments``."""
        event_id = read_id(request, "event_id")
        path = f"/api/events/{quote(event_id, safe='')}/comments"
        asked = read_page(request, path, "comments")
        page = await self._engagement.queries.comments(event_id, asked.window)
        return answer(
            200,
            CommentListView(
                next=asked.reference(page.next),
                previous=asked.reference(page.previous),
                results=[comment_view(comment) for comment in page.items],
            ),
        )

    async def write(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/events/{event_id}/comments``."""
        actor = await admitted(request, *SIGNED_IN)
        event_id = read_id(request, "event_id")
        wish = await read_body(request, CommentRequest)
        comment = await self._engagement.write_comment(
            WriteComment(
                actor=actor,
                event_id=event_id,
                content=wish.content,
                idempotency_key=read_own_key(request, actor, wish),
            )
        )
        return answer(201, comment_view(comment))

    async def delete(self, request: web.Request) -> web.Response:
        """Answer ``DELETE /api/comments/{comment_id}``."""
        actor = await admitted(request, *SIGNED_IN)
        comment_id = read_id(request, "comment_id")
        await self._engagement.delete_comment(DeleteComment(actor=actor, comment_id=comment_id))
        return no_content()
