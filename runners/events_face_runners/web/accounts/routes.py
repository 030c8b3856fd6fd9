"""The routes of accounts (accounts-and-ticketing, "Accounts")."""

from events_face_core.kernel import DEFAULT_PAGE, LARGEST_PAGE, Role
from events_face_runners.web.accounts.schemas import (
    AccessChange,
    AccountView,
    KeysView,
    LoginRequest,
    PasswordChange,
    PasswordResetConfirmation,
    PasswordResetRequest,
    ProfileChange,
    RefreshTokenRequest,
    RegisterRequest,
    SessionListView,
    TokenPairView,
    UserListView,
    UserView,
)
from events_face_runners.web.routes import Answer, Parameter, Route

_SIGNED_IN = (Role.USER, Role.ORGANIZER, Role.ADMIN)
_TEXT = {"type": "string"}
_BODY_PROBLEMS = {
    400: "The body is not JSON, or a header is invalid.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    422: "A field breaks its rule.",
}
_TOO_OFTEN = "It was tried too often; `Retry-After` says when to try again."
_PAIR = Answer(description="The tokens.", body=TokenPairView)
_DONE = Answer(description="Done.")
_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    description="Makes a repeated call harmless: the first answer is given again.",
    schema={"type": "string", "minLength": 1, "maxLength": 255},
)


def _id(name: str, description: str) -> Parameter:
    return Parameter(name=name, place="path", description=description, schema=_TEXT, required=True)


_AUTH = (
    Route(
        method="POST",
        path="/api/auth/register",
        operation_id="registerAccount",
        tag="auth",
        summary="Sign up with email and password",
        parameters=(_KEY,),
        body=RegisterRequest,
        answers={
            201: Answer(
                description="The account.",
                body=AccountView,
                headers={"Location": "Where one sees one's own account."},
            )
        },
        problems={**_BODY_PROBLEMS, 409: "The email is taken.", 429: _TOO_OFTEN},
    ),
    Route(
        method="POST",
        path="/api/auth/login",
        operation_id="login",
        tag="auth",
        summary="Sign in",
        body=LoginRequest,
        answers={200: _PAIR},
        problems={
            **_BODY_PROBLEMS,
            401: "Nobody signs in with this email and password.",
            429: _TOO_OFTEN,
        },
    ),
    Route(
        method="POST",
        path="/api/auth/refresh",
        operation_id="refresh",
        tag="auth",
        summary="Exchange a refresh token for the next pair; each can be exchanged once",
        body=RefreshTokenRequest,
        answers={200: _PAIR},
        problems={
            **_BODY_PROBLEMS,
            401: "The token is not valid, or was exchanged before: then its session is ended.",
        },
    ),
    Route(
        method="POST",
        path="/api/auth/logout",
        operation_id="logout",
        tag="auth",
        summary="End the session of a refresh token; a second call changes nothing",
        body=RefreshTokenRequest,
        answers={204: _DONE},
        problems=_BODY_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/auth/logout-everywhere",
        operation_id="logoutEverywhere",
        tag="auth",
        summary="End all of one's sessions",
        answers={204: _DONE},
        problems={404: "The account is gone."},
        roles=_SIGNED_IN,
    ),
    Route(
        method="POST",
        path="/api/auth/password-reset",
        operation_id="requestPasswordReset",
        tag="auth",
        summary="Have a link sent that sets a password; the answer is the same for everybody",
        body=PasswordResetRequest,
        answers={202: Answer(description="If there is such an account, a link is on its way.")},
        problems=_BODY_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/auth/password-reset/confirm",
        operation_id="confirmPasswordReset",
        tag="auth",
        summary="Set a password by such a link, once; every session ends",
        body=PasswordResetConfirmation,
        answers={204: _DONE},
        problems={**_BODY_PROBLEMS, 404: "The account is gone."},
    ),
    Route(
        method="GET",
        path="/.well-known/jwks.json",
        operation_id="showKeys",
        tag="auth",
        summary="The public keys that access tokens are signed with",
        answers={
            200: Answer(
                description="The keys.",
                body=KeysView,
                headers={"Cache-Control": "How long they may be kept."},
            )
        },
    ),
)

_GONE = {404: "The account is gone."}

_ME = (
    Route(
        method="GET",
        path="/api/me",
        operation_id="showMe",
        tag="me",
        summary="Show one's own account",
        answers={200: Answer(description="The account.", body=AccountView)},
        problems=_GONE,
        roles=_SIGNED_IN,
    ),
    Route(
        method="PATCH",
        path="/api/me",
        operation_id="changeMe",
        tag="me",
        summary="Change one's name or language",
        body=ProfileChange,
        answers={200: Answer(description="The account.", body=AccountView)},
        problems={**_BODY_PROBLEMS, **_GONE},
        roles=_SIGNED_IN,
    ),
    Route(
        method="DELETE",
        path="/api/me",
        operation_id="deleteMe",
        tag="me",
        summary="Delete one's account: everything personal is erased",
        answers={204: _DONE},
        problems={**_GONE, 409: "Nobody else is an admin."},
        roles=_SIGNED_IN,
    ),
    Route(
        method="POST",
        path="/api/me/password",
        operation_id="changePassword",
        tag="me",
        summary="Change one's password; every other session ends",
        body=PasswordChange,
        answers={204: _DONE},
        problems={**_BODY_PROBLEMS, **_GONE, 429: _TOO_OFTEN},
        roles=_SIGNED_IN,
    ),
    Route(
        method="GET",
        path="/api/me/sessions",
        operation_id="listSessions",
        tag="me",
        summary="Show where one is signed in, the last used first",
        answers={200: Answer(description="The sessions.", body=SessionListView)},
        roles=_SIGNED_IN,
    ),
    Route(
        method="DELETE",
        path="/api/me/sessions/{session_id}",
        operation_id="endSession",
        tag="me",
        summary="End one of one's sessions",
        parameters=(_id("session_id", "The session."),),
        answers={204: _DONE},
        problems={404: "There is no such session, or it is somebody else's."},
        roles=_SIGNED_IN,
    ),
)

_USERS = (
    Route(
        method="GET",
        path="/api/admin/users",
        operation_id="listUsers",
        tag="admin",
        summary="List accounts, the oldest first",
        parameters=(
            Parameter(
                name="q",
                place="query",
                description="A part of the email.",
                schema={"type": "string", "maxLength": 1000},
            ),
            Parameter(
                name="role",
                place="query",
                description="Only accounts with this role.",
                schema={"type": "string", "enum": ["user", "organizer", "admin"]},
            ),
            Parameter(
                name="limit",
                place="query",
                description="The size of a page.",
                schema={
                    "type": "integer",
                    "minimum": 1,
                    "maximum": LARGEST_PAGE,
                    "default": DEFAULT_PAGE,
                },
            ),
            Parameter(
                name="cursor",
                place="query",
                description="Where the page begins; taken from `next` or `previous`.",
                schema=_TEXT,
            ),
        ),
        answers={200: Answer(description="A page.", body=UserListView)},
        problems={400: "A query parameter breaks its rule."},
        roles=(Role.ADMIN,),
    ),
    Route(
        method="PATCH",
        path="/api/admin/users/{user_id}",
        operation_id="changeUser",
        tag="admin",
        summary="Give an account another role, or block it",
        parameters=(_id("user_id", "The account."),),
        body=AccessChange,
        answers={200: Answer(description="The account.", body=UserView)},
        problems={
            **_BODY_PROBLEMS,
            404: "There is no such account.",
            409: "Nobody else would be an admin.",
        },
        roles=(Role.ADMIN,),
    ),
)

ACCOUNT_ROUTES: tuple[Route, ...] = (*_AUTH, *_ME, *_USERS)
"""Every operation of accounts, in the order of the documentation."""
