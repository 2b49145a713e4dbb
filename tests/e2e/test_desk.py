"""The alarm desk in a browser: keys alone, two people, a lost connection, a phone (OPR-1, OPR-2, OPR-5)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
ALARMS = """
import uuid
from datetime import timedelta
from django.utils import timezone
from analytics.models import Alarm
from cameras.models import Camera
camera = Camera.objects.get(name="Ramp")
for place, name in enumerate({names}):
    start = timezone.now() - timedelta(minutes=5 + place)
    Alarm.objects.create(
        id=uuid.uuid4(), site=camera.site, camera=camera, camera_name=camera.name, area_number=1, area_name=name,
        count=12, threshold=10, started_at=start, ended_at=start + timedelta(minutes=1), end_reason="count",
    )
"""

expect.set_options(timeout=LIMIT_S * 1000)


def make(stack: Stack, *names: str) -> None:
    """Alarms that have ended, newest first."""
    stack.manage("shell", "-c", ALARMS.format(names=list(names)))


def row(person: Person, name: str) -> Locator:
    return person.page.locator(".alarm-row", has_text=name)


def test_the_desk_is_worked_by_keys_alone(person: MAKE_PERSON, stack: Stack, album) -> None:
    """OPR-2: j k to go, a acknowledges, r closes with verdict and note, x ticks, s shelves, ? shows the keys."""
    make(stack, "Desk A", "Desk B", "Desk C")
    operator = person("operator")
    operator.go("/alarms/?q=Desk")
    page, keys = operator.page, operator.page.keyboard
    panel = page.locator("#alarm-panel")
    expect(panel).to_contain_text("Desk A")

    keys.press("j")
    expect(panel).to_contain_text("Desk B")
    keys.press("a")
    expect(page.locator("#alarm-facts")).to_contain_text("Acknowledged by operator")
    keys.press("r")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("A poster.")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".history")).to_contain_text("A poster.")
    expect(row(operator, "Desk B")).to_contain_text("False alarm")

    keys.press("k")
    expect(panel).to_contain_text("Desk A")
    keys.press("x")
    keys.press("j")
    keys.press("j")
    keys.press("x")
    expect(page.locator("[data-part=count]").last).to_have_text("2 alarms selected")
    album(operator, "desk-ticked")
    keys.press("a")
    expect(page.locator("#alarm-outcome")).to_contain_text("2 alarms done.")
    expect(row(operator, "Desk A")).to_contain_text("operator")
    expect(page.locator("input[name=alarm]:checked")).to_have_count(0)

    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")
    keys.press("s")
    keys.press("Tab")
    keys.type("The floor is cleaned.")
    keys.press("Enter")
    expect(page.locator(".history")).to_have_count(1)
    operator.go("/alarms/shelved/")
    expect(page.locator("#shelvings")).to_contain_text("The floor is cleaned.")
    page.get_by_role("button", name="End it").click()
    expect(page.locator("#shelvings")).to_contain_text("Nothing is shelved")


def test_two_operators_see_each_other_and_what_is_typed_stays(person: MAKE_PERSON, stack: Stack) -> None:
    """OPR-2: a step of one shows in the other's row and panel; a note that is being written is not lost by it."""
    make(stack, "Shared A")
    operator, colleague = person("operator"), person("colleague")
    for one in (operator, colleague):
        one.go("/alarms/?q=Shared")
        expect(one.page.locator("#alarm-panel")).to_contain_text("Shared A")
    colleague.page.keyboard.press("n")
    colleague.page.keyboard.type("I go and")

    operator.page.keyboard.press("a")

    expect(row(colleague, "Shared A")).to_contain_text("operator")
    expect(colleague.page.locator("#alarm-facts")).to_contain_text("Acknowledged by operator")
    colleague.page.keyboard.type(" look.")
    colleague.page.get_by_role("button", name="Write it down").click()
    expect(operator.page.locator(".history")).to_contain_text("I go and look.")


def test_news_that_overtake_the_answer_of_a_step_disturb_nothing(person: MAKE_PERSON, stack: Stack) -> None:
    """OPR-2: the facts are drawn by news while the step of this browser is still being answered."""
    make(stack, "Overtaken A")
    operator = person("operator")
    operator.go("/alarms/?q=Overtaken")
    page, held = operator.page, []
    expect(page.locator("#alarm-panel")).to_contain_text("Overtaken A")
    page.route("**/acknowledge/", lambda route: held.append((route, route.fetch())))

    with page.expect_response(lambda answer: answer.request.method == "GET" and "/alarms/" in answer.url):
        page.keyboard.press("a")
        expect(row(operator, "Overtaken A")).to_contain_text("operator")
    (route, answer), *_ = held
    route.fulfill(response=answer)

    expect(page.locator("#alarm-facts")).to_contain_text("Acknowledged by operator")
    expect(page.locator("#alarm-desk [data-desk=close]")).to_have_count(1)


def test_a_desk_that_was_cut_off_misses_nothing_and_has_nothing_twice(person: MAKE_PERSON, stack: Stack) -> None:
    """OPR-5: a banner says since when; steps and alarms of meanwhile are there afterwards, each once."""
    make(stack, "Cut A", "Cut B")
    operator, colleague = person("operator"), person("colleague")
    for one in (operator, colleague):
        one.go("/alarms/?q=Cut")
        expect(one.page.locator("#alarm-panel")).to_contain_text("Cut A")
    operator.page.context.set_offline(True)
    expect(operator.page.locator("[data-part=offline]")).to_contain_text("Offline since")

    colleague.page.keyboard.press("a")
    expect(colleague.page.locator("#alarm-facts")).to_contain_text("Acknowledged by colleague")
    make(stack, "Cut C")
    operator.complaints.clear()  # requests that failed while it was cut off are no fault of the page
    operator.page.context.set_offline(False)

    expect(row(operator, "Cut C")).to_have_count(1)
    expect(operator.page.locator("[data-part=offline]")).to_be_hidden()
    expect(row(operator, "Cut A")).to_contain_text("colleague")
    expect(operator.page.locator(".alarm-row")).to_have_count(3)
    cut_off = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    operator.complaints[:] = [one for one in operator.complaints if not any(word in one for word in cut_off)]


def test_the_desk_fits_a_phone_and_the_sound_goes_with_the_person(person: MAKE_PERSON, stack: Stack, album) -> None:
    """OPR-1, UI 1: nothing is wider than the screen; the choice of sound is kept on the server."""
    make(stack, "Phone A")
    phone, desk = person("operator", theme="light", **PHONE), person("operator")
    phone.go("/alarms/?q=Phone")
    phone.page.locator("input[name=alarm]").first.check()
    phone.page.get_by_label("With the selected alarms").get_by_role("button", name="Take").click()
    expect(row(phone, "Phone A")).to_contain_text("operator")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    album(phone, "desk-phone")

    phone.page.get_by_label("How new alarms are told").click()
    with phone.page.expect_response("**/alarms/sound/"):
        phone.page.get_by_label("Until it is acknowledged").check()
    desk.go("/alarms/")

    expect(desk.page.locator("alarm-sound")).to_have_attribute("data-sound", "until_acknowledged")


@pytest.mark.parametrize(
    ("theme", "how"), [pytest.param("dark", {}, id="desk, dark"), pytest.param("light", PHONE, id="phone, light")]
)
def test_everybody_can_use_the_desk(theme: str, how: dict[str, object], person: MAKE_PERSON, stack: Stack) -> None:
    """UI 1: axe-core finds nothing serious: in the list, with ticked rows, in a panel with an open form, among what is
    shelved."""
    make(stack, "Open to all")
    operator = person("operator", theme=theme, **how)
    page = operator.page
    operator.go("/alarms/?q=Open")
    page.locator("input[name=alarm]").first.check()
    page.locator("[data-bulk=shelve] summary").click()
    assert findings(operator) == []

    page.keyboard.press("Escape")  # the form lies over the bar
    page.get_by_role("button", name="Select none").click()
    row(operator, "Open to all").first.get_by_role("link").click()
    page.locator("[data-desk=close] summary").click()
    expect(page.locator("#alarm-why, .why").first).to_be_attached()
    assert findings(operator) == []

    operator.go("/alarms/shelved/")
    page.get_by_label("How new alarms are told").click()
    assert findings(operator) == []
