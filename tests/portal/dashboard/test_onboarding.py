"""The pages on which cameras come in, change and go."""

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from cameras.models import Camera, Extension, Role, Site
from cameras.onboarding.reasons import Reason, TooManyTestsError
from cameras.services import onboarding
from portal.accounts.models import User
from tests.cameras.capture.support import jpeg, scene_frames
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory
from tests.servers.http_camera import HttpCameraServer

JPEGS = [jpeg(scene_frames(1)[0])]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def server(settings) -> Iterator[HttpCameraServer]:
    """A camera behind a password, on loopback, which an administrator has opened."""
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with HttpCameraServer(JPEGS, auth="digest", user="root", password="s3cret") as camera:
        yield camera


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(
        site=site, name="Crane", url="rtsp://10.0.0.7/live?pwd=qu3ry", username="root", password="s3cret"
    )


def facts(site: Site, /, **more: object) -> dict[str, object]:
    base = {"site": site.pk, "name": "Gate", "source": "address", "url": "rtsp://10.0.0.7/live", "transport": "tcp"}
    return {**base, "fps": "5", **more}


def add(client: Client, form: dict[str, object], **headers: str):
    return client.post(reverse("camera_add"), form, **headers)


def mistakes(page: bytes) -> dict[str, str]:
    """Text of every mistake on the page, by its field."""
    found = re.findall(r'<p class="field__error" id="(\w+)-error"[^>]*>([^<]*)</p>', page.decode())
    return {name: html.unescape(text).strip() for name, text in found if text.strip()}


# --- Adding -----------------------------------------------------------------------------------------------------------
def test_a_camera_is_added_by_its_address(site: Site, owner: User, signed_in) -> None:
    """CAM-1: with the occupancy extension; credentials move out of the address; the page leads to the camera."""
    answer = add(signed_in(owner), facts(site, url="rtsp://root:s3cret@10.0.0.7/live", fps="2.5"))

    camera = Camera.objects.get()
    assert answer.url == f"/cameras/{camera.pk}/"
    assert (camera.url, camera.username, camera.password) == ("rtsp://10.0.0.7/live", "root", "s3cret")
    assert (camera.site, camera.name, camera.fps) == (site, "Gate", 2.5)
    assert camera.extensions.get().kind == Extension.Kind.OCCUPANCY


def test_a_preset_builds_the_address(site: Site, owner: User, signed_in) -> None:
    """CAM-1, WIRE 9."""
    add(signed_in(owner), facts(site, source="ipro-rtsp", host="10.0.0.9", stream="2", url="", username="u"))

    camera = Camera.objects.get()
    assert (camera.url, camera.username) == ("rtsp://10.0.0.9/MediaInput/stream_2", "u")


def test_a_device_brings_a_camera_for_each_sensor(site: Site, owner: User, signed_in) -> None:
    """CAM-10: all at once, with names that lists keep together."""
    form = facts(site, source="ipro-rtsp", host="10.0.0.9", channels=["1", "3"], password="p", username="u")
    answer = add(signed_in(owner), form)

    assert answer.url == f"/cameras/?site={site.pk}"
    assert [(one.name, one.url[-4:], one.password) for one in Camera.objects.order_by("name")] == [
        ("Gate · 1", "ch_1", "p"),
        ("Gate · 3", "ch_3", "p"),
    ]


def test_a_device_of_which_one_name_is_taken_is_not_added_by_half(site: Site, owner: User, signed_in) -> None:
    """CAM-10, SPEC 15: a clear error, nothing changed."""
    CameraFactory(site=site, name="Gate · 2")

    answer = add(signed_in(owner), facts(site, source="ipro-rtsp", host="10.0.0.9", channels=["1", "2"]))

    assert mistakes(answer.content) == {"name": "There is a camera “Gate · 2” on this site already."}
    assert Camera.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, ("name", "A camera needs a name.")),
        ({"url": ""}, ("url", "Enter the address of the stream")),
        ({"url": "ftp://10.0.0.7/"}, ("url", "An address begins with rtsp://")),
        ({"url": "rtsp://169.254.169.254/x"}, ("url", "is refused")),
        ({"fps": "0.4"}, ("fps", "A number from 0.5 to 30")),
        ({"fps": "nan"}, ("fps", "A number from 0.5 to 30")),
        ({"fps": "many"}, ("fps", "A number from 0.5 to 30")),
        ({"site": ""}, ("site", "Choose one of your sites.")),
        ({"transport": "smoke"}, ("transport", "smoke")),
        ({"source": "none"}, ("source", "none")),
        ({"source": "ipro-rtsp", "host": "a b"}, ("host", "A name or an address is expected")),
        ({"source": "ipro-rtsp", "host": "127.0.0.1"}, ("host", "is refused")),
        ({"source": "ipro-rtsp", "host": "h", "stream": "5"}, ("stream", "5")),
    ],
)
def test_a_mistake_is_said_at_its_field_and_changes_nothing(
    site: Site, owner: User, signed_in, wrong: dict[str, str], said: tuple[str, str]
) -> None:
    """SPEC 15, OCC-2: with and without scripts; what was typed stays in the page."""
    client = signed_in(owner)

    whole = add(client, facts(site, **wrong))
    part = add(client, facts(site, **wrong), **HTMX)

    assert (whole.status_code, part.status_code, Camera.objects.count()) == (422, 422, 0)
    assert said[1] in mistakes(whole.content)[said[0]]
    assert mistakes(part.content) == mistakes(whole.content)
    assert b"<html" not in part.content
    assert 'value="Gate"' in whole.content.decode() or "name" in wrong


def test_the_password_that_was_typed_is_not_sent_back(site: Site, owner: User, signed_in) -> None:
    """CAM-1: never to a browser; with scripts its field is left alone."""
    answer = add(signed_in(owner), facts(site, name="", password="s3cret"))

    assert b"s3cret" not in answer.content


def test_only_administrators_of_a_site_add_cameras_and_only_there(site: Site, stranger: User, signed_in) -> None:
    """SEC-1: others do not even see the button."""
    for role in (Role.VIEWER, Role.OPERATOR):
        client = signed_in(MembershipFactory(site=site, role=role).user)
        assert client.get(reverse("camera_add")).status_code == 403
        assert add(client, facts(site)).status_code == 403
        assert reverse("camera_add") not in client.get("/cameras/").content.decode()
    answer = add(signed_in(stranger), facts(site))
    assert mistakes(answer.content) == {"site": "Choose one of your sites."}
    assert signed_in().get(reverse("camera_add")).status_code == 302
    assert not Camera.objects.exists()


# --- Test connection --------------------------------------------------------------------------------------------------
def try_it(client: Client, form: dict[str, object], camera: Camera | None = None):
    address = reverse("camera_connection_try", args=[camera.pk]) if camera else reverse("connection_try")
    return client.post(address, form, **HTMX)


def test_the_picture_appears_before_anything_is_saved(site: Site, owner: User, signed_in, server) -> None:
    """CAM-2: picture, resolution and codec."""
    form = facts(site, name="", url=server.url("/jpeg"), username="root", password="s3cret")

    page = try_it(signed_in(owner), form).content.decode()

    assert "data:image/jpeg;base64,/9j/" in page
    assert "320 × 240" in page
    assert "JPEG" in page
    assert not Camera.objects.exists()


def test_a_failure_says_why_and_what_to_do(site: Site, owner: User, signed_in, server) -> None:
    """CAM-2: without the password."""
    form = facts(site, url=server.url("/jpeg"), username="root", password="wr0ng")

    page = try_it(signed_in(owner), form).content.decode()

    assert f'data-reason="{Reason.WRONG_PASSWORD}"' in page
    assert "User name or password is wrong" in page
    assert "wr0ng" not in page


def test_an_address_that_the_guard_refuses_is_not_called(site: Site, owner: User, signed_in, server, settings) -> None:
    """SEC-4: the portal is no tool for looking at its own network card."""
    settings.ALLOWED_NETWORKS = []

    page = try_it(signed_in(owner), facts(site, url=server.url("/jpeg"))).content.decode()

    assert f'data-reason="{Reason.ADDRESS_REFUSED}"' in page
    assert server.requests == []


def test_mistakes_are_marked_instead_of_tested(site: Site, owner: User, signed_in) -> None:
    """CAM-2: a name is not needed for a test."""
    page = try_it(signed_in(owner), facts(site, name="", url="", fps="99")).content

    assert set(mistakes(page)) == {"url", "fps"}
    assert "Not tested yet" in page.decode()


def test_too_many_tests_at_once_wait_for_each_other(site: Site, owner: User, signed_in, monkeypatch) -> None:
    """CAM-2: bounded in number."""

    def busy(**_facts: object) -> None:
        raise TooManyTestsError("busy")

    monkeypatch.setattr("portal.dashboard.views.onboarding.connection_test", busy)

    assert "Press the button again" in try_it(signed_in(owner), facts(site)).content.decode()


def test_only_administrators_test_connections(site: Site, camera: Camera, colleague: User, stranger, signed_in) -> None:
    """SEC-1, SEC-4: it makes the portal call an address."""
    assert try_it(signed_in(colleague), facts(site)).status_code == 403
    assert try_it(signed_in(colleague), facts(site), camera).status_code == 403
    assert try_it(signed_in(stranger), facts(site), camera).status_code == 404
    assert signed_in(stranger).get(reverse("connection_try")).status_code == 405


def test_what_is_saved_is_used_where_a_field_is_empty(site: Site, owner: User, signed_in, server) -> None:
    """CAM-2: the administrator need not know the password to test a stream of the same camera."""
    camera = CameraFactory(site=site, url=server.url("/mjpeg"), username="root", password="s3cret")

    page = try_it(signed_in(owner), facts(site, url=server.url("/jpeg")), camera).content.decode()

    assert "data:image/jpeg" in page


def test_a_saved_password_goes_to_no_other_host(camera: Camera, owner: User, signed_in, server) -> None:
    """CAM-1: neither by testing nor by saving; otherwise an administrator could read what another has entered."""
    client = signed_in(owner)
    form = facts(camera.site, url=server.url("/jpeg"), name="Crane", enabled="on")

    tried = try_it(client, form, camera)
    saved = client.post(reverse("camera_edit", args=[camera.pk]), form, **HTMX)

    for answer in (tried, saved):
        assert mistakes(answer.content)["password"].startswith("The address leads to another place")
    assert server.requests == []
    assert Camera.objects.get().url == camera.url


# --- Editing ----------------------------------------------------------------------------------------------------------
def edit(client: Client, camera: Camera, **form: object):
    base = {"name": camera.name, "url": camera.url, "transport": "tcp", "fps": "5", "enabled": "on"}
    return client.post(reverse("camera_edit", args=[camera.pk]), {**base, **form}, **HTMX)


def test_the_form_shows_no_secret(camera: Camera, owner: User, signed_in) -> None:
    """CAM-1: neither user name nor password, nor the one in the query of the address."""
    page = signed_in(owner).get(reverse("camera_edit", args=[camera.pk])).content.decode()

    assert "rtsp://10.0.0.7/live?pwd=***" in page
    assert not any(secret in page for secret in ("s3cret", 'value="root"', "qu3ry"))


def test_what_comes_back_unchanged_changes_nothing(camera: Camera, owner: User, signed_in) -> None:
    """CAM-1: empty fields keep what is saved, the address shown without its secret stays whole."""
    answer = edit(signed_in(owner), camera, url="rtsp://10.0.0.7/live?pwd=***")

    after = Camera.objects.get()
    assert answer.headers["HX-Redirect"] == f"/cameras/{camera.pk}/"
    assert (after.url, after.username, after.password, after.version) == (camera.url, "root", "s3cret", 1)


def test_a_changed_camera_is_told_to_its_worker(camera: Camera, owner: User, signed_in) -> None:
    """EXT-7: the version rises."""
    edit(signed_in(owner), camera, name="Crane north", fps="2", transport="udp", enabled="", password="n3w")

    after = Camera.objects.get()
    assert (after.name, after.fps, after.transport, after.enabled) == ("Crane north", 2.0, "udp", False)
    assert (after.username, after.password, after.version) == ("root", "n3w", 2)


def test_saved_credentials_can_be_removed(camera: Camera, owner: User, signed_in) -> None:
    """CAM-1: and then the address may lead anywhere."""
    edit(signed_in(owner), camera, forget="on", url="rtsp://10.0.0.8/live")

    after = Camera.objects.get()
    assert (after.url, after.username, after.password) == ("rtsp://10.0.0.8/live", "", "")


def test_a_name_is_taken_once(camera: Camera, owner: User, signed_in) -> None:
    """CAM-1: on a site."""
    CameraFactory(site=camera.site, name="Gate")

    assert "already" in mistakes(edit(signed_in(owner), camera, name="Gate").content)["name"]


@pytest.mark.parametrize("page", ["camera_edit", "camera_remove"])
def test_only_administrators_of_the_site_edit_and_remove(
    camera: Camera, colleague: User, stranger: User, signed_in, page: str
) -> None:
    """SEC-1."""
    address = reverse(page, args=[camera.pk])

    for method in ("get", "post"):
        assert getattr(signed_in(colleague), method)(address).status_code == 403
        assert getattr(signed_in(stranger), method)(address).status_code == 404
        assert getattr(signed_in(), method)(address).status_code == 302
    assert Camera.objects.filter(pk=camera.pk).exists()


# --- Removing ---------------------------------------------------------------------------------------------------------
def test_removing_says_what_goes_and_does_it_once_pressed(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 4.11, UI 1: what will happen; open alarms end."""
    alarm = AlarmFactory(camera=camera)
    client = signed_in(owner)

    page = client.get(reverse("camera_remove", args=[camera.pk])).content.decode()
    assert "1 alarm," in page
    assert "is open and ends now" in page
    assert Camera.objects.exists()

    assert client.post(reverse("camera_remove", args=[camera.pk])).url == "/cameras/"
    alarm.refresh_from_db()
    assert (alarm.camera, alarm.end_reason) == (None, "camera removed")


def test_the_zones_of_a_camera_are_painted_in_its_test(camera: Camera, owner: User, signed_in, monkeypatch) -> None:
    """CAM-5, CAM-4: nobody sees under a zone by testing the connection."""
    Camera.objects.update(privacy_zones=[[[0, 0], [1, 0], [1, 1]]], rotation=90)
    seen: dict[str, object] = {}

    def test(**facts: object) -> None:
        seen.update(facts)
        raise TooManyTestsError("enough")

    monkeypatch.setattr(onboarding, "_test", test)
    try_it(signed_in(owner), facts(camera.site, url=camera.url), camera)

    assert seen["zones"] == [[(0, 0), (1, 0), (1, 1)]]
    assert (seen["rotation"], seen["password"]) == (90, "s3cret")


def test_the_page_of_a_camera_leads_to_its_form(camera: Camera, owner: User, colleague: User, signed_in) -> None:
    """SEC-1, UI 3: for administrators of the site only."""
    address, link = reverse("camera", args=[camera.pk]), reverse("camera_edit", args=[camera.pk])

    assert link in signed_in(owner).get(address).content.decode()
    assert link not in signed_in(colleague).get(address).content.decode()
