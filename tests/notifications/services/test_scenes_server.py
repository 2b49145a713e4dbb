"""Scene metadata is switched on only where there is an MQTT server (OUT-4)."""

import pytest

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Site
from notifications.models import Destination
from notifications.services.destination import destination_create, destination_update
from notifications.services.mqtt_server import mqtt_server_remove, mqtt_server_set
from tests.factories import CameraFactory, SiteFactory

pytestmark = pytest.mark.django_db
SCENES = {"prefix": "door", "scenes": True}
SERVER = {"host": "mqtt.example"}
OWN = {"mqtt": {"server": {"own": True, "host": "mqtt.example"}}}


def create(site: Site, camera: Camera | None = None, **config: object) -> Destination:
    return destination_create(site=site, camera=camera, kind="onvif", name="VMS", config={**SCENES, **config})[0]


def refusal(refused: pytest.ExceptionInfo[SettingsError]) -> tuple[str, str]:
    (problem,) = refused.value.problems
    return problem.path, problem.message


def test_it_is_off_and_once_a_second_unless_somebody_says_so(site: Site) -> None:
    """OUT-4, OCC-29: without a server an ONVIF destination can be made as before."""
    made, _ = destination_create(site=site, kind="onvif", name="VMS", config={})

    assert (made.config["scenes"], made.config["scenes_per_s"]) == (False, 1)


def test_a_camera_without_a_server_is_refused_with_the_reason(site: Site) -> None:
    """OUT-4: at the switch; nothing is saved."""
    camera = CameraFactory(site=site, name="Gate")
    with pytest.raises(SettingsError) as refused:
        create(site, camera)

    path, message = refusal(refused)
    assert path == "scenes"
    assert (
        "“Gate” has nowhere to send frames to: no MQTT server is set for the camera, its site or the portal" in message
    )
    assert not Destination.objects.exists()


def test_a_site_none_of_whose_cameras_has_a_server_is_refused(site: Site) -> None:
    """OUT-4: a server of another site, or of another site's camera, is none."""
    CameraFactory(site=site)
    CameraFactory(occupancy=OWN)
    mqtt_server_set(site=SiteFactory(), config=SERVER)
    with pytest.raises(SettingsError) as refused:
        create(site)

    assert refusal(refused)[0] == "scenes"
    assert "Harbour" in refusal(refused)[1]


@pytest.mark.parametrize("of", ["camera", "site", "portal"])
@pytest.mark.parametrize("for_camera", [True, False])
def test_any_server_that_a_camera_has_or_inherits_is_one(site: Site, of: str, for_camera: bool) -> None:
    """OUT-3: camera before site before portal."""
    camera = CameraFactory(site=site, occupancy=OWN if of == "camera" else {})
    if of != "camera":
        mqtt_server_set(site=site if of == "site" else None, config=SERVER)

    assert create(site, camera if for_camera else None, scenes_per_s=10).config["scenes"]


def test_what_is_on_already_can_be_changed_without_a_server(site: Site) -> None:
    """STYLE 8: the server went; a new name is no reason to refuse, switching on again is."""
    server = mqtt_server_set(site=site, config=SERVER)
    made = create(site)
    mqtt_server_remove(server=server)

    assert destination_update(destination=made, config={**SCENES, "scenes_per_s": 2}).config["scenes_per_s"] == 2
    assert not destination_update(destination=made, config={}).config["scenes"]
    with pytest.raises(SettingsError):
        destination_update(destination=made, config=SCENES)


@pytest.mark.parametrize("per_s", [0, 11, 1.5, "1", True])
def test_a_rate_out_of_range_is_refused(site: Site, per_s: object) -> None:
    """SPEC 15: 1 to 10 a second."""
    mqtt_server_set(site=site, config=SERVER)
    with pytest.raises(SettingsError) as refused:
        create(site, scenes_per_s=per_s)

    assert refusal(refused)[0] == "scenes_per_s"
