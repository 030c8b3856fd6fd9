"""What a running service says of itself."""

from prometheus_client.parser import text_string_to_metric_families

from support.service import Service


async def samples(service: Service, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """The values of one metric, by labels."""
    answer = await service.get("/metrics")
    assert answer.status == 200
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
        if sample.name == name
    }


async def dependencies(service: Service) -> dict[str, str]:
    answer = await service.get("/health/ready")
    assert answer.status == 200, answer
    states: dict[str, str] = answer.json()["dependencies"]
    return states
