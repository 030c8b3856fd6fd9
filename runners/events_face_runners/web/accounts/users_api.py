"""The admins' view of accounts."""

from aiohttp import web
from msgspec import UNSET

from events_face_core.accounts import ChangeAccess
from events_face_core.kernel import Role, require
from events_face_runners.web.accounts.answers import private, read_signed_in
from events_face_runners.web.accounts.schemas import AccessChange, UserListView, user_view
from events_face_runners.web.accounts.users_query import page_reference, parse_users_query
from events_face_runners.web.reading import read_body, read_id
from events_face_runners.web.routes import Handler
from events_face_runners.wiring.accounts import AccountsFace


class UsersApi:
    """Lists accounts, and changes what they may do."""

    def __init__(self, accounts: AccountsFace) -> None:
        self._accounts = accounts

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by operation id."""
        return {"listUsers": self.list_users, "changeUser": self.change_user}

    async def list_users(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/admin/users``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        require(signed_in.actor, Role.ADMIN)  # before anything is told of the query
        query = parse_users_query(request.rel_url.raw_query_string)
        page = await self._accounts.queries.users(signed_in.actor, query)
        view = UserListView(
            next=page_reference(query, page.next),
            previous=page_reference(query, page.previous),
            results=[user_view(account) for account in page.items],
        )
        return private(200, view)

    async def change_user(self, request: web.Request) -> web.Response:
        """Answer ``PATCH /api/admin/users/{user_id}``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        require(signed_in.actor, Role.ADMIN)  # before anything is told of the body
        user_id = read_id(request, "user_id")
        wish = await read_body(request, AccessChange)
        account = await self._accounts.change_access(
            ChangeAccess(
                actor=signed_in.actor,
                account_id=user_id,
                role=None if wish.role is UNSET else Role(wish.role),
                blocked=None if wish.blocked is UNSET else wish.blocked,
            )
        )
        return private(200, user_view(account))
