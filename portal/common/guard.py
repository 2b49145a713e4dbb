"""The guard of outgoing addresses (SEC-4) as this deployment's settings say."""

from urllib.parse import urlsplit

from django.conf import settings

from portal.common.outgoing import AddressGuard, parse_networks


def guard_make() -> AddressGuard:
    """For cameras, recorders, webhooks. The portal's own database, key-value and web server stay closed to them all."""
    return AddressGuard(allow=parse_networks(settings.ALLOWED_NETWORKS), own_services=_own_services())


def _own_services() -> tuple[tuple[str, int], ...]:
    services = [("127.0.0.1", settings.PORT)]
    database, server = settings.DATABASES["default"], urlsplit(settings.REDIS_URL)
    if database.get("HOST"):
        services.append((database["HOST"], int(database.get("PORT") or 5432)))
    if server.hostname:
        services.append((server.hostname, server.port or 6379))
    return tuple(services)
