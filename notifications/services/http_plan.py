"""Which HTTP servers are told which camera's counts, how often and with which password (OUT-2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog
from django.db.models import Q, QuerySet

from cameras.extensions.http import MOST_DESTINATIONS, HttpDestination, HttpSettings
from cameras.extensions.nested import Group
from cameras.extensions.problems import SettingsError, gettext_noop
from cameras.extensions.secret_rules import HTTP_PASSWORDS
from cameras.models import Extension
from cameras.services.secret import secrets_read
from notifications.services.counts import Counted
from portal.common.fields import UndecryptableError

log = structlog.get_logger(__name__)

Output = tuple[int, int]
"""Camera; place of the destination on its tab, 1-4."""


@dataclass(frozen=True, slots=True)
class HttpOutput:
    """One destination of one camera."""

    counted: Counted
    settings: HttpDestination
    password: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """scheme://host:port"""
        return f"{'https' if self.settings.ssl else 'http'}://{self.settings.address}:{self.settings.port}"

    @property
    def url(self) -> str:
        return f"{self.server}{self.settings.path or '/'}"


def http_plan() -> dict[Output, HttpOutput]:
    """What is switched on. Cameras whose settings or secrets cannot be read are logged and left out."""
    plan: dict[Output, HttpOutput] = {}
    for extension in _extensions():
        try:
            plan.update({output: one for output, one in _outputs(extension) if one.settings.transmission})
        except (SettingsError, UndecryptableError) as error:
            log.warning("http counts: settings cannot be read", camera=extension.camera_id, error=str(error))
    return plan


def http_output(extension: Extension, place: int) -> HttpOutput:
    """The destination at this place of a camera's tab, 1-4, on or off. Raises SettingsError, UndecryptableError."""
    return dict(_outputs(extension))[extension.camera_id, place]


def _extensions() -> QuerySet[Extension]:
    on = Q()
    for place in range(MOST_DESTINATIONS):
        on |= Q(**{f"settings__http__destinations__{place}__transmission": True})
    found = Extension.objects.filter(on, kind=Extension.Kind.OCCUPANCY, camera__enabled=True)
    return found.select_related("camera__site").defer("secrets", "camera__username", "camera__password")


def _outputs(extension: Extension) -> Iterator[tuple[Output, HttpOutput]]:
    """Raises SettingsError, UndecryptableError."""
    tab = Group(gettext_noop("HTTP transmission"), HttpSettings).clean(extension.settings["http"])
    passwords = secrets_read(extension)
    for place, (settings, name) in enumerate(zip(tab.destinations, HTTP_PASSWORDS, strict=True), start=1):
        password = passwords.get(name, "") if settings.user else ""
        yield (extension.camera_id, place), HttpOutput(Counted.of(extension), settings, password)
