"""The aggregator's listing of events."""

from __future__ import annotations

from datetime import date

from attrs import frozen
from yarl import URL

from events_face_adapters.http import (
    HttpAnswer,
    HttpRequest,
    HttpService,
    NotJsonError,
    WrongShapeError,
)
from events_face_adapters.provider.dialects import ProviderDialect
from events_face_adapters.provider.paths import EVENTS
from events_face_adapters.provider.reading import (
    UnreadableEntryError,
    log_unreadable,
    source_event,
)
from events_face_adapters.provider.wire import EventList
from events_face_core.catalogue import SourceBrokenError, SourceEvent, SourcePage
from events_face_core.kernel import Clock

LONGEST_LISTING = 16 * 1024 * 1024


@frozen(kw_only=True)
class HttpEventSource:
    """The core's ``EventSource`` over HTTP.

    Attributes:
        service: the aggregator; shared with the registration gateway.
        dialect: the generation of its API.
        clock: the time of reading, for events that do not say when they changed.
    """

    service: HttpService
    dialect: ProviderDialect
    clock: Clock

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        """Return a page of the events changed on a day or later; ``None`` asks for all events.

        Args:
            since: the day, as the aggregator counts days.
            after: ``next`` of the page before: the query of its URL. The rest of that URL is
                not believed, so that the token stays on the configured origin.

        Raises:
            DependencyUnavailableError: the aggregator cannot answer now.
            SourceBrokenError: it answers something that is not a page of events.
        """
        request = HttpRequest(
            method="GET",
            path=EVENTS,
            query=self.dialect.listing_query(since) if after is None else after,
            headers=self.dialect.headers(),
            longest_answer=LONGEST_LISTING,
        )
        answer = await self.service.call(request)
        _check_status(answer)
        return self._page(self._listing(answer))

    def _listing(self, answer: HttpAnswer) -> EventList:
        if answer.cut_short:
            raise SourceBrokenError(f"A listing is longer than {LONGEST_LISTING} bytes.")
        try:
            return self.dialect.read_listing(answer.body)
        except NotJsonError as error:
            # An error page or an answer cut short: what is wrong is likely to pass.
            raise answer.unavailable(reached=True, why="the listing is not JSON") from error
        except WrongShapeError as error:
            message = f"This is no listing of dialect {self.dialect.name}: {error}"
            raise SourceBrokenError(message) from error

    def _page(self, listing: EventList) -> SourcePage:
        now = self.clock.now()
        events: list[SourceEvent] = []
        for entry in listing.entries:
            try:
                events.append(source_event(self.dialect, entry, now))
            except UnreadableEntryError as error:
                log_unreadable(entry, error)
        return SourcePage(
            events=events,
            unreadable=len(listing.entries) - len(events),
            next=_query_of(listing.next) if listing.next else None,
        )


def _check_status(answer: HttpAnswer) -> None:
    if answer.ok:
        return
    answer.raise_if_busy()
    answer.raise_if_token_refused()
    answer.raise_if_from_a_proxy()
    raise SourceBrokenError(f"The listing answers HTTP {answer.status}: {answer.excerpt()}")


def _query_of(next_url: str) -> str:
    """Return the query of the next page's URL, which alone is followed."""
    try:
        query = URL(next_url).raw_query_string
    except ValueError as error:
        raise SourceBrokenError("The address of the next page is not a URL.") from error
    if not query:
        raise SourceBrokenError("The address of the next page does not say which page.")
    return query
