"""What an outside service answered."""

from __future__ import annotations

import logging
from datetime import timedelta
from http import HTTPStatus

from attrs import field, frozen

from events_face_adapters.http.decoding import is_json
from events_face_adapters.http.statuses import is_redirect, is_server_error, is_success
from events_face_core.kernel import DependencyUnavailableError

log = logging.getLogger(__name__)

_LONGEST_EXCERPT = 200
_TOKEN_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_NOT_HERE = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


@frozen(kw_only=True)
class HttpAnswer:
    """A status and a body.

    Attributes:
        service: who answered, for messages.
        body: what was read of the body.
        cut_short: whether the body is longer than what was read of it.
        retry_after: how long the service asked to be left alone, if it said so.
    """

    service: str
    status: int
    body: bytes = field(repr=False)
    cut_short: bool = False
    retry_after: timedelta | None = None

    @property
    def ok(self) -> bool:
        """Whether the status is one of success (2xx)."""
        return is_success(self.status)

    @property
    def token_refused(self) -> bool:
        """Whether the service does not accept our token (401, 403)."""
        return self.status in _TOKEN_REFUSED

    def raise_if_busy(self) -> None:
        """Turn the statuses that mean "not now" into an error.

        Raises:
            DependencyUnavailableError: 408, 429 or 5xx; or a redirect, which is never followed,
                because the token must not leave the configured origin.
        """
        turned_away = is_redirect(self.status) or self.status == HTTPStatus.TOO_MANY_REQUESTS
        if turned_away or is_server_error(self.status) or self.status == HTTPStatus.REQUEST_TIMEOUT:
            raise self.unavailable(reached=not turned_away)

    def raise_if_token_refused(self) -> None:
        """Treat a refused token as an outage: the operator can end it.

        Raises:
            DependencyUnavailableError: 401 or 403.
        """
        if self.token_refused:
            self.log_refused_token()
            raise self.unavailable(reached=False, why="it refuses our token")

    def raise_if_from_a_proxy(self) -> None:
        """Tell "no such page" from "no such service": the service itself answers in JSON.

        Raises:
            DependencyUnavailableError: 404 or 405, and not in JSON.
        """
        if self.status in _NOT_HERE and not is_json(self.body):
            raise self.unavailable(reached=False)

    def log_refused_token(self) -> None:
        """Tell the operator that the service does not accept our token."""
        log.error("%s refuses our token (HTTP %d): check it", self.service, self.status)

    def unavailable(self, *, reached: bool, why: str = "") -> DependencyUnavailableError:
        """Return the error that says that this is no answer to what was asked."""
        because = f": {why}" if why else ""
        return DependencyUnavailableError(
            f"{self.service} answered HTTP {self.status}{because}",
            reached=reached,
            retry_after=self.retry_after,
        )

    def excerpt(self) -> str:
        """Return the beginning of the body as one line of at most 200 characters."""
        text = self.body[: 8 * _LONGEST_EXCERPT].decode("utf-8", "replace")
        words = "".join(c if c.isprintable() else " " for c in text).split()
        return " ".join(words)[:_LONGEST_EXCERPT]
