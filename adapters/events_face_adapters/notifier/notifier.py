"""The notification service."""

from __future__ import annotations

from http import HTTPStatus

from attrs import frozen

from events_face_adapters.http import HttpAnswer, HttpRequest, HttpService
from events_face_adapters.notifier.dialects import NotifierDialect
from events_face_core.notifications import Notification, NotificationRefusedError

NOTIFICATIONS = "/api/notifications"


@frozen(kw_only=True)
class HttpNotifier:
    """The core's ``Notifier`` over HTTP.

    Attributes:
        service: the notification service.
        dialect: the generation of its API.
    """

    service: HttpService
    dialect: NotifierDialect

    async def send(self, notification: Notification) -> None:
        """Send; the notification's id is sent as idempotency key, so a repetition is harmless.

        Raises:
            NotificationRefusedError: the service will never take it.
            DependencyUnavailableError: the service cannot take it now.
        """
        request = HttpRequest(
            method="POST",
            path=NOTIFICATIONS,
            headers=self.dialect.headers(),
            body=self.dialect.body(notification),
        )
        answer = await self.service.call(request)
        if answer.status == HTTPStatus.CONFLICT:
            return  # delivered before
        if answer.ok:
            _check_source(answer)
            return
        answer.raise_if_busy()
        answer.raise_if_from_a_proxy()
        if answer.token_refused:
            answer.log_refused_token()
        raise NotificationRefusedError(
            f"{answer.service} answered HTTP {answer.status}: {answer.excerpt()}"
        )


def _check_source(answer: HttpAnswer) -> None:
    """Do not take a proxy's page for the service's word: sending again is harmless, silence not."""
    if answer.body.lstrip().startswith(b"<"):
        raise answer.unavailable(reached=True, why="a page of HTML is not from the service")
