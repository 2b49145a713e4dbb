"""Somebody else is told: a destination tried before it is saved, a test alarm that arrives, what became of it."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from notifications.protocols.webhook import verify
from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S, Stack
from tests.servers.hook import ERROR, OK, Hook

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]

NAME = re.compile(r"^Name\b")  # beside the dot of a change

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A portal that may call receivers on loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKOUT_ALLOWED_NETWORKS", "127.0.0.0/8")
        with Stack(tmp_path_factory.mktemp("portal")) as stack:
            yield stack


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hook]:
    with Hook(tmp_path_factory.mktemp("hook")) as hook:
        yield hook


def begin(person: Person, hook: Hook) -> None:
    """The form of a webhook, from the list of destinations."""
    page = person.page
    person.go("/deliveries/")
    page.get_by_role("link", name="Add destination").first.click()
    page.get_by_role("link", name="Webhook").click()
    page.get_by_label("Address").fill("http://wrong.example/")
    page.get_by_role("button", name="Add destination").click()
    expect(page.locator("#name-error")).to_have_text("A destination needs a name.")
    expect(page.locator("#config-url-error")).to_contain_text("begins with https://")
    page.get_by_label("Told of the alarms of").select_option(label="Every camera of Campus")
    page.get_by_label(NAME).fill("Operations")
    page.get_by_label("Address").fill(hook.url)
    page.get_by_label("CA certificate").fill(hook.ca)


def shown_secret(page: Page) -> str:
    expect(page.get_by_role("heading", name="Copy the secret now")).to_be_visible()
    return page.locator("#made-secret").inner_text()


def test_a_webhook_is_tried_added_and_told(person: MAKE_PERSON, album, hook: Hook) -> None:
    """OUT-5, OUT-8, OUT-9: request and answer before anything is saved; a test alarm goes the whole way."""
    somebody = person("administrator")
    page = somebody.page
    begin(somebody, hook)
    hook.reply = lambda _request: ERROR
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#trial")).to_contain_text("Not taken")
    hook.reply = lambda _request: OK
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#trial")).to_contain_text("It arrived, and the other side says so")
    expect(page.locator("#trial")).to_contain_text("POST /hook HTTP/1.1")
    album(somebody, "deliveries-trial-dark")

    page.get_by_role("button", name="Add destination").click()
    secret = shown_secret(page)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("heading", name="Operations")).to_be_visible()
    assert secret not in page.content()

    before = len(hook.requests)
    somebody.go("/cameras/")
    page.locator("tbody a.table__main").first.click()
    page.get_by_role("link", name="Deliveries").last.click()
    page.get_by_role("button", name="Test alarm").click()
    expect(page.locator("#alarm-deliveries")).to_contain_text("Operations Sent")
    # The cameras of the demo raise alarms of their own meanwhile.
    told = next(one for one in hook.requests[before:] if json.loads(one.body)["data"]["test"])
    verify(told.body, told.headers, secrets=[secret], now_s=int(told.headers["webhook-timestamp"]))
    expect(page.locator("#alarm-deliveries")).to_contain_text("×2")
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator("#alarm-deliveries")).to_contain_text("×3")  # long after its end
    somebody.complaints[:] = [one for one in somebody.complaints if "422" not in one]


def test_the_log_on_a_phone(person: MAKE_PERSON, album, hook: Hook) -> None:
    """RUN-7, SPEC 7: what became of it, with the request; sent again by one press."""
    somebody = person("operator", **PHONE)
    page = somebody.page
    somebody.go("/deliveries/log/")
    album(somebody, "deliveries-log-phone")
    page.locator("a.table__main").first.click()
    before = len(hook.requests)
    page.get_by_role("button", name="Send again").click()
    hook.wait(before + 1)
    expect(page.locator("#delivery")).to_contain_text("Sent")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_form_is_checked_while_it_is_typed_into(person: MAKE_PERSON, album) -> None:
    """UI 1: in the words of the server; what differs from what is saved has a dot, and nobody leaves it by accident."""
    somebody = person("administrator")
    page, asked = somebody.page, list[str]()
    somebody.go("/deliveries/add/?kind=tcp_alarm")
    page.get_by_label("Told of the alarms of").select_option(label="Every camera of Campus")
    page.get_by_label(NAME).fill("Recorder")
    page.get_by_label("Address").fill("192.0.2.17")
    page.get_by_label("Port", exact=True).fill("80")
    expect(page.locator("#config-port-error")).to_have_text("Port 80 is not allowed for alarms; usual is 1818.")
    page.get_by_label("Port", exact=True).fill("1818")
    expect(page.locator("#config-port-error")).to_be_empty()
    page.get_by_role("button", name="Add destination").click()
    expect(page.locator("[data-part=count]")).to_have_text("No changes")

    page.get_by_label("Retries").fill("5")
    expect(page.locator("[data-part=count]")).to_have_text("1 change")
    expect(page.locator("[data-setting='config.retries'] .setting__dot")).to_be_visible()
    album(somebody, "deliveries-changed-dark")
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("window.location = '/deliveries/'")
    expect(page.get_by_label("Retries")).to_have_value("5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-part=count]")).to_have_text("No changes")

    assert asked == ["beforeunload"]
