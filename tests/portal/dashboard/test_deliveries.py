"""The log of deliveries: filters, one message with its attempts, sent again, let go (SPEC 7; UI 3)."""

import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cameras.models import Membership, Role, Site
from notifications.models import Destination, Notification
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import drain, queued, rows, tell
from tests.portal.dashboard.reading import words
from tests.servers.hook import Hook, Reply
from tests.streamed import read

LOG = "/deliveries/log/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def destination(site: Site) -> Destination:
    return DestinationFactory(site=site, name="Recorder")


@pytest.fixture
def client(owner: User, signed_in) -> Any:
    return signed_in(owner)


def end(notification: Notification, state: str, reason: str = "") -> None:
    notification.state, notification.reason, notification.ended_at = state, reason, timezone.now()
    notification.save()


def test_the_log_says_what_became_of_each(destination: Destination, client: Any) -> None:
    """UI 3: newest first; a reason is text, whatever is in it."""
    sent, dead, _waiting = queued(destination, 3)
    end(sent, "sent")
    end(dead, "failed", "answers 400 <b>no</b>")
    page = words(client.get(LOG))

    assert (
        page.index("Waiting Alarm started")
        < page.index("Failed answers 400 <b>no</b>")
        < page.index("Sent Alarm started")
    )
    assert "Lobby" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=failed", {"dead"}),
        ("event=ended", set()),
        ("destination={other}", {"other"}),
        ("q=record+lobb", {"sent", "dead"}),
        ("q=nowhere", set()),
        ("camera={camera}", {"sent", "dead", "other"}),
        ("site={site}", {"sent", "dead", "other"}),
        ("site={site}&state=sent", {"sent"}),
        ("alarm={alarm}", {"sent", "other"}),
        ("state=burnt", {"sent", "dead", "other"}),
    ],
)
def test_filters_are_in_the_address(destination: Destination, client: Any, query: str, expected: set[str]) -> None:
    """UI 1: shareable; what no filter knows changes nothing."""
    other = DestinationFactory(site=destination.site, name="Hook")
    camera = CameraFactory(site=destination.site, name="Gate")
    alarms = [AlarmFactory(camera=camera), AlarmFactory(camera=camera)]
    for alarm in alarms:
        tell(alarm)
    found = {
        "sent": Notification.objects.get(alarm=alarms[0], destination=destination),
        "dead": Notification.objects.get(alarm=alarms[1], destination=destination),
        "other": Notification.objects.get(alarm=alarms[0], destination=other),
    }
    Notification.objects.get(alarm=alarms[1], destination=other).delete()
    end(found["sent"], "sent")
    end(found["dead"], "failed")
    url = query.format(other=other.pk, camera=camera.pk, site=destination.site_id, alarm=alarms[0].pk)
    page = client.get(f"{LOG}?{url}").content.decode()

    assert {name for name, one in found.items() if str(one.id) in page} == expected


def test_older_ones_are_a_page_on(destination: Destination, client: Any) -> None:
    """UI 3: pages by key; what arrives meanwhile moves nothing."""
    queued(destination, 60)
    first = client.get(LOG).content.decode()
    older = re.search(r'href="(\?[^"]*before=\d+)"', first)
    queued(destination, 3)
    second = client.get(LOG + html.unescape(older[1])).content.decode()  # type: ignore[index]
    ids = [re.findall(r'name="notification" value="([^"]+)"', page) for page in (first, second)]

    assert (len(ids[0]), len(ids[1])) == (50, 10)
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", "cab"),
        ("-queued", "bac"),
        ("state", "bca"),
        ("-state", "acb"),
        ("took", "bca"),
        ("-took", "cba"),
        ("x", "cab"),
    ],
)
def test_every_column_sorts_the_log(site: Site, client: Any, sort: str, expected: str) -> None:
    """UI 1: in the address, both ways; what names no column changes nothing."""
    hooks = {name: DestinationFactory(site=site, name=name) for name in "bac"}
    found = {name: queued(hook)[0] for name, hook in hooks.items()}
    for name, state, took in (("b", "failed", 9), ("c", "sent", 1)):
        one = found[name]
        one.state, one.ended_at = state, one.queued_at + timedelta(seconds=took)
        one.save()
    Notification.objects.exclude(pk__in=[one.pk for one in found.values()]).delete()
    page = client.get(f"{LOG}?sort={sort}").content.decode()
    names = {str(one.id): name for name, one in found.items()}
    shown = [names[one] for one in re.findall(r'name="notification" value="([^"]+)"', page)]

    assert "".join(shown) == expected


def test_a_sorted_log_has_pages_too(destination: Destination, client: Any) -> None:
    """UI 1: another order begins with its first page again."""
    queued(destination, 60)
    first = client.get(f"{LOG}?sort=state").content.decode()
    second = client.get(f"{LOG}?sort=state&page=2").content.decode()
    ids = [re.findall(r'name="notification" value="([^"]+)"', page) for page in (first, second)]

    assert (len(ids[0]), len(ids[1])) == (50, 10)
    assert not set(ids[0]) & set(ids[1])
    assert 'href="?sort=state&amp;page=2"' in first
    assert 'href="?sort=took"' in second


def test_one_that_waits_for_its_destination_says_why(destination: Destination, client: Any) -> None:
    """SPEC 15: it was not tried itself; log, page and file give the reason of the destination."""
    (one,) = queued(destination)
    Destination.objects.update(failures=2, last_error="nvr: connection refused")
    pages = [client.get(url) for url in (LOG, f"{LOG}{one.id}/", f"/alarms/{one.alarm_id}/deliveries/")]

    assert all("nvr: connection refused" in words(page) for page in pages)
    assert "nvr: connection refused" in read(client.get(f"{LOG}deliveries.csv")).decode()


def test_one_that_waits_behind_another_of_its_area_says_why(destination: Destination, client: Any) -> None:
    """SPEC 7: order is kept, and the log names what is in the way; another area does not wait."""
    failed, behind = queued(destination, 2)
    (other,) = queued(destination, area_number=2)
    Notification.objects.filter(pk=failed.pk).update(tries=3, reason="answers 500")
    log, one = (words(client.get(url)) for url in (LOG, f"{LOG}{behind.id}/"))

    assert log.count("An earlier message of its area waits: answers 500") == 1
    assert "An earlier message of its area waits: answers 500" in one
    assert "An earlier" not in words(client.get(f"{LOG}{other.id}/"))


def test_the_log_asks_the_database_as_often_for_one_as_for_many(
    destination: Destination, client: Any, django_assert_max_num_queries: Any
) -> None:
    """STYLE 10."""
    queued(destination, 20)
    with django_assert_max_num_queries(10):
        client.get(LOG)


def test_the_log_is_a_csv_file_too(destination: Destination, client: Any) -> None:
    """UI 1: with the filters; no cell is a formula."""
    (one,) = queued(destination)
    end(one, "failed", "=cmd|' /C calc'!A0")
    queued(destination)
    answer = client.get(LOG + "deliveries.csv?state=failed")
    header, *lines = csv.reader(io.StringIO(read(answer).decode()))

    assert header[-1] == "Id"
    assert [line[-1] for line in lines] == [str(one.id)]
    assert lines[0][-2].startswith("'=")


@pytest.mark.network
def test_a_message_shows_request_and_answer_of_every_try(site: Site, hook: Hook, owner: User, signed_in) -> None:
    """UI 3: for administrators; others see that there was one."""
    destination = DestinationFactory(site=site, hook=hook)
    (one,) = queued(destination)
    hook.reply = lambda _request: Reply(400, b"<script>alert(1)</script>")
    drain(destination)
    url = f"{LOG}{one.id}/"
    page = signed_in(owner).get(url)
    Membership.objects.filter(user=owner).update(role=Role.OPERATOR)
    less = words(signed_in(owner).get(url))

    assert "POST /hook HTTP/1.1" in words(page)
    assert "<script>alert(1)</script>" in words(page)
    assert "<script>alert" not in page.content.decode()
    assert "POST /hook" not in less
    assert "Send again" in less


@pytest.mark.network
def test_a_dead_letter_is_sent_again_with_one_press(site: Site, hook: Hook, client: Any) -> None:
    """SPEC 7."""
    destination = DestinationFactory(site=site, hook=hook)
    (one,) = queued(destination)
    hook.reply = lambda _request: Reply(400)
    drain(destination)
    hook.reply = lambda _request: Reply()
    answer = client.post(f"{LOG}{one.id}/resend/", follow=True)
    drain(destination)

    assert "It is sent again." in words(answer)
    assert rows(destination) == ["sent"]
    assert len({request.headers["webhook-id"] for request in hook.requests}) == 1


def test_a_waiting_one_is_let_go(destination: Destination, client: Any) -> None:
    """SPEC 7: a second press changes nothing, and says so."""
    (one,) = queued(destination)
    assert "It is not sent." in words(client.post(f"{LOG}{one.id}/cancel/", follow=True))
    assert "It is not waiting any more: Cancelled." in words(client.post(f"{LOG}{one.id}/cancel/", follow=True))
    assert rows(destination) == ["cancelled"]


def test_many_are_sent_again_each_for_itself(destination: Destination, site: Site, client: Any) -> None:
    """UI 1: the ones that cannot be are counted with their reason."""
    off = DestinationFactory(site=site, name="Asleep")
    dead = [*queued(destination, 2), *Notification.objects.filter(destination=off)]
    for one in dead:
        end(one, "failed")
    Destination.objects.filter(pk=off.pk).update(enabled=False)
    ticked = [str(one.id) for one in dead]
    answer = client.post(f"{LOG}act/?state=failed", {"do": "resend", "notification": [*ticked, "x"]}, follow=True)

    assert answer.redirect_chain == [(f"{LOG}?state=failed", 302)]
    assert "2 messages are sent again." in words(answer)
    assert "“Asleep” is switched off." in words(answer)
    assert rows(destination) == ["waiting", "waiting"]
    assert "Nothing was ticked." in words(client.post(f"{LOG}act/", {"do": "burn"}, follow=True))


def test_what_one_may_not_touch_is_left_alone(
    destination: Destination, stranger: User, colleague: User, signed_in
) -> None:
    """SEC-1: a viewer has no boxes, a stranger no messages."""
    (one,) = queued(destination)
    ticked = {"do": "cancel", "notification": [str(one.id)]}
    for user, code in ((colleague, 403), (stranger, 404)):
        browser = signed_in(user)
        assert "Nothing was ticked." in words(browser.post(f"{LOG}act/", ticked, follow=True))
        assert browser.post(f"{LOG}{one.id}/cancel/").status_code == code
        assert 'name="notification"' not in browser.get(LOG).content.decode()
    assert rows(destination) == ["waiting"]
    assert signed_in(stranger).get(f"{LOG}{one.id}/").status_code == 404
    assert "Lobby" not in words(signed_in(stranger).get(LOG))


def test_the_panel_of_an_alarm_says_who_was_told(
    destination: Destination, client: Any, stranger: User, signed_in
) -> None:
    """UI 3: destination by destination, the worst of its messages, why."""
    camera = CameraFactory(site=destination.site)
    alarm = AlarmFactory(camera=camera)
    url = f"/alarms/{alarm.pk}/deliveries/"
    assert "Nobody was told" in words(client.get(url))
    tell(alarm)
    tell(alarm, sequence=1)
    first, _second = Notification.objects.order_by("number")
    end(first, "failed", "answers 400")
    page = words(client.get(url))

    assert re.search(r"Recorder Failed ×2 · .* answers 400", page)
    assert f'hx-get="{url}"' in client.get(f"/alarms/{alarm.pk}/").content.decode()
    assert signed_in(stranger).get(url).status_code == 404


def test_parts_of_pages_come_without_the_frame(destination: Destination, client: Any) -> None:
    """UI 1: what a page asks for while it is open."""
    (one,) = queued(destination)
    for url in ("/deliveries/", LOG, f"{LOG}{one.id}/"):
        assert "<main" not in client.get(url, headers=HTMX).content.decode()
