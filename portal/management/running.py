"""The portal that a command works for."""

from django.conf import settings

from portal.supervisor.keyvalue import answers, url_of


def portal_url() -> str:
    """The key-value server: of REDIS_URL, else of the portal on this data folder; empty when none runs."""
    if settings.REDIS_URL:
        return str(settings.REDIS_URL)
    url = url_of(settings.DATA / "run" / "valkey.conf")
    return url if url and answers(url) else ""
