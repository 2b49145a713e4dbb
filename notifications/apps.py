"""The application's entry in Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Connect to the news from below, and register what the audit log notes; both need the models."""
        from notifications import audit, receivers  # noqa: F401
