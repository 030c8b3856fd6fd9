"""Sign up with email and password (requirement 001)."""

from __future__ import annotations

from attrs import field, frozen

from events_face_core.accounts.events import AccountRegistered
from events_face_core.accounts.model import Account, display_name
from events_face_core.accounts.ports import AccountTransaction, Passwords
from events_face_core.accounts.usecases.steps import NewPasswords, load
from events_face_core.accounts.usecases.throttling import Limits, Throttle
from events_face_core.kernel import (
    Clock,
    IdempotencyKey,
    IdempotencyKeyReusedError,
    Ids,
    Language,
    Role,
    UnitOfWork,
    check_each,
    email_address,
)


@frozen(kw_only=True)
class Register:
    """Somebody wants an account.

    Attributes:
        address: where the request came from.
        idempotency_key: its fingerprint leaves the password out, which is compared by its hash.
    """

    email: str = field(repr=False)
    password: str = field(repr=False)
    display_name: str | None = field(default=None, repr=False)
    language: Language = Language.RUSSIAN
    address: str = ""
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class RegisterHandler:
    """Makes an account of a user. Anybody may."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock
    ids: Ids
    passwords: Passwords
    new_passwords: NewPasswords
    throttle: Throttle
    limits: Limits

    async def __call__(self, command: Register) -> Account:
        """Make the account; a repeated idempotent call returns the one that was made.

        Raises:
            ThrottledError: too many accounts were made from this address.
            InvalidInputError: fields break their rules.
            IdempotencyKeyReusedError: the key was sent with another request before.
            EmailTakenError: there is one with this email.
        """
        await self.throttle((self.limits.signup, command.address))
        if (made := await self._made(command)) is not None:
            return made
        rules = self.new_passwords.rules
        check_each(
            lambda: email_address(command.email),
            lambda: rules.check(command.password, command.email),
            lambda: display_name(command.display_name),
        )
        account = Account(
            id=self.ids.new(),
            email=email_address(command.email),
            display_name=display_name(command.display_name),
            language=command.language,
            role=Role.USER,
            created_at=self.clock.now(),
            password_hash=await self.new_passwords.hash(command.password, command.email),
        )
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await load(tx, first_use.answer_to(key))
            await tx.accounts.add(account)
            if key is not None:
                await tx.idempotency_keys.keep(key, account.id, now=account.created_at)
            await tx.publish(
                AccountRegistered(
                    actor_id=account.id, account_id=account.id, role=account.role.value
                )
            )
        return account

    async def _made(self, command: Register) -> Account | None:
        """Return the account that an earlier call with the same key made."""
        key = command.idempotency_key
        if key is None:
            return None
        async with self.unit_of_work() as tx:
            first_use = await tx.idempotency_keys.first_use(key.value)
            if first_use is None:
                return None
            account = await load(tx, first_use.answer_to(key))
        verdict = await self.passwords.check(command.password, account.password_hash)
        if not verdict.right:
            raise IdempotencyKeyReusedError
        return account
