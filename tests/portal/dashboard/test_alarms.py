"""The alarm list and its panel."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoAssertNumQueries

from analytics.models import Alarm
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from portal.dashboard.alarm_page import PAGE
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Crane", url="clip:crane.mp4")


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    alarm = AlarmFactory(camera=camera, area_name="Quayside", started_at=NOON, overlay={"boxes": [], "areas": []})
    alarm.snapshot.save("moment.jpg", ContentFile(b"\xff\xd8 a picture"))
    return alarm


@pytest.fixture
def operator(site: Site) -> User:
    return MembershipFactory(site=site, user__username="operator", role=Role.OPERATOR).user


def areas(page: bytes) -> list[str]:
    """Names of the areas in the rows, in their order."""
    return re.findall(r'alarm-row__area clip">([^<]*)<', page.decode())


def text(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def test_a_row_says_where_how_many_and_since_when(alarm: Alarm, colleague: User, signed_in) -> None:
    """OPR-1: area, camera, site, count against threshold, start in the site's zone; nobody has acknowledged."""
    page = signed_in(colleague).get("/alarms/").content

    row = re.search(r'<li class="alarm-row".*?</li>', page.decode(), re.DOTALL)
    assert row
    assert text(row[0].encode()).startswith("12 /10 1 Quayside Active Crane · Harbour")
    assert 'title="2026-11-21 13:00:00 Europe/Berlin (UTC+0100)"' in row[0]
    assert "data-unread" in row[0]


def test_the_newest_alarm_is_on_top(alarm: Alarm, camera: Camera, owner: User, signed_in) -> None:
    """OPR-1."""
    AlarmFactory(camera=camera, area_name="Later", started_at=NOON + timedelta(seconds=1))
    AlarmFactory(camera=camera, area_name="Earlier", started_at=NOON - timedelta(seconds=1))

    assert areas(signed_in(owner).get("/alarms/").content) == ["Later", "Quayside", "Earlier"]


def test_the_filters_of_the_address_narrow_the_list(alarm: Alarm, site: Site, owner: User, signed_in) -> None:
    """OPR-4: state, camera, acknowledgement, words; an address that makes no sense narrows nothing."""
    other = CameraFactory(site=site, name="Gate")
    AlarmFactory(camera=other, area_name="Passage", started_at=NOON, ended_at=NOON, acknowledged_at=NOON)
    client = signed_in(owner)

    assert areas(client.get("/alarms/?state=active").content) == ["Quayside"]
    assert areas(client.get("/alarms/?state=ended").content) == ["Passage"]
    assert areas(client.get("/alarms/?acknowledged=false").content) == ["Quayside"]
    assert areas(client.get(f"/alarms/?camera={other.pk}").content) == ["Passage"]
    assert areas(client.get("/alarms/?q=gate+pass").content) == ["Passage"]
    assert areas(client.get("/alarms/?q=gate+quay").content) == []
    assert len(areas(client.get("/alarms/?state=nonsense&before=nonsense&camera=x").content)) == 2


def test_an_empty_list_says_what_to_do_next(site: Site, owner: User, signed_in) -> None:
    """UI 1: without alarms, and without any that fits."""
    client = signed_in(owner)

    assert "No alarm yet" in client.get("/alarms/").content.decode()
    assert "Show all alarms" in client.get("/alarms/?state=active").content.decode()


def test_htmx_gets_the_list_alone_and_an_address_without_empty_filters(alarm: Alarm, owner: User, signed_in) -> None:
    """OPR-4: what stands in the address bar can be sent to somebody."""
    query = {"q": "", "state": "active", "site": ""}

    answer = signed_in(owner).get("/alarms/", query, headers={**HTMX, "HX-Trigger": "alarm-filters"})

    assert "<html" not in answer.content.decode()
    assert areas(answer.content) == ["Quayside"]
    assert answer["HX-Replace-Url"] == "/alarms/?state=active"


def test_older_alarms_come_page_by_page_each_once(camera: Camera, owner: User, signed_in) -> None:
    """OPR-5: also where many began at the same instant."""
    AlarmFactory.create_batch(2 * PAGE + 3, camera=camera, started_at=NOON)
    client = signed_in(owner)

    seen, address = [], "/alarms/"
    for _ in range(3):
        page = client.get(address, headers=HTMX).content.decode()
        seen += re.findall(r'data-alarm="([^"]*)"', page)
        more = re.search(r'hx-get="(/alarms/[^"]*before=[^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else ""

    assert address == ""
    assert len(seen) == len(set(seen)) == 2 * PAGE + 3


def test_the_older_ones_keep_the_filter(camera: Camera, owner: User, signed_in) -> None:
    """OPR-4."""
    AlarmFactory.create_batch(PAGE + 1, camera=camera, ended_at=None)

    page = signed_in(owner).get("/alarms/?state=active").content.decode()

    assert re.search(r'hx-get="/alarms/\?state=active&amp;before=', page)


def test_rows_of_news_are_given_with_whether_they_fit(alarm: Alarm, camera: Camera, owner: User, signed_in) -> None:
    """OPR-1: what was there is drawn anew, what is new appears only where the filter lets it in."""
    ended = AlarmFactory(camera=camera, area_name="Over", started_at=NOON, ended_at=NOON)

    page = signed_in(owner).get(f"/alarms/rows/?ids={alarm.pk},{ended.pk},nonsense&state=active").content.decode()

    rows = dict(re.findall(r'data-alarm="([^"]*)"([^>]*)>', page))
    assert set(rows) == {str(alarm.pk), str(ended.pk)}
    assert "data-matches" in rows[str(alarm.pk)]
    assert "data-matches" not in rows[str(ended.pk)]


def test_the_panel_shows_picture_facts_and_the_button(alarm: Alarm, operator: User, signed_in) -> None:
    """OPR-3: the snapshot with its boxes; operators can acknowledge."""
    page = signed_in(operator).get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()

    assert f'data-src="/alarms/{alarm.pk}/snapshot.jpg"' in page
    assert '"boxes": []' in page
    assert 'data-action="acknowledge"' in page


def test_the_panel_says_that_the_picture_was_removed(alarm: Alarm, operator: User, signed_in) -> None:
    """SEC-7: with the time; no broken picture, no button for its boxes, and its address is a 404 with the reason."""
    Alarm.objects.update(snapshot="", media_removed_at=datetime(2026, 3, 1, 3, 30, tzinfo=UTC))
    client = signed_in(operator)
    page = client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()

    assert 'Picture removed <time datetime="2026-03-01T03:30:00Z"' in page
    assert "<alarm-snapshot" not in page
    assert re.search('data-action="boxes"[^>]* hidden>', page)
    assert client.get(f"/alarms/{alarm.pk}/snapshot.jpg").status_code == 404


def test_the_address_of_an_alarm_opens_list_and_panel(alarm: Alarm, owner: User, signed_in) -> None:
    """OPR-4: shareable."""
    page = signed_in(owner).get(f"/alarms/{alarm.pk}/").content.decode()

    assert "<html" in page
    assert f'data-alarm-panel="{alarm.pk}"' in page
    assert areas(page.encode()) == ["Quayside"]


def test_a_viewer_sees_the_alarm_but_cannot_acknowledge(alarm: Alarm, colleague: User, signed_in) -> None:
    """SEC-1: no button, and no way around it."""
    client = signed_in(colleague)

    assert 'data-action="acknowledge"' not in client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    assert client.post(f"/alarms/{alarm.pk}/acknowledge/", headers=HTMX).status_code == 403
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None


def test_the_first_acknowledger_wins_and_the_second_is_told(
    alarm: Alarm, operator: User, owner: User, signed_in
) -> None:
    """OPR-2: the second one's page shows who was first."""
    first = signed_in(operator).post(f"/alarms/{alarm.pk}/acknowledge/", headers=HTMX)
    second = signed_in(owner).post(f"/alarms/{alarm.pk}/acknowledge/", headers=HTMX)

    assert first.status_code == 200
    assert "Acknowledged by operator" in text(first.content)
    assert second.status_code == 409
    assert "operator has acknowledged this alarm already" in text(second.content)


def test_acknowledging_works_without_scripts(alarm: Alarm, operator: User, signed_in) -> None:
    """UI 1: a form, which leads back to the alarm."""
    answer = signed_in(operator).post(f"/alarms/{alarm.pk}/acknowledge/")

    assert answer.status_code == 302
    assert answer.url == f"/alarms/{alarm.pk}/"


def test_reading_never_acknowledges(alarm: Alarm, operator: User, signed_in) -> None:
    """SEC-3: only POST changes."""
    assert signed_in(operator).get(f"/alarms/{alarm.pk}/acknowledge/").status_code == 405


def test_the_snapshot_is_for_those_who_may_see_the_alarm(
    alarm: Alarm, colleague: User, stranger: User, signed_in
) -> None:
    """SEC-1: a 404 for strangers, the sign-in page for visitors; never kept in shared caches."""
    address = f"/alarms/{alarm.pk}/snapshot.jpg"

    seen = signed_in(colleague).get(address)

    assert seen.content == b"\xff\xd8 a picture"
    assert seen["Content-Type"] == "image/jpeg"
    assert "private" in seen["Cache-Control"]
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in().get(address).status_code == 302


@pytest.mark.parametrize("path", ["", "acknowledge/", "snapshot.jpg"])
def test_an_alarm_that_does_not_exist_is_a_404(path: str, owner: User, signed_in) -> None:
    """SEC-1."""
    client = signed_in(owner)
    call = client.post if path == "acknowledge/" else client.get

    assert call(f"/alarms/{uuid.uuid4()}/{path}").status_code == 404


def test_a_stranger_sees_no_alarm_by_any_door(alarm: Alarm, stranger: User, signed_in) -> None:
    """SEC-1: list, rows, panel, acknowledging."""
    client = signed_in(stranger)

    assert areas(client.get("/alarms/").content) == []
    assert areas(client.get(f"/alarms/?camera={alarm.camera_id}").content) == []
    assert "Crane" not in client.get(f"/alarms/?camera={alarm.camera_id}").content.decode()
    assert areas(client.get(f"/alarms/rows/?ids={alarm.pk}").content) == []
    assert client.get(f"/alarms/{alarm.pk}/").status_code == 404
    assert client.get(f"/alarms/{alarm.pk}/", headers=HTMX).status_code == 404
    assert client.post(f"/alarms/{alarm.pk}/acknowledge/").status_code == 404


def test_a_part_of_a_page_asked_for_after_signing_out_sends_the_whole_page_to_sign_in(signed_in) -> None:
    """SEC-2: no sign-in form inside the list."""
    answer = signed_in().get("/alarms/", headers=HTMX)

    assert answer["HX-Redirect"] == "/sign-in/"


def test_an_alarm_outlives_its_camera_on_the_screen(alarm: Alarm, camera: Camera, owner: User, signed_in) -> None:
    """SPEC 4.11: the camera was removed, its alarms and its name stay."""
    camera.delete()

    page = signed_in(owner).get(f"/alarms/{alarm.pk}/", headers=HTMX)

    assert page.status_code == 200
    assert "Crane · Harbour" in text(page.content)


def test_what_became_of_an_alarm_is_told_in_words(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 4.6, 4.11: the reason of its end, a withheld notification, how long it lasted."""
    end = NOON + timedelta(seconds=75)
    alarm = AlarmFactory(camera=camera, started_at=NOON, ended_at=end, end_reason="pause", withheld=True)

    seen = text(signed_in(owner).get(f"/alarms/{alarm.pk}/", headers=HTMX).content)

    assert "lasted 1:15" in seen
    assert "reason: below the threshold for too long" in seen
    assert "withheld: deactivation time" in seen


def test_a_simulated_alarm_is_marked_in_row_and_panel(site: Site, owner: User, signed_in) -> None:
    """RUN-1."""
    alarm = AlarmFactory(camera=CameraFactory(site=site, url="scene:?people=3"))
    client = signed_in(owner)

    for path in ("/alarms/", f"/alarms/{alarm.pk}/"):
        assert 'data-field="simulated">simulated' in client.get(path, headers=HTMX).content.decode()


def test_what_a_camera_told_by_itself_has_no_number_that_nobody_said(camera: Camera, owner: User, signed_in) -> None:
    """OUT-10, OUT-9: who told of it, and that it was a test."""
    alarm = AlarmFactory(camera=camera, count=None, threshold=None, source=Alarm.Source.CAMERA, test=True)
    client = signed_in(owner)
    row = text(client.get("/alarms/").content)
    panel = text(client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content)

    assert "– /– 1 Lobby Test Active" in row
    assert "– / –" in panel
    assert "Told by The camera · test alarm" in panel
    assert "None" not in row + panel


@pytest.mark.parametrize("alarms", [1, 50])
def test_the_number_of_queries_of_the_list_is_constant(
    alarms: int, site: Site, owner: User, signed_in, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """STYLE 10: session, user; alarms, where one may work on them; sites, badge. Each alarm of another camera."""
    for camera in CameraFactory.create_batch(alarms, site=site):
        AlarmFactory(camera=camera)
    client = signed_in(owner)

    with django_assert_num_queries(6):
        client.get("/alarms/")
