"""What Deliveries → MQTT shows beside the servers, and the API answers: the connections to them, and what cameras
themselves tell (OUT-10).

Only what their owners say now, by the key-value server. Hosts and processes are told to portal administrators only;
administrators of a site see what belongs to their cameras.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client
from cameras.models import Camera, Role
from cameras.selectors import Visitor, camera_list
from notifications.receiving.ledger import Reason
from notifications.receiving.state import listeners
from notifications.selectors import administers_portal
from notifications.services.link_state import LinkPlace, LinkState, links_read


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One connection. cameras: those that the visitor administers.    owner: blank for who may not know it."""

    place: LinkPlace
    state: LinkState | None
    cameras: int
    owner: str

    @property
    def level(self) -> str:
        """fine, warn or bad."""
        if self.state is None:
            return "warn"
        return "fine" if self.state.since_s else "bad"

    @property
    def word(self) -> str:
        """The same in words."""
        if self.state is None:
            return _("Nobody holds it")
        return _("Connected") if self.state.since_s else _("Not connected")


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One way in. ports: blank for MQTT, which calls itself."""

    name: str
    about: str
    heard_s: float | None
    taken: int
    refused: int


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A camera that told something since its listener began."""

    camera: Camera
    door: str
    heard_s: float
    alarms: int
    counts: int


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """What was not taken, and why."""

    door: str
    sender: str
    cameras: list[Camera]
    reason: str
    why: str
    said: str
    count: int
    last_s: float


@dataclass(frozen=True, slots=True)
class ListenerCard:
    """One listener. host: blank for who may not know it.    mqtt: as `MqttDoor.state` tells it, None without."""

    host: str
    since_s: float
    study: bool
    mqtt: Mapping[str, Any] | None
    doors: list[DoorLine]
    heard: list[HeardLine]
    refused: list[RefusedLine]


@dataclass(frozen=True, slots=True)
class Receiving:
    """What the visitor may know. links: None while no worker says which there should be."""

    links: list[LinkLine] | None
    listeners: list[ListenerCard]


def receiving_read(user: Visitor) -> Receiving:
    """For administrators of a site; others learn nothing. Raises RedisError."""
    return _read(user, _cameras(user))


def receiving_context(user: Visitor) -> dict[str, Any]:
    """away: the key-value server does not answer."""
    cameras = _cameras(user)
    try:
        found, away = _read(user, cameras), False
    except RedisError:
        found, away = Receiving([], []), True
    return {"away": away, "links": found.links, "listeners": found.listeners, "zone": _zone(cameras.values())}


def _cameras(user: Visitor) -> dict[int, Camera]:
    found = camera_list(user=user, least=Role.ADMINISTRATOR).prefetch_related(None)
    return found.only("name", "site__name", "site__time_zone").in_bulk()


def _read(user: Visitor, cameras: Mapping[int, Camera]) -> Receiving:
    everything, server = administers_portal(user), client()
    links, told = links_read(server), listeners(server)
    return Receiving(
        None if links is None else _links(links, cameras, everything),
        [_card(one, cameras, everything) for one in told],
    )


def reason_words(reason: str) -> str:
    """Why something that came in was not taken."""
    words = {
        Reason.STRANGER: _("No camera of this portal has this address."),
        Reason.UNREADABLE: _("It cannot be read."),
        Reason.NOT_OURS: _("It tells of something that this portal does not know."),
        Reason.COUNTED_HERE: _(
            "The portal counts this camera itself, and may hear its own messages. "
            "To take the camera's counts, uninstall occupancy detection."
        ),
        Reason.OWN: _("The portal's own message, come back by the server."),
        Reason.CLOCK: _("The clock of the camera is wrong: its counts are of no instant that can be."),
        Reason.CROWDED: _("Too many connections at once."),
        Reason.LATER: _("The database was away; it is sent again."),
    }
    return words[Reason(reason)]


def _zone(cameras: Iterable[Camera]) -> str:
    """Of the visitor's sites if it is one, else UTC."""
    zones = {one.site.time_zone for one in cameras}
    return zones.pop() if len(zones) == 1 else "UTC"


def _links(
    found: list[tuple[LinkPlace, LinkState | None]], cameras: Mapping[int, Camera], everything: bool
) -> list[LinkLine]:
    lines = []
    for place, state in found:
        mine = sum(one in cameras for one in place.cameras)
        if mine or everything:
            lines.append(LinkLine(place, state, mine, state.owner if state and everything else ""))
    return sorted(lines, key=lambda line: (line.place.server, line.place.client_id))


def _card(told: Mapping[str, Any], cameras: Mapping[int, Camera], everything: bool) -> ListenerCard:
    heard = [(cameras[int(pk)], one) for pk, one in told["cameras"].items() if int(pk) in cameras]
    lines = [HeardLine(camera, **one) for camera, one in heard]
    refused = [_refused(one, cameras) for one in told["refused"]]
    return ListenerCard(
        host=f"{told['host']} · {told['address']}" if everything else "",
        since_s=told["since_s"],
        study=told["study"],
        mqtt=told["mqtt"],
        doors=[_door(name, one, told["mqtt"]) for name, one in told["doors"].items()],
        heard=sorted(lines, key=lambda line: -line.heard_s),
        refused=[one for one in refused if everything or one.cameras],
    )


def _door(name: str, told: Mapping[str, Any], mqtt: Mapping[str, Any] | None) -> DoorLine:
    ports = ", ".join(str(port) for port in told.get("ports", ()))
    about = str(mqtt["server"]) if mqtt and not ports else _("port %(ports)s") % {"ports": ports}
    return DoorLine(name, about, told["heard_s"], told["taken"], told["refused"])


def _refused(told: Mapping[str, Any], cameras: Mapping[int, Camera]) -> RefusedLine:
    return RefusedLine(
        door=told["door"],
        sender=told["sender"],
        cameras=[cameras[pk] for pk in told["camera_ids"] if pk in cameras],
        reason=told["reason"],
        why=reason_words(told["reason"]),
        said=told["said"],
        count=told["count"],
        last_s=told["last_s"],
    )
