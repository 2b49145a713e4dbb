"""The kinds of destinations, one file each: their settings, secrets and events. Plain Python."""

from collections.abc import Mapping

from notifications.kinds.active_guard import ACTIVE_GUARD
from notifications.kinds.base import Kind
from notifications.kinds.email import EMAIL
from notifications.kinds.http_alarm import HTTP_ALARM
from notifications.kinds.mqtt import MQTT
from notifications.kinds.onvif import ONVIF
from notifications.kinds.tcp_alarm import TCP_ALARM
from notifications.kinds.webhook import WEBHOOK

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (TCP_ALARM, HTTP_ALARM, WEBHOOK, MQTT, ONVIF, EMAIL, ACTIVE_GUARD)
}
