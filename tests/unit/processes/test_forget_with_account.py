"""When an account is deleted, engagement forgets the person."""

from typing import ClassVar

import pytest
from attrs import frozen

from events_face_core.engagement import CommentDeleted, ForgetPersonHandler, PersonForgotten
from events_face_core.kernel import Act, StorageUnavailableError
from events_face_core.processes import ACCOUNT_DELETED, ForgetWithAccount
from unit.engagement.making import EngagementHouse


@frozen(kw_only=True)
class AccountDeleted(Act):
    """As accounts tell it."""

    name: ClassVar[str] = "account.deleted"
    entity: ClassVar[str] = "account"

    account_id: str

    @property
    def entity_id(self) -> str:
        return self.account_id


DELETED = AccountDeleted(account_id="anna", actor_id="admin")


def _house() -> EngagementHouse:
    house = EngagementHouse()
    house.put_comment()
    house.reactions[ACCOUNT_DELETED] = ForgetWithAccount(forget=ForgetPersonHandler())
    return house


async def test_the_person_is_forgotten_in_the_deleting_transaction() -> None:
    house = _house()

    async with house() as tx:
        await tx.publish(DELETED)

    assert house.comments.all["comment"].user_id is None
    (act,) = house.messages(PersonForgotten)
    assert (act.user_id, act.actor_id) == ("anna", "admin")


async def test_where_the_account_stays_nothing_is_forgotten() -> None:
    house = _house()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        async with house() as tx:
            await tx.publish(DELETED)

    assert house.comments.all["comment"].user_id == "anna"


async def test_another_message_is_not_for_it() -> None:
    house = _house()
    act = CommentDeleted(actor_id="anna", comment_id="comment", event_id="event")

    with pytest.raises(TypeError):
        await ForgetWithAccount(forget=ForgetPersonHandler())(house, act)
