"""What the tour plays on, and how it speaks."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import ClientSession
from attrs import frozen


class DemoError(Exception):
    """The demo cannot go on."""


@frozen
class Stage:
    """What the tour talks to.

    Attributes:
        environment: what the service runs with; commands beside it need the same.
    """

    session: ClientSession
    service: str
    simulator: str
    environment: Mapping[str, str]

    async def get(self, url: str, **query: str) -> Any:  # noqa: ANN401  # JSON
        """Return what stands at an address."""
        async with self.session.get(url, params=query) as response:
            return await response.json()

    async def post(self, path: str, body: object, token: str = "") -> Any:  # noqa: ANN401  # JSON
        """Send something to the service, signed in if there is a token, and tell of it.

        Raises:
            DemoError: the service refuses.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.post(self.service + path, json=body, headers=headers) as response:
            answer = await response.json()
            if not response.ok:
                raise DemoError(f"POST {path} is answered {response.status}: {answer}")
            return answer

    async def notifications(self) -> list[dict[str, Any]]:
        """Return what people were told so far."""
        state = await self.get(f"{self.simulator}/_control/state")
        return list(state["notifications"])


def tell(notification: Mapping[str, Any]) -> None:
    """Show what somebody was told."""
    say(f"  {clock()}  told {notification['email']}: {notification['message']}")


def clock() -> str:
    """Return the time of day."""
    return f"{datetime.now():%H:%M:%S}"  # noqa: DTZ005  # for the person at this terminal


def step(title: str) -> None:
    """Begin a part of the tour."""
    say(f"\n• {title}")


def say(text: str) -> None:
    """Show a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
