"""Accounts over HTTP: signing in, one's own account, and the admins' view of all."""

from events_face_runners.web.accounts.auth_api import AuthApi
from events_face_runners.web.accounts.me_api import MeApi
from events_face_runners.web.accounts.routes import ACCOUNT_ROUTES
from events_face_runners.web.accounts.users_api import UsersApi

__all__ = ["ACCOUNT_ROUTES", "AuthApi", "MeApi", "UsersApi"]
