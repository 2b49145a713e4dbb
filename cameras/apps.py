"""The application's entry in Django."""

from django.apps import AppConfig


class CamerasConfig(AppConfig):
    name = "cameras"

    def ready(self) -> None:
        from cameras import audit  # noqa: F401  # registers what is noted; needs the models
