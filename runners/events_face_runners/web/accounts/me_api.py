"""One's own account."""

from aiohttp import web
from msgspec import UNSET

from events_face_core.accounts import (
    ChangePassword,
    ChangeProfile,
    DeleteAccount,
    EndSession,
)
from events_face_core.kernel import Language
from events_face_runners.web.accounts.answers import private, read_signed_in
from events_face_runners.web.accounts.schemas import (
    PasswordChange,
    ProfileChange,
    SessionListView,
    account_view,
    session_view,
)
from events_face_runners.web.reading import read_body, read_id
from events_face_runners.web.routes import Handler
from events_face_runners.wiring.accounts import AccountsFace


class MeApi:
    """Shows and changes the account of whoever asks."""

    def __init__(self, accounts: AccountsFace) -> None:
        self._accounts = accounts

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by operation id."""
        return {
            "showMe": self.show,
            "changeMe": self.change,
            "deleteMe": self.delete,
            "changePassword": self.change_password,
            "listSessions": self.list_sessions,
            "endSession": self.end_session,
        }

    async def show(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/me``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        return private(200, account_view(await self._accounts.queries.profile(signed_in.actor)))

    async def change(self, request: web.Request) -> web.Response:
        """Answer ``PATCH /api/me``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        wish = await read_body(request, ProfileChange)
        account = await self._accounts.change_profile(
            ChangeProfile(
                actor=signed_in.actor,
                display_name=None if wish.display_name is UNSET else wish.display_name,
                rename=wish.display_name is not UNSET,
                language=None if wish.language is UNSET else Language(wish.language),
            )
        )
        return private(200, account_view(account))

    async def delete(self, request: web.Request) -> web.Response:
        """Answer ``DELETE /api/me``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        await self._accounts.delete(DeleteAccount(actor=signed_in.actor))
        return private(204)

    async def change_password(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/me/password``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        wish = await read_body(request, PasswordChange)
        await self._accounts.change_password(
            ChangePassword(
                actor=signed_in.actor,
                current_password=wish.current_password,
                new_password=wish.new_password,
                session_id=signed_in.session_id,
            )
        )
        return private(204)

    async def list_sessions(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/me/sessions``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        sessions = await self._accounts.queries.sessions(signed_in.actor)
        results = [session_view(session, signed_in.session_id) for session in sessions]
        return private(200, SessionListView(next=None, previous=None, results=results))

    async def end_session(self, request: web.Request) -> web.Response:
        """Answer ``DELETE /api/me/sessions/{session_id}``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        session_id = read_id(request, "session_id")
        await self._accounts.end_session(EndSession(actor=signed_in.actor, session_id=session_id))
        return private(204)
