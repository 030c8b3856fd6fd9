"""What a trial tells other systems on Kafka, and whether it is all there."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import msgspec

from support.auditing import Finding
from support.kafka import Broker, new_topic, read_until, unique
from support.records import read_records
from support.trials import Trial

_TOLD_SECONDS = 60.0


@attrs.frozen
class Announcements:
    """The topic that a trial announces on."""

    broker: Broker
    topic: str

    @classmethod
    async def of(cls, trial: Trial, broker: Broker) -> "Announcements":
        """Have the trial's processes announce what becomes of registrations."""
        topic = await new_topic(broker, "announcements")
        trial.use(
            KAFKA_BOOTSTRAP_SERVERS=broker.address,
            KAFKA_EVENTS_TOPIC=topic,
            KAFKA_GROUP=unique("group"),
            KAFKA_TIMEOUT="2s",
        )
        return cls(broker, topic)

    async def findings(self, trial: Trial) -> list[Finding]:
        """Compare what was announced, repetitions left out, with what is on record."""
        records = await read_records(trial.database)
        expected = {row[0]: list(_course(row[3])) for row in records.registrations}
        number = sum(map(len, expected.values()))
        told = Told()
        await read_until(
            self.broker,
            self.topic,
            lambda so_far: len(told.of(so_far)) >= number,
            seconds=_TOLD_SECONDS,
        )
        announced: dict[str, list[str]] = {}
        for event in told.events.values():
            announced.setdefault(event["subject"], []).append(event["type"])
        return [
            Finding("wrong", f"of {one}, {announced.get(one)} was announced: {expected.get(one)}")
            for one in expected.keys() | announced.keys()
            if expected.get(one) != announced.get(one)
        ]


@attrs.define
class Told:
    """The events that were read, by their ids, as they first came; each record is read once."""

    events: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    _seen: int = 0

    def of(self, records: Sequence[Any]) -> dict[str, dict[str, Any]]:
        """Return the events in all records so far."""
        for record in records[self._seen :]:
            event = msgspec.json.decode(record.value)
            self.events.setdefault(event["id"], event)
        self._seen = len(records)
        return self.events


def _course(status: str) -> Iterator[str]:
    """What becomes of a registration until it stands so."""
    yield "registration.accepted"
    if status == "cancelled":
        yield "registration.confirmed"
    yield f"registration.{status}"
