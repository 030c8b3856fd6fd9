"""Signing up, in and out; passwords that were forgotten; the keys that tokens are signed with."""

from functools import cached_property

import msgspec
from aiohttp import web

from events_face_adapters.identity import JwtAccessTokens
from events_face_core.accounts import (
    ConfirmPasswordReset,
    Login,
    Logout,
    LogoutEverywhere,
    Refresh,
    Register,
    RequestPasswordReset,
)
from events_face_core.kernel import Language
from events_face_runners.web.accounts.answers import private, read_signed_in
from events_face_runners.web.accounts.schemas import (
    KeysView,
    LoginRequest,
    PasswordResetConfirmation,
    PasswordResetRequest,
    RefreshTokenRequest,
    RegisterRequest,
    account_view,
    token_pair_view,
)
from events_face_runners.web.client_address import TrustedProxies
from events_face_runners.web.reading import read_body, read_idempotency_key, read_language
from events_face_runners.web.routes import Handler
from events_face_runners.wiring.accounts import AccountsFace

_KEYS_CACHE = "public, max-age=300"


class AuthApi:
    """Lets people in and out."""

    def __init__(
        self, accounts: AccountsFace, tokens: JwtAccessTokens, proxies: TrustedProxies
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._proxies = proxies

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by operation id."""
        return {
            "registerAccount": self.register,
            "login": self.login,
            "refresh": self.refresh,
            "logout": self.logout,
            "logoutEverywhere": self.logout_everywhere,
            "requestPasswordReset": self.request_reset,
            "confirmPasswordReset": self.confirm_reset,
            "showKeys": self.keys,
        }

    async def register(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/register``."""
        wish = await read_body(request, RegisterRequest)
        language = Language(wish.language) if wish.language else read_language(request)
        # The password is left out: a plain digest of one must not be stored.
        known = (wish.email, wish.display_name, wish.language)
        account = await self._accounts.register(
            Register(
                email=wish.email,
                password=wish.password,
                display_name=wish.display_name,
                language=language,
                address=self._proxies.client_of(request),
                idempotency_key=read_idempotency_key(request, *known),
            )
        )
        return private(201, account_view(account), {"Location": "/api/me"})

    async def login(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/login``."""
        wish = await read_body(request, LoginRequest)
        pair = await self._accounts.login(
            Login(
                email=wish.email,
                password=wish.password,
                address=self._proxies.client_of(request),
                client=request.headers.get("User-Agent", ""),
            )
        )
        return private(200, token_pair_view(pair))

    async def refresh(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/refresh``."""
        wish = await read_body(request, RefreshTokenRequest)
        pair = await self._accounts.refresh(Refresh(refresh_token=wish.refresh_token))
        return private(200, token_pair_view(pair))

    async def logout(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/logout``."""
        wish = await read_body(request, RefreshTokenRequest)
        await self._accounts.logout(Logout(refresh_token=wish.refresh_token))
        return private(204)

    async def logout_everywhere(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/logout-everywhere``."""
        signed_in = await read_signed_in(request, self._accounts.authenticate)
        await self._accounts.logout_everywhere(LogoutEverywhere(actor=signed_in.actor))
        return private(204)

    async def request_reset(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/password-reset``."""
        wish = await read_body(request, PasswordResetRequest)
        await self._accounts.request_reset(
            RequestPasswordReset(email=wish.email, address=self._proxies.client_of(request))
        )
        return private(202)

    async def confirm_reset(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/auth/password-reset/confirm``."""
        wish = await read_body(request, PasswordResetConfirmation)
        await self._accounts.confirm_reset(
            ConfirmPasswordReset(token=wish.token, password=wish.password)
        )
        return private(204)

    async def keys(self, _: web.Request) -> web.Response:
        """Answer ``GET /.well-known/jwks.json``."""
        return web.Response(
            body=self._written_keys,
            content_type="application/json",
            headers={"Cache-Control": _KEYS_CACHE},
        )

    @cached_property
    def _written_keys(self) -> bytes:
        keys = [key.jwk for key in self._tokens.verification_keys.values()]
        view = msgspec.convert({"keys": keys}, KeysView)
        return msgspec.json.encode(view)
