"""API-2: many cameras at once, each for itself, or only tried."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory

BULK = "/api/v1/cameras/bulk/"


@pytest.fixture
def client(api: Any, owner: User) -> APIClient:
    made: APIClient = api(owner, "configure")
    return made


def bulk(client: APIClient, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post(BULK, {"items": items, **more}, format="json")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def four(site: Site, owner: User) -> list[dict[str, Any]]:
    """One item of each kind; the fifth one cannot be done."""
    other = MembershipFactory(user=owner, role=Role.ADMINISTRATOR).site
    there = [CameraFactory(site=site, name=name) for name in ("A", "B", "C")]
    etags = [f'"{one.version}"' for one in there]
    return [
        {"do": "create", "camera": {"site": site.pk, "name": "New", "url": "scene:"}},
        {"do": "change", "id": there[0].pk, "if_match": etags[0], "camera": {"fps": 2, "rotation": 90}},
        {"do": "move", "id": there[1].pk, "if_match": "*", "site": other.pk},
        {"do": "remove", "id": there[2].pk, "if_match": etags[2]},
        {"do": "create", "camera": {"site": site.pk, "name": "New", "url": "scene:"}},
    ]


def test_each_is_done_for_itself(client: APIClient, owner: User, site: Site) -> None:
    """API-2: the name that is taken stops nobody, and says what is wrong as alone."""
    items = four(site, owner)
    body = bulk(client, *items)
    results = body["results"]

    assert [one["status"] for one in results] == [201, 200, 200, 204, 400]
    assert (body["dry_run"], body["refused"]) == (False, 1)
    assert (results[1]["camera"]["fps_wanted"], results[1]["camera"]["rotation"]) == (2, 90)
    assert results[1]["etag"] == f'"{Camera.objects.get(name="A").version}"'
    assert results[2]["camera"]["site"] == items[2]["site"]
    assert results[3] == {"status": 204, "etag": None, "camera": None, "problem": None}
    assert results[4]["problem"]["code"] == "invalid"
    assert sorted(Camera.objects.values_list("name", flat=True)) == ["A", "B", "New"]


def test_a_dry_run_says_the_same_and_changes_nothing(client: APIClient, owner: User, site: Site) -> None:
    """API-2: what the items before would have done is taken into account."""
    items = four(site, owner)
    before = list(Camera.objects.order_by("pk").values())
    tried = bulk(client, *items, dry_run=True)

    assert list(Camera.objects.order_by("pk").values()) == before
    done = bulk(client, *items)
    assert [one["status"] for one in tried["results"]] == [one["status"] for one in done["results"]]
    assert tried["results"][0]["camera"] == {**done["results"][0]["camera"], "id": None}
    assert tried["results"][4]["problem"] == done["results"][4]["problem"]
    assert {one["etag"] for one in tried["results"]} == {None}


def test_what_is_there_needs_its_etag(client: APIClient, site: Site) -> None:
    """API-2: as alone: 428 without, 412 with an old one."""
    camera = CameraFactory(site=site, name="A")
    item = {"do": "change", "id": camera.pk, "camera": {"name": "B"}}
    body = bulk(client, item, {**item, "if_match": '"99"'})

    assert [one["status"] for one in body["results"]] == [428, 412]
    assert body["results"][0]["problem"]["etag"] == f'"{camera.version}"'
    assert Camera.objects.get().name == "A"


def test_somebody_elses_cameras_are_not_there(client: APIClient, colleague: User, api: Any, site: Site) -> None:
    """SEC-1: 404 as alone; 403 below administrator."""
    foreign, own = CameraFactory(), CameraFactory(site=site)
    remove = [{"do": "remove", "id": one.pk, "if_match": "*"} for one in (foreign, own)]
    move = {"do": "move", "id": own.pk, "if_match": "*", "site": foreign.site_id}
    add = {"do": "create", "camera": {"site": foreign.site_id, "name": "X", "url": "scene:"}}

    assert [one["status"] for one in bulk(client, remove[0], move, add)["results"]] == [404, 404, 404]
    assert [one["status"] for one in bulk(api(colleague, "configure"), *remove)["results"]] == [404, 403]
    assert Camera.objects.count() == 2


def test_an_item_that_fails_unexpectedly_stops_no_other(
    client: APIClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API-2: its result is a 500, the others are done."""
    broken, fine = CameraFactory(site=site, name="A"), CameraFactory(site=site, name="B")

    def move(**_facts: Any) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("cameras.bulk_api.cameras_move", move)
    items = [
        {"do": "move", "id": broken.pk, "if_match": "*", "site": site.pk},
        {"do": "remove", "id": fine.pk, "if_match": "*"},
    ]

    assert [one["status"] for one in bulk(client, *items)["results"]] == [500, 204]


@pytest.mark.parametrize(
    "body",
    [{}, {"items": []}, {"items": [{}] * 201}, {"items": [1]}, {"items": [{}], "dryrun": True}],
    ids=["nothing", "none", "too many", "no object", "misspelt"],
)
def test_a_request_that_does_not_fit_is_refused_whole(client: APIClient, body: dict[str, Any]) -> None:
    """API-1: nothing is done."""
    assert client.post(BULK, body, format="json").status_code == 400


def test_what_an_item_lacks_is_named(client: APIClient) -> None:
    """API-1: by its name."""
    results = bulk(client, {"do": "move"}, {"do": "fly"}, {"do": "remove", "id": 1, "name": "x"})["results"]

    assert [[place["path"] for place in one["problem"]["errors"]] for one in results] == [
        ["id", "site"],
        ["do"],
        ["name"],
    ]
