"""Alarms and another system: a reference of its own, and the alarms that changed since (API-3, API-8)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Alarm, AlarmStep
from analytics.news import END, START
from analytics.services.event import events_number, events_prune
from cameras.models import Camera, Site
from portal.accounts.models import ApiToken, User
from portal.common.pagination import MOST
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory
from tests.notifications.outbox import write

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/alarms/"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    return AlarmFactory(camera=camera)


@pytest.fixture
def vms(owner: User, api: Any) -> Any:
    return api(owner, "operate")


def acknowledge(client: Any, alarm: Alarm, **given: str) -> Any:
    return client.post(f"{URL}{alarm.pk}/acknowledge/", given, format="json")


def test_an_alarm_carries_the_name_that_it_has_elsewhere(alarm: Alarm, vms: Any) -> None:
    """API-8: and is found by it."""
    answer = acknowledge(vms, alarm, origin="recorder", external_ref="A-7")

    assert (answer.status_code, answer.json()["origin"], answer.json()["external_ref"]) == (200, "recorder", "A-7")
    assert [one["id"] for one in vms.get(URL, {"external_ref": "A-7"}).json()["results"]] == [str(alarm.pk)]
    assert vms.get(URL, {"external_ref": "A-8"}).json()["results"] == []


def test_a_system_that_names_itself_nothing_is_its_token(alarm: Alarm, vms: Any) -> None:
    """API-8: by the prefix, which is no secret; a person at a page is nobody's system."""
    assert acknowledge(vms, alarm).json()["origin"] == ApiToken.objects.get().prefix


def test_an_answer_that_was_lost_is_asked_for_again(alarm: Alarm, vms: Any, site: Site, api: Any) -> None:
    """API-8: the same reference once more is no second step; anything else is told who was first."""
    first = acknowledge(vms, alarm, origin="recorder", external_ref="A-7")
    again = acknowledge(vms, alarm, origin="recorder", external_ref="A-7")
    other = acknowledge(vms, alarm, origin="recorder", external_ref="A-8")
    operator = api(MembershipFactory(site=site, role="operator").user, "operate")

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert again.json()["acknowledged_at"] == first.json()["acknowledged_at"]
    assert AlarmStep.objects.count() == 1
    assert acknowledge(operator, alarm, origin="recorder", external_ref="A-7").status_code == 409


def test_a_reference_belongs_to_one_alarm_of_a_system(camera: Camera, alarm: Alarm, vms: Any) -> None:
    """API-8: unique for a site and an origin; nothing is half done."""
    other = AlarmFactory(camera=camera)
    acknowledge(vms, alarm, origin="recorder", external_ref="A-7")
    refused = acknowledge(vms, other, origin="recorder", external_ref="A-7")
    other.refresh_from_db()

    assert (refused.status_code, refused.json()["code"]) == (409, "external_ref_taken")
    assert (other.acknowledged_at, AlarmStep.objects.filter(alarm=other).count()) == (None, 0)
    assert acknowledge(vms, other, origin="desk", external_ref="A-7").status_code == 200


@pytest.mark.parametrize(
    "given", [{"origin": "a b"}, {"origin": "x" * 41}, {"external_ref": "x" * 81}, {"reference": "A-7"}]
)
def test_what_is_no_reference_is_refused(alarm: Alarm, vms: Any, given: dict[str, str]) -> None:
    """API-1."""
    answer = acknowledge(vms, alarm, **given)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, next(iter(given)))


def test_an_origin_goes_with_every_step(alarm: Alarm, vms: Any) -> None:
    """API-8: of the many, too."""
    step = {"step": "assign", "origin": "recorder"}
    assert vms.post(f"{URL}{alarm.pk}/steps/", step, format="json").status_code == 200
    many = {"step": "acknowledge", "origin": "recorder", "alarms": [str(alarm.pk)]}
    (outcome,) = vms.post(f"{URL}steps/", many, format="json").json()

    assert outcome["alarm"]["origin"] == "recorder"


def started(camera: Camera, count: int = 1) -> list[Alarm]:
    alarms = AlarmFactory.build_batch(count, camera=camera)
    for alarm in alarms:
        write(alarm, START)
    return alarms


def ids(alarms: list[Any]) -> list[str]:
    return [str(one["id"] if isinstance(one, dict) else one.pk) for one in alarms]


def test_alarms_since_a_cursor_are_those_that_changed(camera: Camera, vms: Any) -> None:
    """API-3: each once, as it is now, by its last change; the answer says where to go on."""
    one, two, three = started(camera, 3)
    begin = vms.get(URL).json()
    write(two, END)
    four = started(camera)[0]
    write(one, END)
    page = vms.get(URL, {"after": begin["after"]}).json()

    assert begin["after"] == 3
    assert ids(page["results"]) == ids([two, four, one])
    assert [row["state"] for row in page["results"]] == ["ended", "active", "ended"]
    assert (page["next"], page["after"]) == (None, 6)
    assert vms.get(URL, {"after": 6}).json() == {"next": None, "previous": None, "results": [], "after": 6}
    assert str(three.pk) not in ids(page["results"])


def test_a_poller_misses_nothing_while_alarms_change(camera: Camera, vms: Any) -> None:
    """API-3: page by page; what changes again meanwhile comes again, behind."""
    alarms = started(camera, 5)
    page, seen = vms.get(URL, {"after": 0, "limit": 2}).json(), []
    write(alarms[0], END)
    while True:
        seen += ids(page["results"])
        if page["next"] is None:
            break
        page = vms.get(page["next"]).json()

    assert seen == ids([*alarms, alarms[0]])
    assert page["after"] == 6


def test_changes_of_others_are_not_told(camera: Camera, stranger: User, api: Any) -> None:
    """SEC-1: filters open nothing, and narrow as they do without a cursor."""
    started(camera)
    client = api(stranger)

    assert client.get(URL, {"after": 0}).json()["results"] == []
    assert client.get(URL, {"after": 0, "camera": camera.pk}).json()["results"] == []


def test_a_cursor_that_is_not_kept_is_gone(camera: Camera, vms: Any, settings: Any) -> None:
    """API-6: 410 with the way out; what is no cursor is 400."""
    started(camera, 3)
    settings.EVENTS_MOST = 1
    events_prune(now=datetime.now(UTC))
    gone = vms.get(URL, {"after": 1})

    assert (gone.status_code, gone.json()["code"], gone.json()["oldest"]) == (410, "cursor_gone", 2)
    assert {vms.get(URL, {"after": text}).status_code for text in ("x", "-1", "1.0", "٣", "9" * 30)} == {400}
    assert vms.get(URL, {"after": 2, "limit": MOST}).status_code == 200


def test_asking_takes_as_many_queries_for_one_as_for_many(
    camera: Camera, vms: Any, django_assert_num_queries: Any
) -> None:
    """STYLE 10."""
    started(camera)
    events_number()
    vms.get(URL, {"after": 0})
    with CaptureQueriesContext(connection) as one:
        vms.get(URL, {"after": 0})
    started(camera, 20)
    with django_assert_num_queries(len(one)):
        assert len(vms.get(URL, {"after": 0}).json()["results"]) == 21
