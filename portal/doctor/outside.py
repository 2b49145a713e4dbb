"""What lies outside the portal: the mail server, MQTT servers, the certificate that browsers see."""

import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client
from notifications.models import Destination
from notifications.senders.base import SendError
from notifications.senders.smtp import MailSession
from notifications.services.link_state import LinkPlace, LinkState, links_read
from portal.common.mail import mail_server
from portal.doctor.finding import Finding, fine, warn, wrong

LIMIT_S = 5.0
SOON_DAYS = 21
DAY_S = 86_400


def mail() -> Iterator[Finding]:
    """The server takes us in, as it would for a mail: TLS, name and password included."""
    server, wanted = mail_server(), Destination.objects.filter(kind="email", enabled=True, retired_at=None).count()
    if server is None and wanted:
        yield wrong("mail", f"{wanted} e-mail destinations, and no mail server", "Set EMAIL_HOST (.env.example).")
    if server is None:
        if not wanted:
            yield fine("mail", "not set up, and no destination needs it")
        return
    session = MailSession(server, LIMIT_S)
    try:
        session.check()
    except SendError as error:
        yield wrong("mail", str(error), "Correct EMAIL_HOST and what belongs to it (.env.example).")
    else:
        yield fine("mail", f"{session.name} takes mail from us")
    finally:
        session.close()


def mqtt(url: str) -> Iterator[Finding]:
    """The connections that cameras and destinations need, as their owners tell of them."""
    try:
        links = links_read(client(url, retries=0)) if url else None
    except RedisError:
        return
    if links is None:
        return  # no worker for deliveries: its own line says so
    bad = [finding for place, state in links if (finding := _link(place, state))]
    yield from bad
    if not bad:
        yield fine("mqtt", f"{len(links)} connections, all stand" if links else "no camera sends by MQTT")


def _link(place: LinkPlace, state: LinkState | None) -> Finding | None:
    if state is None:
        return warn("mqtt", f"{place.server}: nobody holds the connection", "See the log of deliveries.")
    if state.since_s is None:
        return wrong("mqtt", f"{place.server}: {state.error}", "Correct the server under Deliveries, MQTT.")
    return None


def certificate(origins: list[str]) -> Iterator[Finding]:
    """How long the certificates of these origins (https://name[:port]) are good for, as a browser sees them."""
    secure = [urlsplit(one) for one in origins if one.startswith("https://") and "*" not in one]
    if settings.HTTPS and not secure:
        advice = "List the portal's address in CSRF_TRUSTED_ORIGINS, or name it: manage.py doctor --origin https://…"
        yield warn("certificate", "LOOKOUT_HTTPS is true, and no https origin is known to look at", advice)
    for origin in secure:
        yield _certificate(origin.hostname or "", origin.port or 443)


def _certificate(host: str, port: int) -> Finding:
    try:
        ends_at = certificate_end(host, port)
    except ssl.SSLCertVerificationError as error:
        return wrong("certificate", f"{host}:{port}: {error.verify_message}", "Renew it, or complete its chain.")
    except OSError as error:
        return warn("certificate", f"{host}:{port} cannot be reached from here: {error}", "Look from another machine.")
    days = int((ends_at - time.time()) // DAY_S)
    found = f"{host}:{port} is good for {days} days"
    if days < SOON_DAYS:
        return warn("certificate", found, "Renew it.")
    return fine("certificate", found)


def certificate_end(host: str, port: int) -> float:
    """POSIX seconds. Raises ssl.SSLCertVerificationError, OSError."""
    context = ssl.create_default_context()
    with socket.create_connection((host, port), LIMIT_S) as raw, context.wrap_socket(raw, server_hostname=host) as tls:
        facts = tls.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(facts["notAfter"])))
