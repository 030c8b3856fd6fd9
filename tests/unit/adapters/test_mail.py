"""How mail is addressed and written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from events_face_adapters.notifier.smtp import Sender, SmtpServer, read_sender, read_server
from events_face_adapters.notifier.smtp.mail import mail_of
from events_face_adapters.texts import LANGUAGES, subject
from events_face_core.notifications import Notification
from events_face_core.processes import REMINDER_TEMPLATES, TEMPLATES

SENDER = Sender("Events", "tickets@example.com")
NOTIFICATION = Notification(
    id="n-1",
    reference_id="r-1",
    email="anna@example.com",
    language="en",
    template="booking-confirmed",
    message="Hello Anna",
    created_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
)


class TestServer:
    @pytest.mark.parametrize(
        ("url", "server"),
        [
            ("smtp://mail.example.com", SmtpServer(host="mail.example.com", port=25)),
            ("smtp://127.0.0.1:1025/", SmtpServer(host="127.0.0.1", port=1025)),
            ("smtp://[::1]:1025", SmtpServer(host="::1", port=1025)),
            (
                "smtps://u:p@mail.example.com",
                SmtpServer(
                    host="mail.example.com",
                    port=465,
                    user="u",
                    password="p",
                    tls=True,
                    starttls=False,
                ),
            ),
            (
                "smtp://u%40x:p%2Fq@mail.example.com:587?starttls=yes",
                SmtpServer(
                    host="mail.example.com", port=587, user="u@x", password="p/q", starttls=True
                ),
            ),
            (
                "smtp://u:p@mail.example.com?starttls=no",
                SmtpServer(
                    host="mail.example.com", port=25, user="u", password="p", starttls=False
                ),
            ),
        ],
    )
    def test_a_url_names_a_server(self, url: str, server: SmtpServer) -> None:
        assert read_server(url) == server

    @pytest.mark.parametrize(
        ("host", "starttls"),
        [("mail.example.com", True), ("127.0.0.1", None), ("localhost", None), ("10.0.0.1", True)],
    )
    def test_a_password_waits_for_tls_unless_the_server_is_this_machine(
        self, *, host: str, starttls: bool | None
    ) -> None:
        assert read_server(f"smtp://u:p@{host}").starttls is starttls

    @pytest.mark.parametrize(
        "url",
        [
            "http://mail.example.com",
            "smtp://",
            "mail.example.com",
            "smtp://mail.example.com/inbox",
            "smtp://mail.example.com?tls=yes",
            "smtp://mail.example.com?starttls=maybe",
            "smtps://mail.example.com?starttls=yes",
            "smtp://mail.example.com#x",
        ],
    )
    def test_another_url_is_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match=r"smtp|starttls"):
            read_server(url)

    def test_the_password_is_in_no_representation(self) -> None:
        assert "s3cret" not in repr(read_server("smtps://u:s3cret@mail.example.com"))


class TestSender:
    @pytest.mark.parametrize(
        ("written", "sender"),
        [
            ("tickets@example.com", Sender("", "tickets@example.com")),
            ("Events <tickets@example.com>", Sender("Events", "tickets@example.com")),
            ("Мероприятия <a@b.c>", Sender("Мероприятия", "a@b.c")),
            ("events-face <events-face@localhost>", Sender("events-face", "events-face@localhost")),
        ],
    )
    def test_it_is_read_as_people_write_it(self, written: str, sender: Sender) -> None:
        assert read_sender(written) == sender

    @pytest.mark.parametrize(
        "written", ["", "Events", "a@", "@b", "a@b\r\nBcc: c@d", "Events <я@b.c>", "a b@c"]
    )
    def test_another_is_refused(self, written: str) -> None:
        with pytest.raises(ValueError, match="address"):
            read_sender(written)


class TestMail:
    def test_it_is_known_by_the_id_of_the_notification(self) -> None:
        mail = mail_of(NOTIFICATION, "Subject", SENDER)

        assert mail["Message-ID"] == "<n-1@example.com>"
        assert mail["Date"] == "Mon, 05 Jan 2026 12:00:00 +0000"

    def test_no_machine_answers_it(self) -> None:
        assert mail_of(NOTIFICATION, "Subject", SENDER)["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize("text", ["A\r\nBcc: all@example.com", "A\nB", "A\r\n\r\nB"])
    def test_no_subject_ends_its_header(self, text: str) -> None:
        mail = mail_of(NOTIFICATION, text, SENDER)

        assert mail["Subject"] == " ".join(text.split())
        assert mail["Bcc"] is None

    def test_a_subject_beyond_all_measure_is_cut(self) -> None:
        assert len(str(mail_of(NOTIFICATION, "я" * 1000, SENDER)["Subject"])) == 150

    def test_what_a_person_wrote_is_inert_in_html(self) -> None:
        hostile = evolve(NOTIFICATION, message='Hello <script>alert("x")</script> {subject}')

        html = mail_of(hostile, "<b>", SENDER).get_body(("html",))

        assert html is not None
        content = html.get_content()
        assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; {subject}" in content
        assert "<title>&lt;b&gt;</title>" in content

    def test_each_line_of_the_text_is_a_paragraph(self) -> None:
        html = mail_of(evolve(NOTIFICATION, message="A\n\nB"), "S", SENDER).get_body(("html",))

        assert html is not None
        assert "<p>A</p>\n<p>B</p>" in html.get_content()

    def test_it_says_its_language(self) -> None:
        mail = mail_of(NOTIFICATION, "Subject", SENDER)
        html = mail.get_body(("html",))

        assert html is not None
        assert mail["Content-Language"] == "en"
        assert '<html lang="en">' in html.get_content()


class TestSubjects:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("template", [*TEMPLATES, *REMINDER_TEMPLATES])
    def test_every_text_has_a_subject_of_its_own_kind(self, template: str, language: str) -> None:
        assert subject(template, language) != subject("unknown", language)

    def test_a_text_has_the_subject_of_what_its_name_begins_with(self) -> None:
        rejected = subject("registration-rejected-sold-out", "en")

        assert rejected == subject("registration-rejected", "en")

    def test_a_name_that_only_looks_alike_has_not(self) -> None:
        assert subject("reminder-days", "en") == subject("unknown", "en")

    def test_a_language_that_we_do_not_speak_is_russian(self) -> None:
        assert subject("password-reset", "de") == subject("password-reset", "ru")
