"""What Kafka lost is found by comparing with the aggregator, and repaired."""

from contextlib import AbstractAsyncContextManager
from datetime import time, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from events_face_core.catalogue import ReconcileCatalogue
from events_face_core.kernel import EventsFaceError
from events_face_runners.background.background import reconcile, scheduled_tasks
from events_face_runners.background.schedule import Daily
from events_face_runners.simulator import Faults, Simulator, running_simulator
from events_face_runners.wiring.app import EventsFace, open_events_face
from support.consuming import consumer_settings, consuming
from support.kafka import Broker, committed, tell
from support.making import CHANGED, TOKEN, an_event, calm, event_id, quick_settings
from support.waiting import until


def _drift(registry: CollectorRegistry) -> dict[str, int]:
    kinds = ("missing", "stale", "different")
    name = "events_face_reconciliation_drift_events_total"
    return {kind: int(registry.get_sample_value(name, {"kind": kind}) or 0) for kind in kinds}


def opened(path: Path, simulator: Simulator) -> AbstractAsyncContextManager[EventsFace]:
    return open_events_face(quick_settings(path, simulator))


async def _names(app: EventsFace, *numbers: int) -> list[str | None]:
    events = [await app.storage.event_reads.find(event_id(number)) for number in numbers]
    return [None if event is None else event.name for event in events]


async def test_messages_that_were_lost_on_kafka_are_found_and_repaired(
    tmp_path: Path, broker: Broker
) -> None:
    """The first change of the second event, and all of the third, never reach us."""
    first, second, third = (an_event(number) for number in (1, 2, 3))
    renamed = replace(second, name="Другое", changed_at=CHANGED + timedelta(hours=1))
    async with running_simulator(calm(first, renamed, third)) as simulator:
        settings = await consumer_settings(
            tmp_path, broker, provider_url=simulator.url, provider_token=TOKEN
        )
        async with consuming(settings, broker.pace) as consumer:

            async def all_committed() -> bool:
                return await committed(broker, settings.kafka_group, settings.kafka_topic) == 2

            await tell(broker, settings.kafka_topic, first, second)
            await until(all_committed)
            before = await _names(consumer.app, 1, 2, 3)
            report = await consumer.app.reconcile(ReconcileCatalogue())

            assert before == ["Событие 1", "Событие 2", None]
            assert await _names(consumer.app, 1, 2, 3) == ["Событие 1", "Другое", "Событие 3"]
            assert (report.read, report.missing, report.stale, report.repaired) == (3, 1, 1, 2)


async def test_a_place_that_was_renamed_under_one_stamp_is_repaired(tmp_path: Path) -> None:
    """The sync never brings it: the event's own stamp did not move."""
    async with running_simulator(calm(an_event())) as simulator, opened(tmp_path, simulator) as app:
        await reconcile(app)
        event = simulator.world.events[0]
        assert event.place is not None
        place = replace(event.place, name="Большой зал")
        simulator.world.put(replace(event, place=place))
        await reconcile(app)

        shown = await app.storage.event_reads.find(event_id())
        assert shown is not None
        assert shown.place is not None
        assert shown.place.name == "Большой зал"
        assert _drift(app.metrics.registry) == {"missing": 0, "stale": 0, "different": 1}


async def test_what_is_merely_on_its_way_is_not_counted_at_night(tmp_path: Path) -> None:
    async with (
        running_simulator(calm(*(an_event(n) for n in range(1, 30)))) as simulator,
        opened(tmp_path, simulator) as app,
    ):
        await reconcile(app)

        sample = app.metrics.registry.get_sample_value
        assert _drift(app.metrics.registry) == {"missing": 0, "stale": 0, "different": 0}
        assert sample("events_face_reconciliations_total", {"outcome": "done"}) == 1
        assert sample("events_face_reconciliation_last_success_timestamp_seconds")


async def test_a_comparison_that_the_aggregator_breaks_off_is_counted_as_failed(
    tmp_path: Path,
) -> None:
    faults = Faults(fail_rate=1.0, statuses=(404,))
    async with (
        running_simulator(calm(faults=faults)) as simulator,
        opened(tmp_path, simulator) as app,
    ):
        with pytest.raises(EventsFaceError):
            await reconcile(app)

        sample = app.metrics.registry.get_sample_value
        assert sample("events_face_reconciliations_total", {"outcome": "failed"}) == 1
        assert not sample("events_face_reconciliation_last_success_timestamp_seconds")


async def test_the_whole_catalogue_is_compared_each_night(tmp_path: Path) -> None:
    async with running_simulator(calm()) as simulator:
        settings = quick_settings(tmp_path, simulator, reconciliation_time="04:15")
        async with open_events_face(settings) as app:
            nightly = [task for task in scheduled_tasks(app) if task.name == "reconcile"]

    assert [(task.when, task.exclusive) for task in nightly] == [(Daily(time(4, 15)), True)]
