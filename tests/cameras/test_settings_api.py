"""API-1, API-2, EXT-5: settings, versions, copies and profiles by REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from cameras.extensions.describe import describe
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension, Profile, Site
from cameras.services.extension import extension_update
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import CameraFactory, ExtensionFactory, ProfileFactory

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
TWO = [{"number": 1}, {"number": 2, "polygon": TRIANGLE, "status": True}]


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay", occupancy={"areas": TWO})


@pytest.fixture
def url(camera: Camera) -> str:
    return f"/api/v1/cameras/{camera.pk}/extensions/occupancy/"


@pytest.fixture
def client(api, owner: User) -> APIClient:
    made: APIClient = api(owner, "configure")
    return made


def patch(client: APIClient, url: str, **headers: str):
    def send(**body: Any):
        return client.patch(url, body, format="json", headers=headers)

    return send


def errors(answer) -> list[tuple[str, str]]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [(one["path"], one["detail"]) for one in answer.json()["errors"]]


def test_all_settings_are_given_with_their_version(client: APIClient, url: str, camera: Camera) -> None:
    """API-2: whole; of secrets only whether they are set."""
    extension_update(extension=camera.extensions.get(), secrets={"mqtt_password": "hush-hush"})
    answer = client.get(url)
    body = answer.json()

    assert answer.headers["ETag"] == '"2"'
    assert (body["camera"], body["kind"], body["version"]) == (camera.pk, "occupancy", 2)
    assert body["settings"] == camera.extensions.get().occupancy().to_json()
    assert body["schedule"] == {"always": True}
    assert [name for name, is_set in body["secrets"].items() if is_set] == ["mqtt_password"]
    assert "hush-hush" not in answer.content.decode()


def test_a_part_is_changed_and_the_rest_stays(client: APIClient, url: str, owner: User) -> None:
    """API-2: one threshold of one area; who did it is noted, also by token."""
    answer = patch(client, url)(settings={"areas": [{"number": 2, "count_threshold": 9}]}, reason="Crowded")

    assert [area["count_threshold"] for area in answer.json()["settings"]["areas"]] == [5, 9]
    assert answer.headers["ETag"] == '"2"'
    [entry] = AuditEntry.objects.filter(action=AuditEntry.Action.UPDATE)
    assert (entry.actor, entry.changes) == (owner, {"areas[1].count_threshold": [5, 9]})


def test_the_whole_is_replaced(client: APIClient, url: str) -> None:
    """API-2: what is left out gets its default; schedule and network stay when they are left out."""
    patch(client, url)(network="other", schedule={"always": False})
    body = client.put(url, {"settings": {"csv": True}}, format="json").json()

    assert body["settings"] == OccupancySettings(csv=True).to_json()
    assert (body["network"], body["schedule"]["always"]) == ("other", False)


def test_a_mistake_is_told_in_the_words_of_the_form(client: APIClient, url: str) -> None:
    """Issue 4: the same sentence, at its place; nothing is changed."""
    wrong = {"areas": [{"number": 2, "time_s": 0}], "http": {"destinations": [{"transmission": True}]}, "color": 1}
    answer = patch(client, url)(settings=wrong)

    assert answer.status_code == 400
    assert errors(answer) == [
        ("http.destinations[0].address", "Transmission needs an address to be On."),
        ("color", "There is no such setting."),
        ("areas[0].time_s", "Time must be 0.1 to 3600 s in steps of 0.1, not 0."),
    ]
    assert client.get(url).json()["version"] == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"setting": {}}, "setting"),
        ({"settings": 5}, ""),
        ({"settings": None}, "settings"),
        ({"schedule": {"always": 5}}, "schedule.always"),
        ({"secrets": {"http_password_1": 'a"b'}}, "secrets.http_password_1"),
        ({"secrets": []}, "secrets"),
        ({"reason": "x" * 201}, "reason"),
        ({"network": 5, "settings": {"csv": 5}}, "csv"),
        ([], ""),
    ],
)
def test_a_body_that_does_not_fit_is_refused(client: APIClient, url: str, body: Any, path: str) -> None:
    """SPEC 15, bad input: a clear error, nothing changed."""
    answer = client.patch(url, body, format="json")

    assert answer.status_code == 400
    assert [place for place, _ in errors(answer)] == [path]
    assert client.get(url).json()["version"] == 1


@pytest.mark.parametrize(("header", "status"), [('"1"', 200), ("*", 200), ('"2"', 412), ("1", 412), ('W/"1"', 412)])
def test_a_change_can_be_bound_to_a_version(client: APIClient, url: str, header: str, status: int) -> None:
    """API-2: ETag and If-Match."""
    answer = patch(client, url, **{"If-Match": header})(settings={"csv": True})

    assert answer.status_code == status
    assert client.get(url).json()["settings"]["csv"] is (status == 200)


def test_the_settings_are_described(client: APIClient, url: str) -> None:
    """API-1: everything that the form knows."""
    assert client.get(f"{url}describe/").json() == describe()


def test_the_defaults_come_back(client: APIClient, url: str) -> None:
    """EXT-6."""
    assert client.post(f"{url}reset/").json()["settings"] == OccupancySettings().to_json()


def test_versions_are_listed_compared_and_restored(client: APIClient, url: str) -> None:
    """EXT-5: newest first."""
    patch(client, url)(settings={"csv": True}, reason="Wanted")
    patch(client, url)(settings={"pause_reset_s": 9})
    listed = client.get(f"{url}versions/").json()["results"]

    assert [(one["number"], one["made_by"], one["reason"]) for one in listed] == [
        (3, "owner", ""),
        (2, "owner", "Wanted"),
        (1, None, ""),
    ]
    assert client.get(f"{url}versions/2/").json()["settings"]["csv"] is True
    assert [one["path"] for one in client.get(f"{url}versions/1/compare/").json()] == ["pause_reset_s", "csv"]
    assert client.get(f"{url}versions/1/compare/?with=2").json() == [
        {"path": "csv", "label": "Save count data as CSV", "before": False, "after": True}
    ]
    assert client.post(f"{url}versions/1/restore/").json()["settings"]["csv"] is False


@pytest.mark.parametrize("place", ["versions/7/", "versions/7/compare/", f"versions/{10**30}/"])
def test_a_version_that_is_not_there_is_a_404(client: APIClient, url: str, place: str) -> None:
    """EXT-5: of any number."""
    assert client.get(url + place).status_code == 404
    assert client.post(f"{url}versions/7/restore/").status_code == 404


@pytest.mark.parametrize("other", ["x", "-1", "²", "9" * 30])
def test_what_is_no_version_number_is_refused(client: APIClient, url: str, other: str) -> None:
    """SPEC 15, bad input."""
    patch(client, url)(settings={"csv": True})

    assert client.get(f"{url}versions/1/compare/", {"with": other}).status_code == 400


def test_tabs_are_copied_after_a_preview(client: APIClient, url: str, site: Site) -> None:
    """EXT-5: the same answer, before and after; the shape of the pictures is not known to the API."""
    other = CameraFactory(site=site)
    asked = {"to": [other.pk], "tabs": ["basic"]}

    [preview] = client.post(f"{url}copy/", asked | {"preview": True}, format="json").json()["results"]
    [result] = client.post(f"{url}copy/", asked, format="json").json()["results"]

    assert (preview["camera"], preview["applied"], result["applied"]) == (other.pk, False, True)
    assert [one["label"] for one in preview["differences"]] == ["Area 2"]
    assert preview["differences"] == result["differences"]
    assert "not known" in preview["warning"]
    assert len(other.extensions.get().occupancy().areas) == 2


def test_what_one_does_not_administer_is_not_changed(client: APIClient, url: str, camera: Camera) -> None:
    """SEC-1, EXT-5: all or nothing, with the ids that are wrong; another site's camera is like none."""
    foreign = CameraFactory(occupancy={"csv": True})
    answer = client.post(f"{url}copy/", {"to": [camera.pk, foreign.pk], "tabs": ["detail"]}, format="json")

    assert errors(answer) == [("to", f"Not a camera with this extension that you administer: {foreign.pk}.")]
    assert Extension.objects.get(camera=foreign).occupancy().csv


@pytest.mark.parametrize(
    "body",
    [{}, {"to": [], "tabs": ["http"]}, {"to": [1], "tabs": ["all"]}, {"to": list(range(1, 202)), "tabs": ["http"]}],
)
def test_a_copy_that_does_not_fit_is_refused(client: APIClient, url: str, body: dict[str, Any]) -> None:
    """SPEC 15, bad input."""
    assert client.post(f"{url}copy/", body, format="json").status_code == 400


def test_a_profile_is_kept_applied_and_removed(client: APIClient, camera: Camera, site: Site) -> None:
    """EXT-5: named profiles."""
    other = CameraFactory(site=site)
    made = client.post("/api/v1/profiles/", {"camera": camera.pk, "name": "Quays", "tabs": ["basic"]}, format="json")
    place = f"/api/v1/profiles/{made.json()['id']}/"

    assert made.status_code == 201
    assert [one["name"] for one in client.get("/api/v1/profiles/").json()["results"]] == ["Quays"]
    assert set(client.get(place).json()["settings"]) == {"objects", "areas", "reference_point", "ignore_zones", "bands"}
    assert client.post(f"{place}apply/", {"to": [other.pk]}, format="json").json()["results"][0]["applied"]
    assert client.delete(place).status_code == 204
    assert len(other.extensions.get().occupancy().areas) == 2


def test_a_profile_name_is_taken_once(client: APIClient, camera: Camera, site: Site) -> None:
    """EXT-5: the message is a problem, too."""
    ProfileFactory(site=site, name="Quays")
    answer = client.post("/api/v1/profiles/", {"camera": camera.pk, "name": "Quays", "tabs": ["basic"]}, format="json")

    assert answer.status_code == 400
    assert errors(answer)


def test_another_sites_profile_does_not_exist(client: APIClient) -> None:
    """SEC-1: names of areas are in it."""
    foreign = ProfileFactory()

    assert client.get("/api/v1/profiles/").json()["results"] == []
    assert client.get(f"/api/v1/profiles/{foreign.pk}/").status_code == 404
    assert client.delete(f"/api/v1/profiles/{foreign.pk}/").status_code == 404
    assert Profile.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("place", ["PATCH ", "PUT ", "POST reset/", "POST versions/1/restore/"])
def test_a_stranger_finds_nothing_to_change(api, stranger: User, url: str, place: str) -> None:
    """SEC-1: what is not to be seen does not exist."""
    method, _, rest = place.partition(" ")

    assert api(stranger, "configure").generic(method, url + rest).status_code == 404


def test_a_camera_without_the_extension_is_a_404(client: APIClient, site: Site) -> None:
    """EXT-1: nothing is made by asking for it."""
    bare = CameraFactory(site=site, occupancy=False)

    assert client.get(f"/api/v1/cameras/{bare.pk}/extensions/occupancy/").status_code == 404


def test_reading_costs_few_queries(client: APIClient, url: str, django_assert_max_num_queries) -> None:
    """Issue 4: whatever the number of versions; token, user and rights included."""
    for pause in range(10):
        patch(client, url)(settings={"pause_reset_s": pause + 10})

    with django_assert_max_num_queries(5):
        client.get(url)
    with django_assert_max_num_queries(5):
        client.get(f"{url}versions/")
    with django_assert_max_num_queries(5):
        client.get(f"{url}versions/3/compare/?with=4")


def test_a_preview_for_many_costs_as_much_as_for_one(
    client: APIClient, url: str, site: Site, django_assert_max_num_queries
) -> None:
    """EXT-5: 50 cameras."""
    ids = [camera.pk for camera in CameraFactory.create_batch(50, site=site)]

    with django_assert_max_num_queries(6):
        answer = client.post(f"{url}copy/", {"to": ids, "tabs": ["http"], "preview": True}, format="json")
    assert len(answer.json()["results"]) == 50


# --- As a document ----------------------------------------------------------------------------------------------------
def test_settings_go_out_and_come_back_as_yaml(client: APIClient, url: str, camera: Camera) -> None:
    """API-2, EXT-5: with ranges and defaults beside the values; sent back, it changes nothing."""
    answer = client.get(url, headers={"Accept": "application/yaml"})
    text = answer.content.decode()

    assert answer.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert answer.headers["ETag"] == '"1"'
    assert "count_threshold: 5" in text
    assert "# Count threshold; 1-40; default 5" in text
    assert client.put(url, text, content_type="application/yaml").json()["version"] == 1


def test_a_yaml_document_with_a_mistake_is_a_problem(client: APIClient, url: str) -> None:
    """API-1: by its line, or by the path of the value."""
    broken = client.patch(url, "settings: [", content_type="application/yaml")
    wrong = client.patch(url, "settings: {pause_reset_s: 601}", content_type="application/yaml")

    assert (broken.status_code, wrong.status_code) == (400, 400)
    assert broken.json()["detail"].startswith("Line 1 is no YAML")
    assert errors(wrong)[0][0] == "pause_reset_s"


@pytest.fixture
def masks(camera: Camera) -> str:
    """The address of its non-mask extension."""
    ExtensionFactory(camera=camera, kind="nonmask", settings=NonmaskSettings().to_json())
    return f"/api/v1/cameras/{camera.pk}/extensions/nonmask/"


def test_the_other_extension_is_read_changed_and_described(client: APIClient, masks: str, url: str) -> None:
    """API-2, EXT-3: by the same rules, without touching occupancy."""
    answer = patch(client, masks, **{"If-Match": '"1"'})(settings={"area": TRIANGLE, "mqtt": {"qos": 2}})
    body = answer.json()

    assert (body["kind"], body["version"], body["secrets"]) == ("nonmask", 2, {})
    assert (body["settings"]["area"], body["settings"]["mqtt"]["topic"]) == (TRIANGLE, NonmaskSettings().mqtt.topic)
    assert client.get(f"{masks}describe/").json() == describe(NonmaskSettings)
    assert client.get(f"{masks}versions/1/compare/").json()[0]["label"] == "Detection area"
    assert client.post(f"{masks}versions/1/restore/").json()["settings"]["area"] == []
    assert client.post(f"{masks}reset/").json()["settings"] == NonmaskSettings().to_json()
    assert client.get(url).json()["version"] == 1


def test_what_fits_only_the_other_is_refused(client: APIClient, masks: str) -> None:
    """SPEC 15, bad input: settings and secrets of occupancy, by name, and what a window needs; nothing is changed."""
    assert errors(patch(client, masks)(settings={"http": {}, "vote_window": 3})) == [
        ("http", "There is no such setting."),
    ]
    assert errors(patch(client, masks)(settings={"vote_window": 3}))[0][0] == "vote_window"
    assert errors(patch(client, masks)(secrets={"mqtt_password": "x"})) == [
        ("secrets.mqtt_password", "There is no such secret."),
    ]
    assert client.get(masks).json()["version"] == 1


def test_an_extension_that_is_not_installed_is_not_there(client: APIClient, camera: Camera) -> None:
    """SEC-1, EXT-1: and neither is one that nobody has ever heard of."""
    for kind in ("nonmask", "parking"):
        assert client.get(f"/api/v1/cameras/{camera.pk}/extensions/{kind}/").status_code == 404


def test_a_document_of_masks_can_be_sent_back(client: APIClient, masks: str) -> None:
    """API-2: as YAML, with ranges beside the values."""
    text = client.get(masks, headers={"Accept": "application/yaml"}).content.decode()
    answer = client.put(masks, text.replace("vote_frames: 5", "vote_frames: 6"), content_type="application/yaml")

    assert "2-50" in text
    assert answer.json()["settings"] == {**NonmaskSettings().to_json(), "vote_frames": 6}


def test_a_profile_of_masks_goes_onto_masks_only(client: APIClient, masks: str, camera: Camera, site: Site) -> None:
    """EXT-5: a camera without the extension is named; one with it is told what changes."""
    patch(client, masks)(settings={"vote_frames": 7})
    other, bare = CameraFactory(site=site, nonmask={}), CameraFactory(site=site)
    asked = {"camera": camera.pk, "extension": "nonmask", "name": "Masks", "tabs": ["detail"]}
    made = client.post("/api/v1/profiles/", asked, format="json").json()
    place = f"/api/v1/profiles/{made['id']}/apply/"

    assert (made["kind"], made["settings"]["vote_frames"]) == ("nonmask", 7)
    assert client.post(place, {"to": [bare.pk]}, format="json").status_code == 400
    [result] = client.post(place, {"to": [other.pk]}, format="json").json()["results"]
    assert (result["applied"], [one["path"] for one in result["differences"]]) == (True, ["vote_frames"])
    [copied] = client.post(f"{masks}copy/", {"to": [other.pk], "tabs": ["detail"]}, format="json").json()["results"]
    assert (copied["applied"], copied["differences"]) == (True, [])
