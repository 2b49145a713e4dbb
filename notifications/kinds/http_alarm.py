"""HTTP alarm notification: one request for each alarm, built from a template (OUT-11; WIRE 6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cameras.extensions.fields import Choice
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.server_rules import CA_CERTIFICATE, PASSWORD, PORT, SSL
from cameras.extensions.texts import CONTROL, Text
from notifications.kinds.base import Kind
from notifications.kinds.http_server import ADDRESS, PATH, USER, server
from notifications.protocols import http_alarm
from notifications.record import AlarmRecord

_TEMPLATE = Text(
    gettext_noop("Template"),
    512,
    pattern=rf'[^"#\s{CONTROL}]',
    forbidden=gettext_noop('", #, spaces or control characters'),
    help=gettext_noop(
        "What follows the ? of the address. %almsrc2 is the message id in two hexadecimal digits; %camera, %channel, "
        "%area, %areaname, %count, %time and %test are the portal's own."
    ),
)
_METHOD = Choice(gettext_noop("Method"), {"GET": "GET", "POST": "POST"})


@dataclass(frozen=True, slots=True)
class HttpAlarmSettings:
    """Where the request goes, and what it says."""

    address: str = setting(ADDRESS, "")
    port: int = setting(PORT, 443)
    ssl: bool = setting(SSL, True)
    path: str = setting(PATH, "")
    template: str = setting(_TEMPLATE, "")
    method: str = setting(_METHOD, "GET")
    user: str = setting(USER, "")
    ca_certificate: str = setting(CA_CERTIFICATE, "")


def _check(settings: HttpAlarmSettings) -> Iterator[Problem]:
    if not settings.address:
        yield Problem("address", gettext_noop("An address is needed."))
    text = gettext_noop("%(word)s is no placeholder; a %% itself is written %%25.")
    for word in http_alarm.unknown_placeholders(settings.template):
        yield Problem("template", text, {"word": word})


def _carries(record: AlarmRecord, config: Mapping[str, Any]) -> bool:
    return http_alarm.carries(record, config.get("template", ""))


HTTP_ALARM = Kind(
    name="http_alarm",
    label=gettext_noop("HTTP alarm notification"),
    settings=HttpAlarmSettings,
    check=_check,
    server=server,
    carries=_carries,
    events=("started", "repeated", "ended", "escalated"),
    usual=("started", "repeated"),
    secrets={"password": PASSWORD},
    travelling=frozenset({"password"}),
    most=http_alarm.MOST_DESTINATIONS,
)
