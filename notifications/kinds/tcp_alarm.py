"""TCP alarm notification: who is told, on which port, in which bytes (OUT-1; WIRE 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cameras.extensions.fields import Choice, Number, Switch
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.server_rules import address
from notifications.kinds.base import LONGEST_REST_S, Kind
from notifications.protocols import tcp_alarm
from notifications.protocols.tcp_codec import DEFAULT, codec_names

_ADDRESS = address(
    gettext_noop("Address"), least=1, help=gettext_noop("Host name or IPv4 address of the recorder or VMS.")
)


@dataclass(frozen=True, slots=True)
class AlarmPort(Number):
    """A port that a receiver of TCP alarms may listen on."""

    templates: ClassVar[Mapping[str, str]] = {
        **Number.templates,
        "forbidden": gettext_noop("%(label)s %(value)s is not allowed for alarms; usual is 1818."),
    }

    def clean(self, value: object) -> int:
        port = int(Number.clean(self, value))
        if not tcp_alarm.port_allowed(port):
            raise self.refused("forbidden", value)
        return port

    def limits(self) -> dict[str, Any]:
        return {**Number.limits(self), "not_allowed": [list(one) for one in tcp_alarm.FORBIDDEN_PORTS]}

    def sentences(self) -> Mapping[str, str]:
        return {**Number.sentences(self), "forbidden": self.templates["forbidden"]}


_PORT = AlarmPort(
    gettext_noop("Port"),
    1,
    65535,
    help=gettext_noop(
        "Not allowed are 20, 21, 23, 25, 42, 53, 67, 68, 69, 80, 110, 123, 161, 162, 443, 554, 995, 10669, 10670 and "
        "59000 to 61000."
    ),
)
_RETRIES = Number(
    gettext_noop("Retries"),
    0,
    tcp_alarm.MOST_RETRIES,
    help=gettext_noop("Tried again at once. After that the portal goes on by itself, with pauses, until it expires."),
)
_ADDITIONAL = Switch(
    gettext_noop("Additional alarm data"),
    help=gettext_noop(
        "Area, count, threshold and time in the message. With AI non-mask detection leave it On: the number and the "
        "place of the faces travel in it."
    ),
)
_FORMATS = {DEFAULT: gettext_noop("Portal format (JSON lines), not the vendor's")}
_CODEC = Choice(
    gettext_noop("Format"),
    {name: _FORMATS.get(name, name) for name in codec_names()},
    help=gettext_noop("The vendor's bytes are not public: a recorder needs a format that was installed for it."),
)
_MASK = Number(
    gettext_noop("Alarm mask time"),
    0,
    LONGEST_REST_S,
    unit="s",
    help=gettext_noop(
        "During its alarm mask time an NX recorder drops all other TCP alarms. Set here, further notifications wait "
        "until it is over; 0: none."
    ),
)


@dataclass(frozen=True, slots=True)
class TcpAlarmSettings:
    """Where the alarm goes, and how. mask_s: how long the receiver is left alone after each notification."""

    address: str = setting(_ADDRESS, "")
    port: int = setting(_PORT, tcp_alarm.PORT)
    retries: int = setting(_RETRIES, tcp_alarm.RETRIES)
    additional: bool = setting(_ADDITIONAL, True)
    codec: str = setting(_CODEC, DEFAULT)
    mask_s: int = setting(_MASK, 0)


def server(settings: TcpAlarmSettings) -> str:
    """host:port."""
    return f"{settings.address.lower()}:{settings.port}"


def _check(settings: TcpAlarmSettings) -> Iterator[Problem]:
    if not settings.address:
        yield Problem("address", gettext_noop("An address is needed."))


TCP_ALARM = Kind(
    name="tcp_alarm",
    label=gettext_noop("TCP alarm notification"),
    settings=TcpAlarmSettings,
    check=_check,
    server=server,
    carries=lambda record, _config: tcp_alarm.carries(record),
    events=("started", "repeated", "escalated"),
    usual=("started", "repeated"),
    most=tcp_alarm.MOST_DESTINATIONS,
)
