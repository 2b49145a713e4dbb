"""Rows for tests, with only the facts that a test does not care about."""

import json
import uuid
from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory, Password

from analytics.models import Alarm
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension, Membership, Profile, Role, Site
from notifications.kinds import KINDS
from notifications.models import Destination
from portal.accounts.models import User

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    """A user whose password is PASSWORD."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    password = Password(PASSWORD)


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    name = factory.Sequence(lambda n: f"Site {n}")
    time_zone = "Europe/Berlin"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    site = factory.SubFactory(SiteFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.VIEWER


class CameraFactory(DjangoModelFactory):
    """A simulated camera with the occupancy extension; `occupancy={…}` gives its settings, False leaves it out.

    `nonmask={…}` installs that extension as well.
    """

    class Meta:
        model = Camera
        skip_postgeneration_save = True

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Camera {n}")
    url = "scene:?seed=1&people=5"

    @factory.post_generation
    def occupancy(self, create: bool, settings: dict | None, **_more: object) -> None:
        if create and settings is not False:
            ExtensionFactory(camera=self, settings=OccupancySettings.from_json(settings or {}).to_json())

    @factory.post_generation
    def nonmask(self, create: bool, settings: dict | None, **_more: object) -> None:
        if create and settings is not None:
            form = NonmaskSettings.from_json(settings).to_json()
            ExtensionFactory(camera=self, kind=Extension.Kind.NONMASK, settings=form)


class ExtensionFactory(DjangoModelFactory):
    class Meta:
        model = Extension

    camera = factory.SubFactory(CameraFactory, occupancy=False)
    settings = factory.LazyFunction(lambda: OccupancySettings().to_json())


class ProfileFactory(DjangoModelFactory):
    class Meta:
        model = Profile

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Profile {n}")
    tabs = factory.LazyFunction(lambda: ["detail"])
    settings = factory.LazyFunction(lambda: {"csv": True})


class AlarmFactory(DjangoModelFactory):
    """An alarm that is still going on."""

    class Meta:
        model = Alarm

    id = factory.LazyFunction(uuid.uuid4)
    camera = factory.SubFactory(CameraFactory)
    site = factory.SelfAttribute("camera.site")
    camera_name = factory.SelfAttribute("camera.name")
    area_number = 1
    area_name = "Lobby"
    count = 12
    threshold = 10
    started_at = factory.LazyFunction(lambda: datetime.now(UTC))
    simulated = factory.SelfAttribute("camera.simulated")


class DestinationFactory(DjangoModelFactory):
    """A webhook for every camera of a site; `hook=` aims it, or another kind, at a test server."""

    class Meta:
        model = Destination

    class Params:
        hook = None

    site = factory.SubFactory(SiteFactory)
    kind = "webhook"
    name = factory.Sequence(lambda n: f"Destination {n}")
    events = factory.LazyAttribute(lambda made: list(KINDS[made.kind].events))
    secrets = factory.LazyAttribute(lambda made: json.dumps(KINDS[made.kind].fresh()))

    @factory.lazy_attribute
    def config(self) -> dict[str, object]:
        if self.kind == "http_alarm":
            port = self.hook.port if self.hook else 8443
            return {"address": "127.0.0.1", "port": port, "ssl": False, "path": "/alarm", "template": "id=%almsrc2"}
        return {
            "url": self.hook.url if self.hook else "https://192.0.2.1/hook",
            "ca_certificate": getattr(self.hook, "ca", ""),
        }
