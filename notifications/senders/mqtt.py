"""Alarms over MQTT, in the style of the counts or as ONVIF events (OUT-3, OUT-4; WIRE 2, 3).

The connection is held by somebody else, see `link_mail.py`: these hand over what is to be published, and wait until the
broker has acknowledged it. Of a message whose acknowledgement is late the owner knows the key: another try waits for
the same one, and nothing is published twice while its owner lives, even if an answer is lost (`flights.py`).
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import structlog
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client
from notifications.kinds.mqtt import FollowedSettings
from notifications.kinds.onvif import OnvifSettings
from notifications.protocols import occupancy_alarm, onvif_json
from notifications.protocols.base import Message, ProtocolError
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, AwayError, PermanentSendError, SendError, TemporarySendError
from notifications.senders.link_mail import Came, heard, post
from notifications.services.mqtt_retained import retained_note
from notifications.services.mqtt_route import NoServerError, link_of
from portal.common.outgoing import AddressGuard

log = structlog.get_logger(__name__)


class _NothingOpened:
    """The connection is somebody else's."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Nothing is to be closed."""


class _LinkSender(_NothingOpened, ABC):
    """What both have in common: the way to the owner of the connection, and what its answers mean."""

    away: type[TemporarySendError]

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s

    @abstractmethod
    def _messages(self, record: AlarmRecord) -> list[Message]:
        """At least one. Raises ProtocolError."""

    @abstractmethod
    def _announce(self, link: str, record: AlarmRecord) -> None:
        """Before anything is published."""

    def send(self, record: AlarmRecord) -> Answer:
        """See `Sender.send`."""
        try:
            messages = self._messages(record)
            link = link_of(camera_id=record.device, site_id=record.site_id)
        except ProtocolError as exc:
            raise PermanentSendError(str(exc)) from exc
        except NoServerError as exc:
            raise self.away(str(exc)) from exc
        self._announce(link, record)
        until_s = time.monotonic() + self._limit_s
        names = [f"{record.notification_id}:{place}" for place in range(len(messages))]
        for name, message in zip(names, messages, strict=True):
            self._publish(link, name, message, until_s)
        _tell_heard(link, names)
        confirmed = all(message.qos for message in messages)
        summary = "acknowledged by the broker" if confirmed else "sent, not confirmed"
        return Answer(summary, _shown(messages), summary, confirmed=confirmed)

    def _publish(self, link: str, name: str, message: Message, until_s: float) -> None:
        limit_s = max(until_s - time.monotonic(), 0.0)
        try:
            receipt = post(client(), link, name=name, message=message, limit_s=limit_s)
        except RedisError as exc:
            raise self.away("the key-value server is away") from exc
        if receipt.came is not Came.SENT:
            raise self._error(receipt.came)(receipt.reason, sent=_shown([message]))

    def _error(self, came: Came) -> type[SendError]:
        return self.away if came is Came.AWAY else TemporarySendError


class MqttSender(_LinkSender):
    """The alarms of one camera to its one server: a server that is away lets everything wait."""

    away = AwayError

    def __init__(
        self, config: FollowedSettings, _secrets: Mapping[str, str], _guard: AddressGuard, limit_s: float
    ) -> None:
        super().__init__(limit_s)
        self._config = config

    def _messages(self, record: AlarmRecord) -> list[Message]:
        config = self._config
        return [occupancy_alarm.message(record, topic=config.topic, qos=config.qos, retain=config.retain)]

    def _announce(self, link: str, record: AlarmRecord) -> None:
        """A topic keeps its last message for good, if it keeps any: nobody has to take it away."""


class OnvifSender(_LinkSender):
    """The alarms of many cameras, each to its own server: one that is away lets only its own areas wait."""

    away = TemporarySendError

    def __init__(
        self, config: OnvifSettings, _secrets: Mapping[str, str], _guard: AddressGuard, limit_s: float
    ) -> None:
        super().__init__(limit_s)
        self._config = config

    def _messages(self, record: AlarmRecord) -> list[Message]:
        messages = onvif_json.alarm_messages(record, prefix=self._config.prefix, qos=self._config.qos)
        # The state of an area is retained, but a test must leave none behind.
        return [replace(one, retain=False) for one in messages] if record.test else messages

    def _announce(self, link: str, record: AlarmRecord) -> None:
        """The state of an area is retained: somebody has to take it away one day."""
        if record.area_number is not None and not record.test:
            places = {(self._config.prefix, record.device, record.area_number)}
            retained_note(link=link, places=places)


def _tell_heard(link: str, names: list[str]) -> None:
    """All at once, at the end: where a later part has failed, another try sends no earlier one twice."""
    try:
        heard(client(), link, names)
    except RedisError as error:
        # Delivered they are. Who sends them again on purpose is told so once more, and nothing goes out.
        log.warning("mqtt: the owner of the connection could not be told", error=str(error))


def _shown(messages: list[Message]) -> str:
    """What is published, for people."""
    return "\n\n".join(
        f"PUBLISH {message.topic} (QoS {message.qos}{', retain' if message.retain else ''})\n"
        f"{message.payload.decode(errors='replace')}"
        for message in messages
    )
