"""MQTT: the servers that cameras inherit, and the destinations that each camera's MQTT tabs stand for (OUT-3).

What is sent, and how, is said on the tab of each extension (`cameras/extensions/mqtt.py`): the portal makes, renames
and switches its destination after it, and nobody else does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from cameras.extensions.fields import Choice
from cameras.extensions.mqtt import TOPIC, MqttServer, MqttSettings, NonmaskMqtt
from cameras.extensions.nested import Group
from cameras.extensions.occupancy import plain
from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop
from cameras.extensions.rule import setting, settings_of
from cameras.extensions.secret_rules import SECRETS
from notifications.kinds.base import HIDDEN, Kind
from notifications.protocols import occupancy_alarm
from notifications.record import NONMASK, AlarmRecord

SECRET_RULES = {"password": SECRETS["mqtt_password"], "client_key": SECRETS["mqtt_client_key"]}
"""Of a server that cameras inherit."""


OCCUPANCY = "occupancy"

_TAB = settings_of(MqttSettings)
_EXTENSIONS = {OCCUPANCY: gettext_noop("AI occupancy detection"), NONMASK: gettext_noop("AI non-mask detection")}
_EXTENSION = Choice(gettext_noop("Extension"), _EXTENSIONS)


@dataclass(frozen=True, slots=True)
class FollowedSettings:
    """Where the alarms of one extension go, copied from its tab: its last messages outlive the camera.

    topic: the one of the alarms, else the one of the counts.    extension: whose tab it is.
    """

    topic: str = setting(_TAB["topic"], TOPIC)
    qos: int = setting(_TAB["qos"], 1)
    retain: bool = setting(_TAB["retain"], False)
    extension: str = setting(_EXTENSION, OCCUPANCY)

    @classmethod
    def of(cls, tab: MqttSettings | NonmaskMqtt) -> Self:
        if isinstance(tab, NonmaskMqtt):
            return cls(tab.topic, tab.qos, tab.retain, NONMASK)
        return cls(tab.alarm_topic or tab.topic, tab.qos, tab.retain)


def _carries(record: AlarmRecord, config: Mapping[str, Any]) -> bool:
    return occupancy_alarm.carries(record) and record.extension == followed(config)


def followed(config: Mapping[str, Any]) -> str:
    """The extension whose tab a stored destination follows; the oldest ones know of one only."""
    return str(config.get("extension", OCCUPANCY))


MQTT = Kind(
    name="mqtt",
    label=gettext_noop("MQTT"),
    settings=FollowedSettings,
    server=lambda _settings: "",
    carries=_carries,
    events=("started", "repeated", "ended"),
    usual=("started", "repeated", "ended"),
    most=1,
    managed=True,
)


def read_server(data: Mapping[str, Any], *, of_site: bool) -> dict[str, Any]:
    """The settings of an inherited server, as its row keeps them. Raises SettingsError with every problem."""
    server = Group(gettext_noop("MQTT server"), MqttServer, check=lambda made: _check(made, of_site)).clean(data)
    form: dict[str, Any] = plain(server)
    return {**form, "own": True}


def read_server_secrets(given: Mapping[str, str]) -> dict[str, str]:
    """New secrets; the messages never repeat a value. Raises SettingsError."""
    problems = [problem for name, text in given.items() for problem in _secret_problems(name, text)]
    if problems:
        raise SettingsError(problems)
    return dict(given)


def _check(server: MqttServer, of_site: bool) -> Iterator[Problem]:
    if not server.host:
        yield Problem("host", gettext_noop("A server needs a host."))
    unknown = ["{camera}"] if of_site else ["{camera}", "{site}"]
    for word in unknown:
        if word in server.last_will_topic:
            text = gettext_noop("%(word)s means nothing here: the server belongs to more than one.")
            yield Problem("last_will_topic", text, {"word": word})


def _secret_problems(name: str, text: str) -> Iterator[Problem]:
    if name not in SECRET_RULES:
        yield Problem(f"secrets.{name}", gettext_noop("There is no such secret."))
        return
    try:
        SECRET_RULES[name].clean(text)
    except RefusedError as refused:
        yield Problem(f"secrets.{name}", refused.template, {**refused.values, "value": HIDDEN})
