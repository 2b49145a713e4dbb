"""Work on many cameras in a real browser: ordered, stopped and gone on with, one that fails tried again (EXT-1)."""

import os
import re
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.e2e.stack import LIMIT_S, PASSWORD, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
MAKE = f"""
from cameras.models import Camera, Membership, Role
from cameras.services.site import site_create
from portal.accounts.models import User
manager = User.objects.create_user("manager", password="{PASSWORD}")
for name, count in (("Depot", 9), ("Yard", 1)):
    site = site_create(name=name)
    Membership.objects.create(site=site, user=manager, role=Role.ADMINISTRATOR)
    for number in range(1, count + 1):
        Camera.objects.create(site=site, name=f"{{name}} {{number}}", url="scene:?people=3", enabled=False)
"""
DEMOTE = """
from cameras.models import Membership
Membership.objects.filter(user__username="manager", site__name="Yard").update(role="viewer")
"""

WHILE_AWAY = re.compile("ERR_CONNECTION|htmx:|WebSocket")  # what a restart of the web process costs

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture
def kill_held(stack: Stack) -> Iterator[Callable[[], None]]:
    """Nobody takes short tasks, as their worker hangs; called, it is killed with whatever it had taken."""
    pid = stack.pid("short tasks")
    os.kill(pid, signal.SIGSTOP)
    yield lambda: os.kill(pid, signal.SIGKILL)
    if stack.pid("short tasks") == pid:
        os.kill(pid, signal.SIGCONT)


def rows(page: Page, state: str) -> list[str]:
    return [" ".join(row.split()) for row in page.locator(f"tr[data-state={state}]").all_inner_texts()]


def order_ten(page: Page) -> None:
    """All that lack the extension, by the box in the head of the table."""
    expect(page.locator("connection-state")).to_have_text("Live")  # the scripts are there
    page.locator("select[name=extension]").select_option("none")
    page.wait_for_url(re.compile("extension=none"))
    expect(page.locator("connection-state")).to_have_text("Live")
    page.get_by_label("Select all cameras of this page").check()
    expect(page.locator("#bulk")).to_contain_text("10 cameras selected")
    page.get_by_role("button", name="Install", exact=True).click()
    page.get_by_role("button", name="Install AI occupancy detection on 10 cameras").click()


def test_ten_cameras_of_which_one_fails(stack: Stack, person: MAKE_PERSON, kill_held: Callable[[], None]) -> None:
    """EXT-1: progress by camera, after a reload and the end of web process and worker as before; the reason; retry."""
    stack.manage("shell", "-c", MAKE)
    manager, administrator = person("manager"), person("administrator")
    manager.go("/extensions/")
    order_ten(manager.page)
    expect(manager.page.locator("#progress")).to_contain_text("0 of 10 cameras")
    expect(manager.page.locator("tr[data-state=waiting]")).to_have_count(10)
    job = manager.page.url.removeprefix(stack.address)

    administrator.go(job)
    stack.manage("shell", "-c", DEMOTE)
    restart_web(stack)
    administrator.page.reload()
    expect(administrator.page.get_by_role("button", name="Cancel the 10 that wait")).to_be_visible()
    kill_held()  # the supervisor starts another worker, and the sweep of beat wakes the job
    retry = administrator.page.get_by_role("button", name="Retry the 1 that failed")
    expect(retry).to_be_visible()  # without another reload
    failed = rows(administrator.page, "failed")
    expect(administrator.page.locator("tr[data-state=done]")).to_have_count(9)
    assert len(failed) == 1
    assert "manager, who ordered it, is not an administrator of its site any more." in failed[0]

    retry.click()
    expect(administrator.page.locator("#progress")).to_contain_text("10 done")
    administrator.go("/extensions/?q=Yard")
    expect(administrator.page.locator("[data-field=status]")).to_have_text("Switched off")
    expect(administrator.page.locator("#jobs")).to_contain_text("10 of 10 cameras")
    for somebody in (manager, administrator):
        somebody.complaints[:] = [one for one in somebody.complaints if not WHILE_AWAY.search(one)]


def restart_web(stack: Stack) -> None:
    """As after a crash: the supervisor starts another one."""
    before = stack.pid("web")
    os.kill(before, signal.SIGKILL)
    stack.until_it_answers(but=before)
