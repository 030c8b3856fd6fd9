"""A ticket as an entry for a calendar (RFC 5545)."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDatetime, vText

from events_face_adapters.tickets.labels import labels
from events_face_core.ticketing import Ticket

_HOUR = timedelta(hours=1)
_LONGEST_LINE = 300


def calendar_entry(ticket: Ticket) -> bytes:
    """Return a calendar with the one entry, and the time zone that its times are in.

    The entry's id is made of the booking's, so that a newer ticket replaces an older one.
    """
    zone = _zone(ticket.event_time)
    calendar = Calendar()
    calendar.add("prodid", "-//events-face//tickets//RU")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if ticket.cancelled else "PUBLISH")
    calendar.add_component(zone)
    calendar.add_component(_event(ticket, str(zone["TZID"])))
    return bytes(calendar.to_ical())


def _event(ticket: Ticket, tzid: str) -> Event:
    words = labels(ticket.language)
    event = Event()
    event.add("uid", f"booking-{ticket.booking_id}@events-face")
    event.add("dtstamp", ticket.issued_at.astimezone(UTC))
    event.add("sequence", ticket.sequence)
    event.add("status", "CANCELLED" if ticket.cancelled else "CONFIRMED")
    event.add("summary", vText(ticket.event_name[:_LONGEST_LINE]))
    event.add("dtstart", _local(ticket.event_time, tzid))
    if ticket.end_time is not None:
        end = ticket.end_time.astimezone(ticket.event_time.tzinfo)
        event.add("dtend", _local(end, tzid))
    if ticket.place:
        event.add("location", vText(ticket.place[:_LONGEST_LINE]))
    if ticket.latitude is not None and ticket.longitude is not None:
        event.add("geo", (ticket.latitude, ticket.longitude))
    told = [
        f"{words.code}: {ticket.code}",
        f"{words.quantity}: {ticket.quantity}",
        f"{words.holder}: {ticket.holder[:_LONGEST_LINE]}",
    ]
    event.add("description", vText("\n".join(told)))
    return event


def _local(moment: datetime, tzid: str) -> vDatetime:
    """Return the time on the wall, with the name of its time zone."""
    local = vDatetime(moment.replace(tzinfo=None))
    local.params["TZID"] = tzid
    return local


def _zone(moment: datetime) -> Timezone:
    if isinstance(moment.tzinfo, ZoneInfo):
        return _named_zone(moment.tzinfo.key, moment.year)
    return _fixed_zone(moment.utcoffset() or timedelta(0))


@lru_cache(maxsize=64)
def _named_zone(key: str, year: int) -> Timezone:
    """Return a zone as it is from a year before to a year after; it takes long to find out."""
    return Timezone.from_tzinfo(
        ZoneInfo(key), key, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1)
    )


def _fixed_zone(offset: timedelta) -> Timezone:
    """Return a zone that is always so far from UTC, under a name that calendars know."""
    zone = Timezone()
    zone.add("tzid", _name_of(offset))
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  # the time on the wall, by RFC
    standard.add("tzoffsetfrom", offset)
    standard.add("tzoffsetto", offset)
    zone.add_component(standard)
    return zone


def _name_of(offset: timedelta) -> str:
    hours, rest = divmod(offset, _HOUR)
    if not offset:
        return "Etc/UTC"
    if not rest:
        return f"Etc/GMT{-hours:+d}"  # POSIX counts westwards
    sign = "-" if offset < timedelta(0) else "+"
    hours, rest = divmod(abs(offset), _HOUR)
    return f"UTC{sign}{hours:02d}{rest // timedelta(minutes=1):02d}"
