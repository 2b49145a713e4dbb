"""The pictures of a camera's alarms in the API: counted and erased (SEC-7)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.analytics.stored_media import keys, pictured, refuse, stored
from tests.factories import CameraFactory, MembershipFactory

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


@pytest.fixture
def address(camera: Camera) -> str:
    return f"/api/v1/cameras/{camera.pk}/media/"


def test_an_administrator_counts_and_erases(camera: Camera, address: str, owner: User, api, folder: Path) -> None:
    """SEC-7: afterwards the alarms say that their picture was removed, and its address is a 404 that says so."""
    alarms, client = [pictured(camera, START) for _ in range(2)], api(owner, "configure")
    assert client.get(address).json() == {"pictures": 2, "days": 30}

    answer = client.delete(address)

    assert (answer.status_code, answer.json()) == (200, {"removed": 2, "failed": 0})
    assert stored(folder) == set()
    assert client.get(address).json() == {"pictures": 0, "days": 30}
    row = client.get(f"/api/v1/alarms/{alarms[0].pk}/").json()
    assert row["snapshot"] is None
    assert row["media_removed_at"] is not None


def test_what_could_not_be_deleted_is_told(
    camera: Camera, address: str, owner: User, api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEC-7: as a number beside the others."""
    alarms = [pictured(camera, START) for _ in range(2)]
    refuse(monkeypatch, alarms[1])

    assert api(owner, "configure").delete(address).json() == {"removed": 2, "failed": 1}


def test_others_erase_nothing(camera: Camera, address: str, owner: User, stranger: User, api, *, folder: Path) -> None:
    """SEC-1, API-4: a stranger finds no camera; viewers, operators and tokens of a smaller scope are refused."""
    alarm = pictured(camera, START)
    viewer, operator = (MembershipFactory(site=camera.site, role=role).user for role in (Role.VIEWER, Role.OPERATOR))

    callers = [(stranger, "configure", 404), (viewer, "configure", 403), (operator, "configure", 403)]
    for user, scope, status in [*callers, (owner, "read", 403), (owner, "operate", 403)]:
        assert api(user, scope).delete(address).status_code == status
    assert api().delete(address).status_code == 401
    assert [api(user).get(address).status_code for user in (viewer, operator, stranger)] == [403, 403, 404]
    assert stored(folder) == keys(alarm)
