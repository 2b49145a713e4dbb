"""Keys by which files and other systems name a row, whatever people call it today (API-7)."""

import re
from collections.abc import Collection
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

LONGEST = 80
PATTERN = re.compile(r"[^\W_][\w-]{0,79}\Z")


def key_made(name: str, taken: Collection[str]) -> str:
    """A key after a name, which none of `taken` is: “Main hall” is main-hall, or main-hall-2."""
    stem = slugify(name, allow_unicode=True)[: LONGEST - 8].strip("-_") or "unnamed"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


class Keyed(models.Model):
    """A row with a name and a key. The key comes from the first name and stays when people rename it.

    key_parent: the field of whom keys are told apart within; empty: the whole portal.
    """

    key_parent: ClassVar[str] = ""

    key = models.CharField(
        _("key"),
        max_length=LONGEST,
        blank=True,
        default="",
        editable=False,
        validators=[RegexValidator(PATTERN, _("A key has letters, digits, - and _, and begins with no mark."))],
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = key_made(self._key_name(), self._key_others())
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "key"}
        super().save(*args, **kwargs)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Nobody types a key into a form: the database alone looks that none is there twice."""
        super().validate_constraints(exclude={*(exclude or ()), "key"})

    def key_moved(self) -> None:
        """Under another parent the key stays, unless it is taken there (not saved)."""
        if self.key in self._key_others():
            self.key = ""

    def _key_name(self) -> str:
        name: str = self.name  # type: ignore[attr-defined]  # of the model that is keyed
        return name

    def _key_others(self) -> set[str]:
        rows = type(self)._default_manager.exclude(pk=self.pk)
        if self.key_parent:
            rows = rows.filter(**{self.key_parent: getattr(self, f"{self.key_parent}_id")})
        return set(rows.order_by().values_list("key", flat=True))
