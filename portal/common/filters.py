"""Filters that lists share."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST = 2**63 - 1  # of a BigAutoField; what is larger would be an error of the database


class IdFilter(django_filters.NumberFilter):
    """A whole number, as ids and area numbers are. Somebody else's id finds nothing, like one that does not exist."""

    field_class = forms.IntegerField

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST, **kwargs)


class TrueFalseField(forms.Field):
    """Django's own field takes whatever it does not know for “no matter”, and a list for one that is not filtered."""

    default_error_messages = {"invalid": _("“%(value)s” is neither true nor false.")}

    def to_python(self, value: Any) -> bool | None:
        """Raises ValidationError."""
        if value in self.empty_values:
            return None
        known = {"true": True, "false": False}.get(str(value).lower())
        if known is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": str(value)[:80]})
        return known


class SwitchFilter(django_filters.BooleanFilter):
    """true or false, in whatever case; without it, or blank, both."""

    field_class = TrueFalseField
