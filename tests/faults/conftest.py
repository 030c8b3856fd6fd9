"""What the faults befall."""

from collections.abc import Iterator

import pytest

from support.kafka import Broker, any_broker


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A Kafka broker that the tests share."""
    with any_broker() as broker:
        yield broker
