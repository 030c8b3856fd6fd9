"""The contract of the port ``Notifier`` over SMTP, with a real mail server: bare and guarded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve

from events_face_adapters.notifier.smtp import Sender, read_server
from events_face_adapters.notifier.smtp.notifier import SmtpNotifier
from events_face_adapters.resilience import Breaker, Bulkhead, Deadline, Guard, GuardedNotifier
from events_face_adapters.texts import subject
from events_face_core.kernel import DependencyUnavailableError
from events_face_core.notifications import Notification, NotificationRefusedError, Notifier
from support.mail_server import MailServer, running_mail_server
from support.processes import free_port

SENDER = Sender("Мероприятия", "tickets@example.com")
NOTIFICATION = Notification(
    id=str(UUID(int=1)),
    reference_id="booking",
    email="anna@example.com",
    language="ru",
    template="booking-confirmed",
    message="Здравствуйте, Анна! Ждём вас на «Концерт <Баха>».",
    created_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
)

MakeNotifier = Callable[..., Notifier]


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


@pytest.fixture(params=["bare", "guarded"])
def make_notifier(request: pytest.FixtureRequest) -> MakeNotifier:
    """Builds the adapter, with and without its guard."""

    def make(url: str, *, seconds: float = 5.0) -> Notifier:
        notifier = SmtpNotifier(
            server=read_server(url),
            sender=SENDER,
            subject=subject,
            timeout=timedelta(seconds=seconds),
        )
        if request.param == "bare":
            return notifier
        # The guard is the first to lose patience.
        deadline = Deadline(limit=timedelta(seconds=seconds / 2))
        guard = Guard("notifier", Breaker("notifier"), Bulkhead(), deadline)
        return GuardedNotifier(notifier=notifier, guard=guard)

    return make


@pytest.fixture
def notifier(make_notifier: MakeNotifier, mail: MailServer) -> Notifier:
    return make_notifier(mail.url)


class TestSending:
    async def test_a_notification_arrives_as_a_mail_to_its_person(
        self, notifier: Notifier, mail: MailServer
    ) -> None:
        await notifier.send(NOTIFICATION)

        [received] = mail.received
        assert (received["X-Envelope-To"], received["X-Envelope-From"]) == (
            "anna@example.com",
            "tickets@example.com",
        )
        assert received["To"] == "anna@example.com"
        assert received["From"] == "Мероприятия <tickets@example.com>"
        assert received["Subject"] == "Бронирование подтверждено"

    async def test_the_text_and_its_html_say_the_same(
        self, notifier: Notifier, mail: MailServer
    ) -> None:
        await notifier.send(NOTIFICATION)

        [received] = mail.received
        text, html = received.iter_parts()
        assert text.get_content().strip() == NOTIFICATION.message
        assert "<p>Здравствуйте, Анна! Ждём вас на «Концерт &lt;Баха&gt;».</p>" in (
            html.get_content()
        )
        assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]

    async def test_a_repetition_carries_the_same_id_and_date(
        self, notifier: Notifier, mail: MailServer
    ) -> None:
        await asyncio.gather(*(notifier.send(NOTIFICATION) for _ in range(3)))

        assert set(mail.ids) == {f"<{NOTIFICATION.id}@example.com>"}
        assert len({received["Date"] for received in mail.received}) == 1

    async def test_a_mail_whose_reply_was_lost_can_be_sent_again(
        self, notifier: Notifier, mail: MailServer
    ) -> None:
        mail.lost_replies = 1

        with pytest.raises(DependencyUnavailableError) as caught:
            await notifier.send(NOTIFICATION)
        await notifier.send(NOTIFICATION)

        assert caught.value.reached
        assert mail.ids == [f"<{NOTIFICATION.id}@example.com>"] * 2

    async def test_a_name_and_a_password_are_given(
        self, make_notifier: MakeNotifier, mail: MailServer
    ) -> None:
        notifier = make_notifier(f"smtp://anna:right@127.0.0.1:{mail.port}")

        await notifier.send(NOTIFICATION)

        assert mail.logins == [("anna", "right")]
        assert len(mail.received) == 1

    async def test_a_domain_of_another_script_is_written_as_servers_know_it(
        self, notifier: Notifier, mail: MailServer
    ) -> None:
        await notifier.send(evolve(NOTIFICATION, email="anna@пример.рф"))

        [received] = mail.received
        assert received["X-Envelope-To"] == "anna@xn--e1afmkfd.xn--p1ai"


class TestFailing:
    @pytest.mark.parametrize("code", [550, 553, 554])
    async def test_a_person_that_is_refused_for_good_is_a_refusal_with_its_reason(
        self, notifier: Notifier, mail: MailServer, code: int
    ) -> None:
        mail.rcpt = f"{code} no such mailbox"

        with pytest.raises(NotificationRefusedError, match=f"{code} no such mailbox"):
            await notifier.send(NOTIFICATION)

    async def test_a_mail_that_is_refused_for_good_is_a_refusal(
        self, notifier: Notifier, mail: MailServer
    ) -> None:
        mail.data = "554 looks like spam"

        with pytest.raises(NotificationRefusedError, match="554 looks like spam"):
            await notifier.send(NOTIFICATION)

    @pytest.mark.parametrize("step", ["rcpt", "data", "mail"])
    async def test_what_is_refused_for_now_asks_for_patience(
        self, notifier: Notifier, mail: MailServer, step: str
    ) -> None:
        setattr(mail, step, "451 try again later")

        with pytest.raises(DependencyUnavailableError, match="451 try again later") as caught:
            await notifier.send(NOTIFICATION)
        assert not caught.value.reached

    async def test_a_server_that_refuses_us_is_unavailable_and_the_operator_hears_of_it(
        self, notifier: Notifier, mail: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        mail.mail = "550 not from you"

        with pytest.raises(DependencyUnavailableError):
            await notifier.send(NOTIFICATION)

        assert [record.levelno for record in _ours(caplog)] == [logging.ERROR]

    async def test_a_wrong_password_is_unavailable_and_told_but_not_shown(
        self, make_notifier: MakeNotifier, mail: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        notifier = make_notifier(f"smtp://anna:s3cret@127.0.0.1:{mail.port}")

        with pytest.raises(DependencyUnavailableError) as caught:
            await notifier.send(NOTIFICATION)

        assert [record.levelno for record in _ours(caplog)] == [logging.ERROR]
        assert "s3cret" not in caplog.text + str(caught.value)

    @pytest.mark.parametrize(
        "address", ["", "nobody", "анна@example.com", "anna@example.com\r\nBcc: all@example.com"]
    )
    async def test_an_address_that_is_none_is_refused_and_adds_no_header(
        self, notifier: Notifier, mail: MailServer, address: str
    ) -> None:
        with pytest.raises(NotificationRefusedError):
            await notifier.send(evolve(NOTIFICATION, email=address))

        assert mail.received == []

    async def test_a_server_without_tls_where_it_must_be_is_unavailable(
        self, make_notifier: MakeNotifier, mail: MailServer
    ) -> None:
        with pytest.raises(DependencyUnavailableError):
            await make_notifier(f"{mail.url}?starttls=yes").send(NOTIFICATION)

        assert mail.received == []

    async def test_a_server_that_hangs_is_unavailable(
        self, make_notifier: MakeNotifier, mail: MailServer
    ) -> None:
        mail.hang = True

        with pytest.raises(DependencyUnavailableError):
            await make_notifier(mail.url, seconds=0.3).send(NOTIFICATION)

    async def test_nobody_there_is_unavailable(self, make_notifier: MakeNotifier) -> None:
        with pytest.raises(DependencyUnavailableError) as caught:
            await make_notifier(f"smtp://127.0.0.1:{free_port()}").send(NOTIFICATION)
        assert not caught.value.reached


def _ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name.startswith("events_face")]
