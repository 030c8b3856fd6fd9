"""Registering, and waiting for a decision."""

from support.making import a_visitor, event_id
from support.service import Service
from support.waiting import until


async def registered(face: Service, number: int = 1) -> str:
    """Register somebody; return the id."""
    answer = await face.register(event_id(1), a_visitor(number))
    assert answer.status == 202, answer
    return str(answer.json()["id"])


async def confirmed(face: Service, registration_id: str, *, seconds: float = 10.0) -> None:
    """Wait until it is confirmed."""

    async def is_confirmed() -> bool:
        return await face.status(registration_id) == "confirmed"

    await until(is_confirmed, seconds=seconds)
