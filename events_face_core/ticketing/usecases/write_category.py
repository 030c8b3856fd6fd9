"""Make a category, or change one."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Actor, Clock, IdempotencyKey, Ids, UnitOfWork, require
from events_face_core.ticketing.deciding import check_parent
from events_face_core.ticketing.errors import CategoryNotFoundError
from events_face_core.ticketing.events import CategoryChanged, CategoryCreated
from events_face_core.ticketing.model import Category
from events_face_core.ticketing.ports import TicketingTransaction


@frozen(kw_only=True)
class CreateCategory:
    """An administrator wants one category more."""

    actor: Actor
    name: str
    description: str | None = None
    parent_id: str | None = None
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class ChangeCategory:
    """An administrator names a category otherwise, or puts it elsewhere."""

    actor: Actor
    category_id: str
    name: str
    description: str | None = None
    parent_id: str | None = None


@frozen(kw_only=True)
class CreateCategoryHandler:
    """Names are unique, without regard to case."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: CreateCategory) -> Category:
        """Create; a repeated idempotent call returns the category that was made first.

        Raises:
            SignInRequiredError, ForbiddenError: the actor is no administrator.
            InvalidInputError: a field breaks its rule, or there is no such parent.
            CategoryNameTakenError: another has the name.
            IdempotencyKeyReusedError: the key was sent with another request before.
        """
        require(command.actor)
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return _made(command, first_use.answer_to(key))
            category = _made(command, self.ids.new())
            check_parent(category.id, category.parent_id, await tx.categories.tree())
            await tx.categories.add(category)
            if key is not None:
                await tx.idempotency_keys.keep(key, category.id, now=self.clock.now())
            act = CategoryCreated(actor_id=command.actor.id, category_id=category.id)
            await tx.publish(act)
        return category


@frozen(kw_only=True)
class ChangeCategoryHandler:
    """A category never stands below itself."""

    unit_of_work: UnitOfWork[TicketingTransaction]

    async def __call__(self, command: ChangeCategory) -> Category:
        """Replace; what changes nothing is no change.

        Raises:
            SignInRequiredError, ForbiddenError: the actor is no administrator.
            CategoryNotFoundError: there is none.
            InvalidInputError: a field breaks its rule, or there is no such parent.
            CategoryNameTakenError: another has the name.
            CategoryCycleError: it would stand below itself.
        """
        require(command.actor)
        category = Category(
            id=command.category_id,
            name=command.name,
            description=command.description,
            parent_id=command.parent_id,
        )
        async with self.unit_of_work() as tx:
            all_ = await tx.categories.tree()
            if category.id not in all_:
                raise CategoryNotFoundError
            check_parent(category.id, category.parent_id, all_)
            if category != all_[category.id]:
                await tx.categories.save(category)
                act = CategoryChanged(actor_id=command.actor.id, category_id=category.id)
                await tx.publish(act)
        return category


def _made(command: CreateCategory, category_id: str) -> Category:
    return Category(
        id=category_id,
        name=command.name,
        description=command.description,
        parent_id=command.parent_id,
    )
