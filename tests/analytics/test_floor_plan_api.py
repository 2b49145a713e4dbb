"""Floor plans in the API: uploaded, renamed, marked, seen, removed (DASH-3, API-1, API-2)."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from rest_framework.test import APIClient

from analytics.models import FloorPlan
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory

LIST = "/api/v1/floor-plans/"
MARK = {"camera": 1, "area": 1, "x": 0.5, "y": 0.5}


@pytest.fixture(autouse=True)
def folder(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Hall")


@pytest.fixture
def program(api, owner: User) -> APIClient:
    return api(owner, "configure", if_match=None)


def drawing(width: int = 600, height: int = 400) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return file.getvalue()


def upload(client: APIClient, site: Site, data: bytes | None = None, name: str = "Ground floor") -> Any:
    picture = SimpleUploadedFile("plan.png", drawing() if data is None else data)
    return client.post(LIST, {"site": site.pk, "name": name, "picture": picture}, format="multipart")


@pytest.fixture
def plan(site: Site, program: APIClient) -> dict[str, Any]:
    """As it is answered."""
    return upload(program, site).json()


def address(plan: dict[str, Any]) -> str:
    return f"{LIST}{plan['id']}/"


def change(client: APIClient, plan: dict[str, Any], etag: str = '"1"', **asked: object) -> Any:
    return client.patch(address(plan), asked, format="json", headers={"If-Match": etag})


def test_a_plan_is_uploaded_marked_and_seen(program: APIClient, site: Site, camera: Camera) -> None:
    """DASH-3, API-1: the whole way of a program."""
    made = upload(program, site, drawing(3000, 1500))
    plan = made.json()
    marks = [{"camera": camera.pk, "area": 1, "x": 0.25, "y": 0.75}]
    changed = change(program, plan, marks=marks, name="Hall plan")
    picture = program.get(f"{address(plan)}picture/", headers={"Accept": "image/webp"})

    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert plan == {"id": plan["id"], "site": site.pk, "name": "Ground floor", "width": 2400, "height": 1200} | {
        "version": 1,
        "marks": [],
    }
    assert changed.json() == plan | {"name": "Hall plan", "version": 3, "marks": marks}
    assert changed.headers["ETag"] == '"3"'
    assert program.get(address(plan)).json() == changed.json()
    assert program.get(LIST, {"site": site.pk}).json()["results"] == [changed.json()]
    assert program.get(LIST, {"site": site.pk + 1}).json()["results"] == []
    assert Image.open(io.BytesIO(picture.content)).size == (2400, 1200)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"%PDF-1.7", "This is no PNG, JPEG or WebP picture.", id="pdf"),
        pytest.param(drawing()[:60], "The picture is damaged, or cut off.", id="cut off"),
        pytest.param(
            drawing(9000, 9000), "The picture has 9000 × 9000 pixels; at most 40 million fit.", id="too large"
        ),
        pytest.param(b"", "The submitted file is empty.", id="empty"),
    ],
)
def test_what_is_no_proper_picture_is_refused(program: APIClient, site: Site, data: bytes, words: str) -> None:
    """SEC-6: the field is named, and nothing is stored."""
    answer = upload(program, site, data)

    assert answer.status_code == 400
    assert [(one["path"], one["detail"]) for one in answer.json()["errors"]] == [("picture", words)]
    assert not default_storage.exists("plans")


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"marks": [MARK | {"y": 1.2}]}, "marks[0].y"),
        ({"marks": [MARK | {"camera": 9}]}, "marks[0]"),
        ({"marks": [MARK, MARK | {"area": 2}]}, "marks[1]"),
        ({"marks": [MARK, MARK | {"x": 1}]}, "marks[1]"),
        ({"marks": [MARK] * 201}, "marks"),
        ({"name": " "}, "name"),
        ({"nmae": "Hall"}, "nmae"),
    ],
)
def test_what_cannot_be_changes_nothing(
    program: APIClient, camera: Camera, plan: dict[str, Any], asked: dict[str, Any], *, path: str
) -> None:
    """API-1: 400 names the place. Camera 1 stands for the one that is there."""
    here = [mark | {"camera": camera.pk + mark["camera"] - 1} for mark in asked.get("marks", [])]
    answer = change(program, plan, **asked | ({"marks": here} if here else {}))

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)
    assert program.get(address(plan)).json() == plan


def test_two_plans_of_one_site_have_two_names(program: APIClient, site: Site, plan: dict[str, Any]) -> None:
    """DASH-3: uploaded as well as renamed; the picture of the refused one is not kept."""
    again, other = upload(program, site), upload(program, site, name="Roof").json()

    assert again.status_code == 400
    assert change(program, other, name="Ground floor").status_code == 400
    assert len(default_storage.listdir("plans")[1]) == 2


def test_who_comes_second_overwrites_nothing(program: APIClient, plan: dict[str, Any]) -> None:
    """API-2: 412 with the ETag of now, 428 without one."""
    change(program, plan, name="First")
    second = change(program, plan, name="Second")

    assert (second.status_code, second.headers["ETag"]) == (412, '"2"')
    assert program.patch(address(plan), {"name": "Third"}, format="json").status_code == 428
    assert program.delete(address(plan)).status_code == 428
    assert FloorPlan.objects.get().name == "First"


@pytest.mark.django_db(transaction=True)
def test_a_removed_plan_leaves_no_picture(program: APIClient, plan: dict[str, Any]) -> None:
    """DASH-3, SEC-7."""
    assert program.delete(address(plan), headers={"If-Match": "*"}).status_code == 204

    assert not FloorPlan.objects.exists()
    assert default_storage.listdir("plans")[1] == []


def test_others_see_nothing_and_viewers_only_look(
    site: Site, owner: User, stranger: User, camera: Camera, plan: dict[str, Any], *, api
) -> None:
    """SEC-1, API-4: list, plan, picture, upload, change, removal; and a token that only reads."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user
    elsewhere, here = api(stranger, "configure"), api(operator, "configure")
    anything = {"headers": {"If-Match": "*"}}

    assert elsewhere.get(LIST).json()["results"] == []
    for path in (address(plan), f"{address(plan)}picture/"):
        assert (elsewhere.get(path).status_code, api().get(path).status_code) == (404, 401)
    assert here.get(address(plan)).status_code == 200
    assert here.get(f"{address(plan)}picture/").content
    for client, refused in ((elsewhere, 404), (here, 403), (api(owner), 403), (api(), 401)):
        assert upload(client, site, name="Other").status_code == refused
        assert change(client, plan, "*", name="Other").status_code == refused
        assert client.delete(address(plan), **anything).status_code == refused
    assert FloorPlan.objects.get().name == "Ground floor"


def test_many_plans_cost_no_more_queries(program: APIClient, site: Site, camera: Camera) -> None:
    """STYLE 10: twenty as one."""

    def queries(count: int) -> int:
        for _ in range(count):
            name = f"Floor {FloorPlan.objects.count()}"
            plan = FloorPlan.objects.create(site=site, name=name, picture="plans/x.webp", width=9, height=9)
            plan.marks.create(camera=camera, area_number=1, x=0, y=0)
        with CaptureQueriesContext(connection) as captured:
            assert len(program.get(LIST).json()["results"]) == FloorPlan.objects.count()
        return len(captured)

    queries(1)  # the first request of a token notes its use
    assert queries(1) == queries(19)
