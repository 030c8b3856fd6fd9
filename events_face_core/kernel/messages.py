"""Messages: what happened and what is to be done, under names that outlive the code."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen


@frozen(kw_only=True)
class Message:
    """A fact or a piece of work that one part of the house tells the others.

    Its fields are strings, numbers and booleans only: a message is stored, and read back by a
    later release. A change of meaning takes a new ``version``.

    Attributes:
        name: the stable name, such as ``registration.accepted``.
        version: the version of the fields.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def key(self) -> str:
        """What keeps its messages in order: of one key, each is delivered after those before it.

        Empty where the order does not matter. Whoever publishes under a key holds the lock on
        what the key stands for, so that "before" has a meaning.
        """
        return ""


@frozen(kw_only=True)
class Act(Message):
    """A change that somebody made: it is audited with who made it.

    Attributes:
        entity: what kind of thing was changed, such as ``booking``.
        actor_id: whose account acted; empty for a guest, ``system`` for our own processes.
    """

    entity: ClassVar[str]

    actor_id: str

    @property
    def entity_id(self) -> str:
        """The id of the thing that was changed."""
        raise NotImplementedError
