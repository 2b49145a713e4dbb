"""HTTP alarm notification: one call of the receiver's own making for each alarm (OUT-11; WIRE 6)."""

from collections.abc import Mapping

from notifications.kinds.http_alarm import HttpAlarmSettings
from notifications.kinds.http_server import server
from notifications.protocols.base import ProtocolError
from notifications.protocols.http_alarm import encode
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, PermanentSendError
from notifications.senders.http import HttpConnection
from portal.common.outgoing import AddressGuard


class HttpAlarmSender(HttpConnection):
    """One receiver. Raises AwayError for a CA certificate that is none."""

    def __init__(
        self, config: HttpAlarmSettings, secrets: Mapping[str, str], guard: AddressGuard, limit_s: float
    ) -> None:
        who = {"username": config.user, "password": secrets.get("password", "")}
        super().__init__(guard=guard, ca=config.ca_certificate, limit_s=limit_s, **who)
        self._config = config

    def send(self, record: AlarmRecord) -> Answer:
        """See `Sender.send`."""
        config = self._config
        method = "POST" if config.method == "POST" else "GET"
        try:
            call = encode(record, path=config.path or "/", template=config.template, method=method)
        except ProtocolError as exc:
            raise PermanentSendError(str(exc)) from exc
        return self.ask(call.method, server(config) + call.target, headers=call.headers, body=call.body)
