"""Health, metrics and the documentation over a real socket (http-api, "Operation")."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from contract.storage.postgres import OwnServer, own_server
from events_face_runners.simulator import Faults, Simulator, running_simulator
from events_face_runners.web import create_web_app
from events_face_runners.web.surface import ROUTES
from support.health import dependencies, samples
from support.making import VISITOR, calm, event_id, quick_settings
from support.problems import problem
from support.service import Service, running_service
from support.waiting import until

EVENT = event_id(1)
UNDOCUMENTED = {
    "/api/openapi.json",
    "/api/docs",
    "/api/docs/",
    "/api/docs/start.js",
    "/api/docs/{asset}",
}


async def document(service: Service) -> dict[str, Any]:
    answer = await service.get("/api/openapi.json")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    shown: dict[str, Any] = answer.json()
    return shown


def break_database(directory: Path) -> None:
    """Take the tables away, as an operator might by mistake."""
    with closing(sqlite3.connect(directory / "events-face.db")) as connection:
        for table in ("event", "registration", "outbox", "catalogue_state"):
            connection.execute(f"DROP TABLE {table}")


def remove_files(directory: Path) -> None:
    for file in directory.iterdir():
        file.unlink()


# Health


async def test_a_process_that_is_up_says_so(still_service: Service) -> None:
    answer = await still_service.get("/health/live")

    assert answer.status == 200
    assert answer.json() == {"status": "live"}


async def test_a_service_whose_database_answers_is_ready_and_names_its_dependencies(
    still_service: Service,
) -> None:
    answer = await still_service.get("/health/ready")

    assert answer.status == 200
    assert answer.json() == {
        "status": "ready",
        "dependencies": {"provider": "closed", "notifier": "closed"},
    }


async def test_dependencies_that_are_not_configured_are_not_named(
    tmp_path: Path, simulator: Simulator
) -> None:
    settings = quick_settings(tmp_path, simulator, provider_url="", notifier_url="")
    async with running_service(settings) as service:
        assert await dependencies(service) == {}
        assert (await service.get("/api/events")).status == 200


async def test_a_failing_provider_degrades_the_service_but_does_not_fail_it(
    simulator: Simulator, service: Service
) -> None:
    simulator.faults = Faults(fail_rate=1.0, statuses=(503,), target=frozenset({"list"}))

    async def opened() -> bool:
        return (await dependencies(service))["provider"] == "open"

    await until(opened)
    assert (await service.get("/api/events")).status == 200
    simulator.faults = Faults()

    async def closed() -> bool:
        return (await dependencies(service))["provider"] == "closed"

    await until(closed)


async def test_a_provider_that_is_not_there_at_all_degrades_the_service_but_does_not_fail_it(
    tmp_path: Path,
) -> None:
    nowhere = "http://127.0.0.1:1"
    async with running_simulator(calm()) as simulator:
        settings = quick_settings(
            tmp_path, simulator, provider_url=nowhere, notifier_url=nowhere, breaker_failures=2
        )
        async with running_service(settings) as service:

            async def opened() -> bool:
                return (await dependencies(service))["provider"] == "open"

            await until(opened)
            assert (await service.get("/api/events")).status == 200


async def test_a_failing_notifier_degrades_the_service_but_does_not_fail_it(
    tmp_path: Path, simulator: Simulator
) -> None:
    simulator.faults = Faults(fail_rate=1.0, statuses=(503,), target=frozenset({"notify"}))
    settings = quick_settings(
        tmp_path, simulator, breaker_failures=1, breaker_recovery=timedelta(seconds=30)
    )
    async with running_service(settings) as service:
        await service.sync()
        await service.register(EVENT, VISITOR)

        async def opened() -> bool:
            return await dependencies(service) == {"provider": "closed", "notifier": "open"}

        await until(opened)


async def test_a_service_whose_database_is_broken_is_not_ready_but_alive(
    still_service: Service, tmp_path: Path
) -> None:
    break_database(tmp_path)

    answer = await still_service.get("/health/ready")
    alive = await still_service.get("/health/live")

    assert "database" in problem(answer, 503, "not-ready")["detail"]
    assert alive.status == 200


async def test_a_service_whose_database_file_is_gone_is_not_ready(
    still_service: Service, tmp_path: Path
) -> None:
    remove_files(tmp_path)

    problem(await still_service.get("/health/ready"), 503, "not-ready")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/events"),
        ("GET", f"/api/events/{EVENT}"),
        ("GET", "/api/registrations/nobody"),
        ("DELETE", "/api/registrations/nobody"),
        ("POST", f"/api/events/{EVENT}/registrations"),
    ],
)
async def test_without_a_database_every_answer_is_a_problem_with_503_that_names_no_cause(
    still_service: Service, tmp_path: Path, method: str, path: str
) -> None:
    break_database(tmp_path)

    answer = await still_service.call(method, path, json=VISITOR if method == "POST" else None)

    problem(answer, 503, "storage-unavailable")
    assert "no such table" not in answer.body.decode()


async def test_a_request_that_waits_too_long_is_a_problem_with_503_and_leaves_nothing(
    tmp_path: Path, simulator: Simulator
) -> None:
    settings = quick_settings(tmp_path, simulator, http_timeout=timedelta(seconds=0.2))
    async with running_service(settings, background=False) as service:
        await service.sync()
        async with service.app.storage():
            late = await service.register(EVENT, VISITOR, key="one")
            listing = await service.get("/api/events")

        again = await service.register(EVENT, VISITOR, key="one")
        await service.app.deliver()

    problem(late, 503, "timeout")
    assert listing.status == 200
    assert again.status == 202
    assert simulator.calls["register"].attempted == 1


# Metrics


async def test_metrics_count_requests_by_their_route(still_service: Service) -> None:
    await still_service.get("/api/events")
    await still_service.get(f"/api/events/{EVENT}")
    await still_service.get(f"/api/events/{event_id(999)}")
    await still_service.get("/api/registrations/a-secret")

    counted = await samples(still_service, "events_face_http_request_seconds_count")

    def of(route: str, status: int) -> float:
        labels = {"method": "GET", "route": route, "status": str(status)}
        return counted[tuple(sorted(labels.items()))]

    assert of("/api/events", 200) == 1
    assert of("/api/events/{event_id}", 200) == 1
    assert of("/api/events/{event_id}", 404) == 1
    assert of("/api/registrations/{registration_id}", 404) == 1


async def test_metrics_never_name_a_registration(still_service: Service) -> None:
    accepted = await still_service.register(EVENT, VISITOR)
    await still_service.get(accepted.headers["Location"])

    answer = await still_service.get("/metrics")

    assert accepted.json()["id"] not in answer.body.decode()


async def test_metrics_tell_of_calls_circuits_syncs_and_the_outbox(
    simulator: Simulator, still_service: Service
) -> None:
    simulator.faults = Faults(fail_rate=1.0, statuses=(422,), target=frozenset({"notify"}))
    await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()

    calls = await samples(still_service, "events_face_dependency_call_seconds_count")
    circuits = await samples(still_service, "events_face_dependency_circuit")
    outbox = await samples(still_service, "events_face_outbox_rows")

    assert calls[("dependency", "provider-events"), ("outcome", "ok")] >= 1
    assert calls[("dependency", "provider-registrations"), ("outcome", "ok")] == 1
    assert circuits == {(("dependency", "provider"),): 0, (("dependency", "notifier"),): 0}
    assert outbox == {(("message", "notification.written"), ("state", "dead")): 1}


async def test_metrics_are_in_the_format_that_their_content_type_says(
    still_service: Service,
) -> None:
    answer = await still_service.get("/metrics")

    assert answer.headers["Content-Type"].startswith("text/plain; version=")


async def test_metrics_are_there_without_a_database_too(
    still_service: Service, tmp_path: Path
) -> None:
    break_database(tmp_path)

    answer = await still_service.get("/metrics")

    assert answer.status == 200
    assert "events_face_dependency_circuit" in answer.body.decode()


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


async def test_metrics_are_there_while_the_database_stands_still(
    tmp_path: Path, simulator: Simulator, server: OwnServer
) -> None:
    settings = quick_settings(tmp_path, simulator, database_url=server.url)
    async with running_service(settings, background=False) as service:
        server.freeze()
        try:
            async with asyncio.timeout(4):  # a wait for the database takes longer
                answer = await service.get("/metrics")
        finally:
            server.thaw()

    assert answer.status == 200


# Documentation


async def test_the_document_is_valid_openapi_3_1(still_service: Service) -> None:
    shown = await document(still_service)

    assert shown["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(shown).validate()
    for schema in shown["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_every_reference_of_the_document_leads_somewhere(still_service: Service) -> None:
    answer = await still_service.get("/api/openapi.json")

    names = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.body.decode()))
    assert names == set(answer.json()["components"]["schemas"])


async def test_the_document_lists_exactly_the_routes_of_the_router(
    still_service: Service,
) -> None:
    shown = await document(still_service)

    router = create_web_app(still_service.app).router
    routed = {
        (route.method, route.resource.canonical)
        for route in router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    described = {
        (method.upper(), path)
        for path, operations in shown["paths"].items()
        for method in operations
    }
    assert described == {(method, path) for method, path in routed if path not in UNDOCUMENTED}
    assert described == {(route.method, route.path) for route in ROUTES}


async def test_every_operation_has_a_name_of_its_own_and_describes_its_answers(
    still_service: Service,
) -> None:
    shown = await document(still_service)

    operations = [operation for path in shown["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        for status, response in operation["responses"].items():
            assert response["description"]
            if int(status) >= 400:
                assert set(response["content"]) == {"application/problem+json"}


async def test_an_event_and_a_registration_fit_their_schemas(still_service: Service) -> None:
    shown = await document(still_service)
    event = (await still_service.get(f"/api/events/{EVENT}")).json()
    registration = (await still_service.register(EVENT, VISITOR)).json()

    for name, value in (("EventView", event), ("RegistrationView", registration)):
        schema = {"$ref": f"#/components/schemas/{name}", "components": shown["components"]}
        Draft202012Validator(schema).validate(value)
        assert set(shown["components"]["schemas"][name]["required"]) == set(value)


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/"])
async def test_the_docs_page_and_all_it_loads_come_from_here(
    still_service: Service, path: str
) -> None:
    page = await still_service.get(path)

    text = page.body.decode()
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert re.findall(r"https?://|//[a-z]", text) == []
    loaded = [link for link in re.findall(r'(?:src|href)="([^"]+)"', text) if link != "data:,"]
    assert len(loaded) == 3
    for link in loaded:
        assert link.startswith("/api/docs/")
        asset = await still_service.get(link)
        assert asset.status == 200
        assert asset.body
        assert asset.headers["Content-Type"].partition(";")[0] in {"text/css", "text/javascript"}


async def test_the_docs_page_forbids_the_browser_to_load_from_elsewhere(
    still_service: Service,
) -> None:
    page = await still_service.get("/api/docs")
    start = await still_service.get("/api/docs/start.js")

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*", policy)
    assert '"/api/openapi.json"' in start.body.decode()
    assert "validatorUrl: null" in start.body.decode()


async def test_only_the_assets_of_the_page_are_served(still_service: Service) -> None:
    for name in ("swagger-editor.js", "index.css", "LICENSE", "swagger-ui.css.map"):
        problem(await still_service.get(f"/api/docs/{name}"), 404, "not-found")


# Starting


async def test_a_service_over_an_old_database_finds_everything_again(
    tmp_path: Path, simulator: Simulator
) -> None:
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings, background=False) as service:
        await service.sync()
        accepted = (await service.register(EVENT, VISITOR)).json()

    async with running_service(settings) as service:

        async def confirmed() -> bool:
            return await service.status(accepted["id"]) == "confirmed"

        await until(confirmed)
        listing = await service.get("/api/events")

    assert len(listing.json()["results"]) == 1
    assert len(simulator.world.registrations[UUID(int=1)]) == 1


async def test_two_services_on_one_database_do_the_work_once(
    tmp_path: Path, simulator: Simulator
) -> None:
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings) as one, running_service(settings) as other:
        await one.sync()
        accepted = [
            await service.register(EVENT, {**VISITOR, "email": f"v{number}@example.com"})
            for number, service in enumerate([one, other] * 10)
        ]

        async def told() -> bool:
            return len(simulator.world.notifications) == 20

        await until(told)

    assert {answer.status for answer in accepted} == {202}
    assert simulator.calls["register"].attempted == 20
    assert simulator.calls["notify"].attempted == 20
