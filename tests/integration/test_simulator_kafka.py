"""The simulated aggregator tells of its changes on Kafka, and a consumer hears of them."""

from pathlib import Path
from uuid import UUID

from events_face_runners.simulator import running_simulator
from support.consuming import consumer_settings, consuming
from support.kafka import Broker, new_topic
from support.making import an_event, calm, event_id
from support.processes import free_port
from support.waiting import until

PATIENCE = 20.0


async def test_a_change_at_the_aggregator_is_listed_without_any_sync(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await consumer_settings(tmp_path, broker)
    options = calm(kafka_bootstrap_servers=broker.address, kafka_topic=settings.kafka_topic)
    async with (
        running_simulator(options) as simulator,
        consuming(settings, broker.pace) as consumer,
    ):
        simulator.world.put(an_event(7, name="Ночь музеев"))

        async def is_listed() -> bool:
            return await consumer.name_of(event_id(7)) == "Ночь музеев"

        await until(is_listed, seconds=PATIENCE)


async def test_an_aggregator_without_its_broker_goes_on(tmp_path: Path, broker: Broker) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    options = calm(kafka_bootstrap_servers=nowhere, kafka_topic=await new_topic(broker))
    async with running_simulator(options) as simulator:
        simulator.world.put(an_event(7))

        assert simulator.world.event(UUID(event_id(7))).id == UUID(event_id(7))
