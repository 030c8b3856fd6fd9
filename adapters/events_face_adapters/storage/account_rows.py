"""Rows of the tables of accounts and sessions."""

from events_face_adapters.storage.session import Row, Session, instant_or_none
from events_face_core.accounts import Account, LoginSession
from events_face_core.kernel import Language, Role

_COLUMNS = """id, email, display_name, language, role, created_at, password_hash, blocked, issuer,
    subject, deleted_at"""
_SESSION_COLUMNS = """id, account_id, client, family_key, token_hash, previous_hash, seed,
    created_at, refreshed_at, expires_at, revoked_at"""

SELECT = f"SELECT {_COLUMNS} FROM account"  # noqa: S608  # constant columns

INSERT = f"""
INSERT INTO account ({_COLUMNS}, email_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT DO NOTHING
RETURNING id
"""  # noqa: S608  # constant columns
"""Takes ``to_row``; returns nothing where another has the email, or the identity."""

UPDATE = """
UPDATE account SET email = $2, display_name = $3, language = $4, role = $5, created_at = $6,
    password_hash = $7, blocked = $8, issuer = $9, subject = $10, deleted_at = $11, email_key = $12
WHERE id = $1
"""
"""Takes ``to_row``."""

SELECT_SESSION = f"SELECT {_SESSION_COLUMNS} FROM login_session"  # noqa: S608  # constant columns

INSERT_SESSION = f"""
INSERT INTO login_session ({_SESSION_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""  # noqa: S608  # constant columns
"""Takes ``session_to_row``."""


def to_account(session: Session, row: Row) -> Account:
    """Return the account of a row of ``SELECT``."""
    return Account(
        id=row[0],
        email=row[1],
        display_name=row[2],
        language=Language(row[3]),
        role=Role(row[4]),
        created_at=session.instant(row[5]),
        password_hash=row[6],
        blocked=bool(row[7]),
        issuer=row[8],
        subject=row[9],
        deleted_at=instant_or_none(session, row[10]),
    )


def to_row(account: Account) -> tuple[object, ...]:
    """Return what is stored of an account."""
    return (
        account.id,
        account.email,
        account.display_name,
        account.language.value,
        account.role.value,
        account.created_at,
        account.password_hash,
        account.blocked,
        account.issuer,
        account.subject,
        account.deleted_at,
        account.email_key,
    )


def to_login_session(session: Session, row: Row) -> LoginSession:
    """Return the session of a row of ``SELECT_SESSION``."""
    return LoginSession(
        id=row[0],
        account_id=row[1],
        client=row[2],
        family_key=row[3],
        token_hash=row[4],
        previous_hash=row[5],
        seed=row[6],
        created_at=session.instant(row[7]),
        refreshed_at=session.instant(row[8]),
        expires_at=session.instant(row[9]),
        revoked_at=instant_or_none(session, row[10]),
    )


def session_to_row(login_session: LoginSession) -> tuple[object, ...]:
    """Return what is stored of a session."""
    return (
        login_session.id,
        login_session.account_id,
        login_session.client,
        login_session.family_key,
        login_session.token_hash,
        login_session.previous_hash,
        login_session.seed,
        login_session.created_at,
        login_session.refreshed_at,
        login_session.expires_at,
        login_session.revoked_at,
    )
