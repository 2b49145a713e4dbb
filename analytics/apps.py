"""The application's entry in Django."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
