"""OPR-2, API-1: the desk for programs."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from analytics.models import Alarm, AlarmStep, Shelving
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory

JSON = "application/json"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    now = timezone.now()
    return AlarmFactory(camera=camera, started_at=now, ended_at=now)


@pytest.fixture
def operator(site: Site) -> User:
    return MembershipFactory(site=site, user__username="operator", role=Role.OPERATOR).user


@pytest.fixture
def client(api, operator: User) -> Client:
    return api(operator, "operate")


def asked(camera: Camera, **other: object) -> dict[str, object]:
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    return {"camera": camera.pk, "area": 1, "until": until, "reason": "The floor is cleaned.", **other}


def test_a_step_answers_with_the_alarm_and_leaves_its_history(client: Client, alarm: Alarm) -> None:
    """OPR-2: who, when, verdict, note."""
    url = f"/api/v1/alarms/{alarm.pk}/steps/"
    body = {"step": "close", "verdict": "false", "note": "A poster."}

    answer = client.post(url, body, content_type=JSON).json()
    history = client.get(url).json()

    assert (answer["state"], answer["verdict"], answer["closed_by"]) == ("closed", "false", "operator")
    assert answer["allowed_steps"] == ["note", "reopen"]
    assert [(one["step"], one["by"], one["verdict"], one["note"]) for one in history] == [
        ("acknowledge", "operator", "", ""),
        ("close", "operator", "false", "A poster."),
    ]


def test_an_illegal_step_is_a_409_that_says_what_is_allowed(client: Client, alarm: Alarm) -> None:
    """OPR-2."""
    answer = client.post(f"/api/v1/alarms/{alarm.pk}/steps/", {"step": "reopen"}, content_type=JSON)

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "step_not_allowed"
    assert problem["state"] == "ended_unacknowledged"
    assert problem["allowed"] == ["acknowledge", "assign", "note", "close"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"step": "close"}, "verdict"),
        ({"step": "note"}, "note"),
        ({"step": "burn"}, "step"),
        ({"step": "assign", "assignee": "nobody"}, "assignee"),
        ({"step": "acknowledge", "verdicts": "true"}, "verdicts"),
    ],
)
def test_what_does_not_fit_is_named(client: Client, alarm: Alarm, body: dict[str, str], path: str) -> None:
    """API-1: 400 with the place."""
    answer = client.post(f"/api/v1/alarms/{alarm.pk}/steps/", body, content_type=JSON)

    assert answer.status_code == 400
    assert [error["path"] for error in answer.json()["errors"]] == [path]


def test_of_many_each_has_an_outcome(client: Client, alarm: Alarm, camera: Camera) -> None:
    """OPR-2: only what is listed; partial refusals are named, each with the problem of its own."""
    seen, unlisted, gone = AlarmFactory(camera=camera), AlarmFactory(camera=camera), uuid.uuid4()
    Alarm.objects.filter(pk=seen.pk).update(acknowledged_at=timezone.now())
    body = {"step": "acknowledge", "alarms": [str(alarm.pk), str(seen.pk), str(gone)]}

    outcomes = client.post("/api/v1/alarms/steps/", body, content_type=JSON).json()

    assert [(one["id"], one["status"]) for one in outcomes] == [
        (str(alarm.pk), 200),
        (str(seen.pk), 409),
        (str(gone), 404),
    ]
    assert outcomes[0]["alarm"]["acknowledged_by"] == "operator"
    assert outcomes[1]["problem"]["code"] == "already_acknowledged"
    assert Alarm.objects.get(pk=unlisted.pk).acknowledged_at is None


def test_the_list_of_many_has_an_end(client: Client) -> None:
    """OPR-2: 1 to 200 alarms at once."""
    for alarms in ([], [str(uuid.uuid4())] * 201):
        answer = client.post("/api/v1/alarms/steps/", {"step": "acknowledge", "alarms": alarms}, content_type=JSON)
        assert answer.status_code == 400


def test_an_area_is_shelved_listed_and_taken_back(client: Client, camera: Camera) -> None:
    """OPR-2: reason, end, by whom; its alarms are marked."""
    going = AlarmFactory(camera=camera)
    made = client.post("/api/v1/shelvings/", asked(camera), content_type=JSON)
    shelved = client.get("/api/v1/alarms/?shelved=true").json()["results"]
    listed = client.get("/api/v1/shelvings/?state=active").json()["results"]
    over = client.post(f"/api/v1/shelvings/{made.json()['id']}/end/").json()

    assert made.status_code == 201
    assert [one["id"] for one in shelved] == [str(going.pk)]
    assert shelved[0]["shelved_until"] == made.json()["ends_at"]
    assert [(one["area"], one["reason"], one["by"]) for one in listed] == [(1, "The floor is cleaned.", "operator")]
    assert over["ended_by"] == "operator"
    assert client.get("/api/v1/shelvings/?state=active").json()["results"] == []
    assert client.get("/api/v1/alarms/?shelved=true").json()["results"] == []
    assert client.post(f"/api/v1/shelvings/{made.json()['id']}/end/").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "path"),
    [({"area": 0}, "area"), ({"reason": " "}, "reason"), ({"until": "2020-01-01T00:00:00Z"}, "until")],
)
def test_a_shelving_that_does_not_fit_is_refused(
    client: Client, camera: Camera, wrong: dict[str, object], path: str
) -> None:
    """API-1."""
    answer = client.post("/api/v1/shelvings/", asked(camera, **wrong), content_type=JSON)

    assert answer.status_code == 400
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert not Shelving.objects.exists()


def test_the_filters_of_the_desk(client: Client, alarm: Alarm, camera: Camera, operator: User) -> None:
    """OPR-4: state, mine, verdict."""
    mine = AlarmFactory(camera=camera, assigned_to=operator)
    now = timezone.now()
    closed = AlarmFactory(
        camera=camera, started_at=now, ended_at=now, acknowledged_at=now, closed_at=now, verdict="false"
    )

    def ids(query: str) -> set[str]:
        return {one["id"] for one in client.get(f"/api/v1/alarms/?{query}").json()["results"]}

    assert ids("state=active") == ids("mine=true") == {str(mine.pk)}
    assert ids("state=ended") == {str(alarm.pk)}
    assert ids("state=closed") == ids("verdict=false") == {str(closed.pk)}
    assert ids("shelved=false") == {str(alarm.pk), str(mine.pk), str(closed.pk)}
    assert ids("mine=false") == {str(alarm.pk), str(closed.pk)}


def test_a_token_that_reads_changes_nothing(api, alarm: Alarm, operator: User) -> None:
    """SEC-1: the history may be read."""
    url = f"/api/v1/alarms/{alarm.pk}/steps/"

    assert api(operator, "read").get(url).status_code == 200
    assert api(operator, "read").post(url, {"step": "acknowledge"}, content_type=JSON).status_code == 403
    assert api().post(url, {"step": "acknowledge"}, content_type=JSON).status_code == 401
    assert not AlarmStep.objects.exists()


def test_who_may_take_steps_and_shelve(api, alarm: Alarm, camera: Camera, colleague: User, stranger: User) -> None:
    """SEC-1: viewers change nothing, strangers find nothing."""
    url = f"/api/v1/alarms/{alarm.pk}/steps/"
    for user, status in ((colleague, 403), (stranger, 404)):
        client = api(user, "operate")
        assert client.post(url, {"step": "acknowledge"}, content_type=JSON).status_code == status
        assert client.post("/api/v1/shelvings/", asked(camera), content_type=JSON).status_code == status
    assert api(stranger, "operate").get(url).status_code == 404
    assert not AlarmStep.objects.exists()


def test_the_shelvings_of_others_are_not_there(api, client: Client, camera: Camera, stranger: User) -> None:
    """SEC-1."""
    made = client.post("/api/v1/shelvings/", asked(camera), content_type=JSON).json()
    other = api(stranger, "operate")

    assert other.get("/api/v1/shelvings/").json()["results"] == []
    assert other.get(f"/api/v1/shelvings/{made['id']}/").status_code == 404
    assert other.post(f"/api/v1/shelvings/{made['id']}/end/").status_code == 404
