"""The application's entry in Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Connect to the news from below."""
        from notifications import receivers  # noqa: F401 - importing connects them; models exist only from here on
