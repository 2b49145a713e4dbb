"""Active Guard: one event as XML for each alarm, by POST (OUT-12; WIRE 4)."""

from collections.abc import Mapping

from notifications.kinds.active_guard import ActiveGuardSettings
from notifications.kinds.http_server import server
from notifications.protocols.active_guard import encode
from notifications.protocols.base import ProtocolError
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, PermanentSendError
from notifications.senders.http import HttpConnection
from notifications.services.alarm_facts import alarm_picture
from portal.common.outgoing import AddressGuard

XML = {"content-type": "application/xml; charset=utf-8"}


class ActiveGuardSender(HttpConnection):
    """One receiver. Raises AwayError for a CA certificate that is none."""

    def __init__(
        self, config: ActiveGuardSettings, secrets: Mapping[str, str], guard: AddressGuard, limit_s: float
    ) -> None:
        who = {"username": config.user, "password": secrets.get("password", "")}
        super().__init__(guard=guard, ca=config.ca_certificate, limit_s=limit_s, **who)
        self._config = config

    def send(self, record: AlarmRecord) -> Answer:
        """See `Sender.send`."""
        jpeg = alarm_picture(record.id) if self._config.image else None
        try:
            event = encode(record, names=self._config.names(), jpeg=jpeg)
        except ProtocolError as exc:
            raise PermanentSendError(str(exc)) from exc
        return self.ask("POST", server(self._config) + (self._config.path or "/"), headers=XML, body=event)
