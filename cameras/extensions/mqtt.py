"""The tab MQTT transmission (OUT-3). Password and client key are no settings: see `secret_rules.py`."""

from collections.abc import Iterator
from dataclasses import dataclass

from cameras.extensions.fields import Choice, Number, Switch
from cameras.extensions.http import INTERVAL
from cameras.extensions.nested import Group
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.server_rules import CA_CERTIFICATE, address, pem
from cameras.extensions.texts import CONTROL, Text

TOPIC = "i-PRO/NetworkCamera/App/AIOccupancyDetectionApp"
NONMASK_TOPIC = "Lookout/NonMask/{camera}"
"""Ours: no message of the vendor's non-mask application over MQTT is published (WIRE 2)."""

_TOPIC_PATTERN = r"[\x20-\x22\x24-\x2a\x2c-\x7e]"  # printable single-byte characters without # and +
_TOPIC_CHARACTERS = gettext_noop("printable single-byte characters other than + and #")
_OWN = Switch(gettext_noop("Server of its own"), help=gettext_noop("Off: the server of the site or of the portal."))
_HOST = address(gettext_noop("Host"), 128)
_PORT = Number(gettext_noop("Port"), 1, 65535, help=gettext_noop("Usual are 8883 with TLS and 1883 without."))
_TLS = Switch(gettext_noop("TLS"), help=gettext_noop("On: the certificate of the server is checked."))
_CERTIFICATE = pem(
    gettext_noop("Client certificate"), gettext_noop("PEM, with its key among the secrets; blank: none.")
)
_CLIENT = Text(
    gettext_noop("Client id"),
    64,
    pattern=r"[\x21-\x7e]",
    allowed=gettext_noop("printable single-byte characters without spaces"),
    help=gettext_noop("Blank: one made from the camera."),
)
_USER = Text(gettext_noop("User name"), 63, help=gettext_noop("Blank: none."))
_KEEP_ALIVE = Number(gettext_noop("Keep-alive"), 10, 3600, unit="s")
_WILL_TOPIC = Text(
    gettext_noop("Topic of the last will"),
    128,
    pattern=_TOPIC_PATTERN,
    allowed=_TOPIC_CHARACTERS,
    help=gettext_noop("Blank: no last will. {camera} and {site} stand for their ids."),
)
_WILL_MESSAGE = Text(gettext_noop("Message of the last will"), 128, pattern=f"[^{CONTROL}]")


@dataclass(frozen=True, slots=True)
class MqttServer:
    """The broker, when it is the camera's own; a reset to default leaves it alone (EXT-6)."""

    own: bool = setting(_OWN, False)
    host: str = setting(_HOST, "")
    port: int = setting(_PORT, 8883)
    tls: bool = setting(_TLS, True)
    ca_certificate: str = setting(CA_CERTIFICATE, "")
    client_certificate: str = setting(_CERTIFICATE, "")
    client_id: str = setting(_CLIENT, "")
    user: str = setting(_USER, "")
    keep_alive_s: int = setting(_KEEP_ALIVE, 60)
    last_will_topic: str = setting(_WILL_TOPIC, "")
    last_will_message: str = setting(_WILL_MESSAGE, "")


_RULES = {"host": gettext_noop("A server of its own needs a host.")}


def _check(server: MqttServer) -> Iterator[Problem]:
    if server.own and not server.host:
        yield Problem("host", _RULES["host"])


_SERVER = Group(gettext_noop("MQTT server"), MqttServer, check=_check, rules=_RULES)
_COUNTS = Switch(gettext_noop("Count data transmission"))
_ALARMS = Switch(gettext_noop("Alarm notification transmission"))
_TOPIC = Text(
    gettext_noop("Topic"),
    128,
    least=1,
    pattern=_TOPIC_PATTERN,
    allowed=_TOPIC_CHARACTERS,
    help=gettext_noop("{camera} and {site} stand for their ids."),
)
_ALARM_TOPIC = Text(
    gettext_noop("Topic of alarms"),
    128,
    pattern=_TOPIC_PATTERN,
    allowed=_TOPIC_CHARACTERS,
    help=gettext_noop("Blank: the topic of the counts."),
)
QOS = Choice(
    gettext_noop("QoS"),
    {0: gettext_noop("0: at most once"), 1: gettext_noop("1: at least once"), 2: gettext_noop("2: exactly once")},
)
_RETAIN = Switch(
    gettext_noop("Retain"),
    help=gettext_noop("The broker keeps the last message of a topic: give each camera its own, with {camera} in it."),
)


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The whole tab."""

    server: MqttServer = setting(_SERVER, MqttServer())
    count_data: bool = setting(_COUNTS, False)
    alarm_notification: bool = setting(_ALARMS, False)
    topic: str = setting(_TOPIC, TOPIC)
    alarm_topic: str = setting(_ALARM_TOPIC, "")
    qos: int = setting(QOS, 1)
    retain: bool = setting(_RETAIN, False)
    interval_s: int = setting(INTERVAL, 300)


@dataclass(frozen=True, slots=True)
class NonmaskMqtt:
    """The same tab of the non-mask extension: alarms only, to the server that the camera's occupancy tab names."""

    alarm_notification: bool = setting(_ALARMS, False)
    topic: str = setting(_TOPIC, NONMASK_TOPIC)
    qos: int = setting(QOS, 1)
    retain: bool = setting(_RETAIN, False)


def shares_topic(settings: MqttSettings) -> bool:
    """Whether a retained message of this camera may be replaced by another camera's: the form warns of it (OUT-3)."""
    topics = [settings.topic] * settings.count_data
    topics += [settings.alarm_topic or settings.topic] * settings.alarm_notification
    return settings.retain and any("{camera}" not in topic for topic in topics)
