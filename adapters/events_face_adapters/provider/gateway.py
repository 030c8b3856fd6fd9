"""The aggregator's registrations."""

from __future__ import annotations

from http import HTTPStatus

from attrs import frozen

from events_face_adapters.http import (
    HttpAnswer,
    HttpRequest,
    HttpService,
    NotJsonError,
    WrongShapeError,
    decode_json,
)
from events_face_adapters.provider.dialects import ProviderDialect
from events_face_adapters.provider.paths import event_action
from events_face_adapters.provider.refusals import is_unexpected_event_status, refusal
from events_face_core.registration import (
    Answer,
    NotTakenBack,
    Registered,
    Registration,
    TakeBackAnswer,
    TakenBack,
)


@frozen(kw_only=True)
class HttpRegistrationGateway:
    """The core's ``RegistrationGateway`` over HTTP.

    Attributes:
        service: the aggregator; shared with the event source.
        dialect: the generation of its API.
        idempotent: whether the aggregator honours ``Idempotency-Key``, which is always sent.
    """

    service: HttpService
    dialect: ProviderDialect
    idempotent: bool = False

    async def register(self, registration: Registration) -> Answer:
        """Ask for a place; the registration's id is sent as idempotency key.

        Raises:
            DependencyUnavailableError: there is no answer; its ``reached`` tells whether the
                place may have been taken all the same.
        """
        request = HttpRequest(
            method="POST",
            path=event_action(registration.event.id, "register"),
            headers={**self.dialect.headers(), "Idempotency-Key": registration.id},
            body=self.dialect.registration_body(registration),
        )
        answer = await self.service.call(request)
        if answer.ok:
            return self._registered(answer)
        refused = refusal(answer.status, answer.body)
        if refused is not None:
            return refused
        answer.raise_if_busy()
        answer.raise_if_token_refused()
        raise answer.unavailable(reached=False)

    async def take_back(self, event_id: str, ticket_id: str) -> TakeBackAnswer:
        """Give a place back. A ticket that is unknown there counts as taken back.

        Raises:
            DependencyUnavailableError: there is no answer; asking again is harmless.
        """
        body = self.dialect.unregistration_body(ticket_id)
        if body is None:
            return NotTakenBack(detail=f"dialect {self.dialect.name} cannot unregister")
        request = HttpRequest(
            method="DELETE",
            path=event_action(event_id, "unregister"),
            headers=self.dialect.headers(),
            body=body,
        )
        answer = await self.service.call(request)
        if answer.ok:
            return _taken_back(answer)
        return _kept(answer)

    def _registered(self, answer: HttpAnswer) -> Registered:
        try:
            return Registered(ticket_id=self.dialect.read_ticket(answer.body))
        except (NotJsonError, WrongShapeError) as error:
            raise answer.unavailable(reached=True, why="there is no ticket in it") from error


def _taken_back(answer: HttpAnswer) -> TakeBackAnswer:
    """Read a success. Only JSON, or no word at all, can have come from the aggregator."""
    if not answer.body:
        return TakenBack()
    try:
        value = decode_json(answer.body, object)
    except NotJsonError as error:
        raise answer.unavailable(reached=True, why="it is not JSON") from error
    if isinstance(value, dict) and value.get("success") is False:
        return NotTakenBack(detail=answer.excerpt())
    return TakenBack()


def _kept(answer: HttpAnswer) -> TakeBackAnswer:
    """Read anything but a success."""
    detail = f"HTTP {answer.status}: {answer.excerpt()}"
    if is_unexpected_event_status(answer.status, answer.body):
        return NotTakenBack(detail=detail)
    answer.raise_if_busy()
    answer.raise_if_token_refused()
    answer.raise_if_from_a_proxy()
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return TakenBack()
    return NotTakenBack(detail=detail)
