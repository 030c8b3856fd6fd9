"""A ticket as a page to print or to show."""

from io import BytesIO

from fpdf import FPDF

from events_face_adapters.texts import moment_in_words
from events_face_adapters.tickets.fonts import add_fonts, shown
from events_face_adapters.tickets.labels import labels
from events_face_adapters.tickets.qr_code import qr_code
from events_face_core.ticketing import Ticket

_A5 = (148.0, 210.0)  # millimetres, like all that follows but for sizes of letters: points
_MARGIN = 14.0
_QR_SIDE = 52.0
_LONG_NAME = 60
_LONGEST = 300


def page(ticket: Ticket) -> bytes:
    """Return a PDF: the QR code first, then what the ticket is for; it flows to a second page.

    Text that is longer than 300 characters is cut, so that no ticket becomes a book.
    """
    words = labels(ticket.language)
    pdf = FPDF(format=_A5)
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    add_fonts(pdf)
    pdf.set_creation_date(ticket.issued_at)
    pdf.set_title(f"{words.title} {ticket.code}")
    pdf.set_lang(words.language)
    pdf.add_page()
    if not ticket.cancelled:
        left = (pdf.w - _QR_SIDE) / 2
        pdf.image(BytesIO(qr_code(ticket.code)), x=left, w=_QR_SIDE, h=_QR_SIDE)
    size = 15 if len(ticket.event_name) > _LONG_NAME else 20
    _line(pdf, ticket.event_name, bold=True, size=size)
    if ticket.cancelled:
        _line(pdf, words.cancelled, bold=True, size=13)
    pdf.ln(2)
    facts = {
        words.time: _time(ticket),
        words.place: ticket.place,
        words.holder: ticket.holder,
        words.quantity: str(ticket.quantity),
        words.code: ticket.code,
    }
    for label, fact in facts.items():
        if fact:
            _line(pdf, label, bold=False, size=8)
            _line(pdf, fact, bold=True, size=11)
            pdf.ln(1.5)
    return bytes(pdf.output())


def _line(pdf: FPDF, text: str, *, bold: bool, size: float) -> None:
    pdf.set_font("ticket", style="B" if bold else "", size=size)
    line = shown(_cut(text))
    pdf.multi_cell(w=0, h=size * 0.45, text=line, new_x="LMARGIN", new_y="NEXT", align="L")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _time(ticket: Ticket) -> str:
    zone = ticket.event_time.tzinfo
    language = labels(ticket.language).language
    begin = moment_in_words(ticket.event_time, language, zone)
    if ticket.end_time is None:
        return begin
    end = ticket.end_time.astimezone(zone)
    if end.date() == ticket.event_time.date():
        return f"{begin} – {end:%H:%M}"
    return f"{begin} – {moment_in_words(end, language, zone)}"
