"""People in the browser: ticked by mouse and keys, disabled together, and back by an undo."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_people_who_are_ticked_are_disabled_and_come_back(person: MAKE_PERSON, screen: dict[str, object]) -> None:
    """UI 1, SEC-2: a range with Shift, the key that leads to the bar, the question, what became of each, Undo."""
    somebody = person("administrator", **screen)
    page = somebody.page
    somebody.go("/people/")
    bar = page.get_by_role("form", name="With the selected people")
    expect(bar).to_be_hidden()

    page.get_by_label("Select colleague").check()
    page.get_by_label("Select operator").click(modifiers=["Shift"])
    expect(bar).to_contain_text("2 people selected")
    assert findings(somebody) == []
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Set a role")).to_be_focused()
    bar.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("heading", name="Disable 2 people?")).to_be_visible()
    page.get_by_role("button", name="Disable").click()

    expect(page.get_by_role("heading", name="2 people were disabled")).to_be_visible()
    assert findings(somebody) == []
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="2 people were enabled")).to_be_visible()


def test_a_link_that_is_shown_once_is_copied_by_a_button(person: MAKE_PERSON) -> None:
    """SEC-2, UI 1: nobody has to hit both ends of a long text with a mouse."""
    somebody = person("administrator", permissions=["clipboard-read", "clipboard-write"])
    page = somebody.page
    somebody.go("/people/invite/")
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Site", exact=True).select_option("Campus")
    page.get_by_role("button", name="Make the link").click()

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("shown-once code").inner_text()
