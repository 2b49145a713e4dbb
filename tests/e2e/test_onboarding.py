"""A camera comes in: its connection is tried, it is added, and it is online; and a table of cameras is imported."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cameras.capture.support import jpeg, scene_frames
from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S, Stack
from tests.servers.http_camera import HttpCameraServer

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A portal that may call cameras on loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKOUT_ALLOWED_NETWORKS", "127.0.0.0/8")
        with Stack(tmp_path_factory.mktemp("portal")) as stack:
            yield stack


@pytest.fixture(scope="module")
def camera() -> Iterator[HttpCameraServer]:
    jpegs = [jpeg(frame) for frame in scene_frames(40, width=960, height=540)]
    with HttpCameraServer(jpegs, auth="digest", user="root", password="s3cret", interval_s=0.1) as server:
        yield server


def test_a_camera_is_tried_added_and_seen_online(person: MAKE_PERSON, album, camera: HttpCameraServer) -> None:
    """CAM-1, CAM-2: a wrong password is named, what was typed stays; the picture appears; then the camera is online."""
    somebody = person("administrator")
    page = somebody.page
    somebody.go("/cameras/")
    page.get_by_role("link", name="Add camera").click()
    page.get_by_label("Name", exact=True).fill("Gate")
    page.get_by_label("Address", exact=True).fill(camera.url("/mjpeg"))
    page.get_by_label("User name").fill("root")
    page.get_by_label("Password", exact=True).fill("wr0ng")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("User name or password is wrong")).to_be_visible()
    album(somebody, "onboarding-failure-dark")

    page.get_by_label("Password", exact=True).fill("s3cret")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#connection img")).to_be_visible()
    expect(page.locator("#connection")).to_contain_text("960 × 540")
    album(somebody, "onboarding-seen-dark")

    page.get_by_role("button", name="Add camera").click()
    expect(page.get_by_role("heading", name="Gate")).to_be_visible()
    expect(page.locator("live-overlay canvas")).to_be_visible()
    somebody.go("/cameras/")
    expect(page.locator("tr", has_text="Gate").get_by_text("Online")).to_be_visible()


def test_mistakes_are_said_at_their_fields_and_nothing_typed_is_lost(person: MAKE_PERSON, album) -> None:
    """SPEC 15: the password neither; the first mistake has the focus."""
    somebody = person("administrator", theme="light")
    page = somebody.page
    somebody.go("/cameras/add/")
    page.get_by_label("Kind of camera").select_option("ipro-rtsp")
    page.get_by_label("Host").fill("10.0.0.9")
    page.get_by_label("2", exact=True).check()
    expect(page.locator("[data-part=preview]")).to_have_text("rtsp://10.0.0.9/MediaInput/stream_1/ch_2")
    page.get_by_label("Host").fill("not a host")
    page.get_by_label("Password", exact=True).fill("s3cret")
    page.get_by_role("button", name="Add camera").click()

    expect(page.locator("#name-error")).to_have_text("A camera needs a name.")
    expect(page.locator("#host-error")).to_contain_text("A name or an address is expected")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Password", exact=True)).to_have_value("s3cret")
    expect(page.get_by_label("Host")).to_have_attribute("aria-invalid", "true")
    album(somebody, "onboarding-mistakes-light")
    somebody.complaints[:] = [one for one in somebody.complaints if "422" not in one]


def test_a_table_is_checked_and_imported(person: MAKE_PERSON, album, tmp_path: Path) -> None:
    """CAM-3: each row's error, then the import; the same file again changes nothing."""
    somebody = person("administrator", theme="light")
    page = somebody.page
    table = tmp_path / "cameras.csv"
    table.write_text("Name,Address\nNorth,scene:?people=2\nSouth,ftp://10.0.0.7/\n")
    somebody.go("/cameras/import/")
    page.get_by_label("CSV file").set_input_files(table)
    page.get_by_label("Site of lines").select_option(label="Campus")
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("[data-action=mistake]")).to_contain_text("An address begins with rtsp://")
    album(somebody, "onboarding-table-light")

    table.write_text("Name,Address\nNorth,scene:?people=2\n")
    page.get_by_label("CSV file").set_input_files(table)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import 1 camera").click()
    expect(page.get_by_text("Done: 1 added")).to_be_visible()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Everything is as the file says")).to_be_visible()


def test_a_camera_is_edited_and_removed_on_a_phone(person: MAKE_PERSON, album, camera: HttpCameraServer) -> None:
    """RUN-7, SPEC 4.11: with what is saved, a test needs no password; removing says what goes."""
    somebody = person("administrator", **PHONE)
    page = somebody.page
    somebody.go("/cameras/")
    page.get_by_role("link", name="Gate").first.click()
    expect(page.get_by_role("heading", name="Gate")).to_be_visible()
    page.get_by_role("link", name="Edit camera").click()
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#connection img")).to_be_visible()
    album(somebody, "onboarding-edit-phone")

    page.get_by_role("link", name="Remove camera").click()
    expect(page.get_by_text("This cannot be undone")).to_be_visible()
    album(somebody, "onboarding-remove-phone")
    page.get_by_role("button", name="Remove camera").click()
    expect(page.get_by_text("“Gate” was removed.")).to_be_visible()
    expect(page.get_by_role("link", name="Gate")).to_have_count(0)
