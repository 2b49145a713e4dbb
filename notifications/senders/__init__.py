"""The only place that opens a socket to a destination: one file for each kind. Plain Python, but for MQTT,
whose connections are held by somebody else."""

from collections.abc import Callable, Mapping
from typing import Any

from notifications.senders.active_guard import ActiveGuardSender
from notifications.senders.base import Sender
from notifications.senders.email import EmailSender
from notifications.senders.http_alarm import HttpAlarmSender
from notifications.senders.mqtt import MqttSender, OnvifSender
from notifications.senders.tcp import TcpSender
from notifications.senders.webhook import WebhookSender
from portal.common.outgoing import AddressGuard

SenderMaker = Callable[[Any, Mapping[str, str], AddressGuard, float], Sender]

SENDERS: Mapping[str, SenderMaker] = {
    "active_guard": ActiveGuardSender,
    "email": EmailSender,
    "http_alarm": HttpAlarmSender,
    "mqtt": MqttSender,
    "onvif": OnvifSender,
    "tcp_alarm": TcpSender,
    "webhook": WebhookSender,
}


def sender_make(*, kind: str, config: Any, secrets: Mapping[str, str], guard: AddressGuard, limit_s: float) -> Sender:
    """The sender of a destination, not connected yet. Raises AwayError.

    config: the kind's settings.    limit_s: the longest that one message may take.
    """
    return SENDERS[kind](config, secrets, guard, limit_s)
