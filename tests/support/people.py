"""People of every role who are signed in, for tests over the real API."""

from collections.abc import Mapping
from itertools import count

from attrs import field, frozen

from events_face_core.accounts import CreateAccount
from events_face_core.kernel import SYSTEM, Role
from support.service import Service

PASSWORD = "correct horse battery staple"

ROLES = (Role.USER, Role.ORGANIZER, Role.ADMIN)
"""The roles that somebody who is signed in can have."""

_numbers = count(1)


@frozen(kw_only=True)
class Person:
    """Somebody who is signed in.

    Attributes:
        headers: to send with a request of theirs.
    """

    id: str
    email: str
    role: Role
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


async def a_person(service: Service, role: Role = Role.USER, *, email: str = "") -> Person:
    """Make an account as an operator does, and sign in over HTTP."""
    email = email or f"{role.value}-{next(_numbers)}@example.com"
    account = await service.app.accounts.create(
        CreateAccount(actor=SYSTEM, email=email, password=PASSWORD, role=role)
    )
    return await signed_in(service, account.id, email, role)


async def signed_in(service: Service, id_: str, email: str, role: Role) -> Person:
    """Sign in once more."""
    body = {"email": email, "password": PASSWORD}
    answer = await service.call("POST", "/api/auth/login", json=body)
    assert answer.status == 200, answer
    pair = answer.json()
    return Person(
        id=id_,
        email=email,
        role=role,
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
    )


async def one_of_each(service: Service) -> dict[Role, Person]:
    """Sign in somebody of every role."""
    return {role: await a_person(service, role) for role in ROLES}
