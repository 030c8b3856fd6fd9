"""Ticketing answers each role as its OpenAPI document says, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
)

from events_face_runners.web.openapi import openapi_document
from events_face_runners.web.surface import ROUTES
from events_face_runners.web.ticketing import ROUTES as TICKETING
from support.making import calm
from support.threads import service_in_a_thread
from support.ticketing import bearer, by_token

EXAMPLES = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# A schema cannot say that a time lies in the future; and whether tokens are asked for is tried
# without one, where nobody is signed in. What is to violate a query may come out as a parameter
# that nobody knows, which is ignored; and what is to violate a text, as a body over the limit.
EXCLUDED: list[CheckFunction] = [
    positive_data_acceptance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
]
schema = schemathesis.openapi.from_dict(openapi_document(ROUTES)).include(
    operation_id=[route.operation_id for route in TICKETING]
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service that takes tokens."""
    directory = tmp_path_factory.mktemp("schemathesis")
    with service_in_a_thread(directory, calm(), by_token) as url:
        yield url


@pytest.mark.parametrize("token", ["user:u", "organizer:o", "admin:a"])
@schema.parametrize()
@EXAMPLES
def test_every_answer_to_every_role_is_one_that_the_document_names(
    case: schemathesis.Case[Any], url: str, token: str
) -> None:
    case.call_and_validate(base_url=url, headers=bearer(token), timeout=5, excluded_checks=EXCLUDED)
