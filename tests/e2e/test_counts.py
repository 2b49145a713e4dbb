"""Counts in a real browser: a made-up past as a chart, read by keyboard, another period, another place, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
READ = re.compile(r"average [\d.]+, lowest [\d.]+, highest [\d.]+; before [\d.]+")


@pytest.fixture(scope="module")
def past(stack: Stack) -> None:
    stack.manage("demo_history", "--days", "16")


def painted(page: Page) -> bool:
    """Whether something is drawn on the chart."""
    canvas = page.locator("count-chart canvas")
    canvas.wait_for()
    return bool(
        canvas.evaluate(
            "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some((value) => value)"
        )
    )


def test_a_chart_is_read_changed_and_compared(past: None, person: MAKE_PERSON, album) -> None:
    """CNT-4, UI Counts: by keyboard, too; the policy refuses nothing of the library (SEC-3)."""
    operator = person("operator")
    page = operator.page
    page.get_by_role("link", name="Counts", exact=True).click()
    expect(page.get_by_role("rowheader", name="Campus")).to_contain_text("simulated")
    page.get_by_role("link", name="Week", exact=True).click()
    page.get_by_role("link", name="Earlier").click()
    assert painted(page)

    page.locator("count-chart").focus()
    page.keyboard.press("End")
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-part=reading]")).to_contain_text(READ)
    expect(page.get_by_role("table", name="Average by hour and weekday").locator("td")).to_have_count(168)

    page.get_by_text("Choose places").click()
    page.get_by_role("link", name="1 · Table").click()
    expect(page.get_by_role("rowheader", name="Table")).to_be_visible()
    assert painted(page)
    album(operator, "counts-dark")
    with page.expect_download() as download:
        page.get_by_role("link", name="Minutes as CSV").click()
    assert re.fullmatch(r"counts_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)


def test_a_phone_shows_the_same(past: None, person: MAKE_PERSON, album) -> None:
    """UI 2: light, narrow, nothing beside the page."""
    operator = person("operator", theme="light", **PHONE)
    operator.go("/cameras/1/counts/?period=week")
    page = operator.page
    assert painted(page)
    album(operator, "counts-phone-light")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
