"""The application's entry in Django."""

from django.apps import AppConfig


class CamerasConfig(AppConfig):
    name = "cameras"
