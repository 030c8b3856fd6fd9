"""What makes tickets into documents, if it is installed."""

from __future__ import annotations

import asyncio

from events_face_core.ticketing import (
    DocumentsUnavailableError,
    Ticket,
    TicketDocuments,
    TicketFormat,
)


class InstalledTicketDocuments:
    """``TicketDocuments`` by the extra ``tickets``, which is loaded by the first ticket.

    Loading takes seconds, so it is done in a thread: nobody but that ticket waits for it.
    """

    def __init__(self) -> None:
        self._documents: TicketDocuments | None = None
        self._loading = asyncio.Lock()

    async def render(self, ticket: Ticket, form: TicketFormat) -> bytes:
        """Return a document; see the port."""
        async with self._loading:
            if self._documents is None:
                self._documents = await asyncio.to_thread(_load)
        return await self._documents.render(ticket, form)


def _load() -> TicketDocuments:
    try:
        # An extra: who hands out no tickets does without it.
        from events_face_adapters.tickets import RenderedTicketDocuments  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise DocumentsUnavailableError(
            f"tickets need events-face[tickets]: {error.name} is not installed"
        ) from error
    return RenderedTicketDocuments()
