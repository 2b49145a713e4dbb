"""The form of an MQTT server that cameras inherit (OUT-3)."""

from collections.abc import Iterable

from cameras.extensions.mqtt import MqttServer as ServerSettings
from cameras.models import Camera
from notifications.kinds.mqtt import SECRET_RULES
from notifications.models import MqttServer
from notifications.services.mqtt_route import servers_of
from portal.dashboard.config_form import ConfigForm, Described
from portal.dashboard.states import occupancy_of

_DESCRIBED = Described(ServerSettings, SECRET_RULES, without=frozenset({"own"}))


class MqttServerForm(ConfigForm):
    """With the defaults where there is no server yet."""

    def __init__(self, server: MqttServer | None, secrets_set: Iterable[str] = ()) -> None:
        shown = {name: one for name, one in server.config.items() if name != "own"} if server else {}
        super().__init__(_DESCRIBED, shown, secrets_set)


def own_server(camera: Camera) -> str:
    """The server that the camera's occupancy tab names, as host:port; blank: it has none of its own."""
    occupancy = occupancy_of(camera)
    server = occupancy.mqtt.server if occupancy else None
    return f"{server.host}:{server.port}" if server and server.own else ""


def inherited_server(site_id: int) -> str:
    """What cameras of the site send to without a server of their own, as host:port; blank: nothing is set."""
    servers = servers_of([site_id])
    found = servers.get(site_id) or servers.get(None)
    return f"{found.config['host']}:{found.config['port']}" if found else ""
