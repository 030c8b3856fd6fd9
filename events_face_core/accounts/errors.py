"""The rules of accounts that can be broken."""

from events_face_core.kernel import ErrorKind, EventsFaceError


class EmailTakenError(EventsFaceError):
    """Another account has this email."""

    kind = ErrorKind.CONFLICT
    slug = "email-taken"
    title = "The email is taken"

    def __init__(self) -> None:
        super().__init__("There is an account with this email.")


class InvalidCredentialsError(EventsFaceError):
    """Nobody signs in with this email and password; which of the two is wrong is not told."""

    kind = ErrorKind.UNAUTHENTICATED
    slug = "invalid-credentials"
    title = "The email or the password is wrong"

    def __init__(self) -> None:
        super().__init__("Nobody signs in with this email and password.")


class InvalidRefreshTokenError(EventsFaceError):
    """The refresh token is none of ours, or its session is over."""

    kind = ErrorKind.UNAUTHENTICATED
    slug = "invalid-refresh-token"
    title = "The refresh token is not valid"

    def __init__(self) -> None:
        super().__init__("Sign in again.")


class TokenReusedError(EventsFaceError):
    """A refresh token came that was exchanged before: somebody may have copied it."""

    kind = ErrorKind.UNAUTHENTICATED
    slug = "token-reused"
    title = "The refresh token was used before"

    def __init__(self) -> None:
        super().__init__("The session is ended, for its token may be stolen. Sign in again.")


class AccountNotFoundError(EventsFaceError):
    """There is no such account."""

    kind = ErrorKind.NOT_FOUND
    slug = "account-not-found"
    title = "The account was not found"

    def __init__(self) -> None:
        super().__init__("There is no account with this id.")


class SessionNotFoundError(EventsFaceError):
    """The account has no such session, or it is over."""

    kind = ErrorKind.NOT_FOUND
    slug = "session-not-found"
    title = "The session was not found"

    def __init__(self) -> None:
        super().__init__("You have no session with this id.")


class LastAdminError(EventsFaceError):
    """Nobody would be left who may do everything."""

    kind = ErrorKind.CONFLICT
    slug = "last-admin"
    title = "The last admin cannot go"

    def __init__(self) -> None:
        super().__init__("Make somebody else an admin first.")
