"""Swagger UI at ``/api/docs``, in a browser."""

from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page

from support.browser import MISSING, Tab, installed_chromium, open_tab, running_browser
from support.people import PASSWORD
from support.web_processes import WebProcess, web_processes

# One service and one browser serve all tests of this file: each takes seconds to start.
pytestmark = [
    pytest.mark.skipif(installed_chromium() is None, reason=MISSING),
    pytest.mark.asyncio(loop_scope="module"),
]

EMAIL = "anna@example.com"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WebProcess]:
    directory = tmp_path_factory.mktemp("docs-page")
    async with web_processes(directory, f"sqlite:///{directory}/events.db", 1) as (web,):
        yield web


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with running_browser(installed_chromium() or "") as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def tab(service: WebProcess, browser: Browser) -> AsyncIterator[Tab]:
    """The page, as whoever opens it for the first time finds it."""
    async with open_tab(browser) as tab:
        await tab.page.goto(f"{service.url}/api/docs")
        await tab.page.get_by_role("button", name="Authorize").wait_for()
        yield tab


async def _access_token(service: WebProcess) -> str:
    signup = {"email": EMAIL, "password": PASSWORD, "display_name": "Anna"}
    async with service.session.post(f"{service.url}/api/auth/register", json=signup) as response:
        assert response.status == 201
    login = {"email": EMAIL, "password": PASSWORD}
    async with service.session.post(f"{service.url}/api/auth/login", json=login) as response:
        token: str = (await response.json())["access_token"]
    return token


async def _authorize(page: Page, token: str) -> None:
    await page.get_by_role("button", name="Authorize").click()
    dialog = page.locator(".modal-ux")
    await dialog.get_by_label("Value").fill(token)
    await dialog.get_by_role("button", name="Apply credentials").click()
    await dialog.get_by_role("button", name="Close").click()


async def _execute(page: Page, operation_id: str) -> Locator:
    """Call an operation by its buttons; return what the page shows of the answer."""
    operation = page.locator(f"[id$='-{operation_id}']")
    await operation.locator(".opblock-summary-control").click()
    await operation.get_by_role("button", name="Try it out").click()
    await operation.get_by_role("button", name="Execute").click()
    return operation.locator(".live-responses-table .response")


def _origins(addresses: Iterable[str]) -> set[str]:
    parts = [urlsplit(address) for address in addresses if not address.startswith("data:")]
    return {f"{one.scheme}://{one.netloc}" for one in parts}


async def test_whoever_authorizes_with_a_token_sees_their_account(
    service: WebProcess, tab: Tab
) -> None:
    await _authorize(tab.page, await _access_token(service))

    answer = await _execute(tab.page, "showMe")

    assert await answer.locator(".response-col_status").inner_text() == "200"
    assert f'"email": "{EMAIL}"' in await answer.inner_text()


async def test_the_page_needs_nobody_else_and_nothing_that_its_policy_forbids(
    service: WebProcess, tab: Tab
) -> None:
    answer = await _execute(tab.page, "listEvents")

    assert await answer.locator(".response-col_status").inner_text() == "200"
    assert _origins(tab.requested) == {service.url}
    assert tab.complaints == []
