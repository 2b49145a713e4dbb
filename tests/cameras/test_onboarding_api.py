"""Onboarding in the API."""

from collections.abc import Iterator

import pytest

from cameras.models import Camera, Role, Site
from cameras.onboarding.reasons import TooManyTestsError
from portal.accounts.models import User
from tests.cameras.capture.support import jpeg, scene_frames
from tests.factories import CameraFactory, MembershipFactory
from tests.servers.http_camera import HttpCameraServer
from tests.streamed import read

TEST, IMPORT, EXPORT = (f"/api/v1/cameras/{name}/" for name in ("test-connection", "import", "export"))


@pytest.fixture
def server(settings) -> Iterator[HttpCameraServer]:
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    jpegs = [jpeg(scene_frames(1)[0])]
    with HttpCameraServer(jpegs, auth="digest", user="root", password="s3cret") as camera:
        yield camera


def post(client, place: str, /, **body: object):
    return client.post(place, body, format="json")


def test_a_connection_is_tested(site: Site, owner: User, api, server: HttpCameraServer) -> None:
    """CAM-2: picture, resolution, fps, codec; nothing is saved."""
    client = api(owner, "configure")

    answer = post(client, TEST, site=site.pk, url=server.url("/jpeg"), username="root", password="s3cret").json()

    assert (answer["ok"], answer["reason"], answer["width"], answer["height"]) == (True, None, 320, 240)
    assert answer["fps"] == pytest.approx(5, abs=2)
    assert answer["codec"] == "mjpeg"
    assert answer["picture"].startswith("data:image/jpeg;base64,/9j/")
    assert not Camera.objects.exists()


def test_a_failure_is_an_answer_with_its_reason(site: Site, owner: User, api, server: HttpCameraServer) -> None:
    """CAM-2: one word for programs, a text for people, no password."""
    client = api(owner, "configure")

    answer = post(client, TEST, site=site.pk, url=server.url("/jpeg?pwd=s3cret"), username="root", password="wr0ng")

    assert answer.status_code == 200
    assert (answer.json()["ok"], answer.json()["reason"]) == (False, "wrong_password")
    assert not {"wr0ng", "s3cret"} & set(answer.content.decode().replace("=", " ").split())


def test_too_many_at_once_are_a_conflict(site: Site, owner: User, api, monkeypatch) -> None:
    """CAM-2, API-1: bounded in number."""

    def busy(**_facts: object) -> None:
        raise TooManyTestsError("as many connections as possible are being tested")

    monkeypatch.setattr("cameras.onboarding_api.connection_test", busy)
    answer = post(api(owner, "configure"), TEST, site=site.pk, url="rtsp://10.0.0.7/")

    assert (answer.status_code, answer.json()["code"]) == (409, "busy")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [({"url": ""}, "url"), ({"fps": 31}, "fps"), ({"transport": "smoke"}, "transport"), ({"site": "x"}, "site")],
)
def test_what_makes_no_sense_is_refused(site: Site, owner: User, api, wrong: dict, path: str) -> None:
    """API-1: 400 with the place."""
    answer = post(api(owner, "configure"), TEST, **{"site": site.pk, "url": "rtsp://10.0.0.7/", **wrong})

    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["errors"]] == [path]


def test_a_table_is_looked_through_and_imported(site: Site, owner: User, api) -> None:
    """CAM-3: a dry run unless asked otherwise; the second time nothing changes."""
    client, table = api(owner, "configure"), "Name,Address\nGate,rtsp://10.0.0.7/live\n"

    dry = post(client, IMPORT, csv=table, site=site.pk).json()
    assert (dry["imported"], dry["counts"]["create"], Camera.objects.count()) == (False, 1, 0)
    assert dry["lines"] == [
        {"line": 2, "site": "Harbour", "name": "Gate", "action": "create", "changed": [], "mistakes": {}}
    ]

    done = post(client, IMPORT, csv=table, site=site.pk, dry_run=False).json()
    assert (done["imported"], done["failures"], Camera.objects.get().name) == (True, [], "Gate")

    again = post(client, IMPORT, csv=table, site=site.pk, dry_run=False).json()
    assert (again["counts"]["same"], Camera.objects.get().version) == (1, 1)


def test_a_table_with_a_mistake_is_not_imported(site: Site, owner: User, api) -> None:
    """CAM-3: the lines say why; a file that is no table is refused as a whole."""
    client, table = api(owner, "configure"), "Name,Address\nGate,rtsp://10.0.0.7/\nPier,\n"

    answer = post(client, IMPORT, csv=table, site=site.pk, dry_run=False).json()
    assert answer["imported"] is False
    assert answer["lines"][1]["mistakes"] == {"Address": "A new camera needs an address."}
    assert not Camera.objects.exists()

    whole = post(client, IMPORT, csv="Colour\nred\n")
    assert (whole.status_code, whole.json()["errors"][0]["path"]) == (400, "csv")


def test_an_export_is_a_csv_file(site: Site, owner: User, api) -> None:
    """CAM-3."""
    CameraFactory(site=site, name="Gate", url="rtsp://10.0.0.7/live", username="root", password="s3cret")

    answer = api(owner).get(EXPORT)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert read(answer).decode().splitlines()[1] == "Harbour,Gate,rtsp://10.0.0.7/live,tcp,5,yes,"


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.ADMINISTRATOR, "read", 403),
        (Role.ADMINISTRATOR, "operate", 403),
        (Role.OPERATOR, "configure", 403),
        (Role.VIEWER, "configure", 403),
    ],
)
def test_only_administrators_with_a_token_for_it(site: Site, api, role: Role, scope: str, status: int) -> None:
    """SEC-1, API-4: it makes the portal call an address, and writes."""
    client = api(MembershipFactory(site=site, role=role).user, scope)

    assert post(client, TEST, site=site.pk, url="rtsp://10.0.0.7/").status_code == status
    assert post(client, IMPORT, site=site.pk, csv="Name\nx\n").status_code == status


def test_a_strangers_site_does_not_exist(site: Site, stranger: User, api) -> None:
    """SEC-1."""
    client = api(stranger, "configure")

    assert post(client, TEST, site=site.pk, url="rtsp://10.0.0.7/").status_code == 404
    assert post(client, IMPORT, site=site.pk, csv="Name\nx\n").status_code == 404
    assert {api().post(url).status_code for url in (TEST, IMPORT)} | {api().get(EXPORT).status_code} == {401}


def test_a_camera_that_is_there_is_tested_with_what_is_stored(
    site: Site, owner: User, api, server: HttpCameraServer
) -> None:
    """CAM-2: its password too, which goes to no other host."""
    stored = {"url": server.url("/jpeg"), "username": "root", "password": "s3cret"}
    place = f"/api/v1/cameras/{CameraFactory(site=site, **stored).pk}/test-connection/"
    client = api(owner, "configure")

    assert post(client, place).json()["ok"] is True
    assert post(client, place, password="wr0ng").json()["reason"] == "wrong_password"
    assert post(client, place, url="http://198.51.100.7/jpeg").json()["errors"][0]["path"] == "password"


def test_only_administrators_of_its_site_test_a_camera(site: Site, colleague: User, stranger: User, api) -> None:
    """SEC-1, SEC-4."""
    place = f"/api/v1/cameras/{CameraFactory(site=site).pk}/test-connection/"

    assert post(api(colleague, "configure"), place).status_code == 403
    assert post(api(stranger, "configure"), place).status_code == 404
