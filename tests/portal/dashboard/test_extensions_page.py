"""The page of extensions: what runs where, the room that is left, and orders for many cameras (EXT-1, EXT-2)."""

import html
import re
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Extension, Job, Site
from cameras.services.camera import camera_update
from cameras.services.extension import extension_update
from cameras.services.job_run import job_turn
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, UserFactory
from tests.portal.dashboard.live import camera_state, say
from tests.portal.dashboard.test_health_page import BEAT, put
from tests.servers.valkey import Valkey


@pytest.fixture
def quay(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay", nonmask={})


@pytest.fixture
def shed(site: Site) -> Camera:
    """Without an extension, 5 frames/s."""
    return CameraFactory(site=site, name="Shed", occupancy=False)


def words(page: bytes) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page.decode()).split()))


def test_the_table_says_what_runs_where(quay: Camera, shed: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-1, EXT-3: each installed or not, with its own state, version of settings, network in use and chosen."""
    extension_update(extension=quay.extensions.get(kind="occupancy"), network="mine")
    occupancy = {"status": "online", "opens_at": None, "network": "pvb-384", "fps": 5.0}
    say(valkey, camera_state(quay, occupancy=occupancy, mask={**occupancy, "status": "outside schedule"}))
    page = words(signed_in(owner).get("/extensions/").content)

    both = (
        "Online settings 2 pvb-384 , mine was chosen Outside its operation schedule settings 1 pvb-384 , the best one"
    )
    assert f"Quay simulated Harbour {both}" in page
    assert "Shed simulated Harbour Not installed Not installed" in page


def test_a_turned_picture_says_that_masks_cannot_be_looked_for(shed: Camera, owner: User, signed_in) -> None:
    """CAM-4."""
    camera_update(camera=shed, rotation=90)

    assert "not at 90°" in words(signed_in(owner).get("/extensions/").content)


def test_only_cameras_that_one_administers_can_be_ticked(quay: Camera, owner: User, colleague: User, signed_in) -> None:
    """SEC-1: a viewer sees the table, without boxes and buttons."""
    assert f'name="camera" value="{quay.pk}"' in signed_in(owner).get("/extensions/").content.decode()

    page = signed_in(colleague).get("/extensions/").content.decode()
    assert "Quay" in page
    assert 'name="camera"' not in page
    assert 'name="do"' not in page


def test_the_room_on_each_worker_is_shown(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-2: measured, used and left; hosts are for portal administrators."""
    put(valkey, BEAT)
    page = words(signed_in(owner).get("/extensions/").content)

    assert "Worker 1 30 of 62 frames/s" in page
    assert "32 frames/s are left." in page
    assert "build-host" not in page
    assert "build-host" in words(signed_in(UserFactory(is_superuser=True)).get("/extensions/").content)


def test_installing_is_looked_through_first(quay: Camera, shed: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-1: which ones, and which are left out, why; EXT-2: it fits. Nothing is done by looking."""
    put(valkey, BEAT)
    page = words(signed_in(owner).get(f"/extensions/check/?do=install&camera={quay.pk}&camera={shed.pk}").content)

    assert "Install AI occupancy detection on 1 camera?" in page
    assert "1 camera is left out: installed already Quay" in page
    assert "would have to analyse 35 of the 62 frames/s that they can: it fits." in page
    assert not Job.objects.exists()


def test_more_than_fits_is_warned_of_before_it_hurts(shed: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-2: and can be done all the same."""
    put(valkey, replace(BEAT, load=60.0))
    page = words(signed_in(owner).get(f"/extensions/check/?do=install&camera={shed.pk}").content)

    assert "The workers can analyse 62 frames/s and would have to do 65" in page
    assert "Install AI occupancy detection on 1 camera" in page


def test_without_a_measure_it_is_not_said_to_fit(shed: Camera, owner: User, signed_in) -> None:
    """EXT-2: unknown is said to be unknown."""
    page = words(signed_in(owner).get(f"/extensions/check/?do=install&camera={shed.pk}").content)

    assert "whether this fits is not known" in page


def test_a_camera_that_is_switched_off_takes_no_room(shed: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-2."""
    put(valkey, replace(BEAT, load=60.0))
    camera_update(camera=shed, enabled=False)

    assert "would have to do" not in words(
        signed_in(owner).get(f"/extensions/check/?do=install&camera={shed.pk}").content
    )


def test_confirmed_a_job_does_it(shed: Camera, owner: User, signed_in) -> None:
    """EXT-1: for exactly those that were shown; it leads to the progress."""
    answer = signed_in(owner).post("/extensions/check/", {"do": "install", "cameras": str(shed.pk), "network": ""})
    job = Job.objects.get()
    job_turn(job_id=job.pk, stopping=lambda: False)

    assert answer.url == f"/jobs/{job.pk}/"
    assert Extension.objects.get(camera=shed).kind == "occupancy"


def test_uninstalling_says_what_goes_and_which_alarms_end(quay: Camera, owner: User, signed_in) -> None:
    """UI 1: every destructive act says what will happen. SPEC 4.11: the alarms end with the reason."""
    alarm = AlarmFactory(camera=quay)
    client = signed_in(owner)
    page = words(client.get(f"/extensions/check/?do=uninstall&camera={quay.pk}").content)
    client.post("/extensions/check/", {"do": "uninstall", "cameras": str(quay.pk)})
    job_turn(job_id=Job.objects.get().pk, stopping=lambda: False)
    alarm.refresh_from_db()

    assert "1 open alarm ends now, with the reason “uninstalled”" in page
    assert (alarm.end_reason, alarm.ended_at is None) == ("uninstalled", False)


def test_a_network_that_is_not_there_is_not_ordered(quay: Camera, owner: User, signed_in) -> None:
    """EXT-1: a typed address orders nothing that the page does not offer."""
    client = signed_in(owner)

    for order in ({"do": "network", "network": "none-such"}, {"do": "format"}):
        assert client.post("/extensions/check/", {"cameras": str(quay.pk), **order}).status_code == 404
    assert not Job.objects.exists()


def test_cameras_of_others_are_not_part_of_an_order(quay: Camera, stranger: User, colleague: User, signed_in) -> None:
    """SEC-1: whatever ids are typed."""
    order = {"do": "uninstall", "cameras": str(quay.pk)}

    assert signed_in(colleague).post("/extensions/check/", order).status_code == 403
    answer = signed_in(stranger).post("/extensions/check/", order, follow=True)
    assert "No camera was chosen" in words(answer.content)
    assert not Job.objects.exists()


def test_all_that_the_filters_let_through(quay: Camera, shed: Camera, owner: User, signed_in) -> None:
    """EXT-1: select all of the filter, not only of the page."""
    page = words(signed_in(owner).get("/extensions/check/?do=install&all=1&extension=none").content)

    assert "Install AI occupancy detection on 1 camera?" in page
    assert "left out" not in page


def test_nothing_to_do_is_said(quay: Camera, owner: User, signed_in) -> None:
    """UI 1: no button that does nothing."""
    page = signed_in(owner).get(f"/extensions/check/?do=install&camera={quay.pk}").content

    assert "Nothing to do" in words(page)
    assert b'type="submit">Install' not in page


def test_an_empty_portal_says_what_to_do(owner: User, colleague: User, signed_in) -> None:
    """UI 1."""
    assert "Add camera" in words(signed_in(owner).get("/extensions/").content)
    assert "An administrator of the site adds cameras." in words(signed_in(colleague).get("/extensions/").content)
    assert "No camera fits" in words(signed_in(owner).get("/extensions/?q=zzz").content)


def test_the_page_costs_the_same_with_one_and_with_fifty_cameras(
    owner: User, site: Site, signed_in, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """UI 1."""
    client = signed_in(owner)
    CameraFactory(site=site)
    with django_assert_num_queries(10):
        client.get("/extensions/")
    for _ in range(49):
        CameraFactory(site=site)
    with django_assert_num_queries(10):
        client.get("/extensions/")


def test_non_mask_detection_is_installed_where_it_can_be(
    quay: Camera, shed: Camera, owner: User, signed_in, valkey: Valkey
) -> None:
    """EXT-1, EXT-2, CAM-4: compatibility first; the job then does what was shown, beside the other extension."""
    put(valkey, replace(BEAT, load=60.0))
    sideways = CameraFactory(site=shed.site, name="Mast", rotation=90)
    client, chosen = signed_in(owner), "&".join(f"camera={one.pk}" for one in (quay, shed, sideways))
    page = words(client.get(f"/extensions/check/?do=install&kind=nonmask&{chosen}").content)

    assert "Install AI non-mask detection on 1 camera?" in page
    assert "1 camera is left out: installed already Quay" in page
    assert "this picture is turned by 90. Mast" in page
    assert "The workers can analyse 62 frames/s and would have to do 65" in page
    assert "Each camera begins with default settings: the whole picture, always on." in page
    client.post("/extensions/check/", {"do": "install", "kind": "nonmask", "cameras": str(shed.pk), "network": ""})
    job_turn(job_id=Job.objects.get().pk, stopping=lambda: False)
    assert [one.kind for one in shed.extensions.all()] == ["nonmask"]


def test_uninstalling_one_ends_the_alarms_of_that_one(quay: Camera, owner: User, signed_in) -> None:
    """EXT-3: settings and alarms of the other stay."""
    counted, masked = AlarmFactory(camera=quay), AlarmFactory(camera=quay, extension="nonmask")
    client = signed_in(owner)
    page = words(client.get(f"/extensions/check/?do=uninstall&kind=nonmask&camera={quay.pk}").content)
    client.post("/extensions/check/", {"do": "uninstall", "kind": "nonmask", "cameras": str(quay.pk)})
    job_turn(job_id=Job.objects.get().pk, stopping=lambda: False)
    for alarm in (counted, masked):
        alarm.refresh_from_db()

    assert "1 open alarm ends now" in page
    assert "their compliance figures and their alarms" in page
    assert (counted.end_reason, masked.end_reason) == ("", "uninstalled")
    assert [one.kind for one in quay.extensions.all()] == ["occupancy"]


def test_each_extension_is_offered_networks_of_its_own(quay: Camera, owner: User, signed_in) -> None:
    """RUN-6: one that finds faces is never ordered for counting."""
    client = signed_in(owner)
    page = client.get(f"/extensions/check/?do=network&kind=nonmask&camera={quay.pk}").content.decode()
    faces = "lookout-faces-384x256"

    assert f'value="{faces}"' in page
    assert "lookout-occupancy" not in page
    order = {"do": "network", "cameras": str(quay.pk), "network": faces}
    assert client.post("/extensions/check/", order).status_code == 404
    assert client.post("/extensions/check/", {**order, "kind": "nonmask"}).status_code == 302
    assert client.get(f"/extensions/check/?do=network&kind=other&camera={quay.pk}").status_code == 404
