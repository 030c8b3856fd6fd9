"""Tickets as documents: a QR code, a page to print, an entry for a calendar (extra ``tickets``)."""

from events_face_adapters.tickets.documents import RenderedTicketDocuments

__all__ = ["RenderedTicketDocuments"]
