"""Accounts: people who sign in, the sessions in which they do, and what they may."""

from events_face_core.accounts.errors import (
    AccountNotFoundError,
    EmailTakenError,
    InvalidCredentialsError,
    InvalidRefreshTokenError,
    LastAdminError,
    SessionNotFoundError,
    TokenReusedError,
)
from events_face_core.accounts.events import (
    ACCOUNT_ACTS,
    STANDING_CHANGES,
    AccessChanged,
    AccountAct,
    AccountDeleted,
    AccountRegistered,
    AttemptsThrottled,
    LoggedIn,
    LoggedOut,
    LoggedOutEverywhere,
    LoginFailed,
    PasswordChanged,
    PasswordResetRequested,
    PasswordWasReset,
    ProfileChanged,
    SessionAct,
    SessionRefreshed,
    TokenReused,
)
from events_face_core.accounts.listing import (
    AccountPage,
    AccountPlace,
    AccountQuery,
    page_of_accounts,
)
from events_face_core.accounts.model import Account, LoginSession, PasswordReset, email_key
from events_face_core.accounts.passwords import PasswordRules
from events_face_core.accounts.ports import (
    AccessGrant,
    AccessTokens,
    AccountReads,
    Accounts,
    AccountTransaction,
    Attempts,
    Excess,
    ForeignIdentity,
    LoginSessions,
    PasswordResets,
    Passwords,
    PasswordVerdict,
    Secrets,
    Standing,
    Standings,
)
from events_face_core.accounts.queries import AccountQueries
from events_face_core.accounts.usecases.authenticate import AuthenticateHandler, SignedIn
from events_face_core.accounts.usecases.change_access import ChangeAccess, ChangeAccessHandler
from events_face_core.accounts.usecases.change_password import (
    ChangePassword,
    ChangePasswordHandler,
)
from events_face_core.accounts.usecases.change_profile import ChangeProfile, ChangeProfileHandler
from events_face_core.accounts.usecases.create_account import CreateAccount, CreateAccountHandler
from events_face_core.accounts.usecases.delete_account import DeleteAccount, DeleteAccountHandler
from events_face_core.accounts.usecases.granting import TokenOffice, TokenPair
from events_face_core.accounts.usecases.login import Login, LoginHandler
from events_face_core.accounts.usecases.logout import (
    EndSession,
    EndSessionHandler,
    Logout,
    LogoutEverywhere,
    LogoutEverywhereHandler,
    LogoutHandler,
)
from events_face_core.accounts.usecases.provision import ProvisionHandler
from events_face_core.accounts.usecases.refresh import Refresh, RefreshHandler
from events_face_core.accounts.usecases.register import Register, RegisterHandler
from events_face_core.accounts.usecases.reset_password import (
    ConfirmPasswordReset,
    ConfirmPasswordResetHandler,
    RequestPasswordReset,
    RequestPasswordResetHandler,
    issue_reset,
)
from events_face_core.accounts.usecases.steps import NewPasswords
from events_face_core.accounts.usecases.throttling import Limits, Throttle, make_limits
from events_face_core.accounts.usecases.tidy import TidyAccountsHandler

__all__ = [
    "ACCOUNT_ACTS",
    "STANDING_CHANGES",
    "AccessChanged",
    "AccessGrant",
    "AccessTokens",
    "Account",
    "AccountAct",
    "AccountDeleted",
    "AccountNotFoundError",
    "AccountPage",
    "AccountPlace",
    "AccountQueries",
    "AccountQuery",
    "AccountReads",
    "AccountRegistered",
    "AccountTransaction",
    "Accounts",
    "Attempts",
    "AttemptsThrottled",
    "AuthenticateHandler",
    "ChangeAccess",
    "ChangeAccessHandler",
    "ChangePassword",
    "ChangePasswordHandler",
    "ChangeProfile",
    "ChangeProfileHandler",
    "ConfirmPasswordReset",
    "ConfirmPasswordResetHandler",
    "CreateAccount",
    "CreateAccountHandler",
    "DeleteAccount",
    "DeleteAccountHandler",
    "EmailTakenError",
    "EndSession",
    "EndSessionHandler",
    "Excess",
    "ForeignIdentity",
    "InvalidCredentialsError",
    "InvalidRefreshTokenError",
    "LastAdminError",
    "Limits",
    "LoggedIn",
    "LoggedOut",
    "LoggedOutEverywhere",
    "Login",
    "LoginFailed",
    "LoginHandler",
    "LoginSession",
    "LoginSessions",
    "Logout",
    "LogoutEverywhere",
    "LogoutEverywhereHandler",
    "LogoutHandler",
    "NewPasswords",
    "PasswordChanged",
    "PasswordReset",
    "PasswordResetRequested",
    "PasswordResets",
    "PasswordRules",
    "PasswordVerdict",
    "PasswordWasReset",
    "Passwords",
    "ProfileChanged",
    "ProvisionHandler",
    "Refresh",
    "RefreshHandler",
    "Register",
    "RegisterHandler",
    "RequestPasswordReset",
    "RequestPasswordResetHandler",
    "Secrets",
    "SessionAct",
    "SessionNotFoundError",
    "SessionRefreshed",
    "SignedIn",
    "Standing",
    "Standings",
    "Throttle",
    "TidyAccountsHandler",
    "TokenOffice",
    "TokenPair",
    "TokenReused",
    "TokenReusedError",
    "email_key",
    "issue_reset",
    "make_limits",
    "page_of_accounts",
]
