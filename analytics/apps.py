"""The application's entry in Django."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        """Connect to the news from below, and register what the audit log notes; both need the models."""
        from analytics import audit, receivers  # noqa: F401
