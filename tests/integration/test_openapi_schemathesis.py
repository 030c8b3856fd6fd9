"""The service answers as its own OpenAPI document says, whatever is asked of it.

schemathesis makes the questions out of the document: honest ones and broken ones, the ends of
every range, wrong methods, missing headers; and it checks each answer against the document.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance

from events_face_runners.web.openapi import openapi_document
from events_face_runners.web.surface import ROUTES
from support.making import calm, event_id
from support.threads import service_in_a_thread

EXAMPLES = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# A schema cannot say what a cursor or an email address is: some that fit it are refused.
EXCLUDED: list[CheckFunction] = [positive_data_acceptance]
schema = schemathesis.openapi.from_dict(openapi_document(ROUTES))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service."""
    with service_in_a_thread(tmp_path_factory.mktemp("schemathesis"), calm()) as url:
        yield url


def test_the_service_serves_the_document_that_the_questions_are_made_of(url: str) -> None:
    served = requests.get(f"{url}/api/openapi.json", timeout=5)

    assert served.json() == openapi_document(ROUTES)


@schema.parametrize()
@EXAMPLES
def test_every_answer_is_one_that_the_document_names(
    case: schemathesis.Case[Any], url: str
) -> None:
    case.call_and_validate(base_url=url, timeout=5, excluded_checks=EXCLUDED)


@schema.include(operation_id="register").parametrize()
@EXAMPLES
def test_every_registration_for_an_event_that_exists_is_answered_as_documented(
    case: schemathesis.Case[Any], url: str
) -> None:
    case.path_parameters = {"event_id": event_id(1)}

    case.call_and_validate(base_url=url, timeout=5, excluded_checks=EXCLUDED)
