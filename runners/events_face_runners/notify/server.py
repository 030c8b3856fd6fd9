"""The mail process."""

import asyncio
import logging

from events_face_adapters.notifier.smtp import read_sender, read_server
from events_face_adapters.notifier.smtp.notifier import SmtpNotifier
from events_face_adapters.texts import subject
from events_face_core.kernel import Relay
from events_face_core.notifications import NotificationWritten, Notifier
from events_face_runners.background.loops import POLL_SECONDS, WakeUps, keep_relaying
from events_face_runners.stopping import FINISH_SECONDS, stop_on_signals
from events_face_runners.web.operation_port import operation_port
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings

log = logging.getLogger(__name__)

_POLL_SECONDS_BESIDE_KAFKA = 5.0
_STEP = 0.9
"""One step of the conversation gives up before the whole does, so that it says what was wrong."""


def mail_notifier(settings: Settings) -> Notifier:
    """Return the notifier that hands mail to the configured server."""
    return SmtpNotifier(
        server=read_server(settings.smtp_url),
        sender=read_sender(settings.mail_from),
        subject=subject,
        timeout=settings.notifier_timeout * _STEP,
    )


async def notify(settings: Settings) -> None:
    """Hand over mail until SIGTERM or SIGINT; then finish what is under way, within ten seconds.

    The mail server may be away, at the start or later: it is waited for.

    Raises:
        StorageUnavailableError: the database cannot be opened.
        OSError: the port of operation cannot be listened on.
    """
    stop = stop_on_signals()
    async with (
        open_events_face(
            settings, notifier=mail_notifier(settings), process="events-face-mail"
        ) as app,
        operation_port(app) as operation,
    ):
        log.info("sending mail")
        running = asyncio.create_task(run_notify(app, stop))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        operation.stopping = True
        await _finish(running)
    log.info("stopped")


async def run_notify(app: EventsFace, stop: asyncio.Event) -> None:
    """Deliver the notifications that wait, and those that come, until told to stop.

    Where our own events are told on Kafka, they say when there is mail; the outbox is then
    looked at more rarely, for what Kafka lost and for what is to be tried again.
    """
    by_events = bool(app.settings.kafka_events_topic)
    wake_ups = WakeUps(_POLL_SECONDS_BESIDE_KAFKA if by_events else POLL_SECONDS)
    relays = notification_relays(app)
    async with asyncio.TaskGroup() as group:
        for relay in relays:
            group.create_task(keep_relaying(relay, wake_ups, stop))
        if by_events:
            # The driver is an extra: who announces nothing does without it.
            from events_face_runners.notify.hearing import hear  # noqa: PLC0415

            group.create_task(hear(app, relays, stop))
        await stop.wait()
        wake_ups.wake()


def notification_relays(app: EventsFace) -> list[Relay]:
    """Return what delivers notifications; the other relays are the worker's."""
    return [relay for relay in app.relays if NotificationWritten.name in relay.handlers]


async def _finish(running: asyncio.Task[None]) -> None:
    """Wait until what is under way has ended, but not for ever."""
    try:
        async with asyncio.timeout(FINISH_SECONDS):
            await running
    except TimeoutError:
        log.warning("mails under way were cut off; they will be taken up again")
