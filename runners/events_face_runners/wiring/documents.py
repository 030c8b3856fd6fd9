"""What makes tickets into documents, if it is installed."""

from functools import cached_property

from events_face_core.ticketing import (
    DocumentsUnavailableError,
    Ticket,
    TicketDocuments,
    TicketFormat,
)


class InstalledTicketDocuments:
    """``TicketDocuments`` by the extra ``tickets``, which is loaded by the first ticket."""

    async def render(self, ticket: Ticket, form: TicketFormat) -> bytes:
        """Return a document; see the port."""
        return await self._documents.render(ticket, form)

    @cached_property
    def _documents(self) -> TicketDocuments:
        try:
            # An extra: who hands out no tickets does without it.
            from events_face_adapters.tickets import RenderedTicketDocuments  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise DocumentsUnavailableError(
                f"tickets need events-face[tickets]: {error.name} is not installed"
            ) from error
        return RenderedTicketDocuments()
