"""Scene advice in the API (CAM-8): what holds, what held, and the confirmed view, each for whom it concerns."""

from datetime import UTC, datetime

import pytest

from analytics.models import CameraView, SceneEvent
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory
from tests.states import state_write

ADVICE = "/api/v1/scene-advice/"
T0 = datetime(2026, 5, 1, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


def test_a_camera_is_given_with_its_advice(api, colleague: User, camera: Camera) -> None:
    """API-3, CAM-8: what its worker said last; unknown is null, not an empty list."""
    client, url = api(colleague), f"/api/v1/cameras/{camera.pk}/"
    waiting = client.get(url).json()
    advice = [{"advice": "dark", "since": T0.timestamp(), "value": 7.3}]
    state_write(camera, advice=advice, last_error="no answer", reconnects=2)
    found = client.get(url).json()

    assert (waiting["advice"], waiting["reconnects"], waiting["last_error"]) == (None, None, None)
    assert found["advice"] == [{"advice": "dark", "since": "2026-05-01T03:04:05Z", "value": 7.3}]
    assert (found["reconnects"], found["last_error"]) == (2, "no answer")


def test_what_came_and_went_is_listed(api, colleague: User, camera: Camera) -> None:
    """CAM-8: newest first, narrowed by camera, word and state."""
    SceneEvent.objects.create(camera=camera, advice="dark", began_at=T0, ended_at=T0.replace(hour=4), value=7.3)
    SceneEvent.objects.create(camera=camera, advice="moved", began_at=T0.replace(hour=5))
    client = api(colleague)

    rows = client.get(ADVICE).json()["results"]
    assert [(row["advice"], row["ended_at"], row["value"]) for row in rows] == [
        ("moved", None, None),
        ("dark", "2026-05-01T04:04:05Z", 7.3),
    ]
    assert (rows[0]["camera"], rows[0]["camera_name"], rows[0]["site"]) == (camera.pk, "Quay", camera.site_id)
    for filters in ({"state": "active"}, {"advice": "moved"}):
        assert [row["advice"] for row in client.get(ADVICE, filters).json()["results"]] == ["moved"]
    assert client.get(ADVICE, {"camera": camera.pk + 1}).json()["results"] == []
    assert client.get(ADVICE, {"advice": "weather"}).status_code == 400


def test_a_stranger_sees_nothing_of_it(api, stranger: User, camera: Camera) -> None:
    """SEC-1: no advice, no camera; a visitor is asked who they are."""
    SceneEvent.objects.create(camera=camera, advice="dark", began_at=T0)

    assert api(stranger, "configure").get(ADVICE).json()["results"] == []
    assert api(stranger, "configure").post(f"/api/v1/cameras/{camera.pk}/confirm-view/").status_code == 404
    assert api().get(ADVICE).status_code == 401
    assert api().post(f"/api/v1/cameras/{camera.pk}/confirm-view/").status_code == 401
    assert not CameraView.objects.exists()


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        (Role.VIEWER, "configure", 403),
        (Role.OPERATOR, "configure", 403),
        (Role.ADMINISTRATOR, "operate", 403),
        (Role.ADMINISTRATOR, "configure", 204),
    ],
)
def test_an_administrator_confirms_the_view(api, camera: Camera, role: Role, scope: str, expected: int) -> None:
    """CAM-8, API-4: role on the site and scope of the token; the running worker hears of it by the version."""
    user = MembershipFactory(site=camera.site, role=role).user

    answer = api(user, scope).post(f"/api/v1/cameras/{camera.pk}/confirm-view/")

    confirmed = expected == 204
    assert answer.status_code == expected
    assert CameraView.objects.exists() is confirmed
    assert Camera.objects.get().version == camera.version + confirmed
