"""The API of jobs: ordered, followed, cancelled, tried again, and by whom (EXT-1, API-1, API-4, SEC-1)."""

from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from cameras.models import Camera, Extension, Job, Role, Site
from cameras.services.job_run import job_turn
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, ProfileFactory

JOBS = "/api/v1/jobs/"


@pytest.fixture
def bare(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=f"Bay {n}", occupancy=False) for n in range(3)]


@pytest.fixture
def client(api, owner: User) -> APIClient:
    return api(owner, "configure")


def order(client: APIClient, cameras: list[Camera], kind: str = "install", **wanted: object):
    body = {"kind": kind, "cameras": [camera.pk for camera in cameras], "order": wanted}
    return client.post(JOBS, body, format="json")


def work(answer) -> None:
    job_turn(job_id=UUID(answer.json()["id"]), stopping=lambda: False)


def errors(answer) -> dict[str, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {one["path"]: one["detail"] for one in answer.json()["errors"]}


def test_a_job_is_ordered_and_followed(client: APIClient, bare: list[Camera]) -> None:
    """EXT-1: from the order to the outcome of each camera."""
    made = order(client, bare)
    url = f"{JOBS}{made.json()['id']}/"
    bare[1].delete()
    work(made)
    now, items = client.get(url).json(), client.get(f"{url}cameras/").json()["results"]

    assert made.status_code == 201
    assert made.json() | {"id": "", "made_at": ""} == {
        "id": "",
        "kind": "install",
        "order": {"extension": "occupancy", "network": ""},
        "about": "",
        "made_by": "owner",
        "made_at": "",
        "started_at": None,
        "ended_at": None,
        "state": "waiting",
        "counts": {"waiting": 3, "running": 0, "done": 0, "failed": 0, "skipped": 0, "cancelled": 0},
    }
    assert (now["state"], now["counts"]["done"], now["counts"]["failed"]) == ("ended", 2, 1)
    assert [(one["camera"], one["camera_name"], one["state"]) for one in items] == [
        (bare[0].pk, "Bay 0", "done"),
        (None, "Bay 1", "failed"),
        (bare[2].pk, "Bay 2", "done"),
    ]
    assert items[1]["reason"] == "The camera was removed meanwhile."


def test_cameras_of_a_job_by_state_and_page_by_page(client: APIClient, bare: list[Camera]) -> None:
    """API-1."""
    url = f"{JOBS}{order(client, bare).json()['id']}/cameras/"
    first = client.get(url, {"limit": 2}).json()

    assert len(client.get(url, {"state": "waiting"}).json()["results"]) == 3
    assert client.get(url, {"state": "done"}).json()["results"] == []
    assert errors(client.get(url, {"state": "odd"})) == {
        "state": "Must be one of waiting, running, done, failed, skipped, cancelled."
    }
    assert [one["camera_name"] for one in client.get(first["next"]).json()["results"]] == ["Bay 2"]


def test_cancel_and_retry(client: APIClient, bare: list[Camera]) -> None:
    """EXT-1: safe to repeat."""
    made = order(client, bare[:1], "network")
    url = f"{JOBS}{made.json()['id']}/"
    work(made)
    Extension.objects.create(camera=bare[0], settings={}, network="other")
    again = [client.post(f"{url}retry/").json()["state"] for _ in range(2)]
    work(made)
    second = order(client, bare)
    cancelled = [client.post(f"{JOBS}{second.json()['id']}/cancel/").json() for _ in range(2)]

    assert again == ["running", "running"]
    assert client.get(url).json()["counts"]["done"] == 1
    assert [(one["state"], one["counts"]["cancelled"]) for one in cancelled] == [("ended", 3), ("ended", 3)]


def test_lists_are_newest_first(client: APIClient, bare: list[Camera]) -> None:
    """API-1."""
    ids = [order(client, bare[:1]).json()["id"] for _ in range(3)]
    page = client.get(JOBS, {"limit": 2}).json()

    assert [one["id"] for one in page["results"]] == [ids[2], ids[1]]
    assert [one["id"] for one in client.get(page["next"]).json()["results"]] == [ids[0]]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        pytest.param({"kind": "format"}, "kind", id="unknown kind"),
        pytest.param({"cameras": []}, "cameras", id="no camera"),
        pytest.param({"cameras": ["x"]}, "cameras[0]", id="no id"),
        pytest.param({"order": []}, "order", id="an order is an object"),
        pytest.param({"order": {"extension": "parking"}}, "order.extension", id="unknown extension"),
        pytest.param({"order": {"network": "none-such"}}, "order.network", id="unknown network"),
        pytest.param({"order": {"network": 5}}, "order.network", id="network of another type"),
        pytest.param({"order": {"when": "now"}}, "order.when", id="misspelt in the order"),
        pytest.param({"whom": 1}, "whom", id="misspelt"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_path(client: APIClient, bare: list[Camera], body: dict, path: str) -> None:
    """API-1: and nothing is kept."""
    answer = client.post(JOBS, {"kind": "install", "cameras": [bare[0].pk]} | body, format="json")

    assert answer.status_code == 400
    assert path in errors(answer) or any(one.startswith(f"{path}.") for one in errors(answer))
    assert not Job.objects.exists()


def test_a_profile_or_camera_of_others_is_not_found(client: APIClient, bare: list[Camera]) -> None:
    """SEC-1."""
    assert order(client, bare, "profile", profile=ProfileFactory().pk).status_code == 404
    assert order(client, bare, "copy", camera=CameraFactory().pk, tabs=["detail"]).status_code == 404
    assert not Job.objects.exists()


def test_settings_of_single_cameras_are_not_given_back(client: APIClient, bare: list[Camera]) -> None:
    """SEC-1: who administers one site of a job does not read the settings of another one's cameras."""
    made = order(client, bare[:1], "settings", parts={str(bare[0].pk): {"csv": True}})

    assert made.status_code == 201
    assert made.json()["order"] == {"extension": "occupancy"}
    assert Job.objects.get().order["parts"]


def test_only_administrators_order(api, site: Site, bare: list[Camera], stranger: User) -> None:
    """SEC-1: the answer names the cameras; an operator of the site is no exception."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user
    for user in (operator, stranger):
        answer = order(api(user, "configure"), bare[:1])
        assert errors(answer) == {"cameras": f"Not a camera that you administer: {bare[0].pk}."}
    assert not Job.objects.exists()


def test_others_find_nothing(api, client: APIClient, bare: list[Camera], stranger: User, colleague: User) -> None:
    """SEC-1: neither a stranger nor a viewer; a visitor is asked who they are."""
    url = f"{JOBS}{order(client, bare).json()['id']}/"
    for user in (stranger, colleague):
        other = api(user, "configure")
        assert other.get(JOBS).json()["results"] == []
        answers = [other.get(url), other.get(f"{url}cameras/"), other.post(f"{url}cancel/"), other.post(f"{url}retry/")]
        assert {one.status_code for one in answers} == {404}
    visitor = api()
    assert {visitor.get(url).status_code, visitor.post(JOBS).status_code} == {401}


def test_a_token_for_less_changes_nothing(api, owner: User, bare: list[Camera]) -> None:
    """API-4: reading follows; ordering, cancelling and retrying need “configure”."""
    url = f"{JOBS}{order(api(owner, 'configure'), bare).json()['id']}/"
    for scope in ("read", "operate"):
        client = api(owner, scope)
        assert client.get(url).status_code == 200
        assert order(client, bare).status_code == 403
        assert {client.post(f"{url}{what}/").status_code for what in ("cancel", "retry")} == {403}


def test_a_list_costs_the_same_with_one_and_with_many(
    client: APIClient, bare: list[Camera], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """API-1."""
    order(client, bare)
    with django_assert_num_queries(3):
        client.get(JOBS)
    for _ in range(9):
        order(client, bare)
    with django_assert_num_queries(3):
        client.get(JOBS)


def test_non_mask_detection_is_ordered_by_its_name(client: APIClient, bare: list[Camera], site: Site) -> None:
    """EXT-1, RUN-6: with a network of its own kind; where the picture lies on its side, the outcome says why not."""
    sideways = CameraFactory(site=site, name="Mast", occupancy=False, rotation=90)
    wrong = order(client, bare, extension="nonmask", network="lookout-occupancy-384x256")
    made = order(client, [bare[0], sideways], extension="nonmask", network="lookout-faces-384x256")
    work(made)
    items = client.get(f"{JOBS}{made.json()['id']}/cameras/").json()["results"]

    assert list(errors(wrong)) == ["order.network"]
    assert [item["state"] for item in items] == ["done", "failed"]
    assert items[1]["reason"].endswith("this picture is turned by 90.")
    installed = Extension.objects.get()
    assert (installed.camera, installed.kind, installed.network) == (bare[0], "nonmask", "lookout-faces-384x256")
