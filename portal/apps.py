"""The application's entry in Django: what every process needs before it starts working."""

from django.apps import AppConfig
from django.conf import settings

from portal import logs


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        import portal.celery  # noqa: F401  # the application that work is ordered with; needs the settings

        logs.configure(settings.LOG_LEVEL, settings.LOG_FORMAT)
        if settings.SENTRY_DSN:
            from portal.sentry import sentry_begin

            sentry_begin(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)
