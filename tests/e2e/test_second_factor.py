"""Signing in with a second factor, in the browser: set up by an authenticator app, then a code, or a recovery code."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S, PASSWORD, Stack
from tests.portal.accounts.test_second_factor import code_of

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
CODE_ASKED = re.compile(r"/sign-in/code/$")
MAKE = f"""
from portal.accounts.models import User
User.objects.create_user("guest", password="{PASSWORD}")
"""

expect.set_options(timeout=LIMIT_S * 1000)


def set_up(somebody: Person) -> tuple[str, list[str]]:
    """From one's own account page, as a person does: the secret that the app keeps, and the recovery codes."""
    page = somebody.page
    somebody.go("/account/")
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator(".factor code").inner_text()
    assert findings(somebody) == []
    page.get_by_label("The code that it shows now").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Keep these codes now")).to_be_visible()
    return secret, page.locator(".factor__codes code").all_inner_texts()


def ask_for_entry(somebody: Person, name: str) -> Page:
    """The page after the password."""
    page = somebody.page
    somebody.go("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(CODE_ASKED)
    return page


def give(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def lets_in(page: Page) -> None:
    """The portal talks to the page."""
    expect(page.locator("connection-state")).to_have_text("Live")


def test_the_recovery_codes_are_shown_once(person: MAKE_PERSON) -> None:
    """SEC-2: after the app is set up, and by no reload; the account then says how many are left."""
    somebody = person("operator")
    page = somebody.page

    _secret, codes = set_up(somebody)

    assert len(set(codes)) == 10
    assert findings(somebody) == []
    page.reload()
    expect(page.get_by_role("heading", name="They were shown already")).to_be_visible()
    assert not [code for code in codes if code in page.content()]
    somebody.go("/account/")
    expect(page.get_by_text("10 codes are left.")).to_be_visible()


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_a_code_of_the_app_is_asked_for_after_the_password(person: MAKE_PERSON, screen: dict[str, object]) -> None:
    """SEC-2: the password alone opens no page; with the code it does, wherever it is typed."""
    name = "colleague" if screen else "administrator"
    secret, _codes = set_up(person(name))
    newcomer = person(**screen)
    page = ask_for_entry(newcomer, name)
    assert findings(newcomer) == []
    newcomer.go("/alarms/")
    expect(page).to_have_url(CODE_ASKED)

    give(page, code_of(secret, 1))  # that of now was used to set it up, and opens once

    lets_in(page)


def test_a_recovery_code_opens_once(stack: Stack, person: MAKE_PERSON) -> None:
    """SEC-2: where the phone is away; whoever finds the paper later stays out."""
    stack.manage("shell", "-c", MAKE)
    _secret, codes = set_up(person("guest"))
    first, later = person(), person()

    give(ask_for_entry(first, "guest"), codes[0])
    lets_in(first.page)
    give(ask_for_entry(later, "guest"), codes[0])

    expect(later.page.get_by_text("Incorrect code")).to_be_visible()
    expect(later.page).to_have_url(CODE_ASKED)
    first.go("/account/")
    expect(first.page.get_by_text("9 codes are left.")).to_be_visible()
