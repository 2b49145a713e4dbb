"""Floor plans: uploaded, marked, seen, removed (DASH-3)."""

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from analytics.models import FloorPlan
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from portal.common import picture as pictures
from tests.factories import CameraFactory, MembershipFactory

pytestmark = pytest.mark.usefixtures("valkey")


@pytest.fixture(autouse=True)
def folder(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Hall")


def drawing(width: int = 600, height: int = 400, form: str = "PNG", **more: Any) -> bytes:
    """A picture whose background is transparent where its kind allows that."""
    file = io.BytesIO()
    colour = (0, 0, 0, 0) if form == "PNG" else (250, 250, 250)
    Image.new("RGBA" if form == "PNG" else "RGB", (width, height), colour).save(file, form, **more)
    return file.getvalue()


def upload(client, site: Site, data: bytes, name: str = "Ground floor"):
    asked = {"name": name, "picture": SimpleUploadedFile("plan.png", data)}
    return client.post(reverse("floor_plan_add", args=[site.pk]), asked)


@pytest.fixture
def plan(site: Site, owner: User, signed_in) -> FloorPlan:
    assert upload(signed_in(owner), site, drawing()).status_code == 302
    return FloorPlan.objects.get()


def marked(client, plan: FloorPlan, *marks: tuple[int, int, float, float], version: int = 1):
    rows = [dict(zip(("camera", "area", "x", "y"), mark, strict=True)) for mark in marks]
    body = json.dumps({"marks": rows, "version": version})
    return client.post(reverse("floor_plan_marks", args=[plan.pk]), body, content_type="application/json")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew(site: Site, owner: User, signed_in, *, form: str) -> None:
    """DASH-3, SEC-6: as WebP on white, no larger than needed; what else the file carried is gone."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    data = drawing(3000, 1500, form, exif=exif)
    assert b"taken at home" in data
    upload(signed_in(owner), site, data)
    plan = FloorPlan.objects.get()
    answer = signed_in(owner).get(reverse("floor_plan_picture", args=[plan.pk]))
    stored = answer.content
    shown = Image.open(io.BytesIO(stored))

    assert answer["Content-Type"] == "image/webp"
    assert (shown.format, shown.size) == ("WEBP", (2400, 1200)) == ("WEBP", (plan.width, plan.height))
    assert b"taken at home" not in stored
    assert min(shown.getpixel((5, 5))) >= 245


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 no picture", "This is no PNG, JPEG or WebP picture."),
        (drawing()[:60], "The picture is damaged, or cut off."),
        (drawing(9000, 9000), "The picture has 9000 × 9000 pixels; at most 40 million fit."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no PNG, JPEG or WebP picture."),
    ],
    ids=["pdf", "cut off", "too large", "svg"],
)
def test_what_is_no_proper_picture_is_refused(site: Site, owner: User, signed_in, *, data: bytes, words: str) -> None:
    """SEC-6: with the reason; nothing is stored."""
    answer = upload(signed_in(owner), site, data)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not FloorPlan.objects.exists()
    assert not default_storage.exists("plans")


def test_a_file_that_is_too_long_is_refused(site: Site, owner: User, signed_in, monkeypatch) -> None:
    """SEC-6: before it is decoded."""
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)

    assert "The file has 0.0 MB" in upload(signed_in(owner), site, drawing() + b" " * 2000).content.decode()


def test_areas_are_put_on_the_plan(site: Site, owner: User, camera: Camera, plan: FloorPlan, signed_in) -> None:
    """DASH-3: where they were put they are; the site's page shows the plan, too."""
    client = signed_in(owner)
    answer = marked(client, plan, (camera.pk, 1, 0.25, 0.75))

    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    for address in (reverse("floor_plan", args=[plan.pk]), reverse("site", args=[site.pk])):
        page = client.get(address).content.decode()
        assert f'data-mark="{camera.pk}.1" data-x="0.25" data-y="0.75"' in page


def test_who_comes_second_overwrites_nothing(owner: User, camera: Camera, plan: FloorPlan, signed_in) -> None:
    """API-2: 409, and the first one's marks stand."""
    client = signed_in(owner)
    marked(client, plan, (camera.pk, 1, 0.25, 0.75))
    answer = marked(client, plan)

    assert (answer.status_code, answer.json()["version"]) == (409, 2)
    assert plan.marks.get().x == 0.25


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ([(1, 0.5, 1.2)], "A mark lies within the picture, 0 to 1, not at 0.5, 1.2."),
        ([(2, 0.5, 0.5)], "no area 2 that is On"),
        ([(1, 0.5, 0.5), (1, 0.1, 0.1)], "is on the plan twice"),
    ],
)
def test_a_mark_that_cannot_be_changes_nothing(
    owner: User, camera: Camera, plan: FloorPlan, signed_in, *, marks: list[tuple[int, float, float]], words: str
) -> None:
    """DASH-3: 422 names it."""
    client = signed_in(owner)
    marked(client, plan, (camera.pk, 1, 0.25, 0.75))
    answer = marked(client, plan, *((camera.pk, *mark) for mark in marks), version=2)

    assert answer.status_code == 422
    assert words in answer.json()["problems"][0]["message"]
    assert plan.marks.get().x == 0.25


LARGE_ID = f'{{"marks": [{{"camera": {2**64}, "area": 1, "x": 0, "y": 0}}], "version": 1}}'
NOT_A_NUMBER = '{"marks": [{"camera": 1, "area": 1, "x": NaN, "y": 0}], "version": 1}'


@pytest.mark.parametrize(
    "body",
    ["", "[]", "[" * 9999, '{"marks": [1], "version": 1}', '{"marks": [{"camera": "x"}]}', NOT_A_NUMBER, LARGE_ID],
    ids=["empty", "a list", "deep", "no object", "parts left out", "no number", "larger than any id"],
)
def test_garbage_is_refused(owner: User, plan: FloorPlan, signed_in, *, body: str) -> None:
    """SPEC 15: bad input in any form."""
    address = reverse("floor_plan_marks", args=[plan.pk])

    assert signed_in(owner).post(address, body, content_type="application/json").status_code == 422


def test_others_see_nothing_and_operators_only_look(
    site: Site, stranger: User, camera: Camera, plan: FloorPlan, signed_in
) -> None:
    """SEC-1: page, picture, marks, removal, upload."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user
    page, picture = reverse("floor_plan", args=[plan.pk]), reverse("floor_plan_picture", args=[plan.pk])
    remove, add = reverse("floor_plan_remove", args=[plan.pk]), reverse("floor_plan_add", args=[site.pk])

    for address in (page, picture, add):
        assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(stranger).post(remove).status_code == marked(signed_in(stranger), plan).status_code == 404
    assert "data-save" not in signed_in(operator).get(page).content.decode()
    assert signed_in(operator).get(picture).content
    assert signed_in(operator).get(add).status_code == 403
    assert signed_in(operator).post(remove).status_code == marked(signed_in(operator), plan).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_removed_plan_leaves_no_picture(site: Site, owner: User, plan: FloorPlan, signed_in) -> None:
    """DASH-3, SEC-7."""
    name = plan.picture.name
    assert default_storage.exists(name)
    signed_in(owner).post(reverse("floor_plan_remove", args=[plan.pk]))

    assert not FloorPlan.objects.exists()
    assert not default_storage.exists(name)


def test_two_plans_of_one_site_have_two_names(site: Site, owner: User, plan: FloorPlan, signed_in) -> None:
    """DASH-3: the second one is told so, and leaves no picture behind."""
    answer = upload(signed_in(owner), site, drawing())

    assert answer.status_code == 422
    assert len(default_storage.listdir("plans")[1]) == 1
