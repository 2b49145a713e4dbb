"""The desk on the alarm page: steps, ticked rows, shelved areas, filters, CSV (OPR-2, OPR-4)."""

import csv
import io
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from analytics.desk_selectors import choice_of
from analytics.models import Alarm, AlarmStep, Shelving
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory
from tests.streamed import read

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Crane", url="clip:crane.mp4")


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    return AlarmFactory(camera=camera, area_name="Quayside", started_at=NOON, ended_at=NOON)


@pytest.fixture
def operator(site: Site) -> User:
    return MembershipFactory(site=site, user__username="operator", role=Role.OPERATOR).user


@pytest.fixture
def client(operator: User, signed_in) -> Client:
    return signed_in(operator)


def text(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def desk(page: bytes) -> set[str]:
    """What the panel offers."""
    return set(re.findall(r'data-desk="(\w+)"', page.decode()))


def step(client: Client, alarm: Alarm, **asked: str):
    return client.post(f"/alarms/{alarm.pk}/step/", asked, headers=HTMX)


def areas(page: bytes) -> list[str]:
    return re.findall(r'alarm-row__area clip">([^<]*)<', page.decode())


def test_the_panel_offers_what_the_state_allows(alarm: Alarm, client: Client) -> None:
    """OPR-2: what goes on cannot be closed, what is closed can be reopened."""
    path = f"/alarms/{alarm.pk}/"
    going = AlarmFactory(camera=alarm.camera)

    assert desk(client.get(path, headers=HTMX).content) == {"close", "shelve", "assign", "note"}
    assert desk(client.get(f"/alarms/{going.pk}/", headers=HTMX).content) == {"shelve", "assign", "note"}
    closed = step(client, alarm, step="close", verdict="false", note="A poster.")
    assert desk(closed.content) == {"reopen", "shelve", "note"}


def test_a_step_answers_with_facts_history_and_what_can_be_done_next(alarm: Alarm, client: Client) -> None:
    """OPR-2: who and when, with the note as it was written."""
    answer = step(client, alarm, step="close", verdict="false", note="A <poster>.")

    assert answer.status_code == 200
    assert "A &lt;poster&gt;." in answer.content.decode()
    assert "operator closed · False alarm" in text(answer.content)
    assert 'id="alarm-desk" hx-swap-oob="true"' in answer.content.decode()


def test_a_step_that_came_too_late_is_a_409_with_the_facts_of_now(
    alarm: Alarm, client: Client, owner: User, signed_in
) -> None:
    """OPR-2: somebody closed it in between."""
    step(signed_in(owner), alarm, step="close", verdict="true")

    answer = step(client, alarm, step="assign")

    assert answer.status_code == 409
    assert "This alarm is closed: reopen it first." in text(answer.content)
    assert desk(answer.content) == {"reopen", "shelve", "note"}


@pytest.mark.parametrize("asked", [{"step": "close"}, {"step": "note", "note": ""}, {"step": "burn"}, {}])
def test_a_step_that_lacks_a_part_is_a_422(asked: dict[str, str], alarm: Alarm, client: Client) -> None:
    """OPR-2: nothing is done, the reason is shown."""
    answer = step(client, alarm, **asked)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not AlarmStep.objects.exists()


def test_steps_work_without_scripts(alarm: Alarm, client: Client) -> None:
    """UI 1: forms, which lead back to the alarm."""
    answer = client.post(f"/alarms/{alarm.pk}/step/", {"step": "note", "note": "Seen."})

    assert answer.url == f"/alarms/{alarm.pk}/"
    assert AlarmStep.objects.get().note == "Seen."


def test_an_alarm_is_offered_to_the_operators_of_its_site(
    alarm: Alarm, client: Client, owner: User, colleague: User, stranger: User
) -> None:
    """OPR-2, SEC-1."""
    page = client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()

    assert set(re.findall(r'<option value="([a-z]+)"', page)) == {"operator", owner.username}


def test_a_viewer_is_offered_nothing_and_has_no_ticks(alarm: Alarm, colleague: User, signed_in) -> None:
    """SEC-1: and no way around it."""
    client = signed_in(colleague)

    assert desk(client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content) == set()
    assert 'name="alarm"' not in client.get("/alarms/").content.decode()
    assert step(client, alarm, step="note", note="x").status_code == 403
    assert "needs the role" in text(
        client.post("/alarms/steps/", {"step": "acknowledge", "alarm": alarm.pk}, headers=HTMX).content
    )
    assert not AlarmStep.objects.exists()


def test_what_is_ticked_is_done_and_nothing_else(alarm: Alarm, camera: Camera, client: Client, owner: User) -> None:
    """OPR-2: bulk touches only what is listed; what was refused is named with its reason."""
    late = AlarmFactory(camera=camera, area_name="Passage", acknowledged_at=NOON, acknowledged_by=owner)
    other = AlarmFactory(camera=camera)
    asked = {"step": "acknowledge", "alarm": [str(alarm.pk), str(late.pk), "nonsense"]}

    answer = client.post("/alarms/steps/", asked, headers=HTMX)

    seen = text(answer.content)
    assert "1 alarm done." in seen
    assert re.search(r"Crane · Passage · [^:]*:\d\d:\d\d : " + owner.username + " has acknowledged", seen)
    assert set(Alarm.objects.filter(acknowledged_at=None)) == {other}


def test_many_are_closed_with_one_verdict(alarm: Alarm, camera: Camera, client: Client) -> None:
    """OPR-2."""
    second = AlarmFactory(camera=camera, started_at=NOON, ended_at=NOON)
    asked = {"step": "close", "verdict": "test", "note": "Fire drill.", "alarm": [str(alarm.pk), str(second.pk)]}

    client.post("/alarms/steps/", asked, headers=HTMX)

    assert set(Alarm.objects.values_list("verdict", flat=True)) == {"test"}
    assert client.post("/alarms/steps/", asked | {"verdict": ""}, headers=HTMX).status_code == 422


def test_the_areas_of_the_ticked_alarms_are_shelved_once_each(alarm: Alarm, camera: Camera, client: Client) -> None:
    """OPR-2: two alarms of one area share its shelving."""
    going = AlarmFactory(camera=camera, area_name="Quayside")
    asked = {"step": "shelve", "minutes": "60", "reason": "Cleaning", "alarm": [str(alarm.pk), str(going.pk)]}

    answer = client.post("/alarms/steps/", asked, headers=HTMX)

    assert "2 alarms done." in text(answer.content)
    assert Shelving.objects.get().reason == "Cleaning"
    going.refresh_from_db()
    assert going.shelved


@pytest.mark.parametrize("wrong", [{"minutes": "1"}, {"minutes": "x"}, {"reason": " "}])
def test_a_shelving_needs_a_length_and_a_reason(wrong: dict[str, str], alarm: Alarm, client: Client) -> None:
    """OPR-2."""
    answer = step(client, alarm, **({"step": "shelve", "minutes": "60", "reason": "why"} | wrong))

    assert answer.status_code == 422
    assert not Shelving.objects.exists()


def test_a_shelved_area_is_listed_marked_and_taken_back(camera: Camera, client: Client) -> None:
    """OPR-2: in the row, in the panel, on its page; ended from either."""
    going = AlarmFactory(camera=camera)
    step(client, going, step="shelve", minutes="60", reason="The floor is cleaned.")
    page = text(client.get("/alarms/shelved/").content)
    row = client.get("/alarms/").content.decode()
    panel = client.get(f"/alarms/{going.pk}/", headers=HTMX).content

    assert "Area 1, Crane Harbour" in page
    assert "The floor is cleaned." in page
    assert "data-shelved-until" in row
    assert "unshelve" in desk(panel)
    assert "Its area is shelved: nobody is told of its alarms until" in text(panel)

    assert "shelve" in desk(step(client, going, step="unshelve").content)
    assert "Nothing is shelved" in text(client.get("/alarms/shelved/").content)


def test_a_shelving_is_ended_on_its_page(camera: Camera, client: Client, colleague: User, signed_in) -> None:
    """OPR-2, SEC-1: by operators; who comes too late is told."""
    step(client, AlarmFactory(camera=camera), step="shelve", minutes="60", reason="why")
    path = f"/alarms/shelved/{Shelving.objects.get().pk}/end/"

    assert signed_in(colleague).post(path).status_code == 403
    assert client.post(path).url == "/alarms/shelved/"
    assert "has ended already" in text(client.post(path, follow=True).content)
    assert Shelving.objects.get().ended_by.username == "operator"


def test_the_chips_of_the_address_narrow_the_list(alarm: Alarm, camera: Camera, client: Client, operator: User) -> None:
    """OPR-4: closed, mine, shelved, area, verdict, a time that moves along."""
    mine = AlarmFactory(camera=camera, area_name="Mine", area_number=2, assigned_to=operator)
    step(client, alarm, step="close", verdict="false")
    Shelving.objects.create(
        camera=camera,
        area_number=2,
        reason="x",
        started_at=NOON,
        until=NOON,
        ends_at=timezone.now() + timedelta(hours=1),
    )
    Alarm.objects.filter(pk=mine.pk).update(shelving=Shelving.objects.get())

    def listed(query: str) -> list[str]:
        return areas(client.get(f"/alarms/?{query}").content)

    assert listed("state=closed") == listed("verdict=false") == ["Quayside"]
    assert listed("mine=true") == listed("shelved=true") == listed("area=2") == listed("state=active") == ["Mine"]
    Alarm.objects.filter(pk=alarm.pk).update(started_at=timezone.now() - timedelta(days=2))
    assert listed("within=24h") == ["Mine"]
    assert listed("within=7d") == ["Mine", "Quayside"]


def test_the_csv_holds_what_the_filters_let_through_guarded(alarm: Alarm, camera: Camera, client: Client) -> None:
    """OPR-4: no cell is a formula to a spreadsheet; instants in the site's zone."""
    AlarmFactory(camera=camera, area_name="=1+1", camera_name="@cmd")

    answer = client.get("/alarms/alarms.csv?state=active")
    rows = list(csv.DictReader(io.StringIO(read(answer).decode())))

    assert answer["Content-Disposition"] == 'attachment; filename="alarms.csv"'
    assert [(row["Area"], row["Camera"], row["State"]) for row in rows] == [("'=1+1", "'@cmd", "active")]
    assert "2026-11-21T13:00:00.000+01:00" in read(client.get("/alarms/alarms.csv")).decode()


def test_how_one_is_told_is_kept_for_the_person(client: Client, operator: User, owner: User) -> None:
    """OPR-1: on the server, for whoever chose it; a sound that is none is refused."""
    assert client.post("/alarms/sound/", {"sound": "once", "notify": "on"}, headers=HTMX).status_code == 204
    assert client.post("/alarms/sound/", {"sound": "horn"}, headers=HTMX).status_code == 422

    choice = choice_of(user=operator)
    assert (choice.sound, choice.notify) == ("once", True)
    other = choice_of(user=owner)
    assert (other.sound, other.notify) == ("none", False)


def test_a_stranger_finds_nothing_of_the_desk(alarm: Alarm, client: Client, stranger: User, signed_in) -> None:
    """SEC-1: panel steps, ticked ones, shelvings, CSV."""
    step(client, alarm, step="shelve", minutes="60", reason="secret works")
    other = signed_in(stranger)

    assert step(other, alarm, step="note", note="x").status_code == 404
    assert "Quayside" not in other.post("/alarms/steps/", {"step": "acknowledge", "alarm": alarm.pk}).content.decode()
    assert "secret works" not in other.get("/alarms/shelved/").content.decode()
    assert other.post(f"/alarms/shelved/{Shelving.objects.get().pk}/end/").status_code == 404
    assert b"Quayside" not in read(other.get("/alarms/alarms.csv"))
    assert step(other, Alarm(pk=uuid.uuid4()), step="note", note="x").status_code == 404
    assert Alarm.objects.get().acknowledged_at is None
