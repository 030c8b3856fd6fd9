"""A house with accounts in it, and what they need from outside, for the tests of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, field

from events_face_core.accounts import (
    AccessGrant,
    Account,
    AuthenticateHandler,
    ChangeAccessHandler,
    ChangePasswordHandler,
    ChangeProfileHandler,
    ConfirmPasswordResetHandler,
    CreateAccountHandler,
    DeleteAccountHandler,
    EmailTakenError,
    EndSessionHandler,
    Excess,
    ForeignIdentity,
    Limits,
    Login,
    LoginHandler,
    LoginSession,
    LogoutEverywhereHandler,
    LogoutHandler,
    NewPasswords,
    PasswordReset,
    PasswordRules,
    PasswordVerdict,
    ProvisionHandler,
    RefreshHandler,
    RegisterHandler,
    RequestPasswordResetHandler,
    Standing,
    Throttle,
    TidyAccountsHandler,
    TokenOffice,
    TokenPair,
    make_limits,
)
from events_face_core.kernel import Actor, Language, Role, SignInRequiredError
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.ticketing.tables import Table

PASSWORD = "correct horse battery staple"
OTHER = "another long password"
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ACCESS_TTL = timedelta(minutes=15)
REFRESH_TTL = timedelta(days=30)


class FakeAccounts(Table[Account]):
    look = Table.find

    async def find_by_email(self, email_key: str) -> Account | None:
        return next((a for a in self.all.values() if a.email_key == email_key != ""), None)

    look_by_email = find_by_email

    async def find_by_identity(self, issuer: str, subject: str) -> Account | None:
        named = (a for a in self.all.values() if (a.issuer, a.subject) == (issuer, subject))
        return next(named, None)

    async def add(self, account: Account) -> None:
        twin = await self.find_by_email(account.email_key)
        if account.subject:
            twin = await self.find_by_identity(account.issuer, account.subject)
        if twin is not None:
            raise EmailTakenError
        await self.save(account)

    async def active_admins(self) -> Sequence[str]:
        return [a.id for a in self.all.values() if a.role is Role.ADMIN and a.in_force]


class FakeLoginSessions(Table[LoginSession]):
    look = Table.find

    async def rotate(self, rotated: LoginSession) -> bool:
        current = self.all[rotated.id]
        if current.token_hash != rotated.previous_hash or current.revoked_at is not None:
            return False
        await self.save(rotated)
        return True

    async def revoke(self, session_id: str, *, now: datetime) -> bool:
        current = self.all.get(session_id)
        if current is None or current.revoked_at is not None:
            return False
        await self.save(evolve(current, revoked_at=now))
        return True

    async def revoke_oldest(self, account_id: str, *, keep: int, now: datetime) -> Sequence[str]:
        good = [
            s
            for s in self.all.values()
            if s.account_id == account_id and s.revoked_at is None and now < s.expires_at
        ]
        good.sort(key=lambda s: s.refreshed_at, reverse=True)
        return [s.id for s in good[keep:] if await self.revoke(s.id, now=now)]

    async def revoke_all(self, account_id: str, *, but: str = "", now: datetime) -> None:
        for session in list(self.all.values()):
            if session.account_id == account_id and session.id != but:
                await self.revoke(session.id, now=now)

    async def erase_all(self, account_id: str) -> None:
        for session in list(self.all.values()):
            if session.account_id == account_id:
                del self.all[session.id]

    async def prune(self, *, ended_before: datetime) -> int:
        ended = [s.id for s in self.all.values() if s.expires_at < ended_before]
        return len([self.all.pop(id_) for id_ in ended])


class FakePasswordResets(Table[PasswordReset]):
    look = Table.find

    async def add(self, reset: PasswordReset) -> None:
        self.all[reset.token_hash] = reset

    async def use(self, token_hash: str, *, now: datetime) -> bool:
        reset = self.all.pop(token_hash, None)
        return reset is not None and now < reset.expires_at

    async def forget(self, account_id: str) -> None:
        for token_hash in [h for h, r in self.all.items() if r.account_id == account_id]:
            del self.all[token_hash]

    async def prune(self, *, expired_before: datetime) -> int:
        old = [h for h, r in self.all.items() if r.expires_at < expired_before]
        return len([self.all.pop(token_hash) for token_hash in old])


class FakeAttempts(Table[tuple[int, datetime]]):
    async def count(self, key: str, *, most: int, span: timedelta, now: datetime) -> Excess | None:
        count, ends_at = self.all.get(key, (0, now))
        if ends_at <= now:
            count, ends_at = 0, now + span
        self.all[key] = (count + 1, ends_at)
        return Excess(until=ends_at, first=count == most) if count >= most else None

    async def prune(self, *, ended_before: datetime) -> int:
        ended = [key for key, (_, ends_at) in self.all.items() if ends_at < ended_before]
        return len([self.all.pop(key) for key in ended])


@define
class FakePasswords:
    """Hashes by writing backwards, and never inside a transaction."""

    house: AccountHouse
    common: set[str] = field(factory=set)
    outdated: bool = False
    checked: list[str | None] = field(factory=list)

    async def hash(self, password: str) -> str:
        assert not self.house.turn.locked(), "a password is hashed inside a transaction"
        return ("new:" if self.outdated else "") + password[::-1]

    async def check(self, password: str, password_hash: str | None) -> PasswordVerdict:
        assert not self.house.turn.locked(), "a password is checked inside a transaction"
        self.checked.append(password_hash)
        right = password_hash is not None and password_hash.removeprefix("new:") == password[::-1]
        fresh = password_hash is not None and password_hash.startswith("new:")
        return PasswordVerdict(right=right, outdated=self.outdated and not fresh)

    async def is_common(self, password: str, hints: Sequence[str]) -> bool:
        return password in self.common


@define
class FakeTokens:
    """Access tokens that say what they are; also how their accounts stand."""

    house: AccountHouse
    foreign: ForeignIdentity | None = None
    issued: dict[str, tuple[AccessGrant, datetime]] = field(factory=dict)

    def issue(self, grant: AccessGrant, *, now: datetime, lifetime: timedelta) -> str:
        token = f"access-{len(self.issued)}"
        self.issued[token] = (grant, now + lifetime)
        return token

    async def read(self, token: str, *, now: datetime) -> AccessGrant | ForeignIdentity:
        if token == "foreign" and self.foreign is not None:
            return self.foreign
        grant, expires_at = self.issued.get(token, (None, NOON))
        if grant is None or now >= expires_at:
            raise SignInRequiredError
        return grant

    async def of_session(self, session_id: str) -> Standing | None:
        session = self.house.login_sessions.all.get(session_id)
        if session is None:
            return None
        account = self.house.accounts.all[session.account_id]
        in_force = account.in_force and session.revoked_at is None
        return Standing(account_id=account.id, role=account.role, in_force=in_force)

    async def of_identity(self, issuer: str, subject: str) -> Standing | None:
        account = await self.house.accounts.find_by_identity(issuer, subject)
        if account is None:
            return None
        return Standing(account_id=account.id, role=account.role, in_force=account.in_force)


@define
class FakeSecrets:
    made: int = 0

    def new(self) -> str:
        self.made += 1
        return f"secret-{self.made}"


@define
class AccountHouse(FakeHouse):
    """A house with accounts, and the handlers over it.

    Attributes:
        limits: without any, unless a test is about them.
    """

    accounts: FakeAccounts = field(factory=FakeAccounts)
    login_sessions: FakeLoginSessions = field(factory=FakeLoginSessions)
    password_resets: FakePasswordResets = field(factory=FakePasswordResets)
    attempts: FakeAttempts = field(factory=FakeAttempts)
    ids: FakeIds = field(factory=FakeIds)
    secrets: FakeSecrets = field(factory=FakeSecrets)
    limits: Limits = field(factory=lambda: make_limits(logins_per_minute=0, signups_per_hour=0))
    passwords: FakePasswords = field(init=False)
    tokens: FakeTokens = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.passwords = FakePasswords(self)
        self.tokens = FakeTokens(self)

    @property
    def new_passwords(self) -> NewPasswords:
        return NewPasswords(rules=PasswordRules(), passwords=self.passwords)

    @property
    def throttle(self) -> Throttle:
        return Throttle(unit_of_work=self, clock=self.clock)

    @property
    def office(self) -> TokenOffice:
        return TokenOffice(
            clock=self.clock,
            ids=self.ids,
            secrets=self.secrets,
            access_tokens=self.tokens,
            access_ttl=ACCESS_TTL,
            refresh_ttl=REFRESH_TTL,
        )

    @property
    def register(self) -> RegisterHandler:
        return RegisterHandler(
            unit_of_work=self,
            clock=self.clock,
            ids=self.ids,
            passwords=self.passwords,
            new_passwords=self.new_passwords,
            throttle=self.throttle,
            limits=self.limits,
        )

    @property
    def create(self) -> CreateAccountHandler:
        return CreateAccountHandler(
            unit_of_work=self, clock=self.clock, ids=self.ids, new_passwords=self.new_passwords
        )

    @property
    def login(self) -> LoginHandler:
        return LoginHandler(
            unit_of_work=self,
            passwords=self.passwords,
            office=self.office,
            throttle=self.throttle,
            limits=self.limits,
        )

    @property
    def refresh(self) -> RefreshHandler:
        return RefreshHandler(unit_of_work=self, office=self.office)

    @property
    def logout(self) -> LogoutHandler:
        return LogoutHandler(unit_of_work=self, clock=self.clock)

    @property
    def end_session(self) -> EndSessionHandler:
        return EndSessionHandler(unit_of_work=self, clock=self.clock)

    @property
    def logout_everywhere(self) -> LogoutEverywhereHandler:
        return LogoutEverywhereHandler(unit_of_work=self, clock=self.clock)

    @property
    def change_password(self) -> ChangePasswordHandler:
        return ChangePasswordHandler(
            unit_of_work=self,
            clock=self.clock,
            passwords=self.passwords,
            new_passwords=self.new_passwords,
            throttle=self.throttle,
            limits=self.limits,
        )

    @property
    def request_reset(self) -> RequestPasswordResetHandler:
        return RequestPasswordResetHandler(
            unit_of_work=self, throttle=self.throttle, limits=self.limits
        )

    @property
    def confirm_reset(self) -> ConfirmPasswordResetHandler:
        return ConfirmPasswordResetHandler(
            unit_of_work=self, clock=self.clock, new_passwords=self.new_passwords
        )

    @property
    def change_profile(self) -> ChangeProfileHandler:
        return ChangeProfileHandler(unit_of_work=self)

    @property
    def delete(self) -> DeleteAccountHandler:
        return DeleteAccountHandler(unit_of_work=self, clock=self.clock)

    @property
    def change_access(self) -> ChangeAccessHandler:
        return ChangeAccessHandler(unit_of_work=self, clock=self.clock)

    @property
    def provision(self) -> ProvisionHandler:
        return ProvisionHandler(unit_of_work=self, clock=self.clock, ids=self.ids)

    @property
    def authenticate(self) -> AuthenticateHandler:
        return AuthenticateHandler(
            tokens=self.tokens, standings=self.tokens, provision=self.provision, clock=self.clock
        )

    @property
    def tidy(self) -> TidyAccountsHandler:
        return TidyAccountsHandler(unit_of_work=self, clock=self.clock)

    def put(self, account_id: str = "anna", **changes: Any) -> Actor:  # noqa: ANN401  # fields
        """Put an account into the house; return who it is."""
        account = evolve(an_account(account_id), **changes)
        self.accounts.all[account_id] = account
        return Actor(id=account_id, role=account.role)

    async def sign_in(self, account_id: str = "anna") -> TokenPair:
        """Sign somebody in with the password that everybody has here."""
        email = self.accounts.all[account_id].email
        return await self.login(Login(email=email, password=PASSWORD))

    def session_of(self, pair: TokenPair) -> LoginSession:
        """Return the session of a pair of tokens."""
        return self.login_sessions.all[pair.refresh_token.partition(".")[0]]


def an_account(account_id: str = "anna", role: Role = Role.USER) -> Account:
    return Account(
        id=account_id,
        email=f"{account_id}@example.com",
        display_name="Анна",
        language=Language.RUSSIAN,
        role=role,
        created_at=NOON,
        password_hash=PASSWORD[::-1],
    )
