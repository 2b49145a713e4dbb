"""Fields that other applications share. Secrets at rest are encrypted with the keys of the environment (CAM-1)."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class UndecryptableError(Exception):
    """A stored secret that none of the keys opens. The message names the field, never the value."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as exc:
        raise ImproperlyConfigured("FIELD_KEY: each key is 32 bytes in URL-safe base64; commas between.") from exc


def encrypt(text: str) -> str:
    """`text` under the first key of FIELD_KEY."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text of `token` by any key of FIELD_KEY. Raises InvalidToken when none opens it."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(token).decode()


class EncryptedTextField(models.TextField):
    """A secret: plain in memory, a Fernet token in the database; "" stays "". It cannot be searched for."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except InvalidToken as exc:
            raise UndecryptableError(
                f"{self.model._meta.label}.{self.name} cannot be read: no key of FIELD_KEY opens what is stored. "
                "After a change of keys put the former key behind the new one: FIELD_KEY=new,former."
            ) from exc

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        stored = super().get_db_prep_save(value, connection)
        return encrypt(stored) if stored else stored

    def get_lookup(self, _lookup_name: str) -> None:
        """None: every query by a secret is refused (FieldError), because equal secrets differ when stored."""
