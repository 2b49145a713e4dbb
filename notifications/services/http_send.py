"""One POST of counts to one HTTP server (OUT-2; WIRE 1)."""

from notifications.protocols import occupancy_json
from notifications.record import CountRecord
from notifications.senders.base import SEND_LIMIT_S, Answer
from notifications.senders.http import HttpConnection
from notifications.services.http_plan import HttpOutput
from portal.common.guard import guard_make


def http_count_send(to: HttpOutput, record: CountRecord) -> Answer:
    """2xx is taken, redirects are not followed. Raises SendError."""
    settings = to.settings
    headers = {"content-type": occupancy_json.CONTENT_TYPE}
    who = {"username": settings.user, "password": to.password}
    with HttpConnection(guard=guard_make(), ca=settings.ca_certificate, limit_s=SEND_LIMIT_S, **who) as connection:
        return connection.ask("POST", to.url, headers=headers, body=occupancy_json.encode(record))
