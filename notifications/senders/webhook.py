"""Webhook: signed JSON by POST over HTTPS (OUT-5; WIRE 7)."""

import time
from collections.abc import Callable, Mapping

from notifications.kinds.webhook import WebhookSettings
from notifications.protocols.webhook import encode, headers
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, AwayError
from notifications.senders.http import HttpConnection
from portal.common.outgoing import AddressGuard


class WebhookSender(HttpConnection):
    """One receiver. now: POSIX seconds.    Raises AwayError for a CA certificate that is none, or without a secret."""

    def __init__(
        self,
        config: WebhookSettings,
        secrets: Mapping[str, str],
        guard: AddressGuard,
        limit_s: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = [secrets[name] for name in ("secret", "former_secret") if secrets.get(name)]
        if not self._secrets:
            raise AwayError("the webhook has no secret to sign with")
        super().__init__(guard=guard, ca=config.ca_certificate, limit_s=limit_s)
        self._url, self._now = config.url, now

    def send(self, record: AlarmRecord) -> Answer:
        """Signed anew with every try: a receiver takes a signature for five minutes. See `Sender.send`."""
        body = encode(record)
        signed = headers(body, message_id=str(record.notification_id), secrets=self._secrets, now_s=int(self._now()))
        return self.ask("POST", self._url, headers=signed, body=body)
