"""Active Guard: application events as XML (OUT-12; WIRE 4). The shape is published, the way there (a POST) is ours."""

from collections.abc import Iterator
from dataclasses import dataclass

from cameras.extensions.fields import Switch
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.server_rules import CA_CERTIFICATE, PASSWORD, PORT, SSL
from cameras.extensions.texts import HOST, HOST_CHARACTERS, Text
from notifications.kinds.base import Kind
from notifications.kinds.http_server import ADDRESS, PATH, USER, server
from notifications.protocols import active_guard
from notifications.protocols.active_guard import EventNames

_REGISTERED = gettext_noop("Letter by letter as it is registered there.")


def _name(label: str, help: str = _REGISTERED, pattern: str = HOST) -> Text:  # noqa: A002 (as the rules)
    return Text(label, 250, least=1, pattern=pattern, allowed=HOST_CHARACTERS, help=help)


_AREA = _name(
    gettext_noop("Event of an area"),
    gettext_noop("Letter by letter as it is registered there; {number} stands for the number of the area."),
    r"[A-Za-z0-9._\-{}]",
)
_IMAGE = Switch(gettext_noop("Image"), help=gettext_noop("On: the picture of the alarm's start goes along."))
_NAMES = EventNames()


@dataclass(frozen=True, slots=True)
class ActiveGuardSettings:
    """Where the events go, and what they are called there."""

    address: str = setting(ADDRESS, "")
    port: int = setting(PORT, 443)
    ssl: bool = setting(SSL, True)
    path: str = setting(PATH, "")
    user: str = setting(USER, "")
    ca_certificate: str = setting(CA_CERTIFICATE, "")
    occupancy_app: str = setting(_name(gettext_noop("Application, occupancy")), _NAMES.occupancy_app)
    area: str = setting(_AREA, _NAMES.area)
    nonmask_app: str = setting(_name(gettext_noop("Application, non-mask")), _NAMES.nonmask_app)
    nonmask: str = setting(_name(gettext_noop("Event of non-mask")), _NAMES.nonmask)
    image: bool = setting(_IMAGE, True)

    def names(self) -> EventNames:
        """As the protocol takes them."""
        return EventNames(self.occupancy_app, self.area, self.nonmask_app, self.nonmask)


def _check(settings: ActiveGuardSettings) -> Iterator[Problem]:
    if not settings.address:
        yield Problem("address", gettext_noop("An address is needed."))
    if set(settings.area.replace("{number}", "")) & {"{", "}"}:
        yield Problem("area", gettext_noop("Only {number} may stand in braces."))


ACTIVE_GUARD = Kind(
    name="active_guard",
    label=gettext_noop("Active Guard events"),
    settings=ActiveGuardSettings,
    check=_check,
    server=server,
    carries=lambda record, _config: active_guard.carries(record),
    events=("started", "repeated"),
    usual=("started", "repeated"),
    secrets={"password": PASSWORD},
    travelling=frozenset({"password"}),
)
