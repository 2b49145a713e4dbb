"""The page of a camera's settings as a document."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cameras.models import Camera, Extension, Role, Site
from cameras.services.extension import extension_update
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory

LONGER = "settings: {pause_reset_s: 9}"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay 7", occupancy={})


@pytest.fixture
def url(camera: Camera) -> str:
    return reverse("camera_document", args=[camera.pk])


def pause_of(camera: Camera) -> int:
    return Extension.objects.get(camera=camera).occupancy().pause_reset_s


def test_it_is_looked_through_then_put_in_force(camera: Camera, url: str, owner: User, signed_in) -> None:
    """EXT-5: the difference is shown before it is applied."""
    client = signed_in(owner)
    looked = client.post(url, {"document": LONGER, "version": 1})

    assert "The document changes one setting" in looked.content.decode()
    assert pause_of(camera) == 5
    applied = client.post(url, {"document": LONGER, "version": 1, "apply": "1"}, follow=True)
    assert "The settings of the document are in force." in applied.content.decode()
    assert pause_of(camera) == 9


def test_a_file_goes_before_the_text(camera: Camera, url: str, owner: User, signed_in) -> None:
    """EXT-5: what was read is in the text field afterwards, so that it can be put in force."""
    file = SimpleUploadedFile("quay.yaml", f"\ufeff{LONGER}".encode())
    answer = signed_in(owner).post(url, {"document": "settings: {}", "version": 1, "file": file})

    assert answer.context["text"] == LONGER
    assert len(answer.context["differences"]) == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        pytest.param({"document": "settings: {pause_reset_s: 601}"}, "Time to reset during pause must be", id="value"),
        pytest.param({"document": "settings: ["}, "Line 1 is no YAML", id="no YAML"),
        pytest.param({"document": " "}, "Choose a file, or write something.", id="nothing"),
        pytest.param({"document": "", "file": SimpleUploadedFile("a", b"\xff")}, "no text in UTF-8", id="no text"),
    ],
)
def test_a_mistake_keeps_what_was_typed(sent: dict, words: str, camera: Camera, owner: User, signed_in) -> None:
    """SPEC 15: 422, the sentence of the form, nothing changed."""
    url = reverse("camera_document", args=[camera.pk])
    answer = signed_in(owner).post(url, {"version": 1, "apply": "1", **sent})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["text"] == sent["document"]
    assert pause_of(camera) == 5


def test_somebody_who_was_quicker_is_not_overwritten(camera: Camera, url: str, owner: User, signed_in) -> None:
    """API-2: told, and checked once more with the version of now."""
    extension_update(extension=camera.extensions.get(), settings={"csv": True})
    answer = signed_in(owner).post(url, {"document": LONGER, "version": 1, "apply": "1"})

    assert "Somebody changed the settings meanwhile" in answer.content.decode()
    assert (answer.context["version"], pause_of(camera)) == (2, 5)


def test_it_is_downloaded_by_whoever_sees_the_camera(camera: Camera, site: Site, stranger: User, signed_in) -> None:
    """SEC-1: a viewer reads; only administrators change; strangers find nothing."""
    download, page = reverse("camera_document_download", args=[camera.pk]), reverse("camera_document", args=[camera.pk])
    viewer = signed_in(MembershipFactory(site=site, role=Role.VIEWER).user)
    answer = viewer.get(download)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="quay-7-occupancy.yaml"'
    assert "pause_reset_s: 5" in answer.content.decode()
    assert viewer.get(page).status_code == 403
    assert signed_in(stranger).get(download).status_code == 404
    assert signed_in(stranger).get(page).status_code == 404


def test_only_a_few_queries_are_asked(url: str, owner: User, signed_in, django_assert_max_num_queries) -> None:
    """Issue 4: at most 12."""
    client = signed_in(owner)
    with django_assert_max_num_queries(12):
        client.get(url)
