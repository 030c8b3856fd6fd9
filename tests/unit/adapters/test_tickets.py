"""Tickets as documents: what stands in the files is read back from them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from attrs import evolve
from icalendar import Calendar, Event
from PIL import Image
from pypdf import PdfReader

from events_face_adapters.tickets import RenderedTicketDocuments
from events_face_core.ticketing import Ticket, TicketFormat

MOSCOW = timezone(timedelta(hours=3))
TICKET = Ticket(
    code="q7Zt-4rXw-9LmP",
    booking_id="b-1",
    holder="Анна Ёлкина",
    quantity=2,
    event_name="Концерт в филармонии",
    event_time=datetime(2026, 1, 31, 19, 30, tzinfo=MOSCOW),
    end_time=datetime(2026, 1, 31, 22, 0, tzinfo=MOSCOW),
    place="Филармония, Москва, ул. Ленина, д. 1",
    latitude=55.75,
    longitude=37.62,
    issued_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
)


async def _render(ticket: Ticket, form: TicketFormat) -> bytes:
    return await RenderedTicketDocuments().render(ticket, form)


async def _pdf(ticket: Ticket) -> PdfReader:
    return PdfReader(BytesIO(await _render(ticket, TicketFormat.PDF)))


async def _text(ticket: Ticket) -> str:
    pages = (await _pdf(ticket)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def _entry(ticket: Ticket) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(await _render(ticket, TicketFormat.CALENDAR))
    [entry] = [part for part in calendar.walk() if isinstance(part, Event)]
    return calendar, entry


def _decoded(image: bytes) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(image)))
    return code.text


class TestImage:
    async def test_the_qr_code_holds_the_code_of_the_ticket(self) -> None:
        image = await _render(TICKET, TicketFormat.IMAGE)

        assert _decoded(image) == TICKET.code

    async def test_it_is_a_png(self) -> None:
        image = await _render(TICKET, TicketFormat.IMAGE)

        assert image.startswith(b"\x89PNG\r\n")


class TestPage:
    async def test_it_says_what_the_ticket_is_for(self) -> None:
        text = await _text(TICKET)

        for told in (
            "Концерт в филармонии",
            "31 января 2026 года в 19:30 GMT+03:00",
            "Филармония, Москва, ул. Ленина, д. 1",
            "Анна Ёлкина",
            "Мест 2",
            TICKET.code,
        ):
            assert told in text

    async def test_it_speaks_the_language_of_the_ticket(self) -> None:
        text = await _text(evolve(TICKET, language="en"))

        assert "31 January 2026 at 19:30 GMT+03:00 – 22:00" in text
        assert "Admits 2" in text

    async def test_an_event_that_ends_on_another_day_says_which(self) -> None:
        end = datetime(2026, 2, 1, 1, 0, tzinfo=MOSCOW).astimezone(UTC)

        text = await _text(evolve(TICKET, end_time=end))

        assert "в 19:30 GMT+03:00 – 1 февраля 2026 года в 01:00 GMT+03:00" in text

    async def test_a_language_that_we_do_not_speak_is_russian(self) -> None:
        assert "Мест 2" in await _text(evolve(TICKET, language="de"))

    async def test_its_qr_code_holds_the_code_of_the_ticket(self) -> None:
        [image] = (await _pdf(TICKET)).pages[0].images

        assert _decoded(image.data) == TICKET.code

    async def test_a_cancelled_ticket_says_so_and_has_no_qr_code(self) -> None:
        page = (await _pdf(evolve(TICKET, cancelled=True))).pages[0]

        assert "Билет недействителен" in page.extract_text()
        assert len(page.images) == 0

    async def test_a_place_that_is_not_known_leaves_no_empty_label(self) -> None:
        assert "Место" not in await _text(evolve(TICKET, place=""))

    @pytest.mark.parametrize("name", ["Слово " * 50, "Ш" * 255, "W" * 255])
    async def test_a_long_name_wraps_and_is_whole(self, name: str) -> None:
        text = await _text(evolve(TICKET, event_name=name))

        assert text.replace(" ", "").count(name.replace(" ", "")) == 1

    async def test_a_name_beyond_all_measure_is_cut(self) -> None:
        reader = await _pdf(evolve(TICKET, event_name="я" * 100_000, place="ю" * 100_000))

        assert len(reader.pages) <= 2
        assert "…" in reader.pages[0].extract_text()

    @pytest.mark.parametrize(
        "name",
        ["Вечер 🎉 с 👨‍👩‍👧 друзьями", "音楽会", "\u202eобман\u202c", "حفلة", "a\u0301e\u0308"],
    )
    async def test_signs_that_no_font_has_do_not_fail(
        self, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        text = await _text(evolve(TICKET, event_name=name, holder=name))

        assert TICKET.code in text
        assert caplog.records == []

    @pytest.mark.parametrize(
        ("name", "shown"), [("Вечер 🎉 друзей", "Вечер друзей"), ("Вечер 音楽", "Вечер ??")]
    )
    async def test_pictures_are_left_out_and_unknown_letters_leave_a_mark(
        self, name: str, shown: str
    ) -> None:
        assert shown in await _text(evolve(TICKET, event_name=name))

    async def test_one_ticket_gives_the_same_bytes_each_time(self) -> None:
        first, second = [await _render(TICKET, TicketFormat.PDF) for _ in range(2)]

        assert first == second

    async def test_it_is_small(self) -> None:
        assert len(await _render(TICKET, TicketFormat.PDF)) < 100_000


class TestCalendarEntry:
    async def test_it_says_when_and_where(self) -> None:
        _, entry = await _entry(TICKET)

        assert entry["SUMMARY"] == TICKET.event_name
        assert entry["LOCATION"] == TICKET.place
        assert entry["DTSTART"].dt == TICKET.event_time
        assert entry["DTEND"].dt == TICKET.end_time
        assert (entry["GEO"].latitude, entry["GEO"].longitude) == (55.75, 37.62)
        assert TICKET.code in entry["DESCRIPTION"]

    @pytest.mark.parametrize(
        ("zone", "tzid"),
        [
            (MOSCOW, "Etc/GMT-3"),
            (UTC, "Etc/UTC"),
            (timezone(timedelta(hours=-5)), "Etc/GMT+5"),
            (timezone(timedelta(hours=5, minutes=30)), "UTC+0530"),
            (timezone(timedelta(hours=-3, minutes=-30)), "UTC-0330"),
            (ZoneInfo("Europe/Moscow"), "Europe/Moscow"),
            (ZoneInfo("America/New_York"), "America/New_York"),
        ],
    )
    async def test_its_times_name_a_time_zone_that_it_explains(
        self, zone: ZoneInfo | timezone, tzid: str
    ) -> None:
        ticket = evolve(TICKET, event_time=TICKET.event_time.replace(tzinfo=zone))

        calendar, entry = await _entry(ticket)

        assert [str(part["TZID"]) for part in calendar.walk("VTIMEZONE")] == [tzid]
        assert entry["DTSTART"].params["TZID"] == tzid
        assert entry["DTSTART"].dt == ticket.event_time

    async def test_a_newer_ticket_replaces_an_older_one(self) -> None:
        _, older = await _entry(TICKET)
        moved = evolve(TICKET, event_time=TICKET.event_time + timedelta(days=1), sequence=1)

        _, newer = await _entry(moved)

        assert newer["UID"] == older["UID"]
        assert (older["SEQUENCE"], newer["SEQUENCE"]) == (0, 1)

    async def test_another_booking_is_another_entry(self) -> None:
        entries = [await _entry(evolve(TICKET, booking_id=one)) for one in ("b-1", "b-2")]

        assert len({entry["UID"] for _, entry in entries}) == 2

    @pytest.mark.parametrize(("cancelled", "status"), [(False, "CONFIRMED"), (True, "CANCELLED")])
    async def test_it_says_whether_the_ticket_holds(self, *, cancelled: bool, status: str) -> None:
        _, entry = await _entry(evolve(TICKET, cancelled=cancelled))

        assert entry["STATUS"] == status

    async def test_what_is_not_known_is_left_out(self) -> None:
        _, entry = await _entry(evolve(TICKET, end_time=None, place="", latitude=None))

        assert {"DTEND", "LOCATION", "GEO"} & set(entry) == set()

    async def test_no_text_ends_its_line(self) -> None:
        hostile = "Концерт\r\nATTENDEE:mailto:all@example.com;,\\"

        _, entry = await _entry(evolve(TICKET, event_name=hostile))

        assert "ATTENDEE" not in entry
        assert "mailto:all@example.com;,\\" in entry["SUMMARY"]


class TestRendering:
    async def test_the_loop_turns_while_documents_are_made(self) -> None:
        documents = RenderedTicketDocuments()
        turns = 0
        rendering = asyncio.gather(*(documents.render(TICKET, TicketFormat.PDF) for _ in range(5)))
        while not rendering.done():
            await asyncio.sleep(0.001)
            turns += 1
        await rendering

        assert turns > 10

    async def test_a_time_without_an_offset_is_refused(self) -> None:
        with pytest.raises(ValueError, match="offset"):
            evolve(TICKET, event_time=datetime(2026, 1, 31, 19, 30))  # noqa: DTZ001

    @pytest.mark.parametrize("form", TicketFormat)
    def test_every_document_has_its_media_type(self, form: TicketFormat) -> None:
        assert "/" in form.media_type
