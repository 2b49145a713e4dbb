"""A portal with everything that a file has."""

from datetime import UTC, datetime

import pytest

from analytics.services.combined_area import combined_area_create
from analytics.services.public_counter import public_counter_create
from cameras.models import Site
from cameras.services.profile import profile_create
from cameras.services.site import membership_set
from notifications.services.destination import destination_create
from notifications.services.escalation import escalation_set
from notifications.services.mqtt_server import mqtt_server_set
from portal.accounts.models import User
from tests.factories import CameraFactory, SiteFactory, UserFactory

ENDS = datetime(2099, 1, 31, 18, tzinfo=UTC)
BROKER = {"host": "broker.example.org"}


@pytest.fixture
def administrator(db: None) -> User:
    """Of the portal."""
    return UserFactory(username="root", is_superuser=True)


@pytest.fixture
def harbour(administrator: User) -> Site:
    """A site, two cameras, both extensions, and one at least of all else."""
    site = SiteFactory(name="Harbour", blur_faces=True)
    camera = CameraFactory(site=site, name="Door", nonmask={"min_face_px": 70}, password="of the camera", rotation=180)
    CameraFactory(site=site, name="Hall", occupancy=False)
    ramp = CameraFactory(site=site, name="Ramp")
    membership_set(site=site, user=UserFactory(username="anna@example.org"), role="viewer")
    escalation_set(site=site, after_min=7)
    mqtt_server_set(site=site, config=BROKER, secrets={"password": "of the broker"})
    mqtt_server_set(site=None, config=BROKER)
    destination_create(
        site=site, kind="webhook", name="Recorder", config={"url": "https://192.0.2.1/hook?token=of-the-recorder"}
    )
    destination_create(site=site, kind="email", name="Mails", camera=camera, config={"to": "a@example.org"})
    extension = camera.extensions.get(kind="occupancy")
    areas = [(one.pk, 1) for one in (camera, ramp)]
    combined = combined_area_create(user=administrator, site=site, settings={"name": "Quayside"}, areas=areas)
    counted = {"areas": areas[:1], "combined": [combined.pk], "full_at": 30, "expires_at": ENDS}
    public_counter_create(user=administrator, site=site, name="At the door", **counted)
    profile_create(extension=extension, name="Doors", tabs=["basic", "detail"], user=administrator)
    return site
