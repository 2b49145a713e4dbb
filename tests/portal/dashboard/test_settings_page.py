"""The settings screens of a camera: what they show, who may save, and what is said about mistakes."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Extension, Role, Site
from notifications.services.mqtt_server import mqtt_server_set
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory

TABS = ("basic", "http", "mqtt", "detail")
TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


@pytest.fixture
def camera(site: Site) -> Camera:
    """One area over the whole picture."""
    return CameraFactory(site=site, name="Crane", occupancy={"areas": [{"number": 1, "name": "Quay"}]})


def extension(camera: Camera) -> Extension:
    return Extension.objects.get(camera=camera)


def page(client: Client, camera: Camera, tab: str) -> str:
    return client.get(reverse("camera_settings", args=[camera.pk, tab])).content.decode()


def data_of(text: str) -> dict[str, Any]:
    """What the page's scripts are given."""
    found = re.search(r'id="settings-data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def save(client: Client, camera: Camera, **body: Any) -> Any:
    body = {"version": extension(camera).version, **body}
    return client.post(reverse("camera_settings_save", args=[camera.pk]), body, content_type="application/json")


def test_every_setting_of_a_tab_has_its_field(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 3: nothing that the description has is missing on the screen."""
    client = signed_in(owner)

    for tab in TABS:
        text = page(client, camera, tab)
        shown = set(re.findall(r'data-setting="([^"]*)"', text))
        described = {path for path, about in data_of(text)["fields"].items() if about["kind"] in FIELDS}
        here = (*data_of(text)["keys"], "secrets")
        described = {path for path in described if re.split(r"[.\[]", path)[0] in here}
        assert {re.sub(r"\[\d\]", "[]", path) for path in shown} == described - NOT_TYPED


FIELDS = {"number", "switch", "choice", "several", "text", "time"}
NOT_TYPED = {"areas[].number"}  # which of the four it is


def test_a_field_says_range_unit_and_default(camera: Camera, owner: User, signed_in) -> None:
    """OCC-6, UI 1: "range and unit beside the field, default shown"; each area has its own defaults (OCC-4)."""
    text = " ".join(html.unescape(page(signed_in(owner), camera, "basic")).split())

    assert "0.1 to 3600 s · default 10" in text
    status = re.findall(r'data-setting="areas\[(\d)\]\.status".*?default (\w+)', text)
    assert status == [("0", "On"), ("1", "Off"), ("2", "Off"), ("3", "Off")]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_members_read_and_administrators_write(camera: Camera, signed_in, role: Role) -> None:
    """SEC-1: no Save, no Reset, and a request of one's own is refused."""
    client = signed_in(MembershipFactory(site=camera.site, role=role).user)
    before = extension(camera).settings

    for tab in TABS:
        text = page(client, camera, tab)
        assert "<save-bar" not in text
        assert '<fieldset class="settings__all" disabled>' in text
        assert data_of(text)["editable"] is False
    assert save(client, camera, settings={"reset_percentage": 90}).status_code == 403
    assert client.post(reverse("camera_settings_reset", args=[camera.pk])).status_code == 403
    assert extension(camera).settings == before


def test_a_strangers_camera_does_not_exist(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1: no page of it, no saving."""
    client = signed_in(stranger)

    for name, more in (("camera_settings", ["basic"]), ("camera_schedule", []), ("camera_versions", [])):
        assert client.get(reverse(name, args=[camera.pk, *more])).status_code == 404
    assert save(client, camera, settings={"csv": True}).status_code == 404


def test_an_administrator_saves_a_tab(camera: Camera, owner: User, signed_in) -> None:
    """EXT-7: only what was sent is another; the answer tells which version of the camera a worker must reach."""
    before = extension(camera).settings

    answer = save(signed_in(owner), camera, settings={"reset_percentage": 90, "pause_reset_s": 7})

    camera.refresh_from_db()
    assert answer.status_code == 200
    assert answer.json()["camera_version"] == camera.version
    assert answer.json()["version"] == extension(camera).version
    assert extension(camera).settings == {**before, "reset_percentage": 90, "pause_reset_s": 7}


def test_a_refused_save_changes_nothing_and_names_every_field(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 3: the sentences of the settings, at their paths."""
    before = extension(camera).settings
    areas = [{**before["areas"][0], "count_threshold": 41, "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}]

    answer = save(signed_in(owner), camera, settings={"areas": areas, "reference_point": "left"})

    said = {one["path"]: one["message"] for one in answer.json()["problems"]}
    assert answer.status_code == 422
    assert said["areas[0].count_threshold"] == "Count threshold must be 1 to 40, not 41."
    assert said["areas[0].polygon"].startswith("Polygon must not cross or touch itself")
    assert said["reference_point"] == 'Reference point must be one of bottom, centre, top, not "left".'
    assert extension(camera).settings == before


def test_the_browser_has_the_sentences_of_the_server(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 3: "with the same message in form and API"."""
    fields = data_of(page(signed_in(owner), camera, "basic"))["fields"]

    template = fields["areas[].count_threshold"]["messages"]["range"]
    assert template.replace("%(value)s", "41") == "Count threshold must be 1 to 40, not 41."
    assert fields["bands[].count_thresholds.4"]["messages"] == fields["areas[].count_threshold"]["messages"]
    assert fields["bands"]["messages"].keys() >= {"end", "count_thresholds"}


def test_who_comes_second_is_told_who_was_first(camera: Camera, owner: User, signed_in) -> None:
    """API-2: a version that is no longer the newest is refused; what holds now comes with the answer."""
    first = MembershipFactory(site=camera.site, role=Role.ADMINISTRATOR, user__username="first").user
    opened = extension(camera).version
    save(signed_in(first), camera, settings={"pause_reset_s": 9})

    answer = save(signed_in(owner), camera, version=opened, settings={"pause_reset_s": 3})

    assert answer.status_code == 409
    words = r"first changed these settings at [\d:]+, while .* What you typed is kept\."
    assert re.fullmatch(words, answer.json()["message"])
    assert answer.json()["settings"]["pause_reset_s"] == 9
    assert answer.json()["version"] == opened + 1
    assert extension(camera).settings["pause_reset_s"] == 9


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("no json", id="no-json"),
        pytest.param([], id="list"),
        pytest.param({"settings": {}}, id="no-version"),
        pytest.param({"version": 1, "settings": []}, id="settings-no-object"),
        pytest.param({"version": 1, "colour": "blue"}, id="unknown"),
    ],
)
def test_a_body_that_is_none_of_ours_is_refused(body: object, camera: Camera, owner: User, signed_in) -> None:
    """SPEC 15: a clear error, nothing changed."""
    text = body if isinstance(body, str) else json.dumps(body)
    address = reverse("camera_settings_save", args=[camera.pk])

    answer = signed_in(owner).post(address, text, content_type="application/json")

    assert answer.status_code == 400
    assert re.match("The body must be|Settings and secrets must be", answer.json()["message"])


def test_a_password_is_saved_and_never_shown(camera: Camera, owner: User, signed_in) -> None:
    """OUT-2, DESIGN 7: the page says that there is one; the answers do not have it."""
    client = signed_in(owner)

    answer = save(client, camera, secrets={"http_password_2": "hunter2"})

    text = page(client, camera, "http")
    assert answer.json()["secrets_set"] == ["http_password_2"]
    assert data_of(text)["secrets_set"] == ["http_password_2"]
    assert "hunter2" not in text + answer.content.decode()
    assert text.count('placeholder="saved; type to replace"') == 1


def test_the_mqtt_tab_says_where_a_camera_without_a_server_of_its_own_sends(
    camera: Camera, owner: User, signed_in
) -> None:
    """OUT-3: nobody guesses whether there is a server."""
    client = signed_in(owner)
    assert "No MQTT server is set for the site or the portal" in page(client, camera, "mqtt")

    mqtt_server_set(site=camera.site, config={"host": "broker.example"})
    assert "broker.example:8883" in page(client, camera, "mqtt")


def test_reset_to_default_brings_the_four_tabs_back(camera: Camera, owner: User, signed_in) -> None:
    """EXT-6: says what stays and what goes before; the schedule stays."""
    client = signed_in(owner)
    monday = {"always": False, "week": {"mon": [["08:00", "18:00"]]}}
    save(client, camera, settings={"pause_reset_s": 9}, schedule=monday)
    assert "The schedule, privacy and ignore zones" in page(client, camera, "basic")

    answer = client.post(reverse("camera_settings_reset", args=[camera.pk]), follow=True)

    assert "All tabs are back at their defaults." in answer.content.decode()
    assert extension(camera).settings["pause_reset_s"] == 5
    assert extension(camera).schedule["week"]["mon"] == [["08:00", "18:00"]]


def test_a_deleted_area_leaves_the_numbers_of_the_others(camera: Camera, owner: User, signed_in) -> None:
    """OCC-2: area 2 stays area 2, on the camera page, too."""
    client = signed_in(owner)
    one = extension(camera).settings["areas"][0]
    two = {"number": 2, "name": "Shed", "polygon": TRIANGLE}
    assert save(client, camera, settings={"areas": [one, two]}).status_code == 200

    answer = save(client, camera, settings={"areas": [{**one, "polygon": [], "status": False}, two]})

    assert answer.status_code == 200
    shown = client.get(reverse("camera", args=[camera.pk])).content.decode()
    cards = re.findall(r'<area-card[^>]*data-area="(\d)"', shown)
    assert cards == ["2"]


def test_ignore_zones_are_saved_and_known_to_the_live_page(camera: Camera, owner: User, signed_in) -> None:
    """OCC-35: per kind of object; the sliders of the live page count nobody inside."""
    client, zone = signed_in(owner), {"objects": ["human"], "polygon": TRIANGLE}
    assert save(client, camera, settings={"ignore_zones": [zone, {"objects": None, "polygon": []}]}).status_code == 422

    assert save(client, camera, settings={"ignore_zones": [zone]}).status_code == 200
    live = html.unescape(client.get(reverse("camera", args=[camera.pk])).content.decode())
    assert f'data-zones="{json.dumps([zone])}"' in live


def test_a_camera_without_the_extension_has_no_tabs(site: Site, owner: User, signed_in) -> None:
    """EXT-1."""
    bare, client = CameraFactory(site=site, occupancy=False), signed_in(owner)

    assert client.get(reverse("camera_settings", args=[bare.pk, "basic"])).status_code == 404
    assert "tabs__tab" not in client.get(reverse("camera", args=[bare.pk])).content.decode()


def test_an_unknown_tab_is_a_404(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 15."""
    assert signed_in(owner).get(reverse("camera_settings", args=[camera.pk, "colours"])).status_code == 404


@pytest.mark.parametrize("cameras", [1, 50])
@pytest.mark.parametrize("tab", [*TABS, "schedule", "versions"])
def test_a_page_of_settings_asks_at_most_12_times(
    tab: str, cameras: int, owner: User, signed_in, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Issue 4, figures: settings page ≤ 12 queries whatever the number of cameras."""
    camera = CameraFactory.create_batch(cameras, site=owner.sites.get())[0]
    client = signed_in(owner)
    name, more = (f"camera_{tab}", []) if tab in ("schedule", "versions") else ("camera_settings", [tab])

    with django_assert_max_num_queries(12):
        client.get(reverse(name, args=[camera.pk, *more]))
