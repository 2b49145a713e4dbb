"""The application's entry in Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from portal.accounts import audit  # noqa: F401  # registers what is noted; needs the models
