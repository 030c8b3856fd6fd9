"""A real Chromium: one that is installed, since none comes with PyPI."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import field, frozen
from playwright.async_api import Browser, Page, async_playwright

VARIABLE = "EVENTS_FACE_TEST_CHROMIUM"
MISSING = f"no Chromium is installed, and {VARIABLE} names none (CONTRIBUTING tells how to get it)"

_PATIENCE_SECONDS = 60.0
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def installed_chromium() -> str | None:
    """Return the command of the Chromium to use, if there is one."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)


@frozen
class Tab:
    """A page in the browser, and what it did.

    Attributes:
        page: the hand on it.
        requested: the addresses that it asked for.
        complaints: what the browser wrote as errors: of scripts, and of what a policy forbids.
    """

    page: Page
    requested: list[str] = field(factory=list)
    complaints: list[str] = field(factory=list)


@asynccontextmanager
async def running_browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser that knows nothing yet; it ends with the block."""
    async with async_playwright() as playwright:
        # Root has no sandbox, and containers run tests as root.
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=_OPTIONS, chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_tab(browser: Browser) -> AsyncIterator[Tab]:
    """Open a page that shares nothing with others; it closes with the block."""
    tab = Tab(await browser.new_page())
    tab.page.set_default_timeout(_PATIENCE_SECONDS * 1000)
    tab.page.on("request", lambda request: tab.requested.append(request.url))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.page.on(
        "console",
        lambda said: tab.complaints.append(said.text) if said.type == "error" else None,
    )
    try:
        yield tab
    finally:
        await tab.page.close()
