"""How to run a simulator."""

from collections.abc import Iterable
from typing import Literal

import attrs
from attrs.validators import ge, in_

from events_face_runners.simulator.faults import Faults
from events_face_runners.simulator.records import SimulatedEvent

ProviderDialectName = Literal["v0", "v1", "v2"]
NotifierDialectName = Literal["v1", "v2"]


def _as_tuple(events: Iterable[SimulatedEvent] | None) -> tuple[SimulatedEvent, ...] | None:
    return None if events is None else tuple(events)


@attrs.frozen(kw_only=True)
class SimulatorOptions:
    """Everything that can be chosen when a simulator starts.

    Attributes:
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        token: the aggregator's API key; empty means that no key is checked.
        notifier_token: the notification service's key; empty means that no key is checked.
        dialect: the generation of the aggregator's API.
        notifier_dialect: the generation of the notification service's API.
        events: how many sample events to make, unless `world` gives them.
        page_size: events on a page of the listing.
        seed: of the sample events, of their life and of the faults.
        change_interval: seconds between changes of some event; 0 means never.
        equal_timestamps: sample events share `changed_at` in groups that straddle page ends.
        wrong_next_host: `next` and `previous` name a scheme and host that do not work.
        idempotent: honour `Idempotency-Key`: the same key gets the same ticket.
        kafka_bootstrap_servers: where changes are told on Kafka, in the format of `v2`; empty:
            nowhere.
        kafka_topic: the topic they are told on.
        faults: what goes wrong from the start.
        world: the events to serve instead of sample ones.
    """

    host: str = "127.0.0.1"
    port: int = attrs.field(default=0, validator=ge(0))
    token: str = attrs.field(default="", repr=False)
    notifier_token: str = attrs.field(default="", repr=False)
    dialect: ProviderDialectName = attrs.field(default="v2", validator=in_(("v0", "v1", "v2")))
    notifier_dialect: NotifierDialectName = attrs.field(default="v2", validator=in_(("v1", "v2")))
    events: int = attrs.field(default=300, validator=ge(0))
    page_size: int = attrs.field(default=10, validator=ge(1))
    seed: int = 1
    change_interval: float = attrs.field(default=5.0, validator=ge(0.0))
    equal_timestamps: bool = False
    wrong_next_host: bool = False
    idempotent: bool = False
    kafka_bootstrap_servers: str = ""
    kafka_topic: str = "events-provider.events"
    faults: Faults = attrs.field(factory=Faults)
    world: tuple[SimulatedEvent, ...] | None = attrs.field(default=None, converter=_as_tuple)
