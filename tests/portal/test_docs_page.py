"""API-1: the page of the OpenAPI document, in a real browser."""

import shutil

import pytest
from django.conf import settings
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from portal.accounts.models import User

LAST = "/api/v1/workers/"
NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


def seen_while_scrolling(page: Page) -> set[str]:
    """The paths of the operations down to the last one: what is out of sight is not drawn."""
    drawn: set[str] = set()
    page.mouse.move(400, 400)
    for _ in range(400):
        paths = page.locator(".opblock-summary-path").all_inner_texts()
        drawn |= {path.replace("\u200b", "") for path in paths}
        if LAST in drawn:
            break
        page.mouse.wheel(0, 200)
        page.evaluate(NEXT_FRAME)
    return drawn


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_draws_every_operation_and_breaks_no_policy(
    live_server: LiveServer, owner: User, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEC-3: Swagger UI works under the content security policy; the console stays empty."""
    monkeypatch.setenv(
        "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
    )  # Playwright's loop runs in this thread; the ORM is not in it
    cookie = signed_in(owner).cookies[settings.SESSION_COOKIE_NAME].value
    console: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(f"{live_server.url}/api/v1/docs/")
        page.wait_for_selector(".opblock-summary")
        drawn = seen_while_scrolling(page)
        browser.close()

    assert {"/api/v1/alarms/", "/api/v1/areas/", LAST} <= drawn
    assert console == []
